import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'
import { createServers, forwardTo } from './servers.ts'

let registry: TestRegistry
let program: RegistryProgram
const servers = createServers()
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
})
afterEach(() => servers.close())
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const now = () => Math.floor(Date.now() / 1_000)
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** A token that nobody has signed: only a registry looks at that. */
const tokenOf = (claims: object) => `${encode({ alg: 'RS256' })}.${encode(claims)}.c2lnbmF0dXJl`
const requestToken = 'request-t0ken'

interface Asked {
  readonly url: string | undefined
  readonly authorization: string | undefined
}

/** GitHub's endpoint for id tokens, which hold for so many seconds; `answer` may be another status. */
async function startGithub(seconds: number, statuses: readonly number[] = []) {
  const asked: Asked[] = []
  const tokens: string[] = []
  const port = await servers.http((request, response) => {
    asked.push({ url: request.url, authorization: request.headers.authorization })
    const status = statuses[asked.length - 1] ?? 200
    if (status !== 200) return response.writeHead(status).end('{"message": "no"}')
    const audience = new URL(request.url ?? '', 'http://x').searchParams.get('audience')
    // The clock of the runner is an hour late: only the time between the two counts.
    const iat = now() - 3_600
    const value = tokenOf({ aud: audience, iat, exp: iat + seconds, jti: tokens.length })
    tokens.push(value)
    response.end(JSON.stringify({ value, count: 1 }))
  })
  const env = {
    GITHUB_ACTIONS: 'true',
    ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${port}/idtoken?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
    REGISTRY_AUDIENCE: 'https://registry.example/?a&b',
  }
  return { asked, tokens, env }
}

/** A registry that notes what it is sent, and refuses what `accepts` does not accept. */
async function startFront(accepts: (token: string | undefined) => boolean = () => true) {
  const seen: (string | undefined)[] = []
  const forward = forwardTo(registry.url)
  const port = await servers.http((request, response) => {
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1]
    seen.push(token)
    if (accepts(token)) return forward(request, response)
    request.resume()
    const error = { message: 'This token has ended.', extensions: { code: 'UNAUTHENTICATED' } }
    response.writeHead(401, { 'WWW-Authenticate': 'Bearer' }).end(JSON.stringify({ errors: [error] }))
  })
  return { seen, url: `http://127.0.0.1:${port}/graphql` }
}

