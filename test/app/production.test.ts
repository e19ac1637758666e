import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { type RegistryProcess, startProcess } from './start-process.ts'

const adminToken = 'the-token-of-the-administrator-0123456789'
const role = 'name: ci\nwho: [{ token: jenkins }]\nmay: [{ read: "*" }, { write: image }]\n'

let folder: string
let database: TestDatabase
let registry: RegistryProcess
let program: RegistryProgram
let url: string
let token: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-production-'))
  await writeFile(join(folder, 'ci.yaml'), role)
  database = await createTestDatabase()
  registry = startProcess({
    DATABASE_URL: database.url,
    PRODUCTION: 'true',
    ACCESS_DIR: folder,
    ADMIN_TOKEN: adminToken,
  })
  url = await registry.ready()
  program = await createRegistryProgram(url)
  const answer = await post(
    'mutation { createToken(name: "jenkins", expires: "2099-01-01T00:00:00Z") { token } }',
    adminToken,
  )
  token = (answer.body as { data: { createToken: { token: string } } }).data.createToken.token
})
afterAll(async () => {
  await program?.remove()
  await registry?.stop()
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
})

async function post(query: string, bearer?: string) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }) },
    body: JSON.stringify({ query }),
  })
  return { status: answer.status, body: (await answer.json()) as unknown }
}

test('without rules of access the server says what it needs, and ends', async () => {
  const refused = startProcess({ DATABASE_URL: database.url, PRODUCTION: 'true', HOST: '0.0.0.0' })
  expect(await refused.ended).toEqual({ code: 1, signal: null })
  expect(refused.stderr()).toMatch(
    /^PRODUCTION: true needs rules of access.*ACCESS_DIR.*ADMIN_TOKEN\nHOST: "0\.0\.0\.0"/,
  )
})

test('introspection is for the administrator, and a probe needs no token', async () => {
  const introspection = '{ __schema { queryType { name } } }'
  expect([
    (await post(introspection)).status,
    (await post(introspection, token)).status,
    (await post(introspection, adminToken)).body,
    (await post('{ __typename }')).body,
    (await fetch(`${url}?query={__typename}`)).status,
    (await fetch(new URL('/schema.graphql', url))).status,
  ]).toEqual([
    401,
    403,
    { data: { __schema: { queryType: { name: 'Query' } } } },
    { data: { __typename: 'Query' } },
    405,
    401,
  ])
})

test('the command line works for a token that may not see the schema', async () => {
  const env = { REGISTRY_TOKEN: token }
  const run = async (...args: string[]) => {
    const { code, stderr } = await program.run(args, { env })
    return [code, stderr]
  }
  expect(await run('image', 'set', 'name=a', 'distr=d')).toEqual([0, ''])
  await writeFile(join(program.folder, 'images.json'), '[{ "name": "b", "distr": "d" }]')
  const [code] = await run('import', 'images.json', 'image')
  expect(code).toBe(0)
  const listed = await program.run(['image', 'get', 'distr=d', '-o', 'csv'], { env })
  expect([listed.code, listed.stdout.split('\n').length]).toEqual([0, 4])
  expect((await run('ls'))[0]).toBe(0)
  expect((await run('search', 'a'))[0]).toBe(0)
  expect((await run('role', 'count'))[0]).toBe(0)
  const refused = await program.run(['schema'], { env })
  expect([refused.code, refused.stdout]).toEqual([1, ''])
  expect(refused.stderr).toContain('admin')
  const shown = await program.run(['schema'], { env: { REGISTRY_TOKEN: adminToken } })
  expect([shown.code, shown.stdout.includes('type Image')]).toEqual([0, true])
})
