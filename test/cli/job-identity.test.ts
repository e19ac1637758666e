import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createTestKey, signToken, startTestIssuer, type TestIssuer, type TestKey } from '../support/test-issuer.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'
import { createServers } from './servers.ts'

const servers = createServers()
let key: TestKey
let issuer: TestIssuer
let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  key = await createTestKey('one')
  issuer = await startTestIssuer([key])
  registry = await startRegistry(undefined, {
    access: [
      `name: ntp\nwho: [{ oidc: "${issuer.url}", audience: registry, claims: { repository_id: "1234" } }]\nmay: [{ read: "*" }, { write: image, where: { name: { startsWith: ntp- } } }]`,
    ],
    adminToken: 'an-admin-token-of-the-test',
  })
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await servers.close()
  await program?.remove()
  await registry?.close()
  await issuer?.close()
})

/** The id token of a job of this repository, signed as its service does. */
function tokenOf(repositoryId: string, audience: string): Promise<string> {
  const now = Math.floor(Date.now() / 1_000)
  const claims = { iss: issuer.url, sub: 'repo:org/ntp:ref:refs/heads/main', repository_id: repositoryId }
  return signToken(key, { ...claims, aud: audience, iat: now, nbf: now, exp: now + 300 })
}

/** The variables of a job of GitHub. */
async function startGithubJob(repositoryId: string): Promise<Readonly<Record<string, string>>> {
  const port = await servers.http(async (request, response) => {
    const audience = new URL(request.url ?? '', 'http://x').searchParams.get('audience') ?? ''
    response.end(JSON.stringify({ value: await tokenOf(repositoryId, audience) }))
  })
  return {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'request',
    REGISTRY_AUDIENCE: 'registry',
  }
}

test('a job of GitHub writes as itself, with the rights of its repository and no others', async () => {
  const env = await startGithubJob('1234')
  const viewer = JSON.parse((await program.run(['whoami', '-o', 'json'], { env })).stdout)
  expect(viewer).toMatchObject({
    kind: 'JOB',
    actor: `repo:org/ntp:ref:refs/heads/main@${new URL(issuer.url).host}`,
    roles: ['ntp'],
  })
  expect((await program.run(['image', 'set', 'name=ntp-1', '--fields', 'name'], { env })).stdout).toBe(
    '{"name": "ntp-1"}\n',
  )
  const other = await program.run(['image', 'set', 'name=other'], { env })
  expect([other.code, other.stdout]).toEqual([1, ''])
  expect(other.stderr).toContain('may write image only where {"name":{"startsWith":"ntp-"}}.')
})

test('a job of another repository, or for another audience, does not', async () => {
  const stranger = await startGithubJob('5678')
  const wrongAudience = { ...(await startGithubJob('1234')), REGISTRY_AUDIENCE: 'vault' }
  for (const env of [stranger, wrongAudience]) {
    const { code, stdout, stderr } = await program.run(['image', 'set', 'name=ntp-2'], { env })
    expect([code, stdout]).toEqual([1, ''])
    expect(stderr).toMatch(/^error: /)
  }
})

test('a job of GitLab writes as itself, with the id token that it declares', async () => {
  const env = { GITLAB_CI: 'true', REGISTRY_AUDIENCE: 'registry', REGISTRY_ID_TOKEN: await tokenOf('1234', 'registry') }
  expect((await program.run(['image', 'set', 'name=ntp-3', '--fields', 'name'], { env })).stdout).toBe(
    '{"name": "ntp-3"}\n',
  )
})