describe('the id token of a job of GitHub', () => {
  test('is asked for once, with the audience, and goes to the registry alone', async () => {
    const github = await startGithub(300)
    const { seen, url } = await startFront()
    const run = await program.run(['image', 'set', 'name=a', '--verbose'], {
      env: { ...github.env, REGISTRY_URL: url },
    })
    expect(run.code).toBe(0)
    expect(github.asked).toEqual([
      {
        url: '/idtoken?api-version=2.0&audience=https%3A%2F%2Fregistry.example%2F%3Fa%26b',
        authorization: `Bearer ${requestToken}`,
      },
    ])
    expect(seen.length).toBeGreaterThan(0)
    expect(new Set(seen)).toEqual(new Set(github.tokens))
    for (const secret of [requestToken, ...github.tokens]) expect(run.stdout + run.stderr).not.toContain(secret)
  })

  test('is renewed before it ends, during one import', async () => {
    const github = await startGithub(0)
    const { seen, url } = await startFront()
    const rows = Array.from({ length: 1_200 }, (_, i) => `{"name": "image-${i}"}\n`).join('')
    const run = await program.run(['import', '-', 'image', '--format', 'ndjson'], {
      env: { ...github.env, REGISTRY_URL: url },
      input: rows,
    })
    expect(run).toMatchObject({ code: 0, stdout: '1200 created, 0 updated, 0 unchanged, 0 failed\n' })
    expect(new Set(seen).size).toBeGreaterThan(2)
    expect(new Set(seen).size).toBe(github.tokens.length)
  })

  test('that the registry refuses is asked for once more, and only once', async () => {
    const github = await startGithub(300)
    const second = await startFront((token) => token === github.tokens[1])
    expect((await program.run(['ls'], { env: { ...github.env, REGISTRY_URL: second.url } })).code).toBe(0)
    expect(second.seen.slice(0, 2)).toEqual(github.tokens.slice(0, 2))

    const none = await startFront(() => false)
    const run = await program.run(['ls'], { env: { ...github.env, REGISTRY_URL: none.url } })
    expect([run.code, run.stdout, none.seen.length]).toEqual([1, '', 2])
    expect(run.stderr).toBe(
      `error: ${none.url} does not accept this job's id token: HTTP 401, This token has ended.\nA role of the registry has to name its issuer, the audience of REGISTRY_AUDIENCE, and claims of this job; and a token ends. GitHub's names the repository, branch, environment and workflow.\n`,
    )
  })

  test('is not asked for where there is a token, or no audience', async () => {
    const github = await startGithub(300)
    const { seen, url } = await startFront()
    const env = { ...github.env, REGISTRY_URL: url }
    await program.run(['ls'], { env: { ...env, REGISTRY_TOKEN: 'own' } })
    await program.run(['ls'], { env: { ...env, REGISTRY_AUDIENCE: '' } })
    expect(github.asked).toEqual([])
    expect(new Set(seen)).toEqual(new Set(['own', undefined]))
  })

  test('is asked for again while the endpoint is not ready', async () => {
    const github = await startGithub(300, [503])
    const { url } = await startFront()
    expect((await program.run(['ls'], { env: { ...github.env, REGISTRY_URL: url } })).code).toBe(0)
    expect(github.asked).toHaveLength(2)
  })

  test.each([
    [[403], 1, 'HTTP 403.\nCheck the permissions of the job: it needs id-token: write.\n'],
    [[302], 1, 'HTTP 302.\nCheck the permissions'],
    [[500, 500], 6, 'HTTP 500.\nTry again later.\n'],
  ])(
    'that the endpoint refuses with %j ends the command, and the registry is asked nothing',
    async (statuses, code, message) => {
      const github = await startGithub(300, statuses)
      const { seen, url } = await startFront()
      const run = await program.run(['ls', '--retries', '1'], { env: { ...github.env, REGISTRY_URL: url } })
      expect({ code: run.code, stdout: run.stdout, seen }).toEqual({ code, stdout: '', seen: [] })
      expect(run.stderr).toContain(
        `GitHub gives no id token for the audience "https://registry.example/?a&b": ${message}`,
      )
      expect(run.stderr).not.toContain(requestToken)
    },
  )

  test('cannot be had from an endpoint that is away', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address() as { port: number }
    await new Promise((resolve) => server.close(resolve))
    const env = {
      GITHUB_ACTIONS: 'true',
      ACTIONS_ID_TOKEN_REQUEST_URL: `http://127.0.0.1:${address.port}/`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken,
      REGISTRY_AUDIENCE: 'registry',
    }
    const { code, stderr } = await program.run(['ls', '--retries', '0'], { env })
    expect([code, stderr]).toEqual([
      6,
      `error: GitHub gives no id token: 127.0.0.1:${address.port} cannot be reached (ECONNREFUSED).\nTry again later.\n`,
    ])
  })

  test('needs a permission, which the message names', async () => {
    const { code, stdout, stderr } = await program.run(['ls'], {
      env: { GITHUB_ACTIONS: 'true', REGISTRY_AUDIENCE: 'registry' },
    })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toBe(`error: REGISTRY_AUDIENCE is "registry", but GitHub gives this job no id token.
Write into the job:
  permissions:
    id-token: write
    contents: read
A pull request from a fork never gets one: leave REGISTRY_AUDIENCE empty there.
`)
  })
})

describe('the id token of a job of GitLab, and of others', () => {
  test('is found in any variable by its audience; of several, the one that holds longest', async () => {
    const wanted = tokenOf({ aud: ['vault', 'registry'], exp: now() + 600 })
    const { seen, url } = await startFront()
    const variables = {
      A_TOKEN: tokenOf({ aud: 'https://vault.example' }),
      B_TOKEN: tokenOf({ aud: 'registry', exp: now() + 60 }),
      C_TOKEN: `${wanted}\n`,
      NO_TOKEN: 'a.b.c',
    }
    for (const service of [{ GITLAB_CI: 'true' }, { JENKINS_URL: 'http://jenkins' }, { GITHUB_ACTIONS: 'true' }]) {
      const env = { ...service, ...variables, REGISTRY_AUDIENCE: 'registry', REGISTRY_URL: url }
      expect(await program.run(['ls'], { env })).toMatchObject({ code: 0 })
    }
    expect(new Set(seen)).toEqual(new Set([wanted]))
  })

  test('is wrong usage where there is none, and the message says what to write', async () => {
    const { url, seen } = await startFront()
    const token = tokenOf({ aud: 'https://vault.example' })
    const env = { REGISTRY_URL: url, REGISTRY_AUDIENCE: 'registry', VAULT_TOKEN: token }
    const gitlab = await program.run(['ls'], { env: { ...env, GITLAB_CI: 'true' } })
    expect(gitlab).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: REGISTRY_AUDIENCE is "registry", but no variable has an id token for it.
VAULT_TOKEN is for "https://vault.example"
Write into the job:
  id_tokens:
    REGISTRY_ID_TOKEN:
      aud: "registry"
`,
    })
    const other = await program.run(['ls'], { env })
    expect([other.code, other.stderr]).toEqual([
      2,
      `error: REGISTRY_AUDIENCE is "registry", but no variable has an id token for it.
VAULT_TOKEN is for "https://vault.example"
Bind an id token for it to a variable of any name, or set REGISTRY_TOKEN, or unset REGISTRY_AUDIENCE.
`,
    ])
    expect(seen).toEqual([])
  })

  test('that the registry refuses is not sent again', async () => {
    const { url, seen } = await startFront(() => false)
    const token = tokenOf({ aud: 'registry' })
    const env = { REGISTRY_URL: url, REGISTRY_AUDIENCE: 'registry', GITLAB_CI: 'true', ID_TOKEN: token }
    const { code, stderr } = await program.run(['ls'], { env })
    expect([code, seen]).toEqual([1, [token]])
    expect(stderr).toContain("does not accept this job's id token: HTTP 401, This token has ended.\nA role of")
  })
})

test('the file of REGISTRY_TOKEN_FILE is read again when its token is refused', async () => {
  const file = join(program.folder, 'rotated-token')
  writeFileSync(file, 'old')
  const { url, seen } = await startFront((token) => {
    writeFileSync(file, 'new')
    return token === 'new'
  })
  const env = { REGISTRY_URL: url, REGISTRY_TOKEN_FILE: file }
  expect((await program.run(['ls'], { env })).code).toBe(0)
  expect(seen).toEqual(['old', 'new'])
})

describe('the pieces for CI services', () => {
  test('of GitHub give the audience to every step that asks the registry, and nobody where there is none', () => {
    const action = parse(readFileSync('.github/actions/registry/action.yml', 'utf8'))
    const input = (name: string) => `$\{{ inputs.${name} }}`
    const asking = action.runs.steps.filter(({ env }: { env: object }) => 'REGISTRY_URL' in env)
    expect(asking.map(({ env }: { env: object }) => env)).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({
          REGISTRY_TOKEN: input('token'),
          REGISTRY_AUDIENCE: input('audience'),
        }),
      ),
    )
    expect(action.inputs.audience.default).toBe('')
  })

  test('of GitLab have a job to extend, whose id token is for the audience that the command looks for', () => {
    const jobs = parseAllDocuments(readFileSync('ci/gitlab/registry.yml', 'utf8'))[1]?.toJS()
    const identity = jobs['.registry-identity']
    expect(identity.id_tokens.REGISTRY_ID_TOKEN.aud).toBe(identity.variables.REGISTRY_AUDIENCE)
    for (const [name, { variables }] of Object.entries<{ variables?: object }>(jobs))
      expect([name, 'REGISTRY_AUDIENCE' in (variables ?? {})]).toEqual([name, name === '.registry-identity'])
  })
})
