import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTokenText } from '../../src/store/tokens/token-text.ts'
import { startProcess, stopProcesses } from '../app/start-process.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { createTestKey, signToken } from '../support/test-issuer.ts'

const run = promisify(execFile)
const adminToken = 'an-admin-token-of-the-test-0123456789'

let folder: string
let database: TestDatabase
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry-secrets-'))
  database = await createTestDatabase()
})
afterAll(async () => {
  await stopProcesses()
  await database?.drop()
  await rm(folder, { recursive: true, force: true })
})

test('no token is in a log, an error, a file name, the database or the list of processes', async () => {
  const key = await createTestKey('ci')
  await mkdir(join(folder, 'access'))
  await writeFile(join(folder, 'keys.json'), JSON.stringify({ keys: [key.jwk] }))
  await writeFile(
    join(folder, 'access/ci.yaml'),
    `name: ci\nwho: [{ token: ci }, { oidc: "https://ci.example.org", audience: registry, keys: ../keys.json, claims: { sub: job } }]\nmay: [{ read: "*" }]\n`,
  )
  const registry = startProcess({
    DATABASE_URL: database.url,
    DATA_DIR: join(folder, 'data'),
    ACCESS_DIR: join(folder, 'access'),
    ADMIN_TOKEN: adminToken,
    LOG_LEVEL: 'trace',
  })
  const url = await registry.ready()
  const answers: string[] = []
  const ask = async (authorization: string, query: string, variables = {}): Promise<string> => {
    const headers = { 'content-type': 'application/json', authorization }
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) })
    const text = `${[...response.headers].join('\n')}\n${await response.text()}`
    answers.push(text)
    return text
  }
  const create = 'mutation { createToken(name: "ci") { token } }'
  const token = /rgs_\w+/.exec(await ask(`Bearer ${adminToken}`, create))?.[0] ?? ''
  // The one answer that has it.
  answers.length = 0
  const now = Math.floor(Date.now() / 1_000)
  const claims = { iss: 'https://ci.example.org', aud: 'registry', sub: 'job', exp: now + 300 }
  const jobs = await Promise.all(
    [{}, { exp: now - 300 }, { aud: 'other' }, { iss: 'https://example.org' }].map((changed) =>
      signToken(key, { ...claims, ...changed }),
    ),
  )
  const forged = await signToken(await createTestKey('ci'), claims)
  const password = Buffer.from(`user:${adminToken}`).toString('base64')
  const given = [adminToken, token, createTokenText(), `${token.slice(0, -1)}_`, ...jobs, forged, `${adminToken}x`]
  const operations = [
    '{ viewer { actor roles } }',
    '{ viewer { actor ',
    '{ nothing }',
    '{ tokens { name } }',
    '{ administrationLog { nodes { subject details actor address } } }',
    'mutation { createToken(name: "-") { name } }',
    'mutation { upsertImage(input: { name: "a" }) { outcome } }',
    '{ images(first: 5000) { nodes { name } } }',
  ]
  for (const credentials of [
    ...given.map((one) => `Bearer ${one}`),
    `Basic ${password}`,
    adminToken,
    `Bearer ${token} x`,
  ])
    for (const operation of operations) await ask(credentials, operation)
  await ask(`Bearer ${adminToken}`, 'mutation { revokeToken(name: "ci") }')
  await ask(`Bearer ${token}`, '{ __typename }')

  const processes = (await run('ps', ['-eo', 'args'], { maxBuffer: 16_777_216 })).stdout
  const files = (await readdir(folder, { recursive: true })).join('\n')
  const client = new pg.Client(database.connection)
  await client.connect()
  const tables = ['registry_token', 'registry_trail', 'registry_change', 'registry_past', 'registry_object']
  const contents = tables.map((table) => client.query(`select json_agg(t)::text as rows from ${table} as t`))
  const stored = (await Promise.all(contents)).map(({ rows }) => rows[0].rows).join('\n')
  await client.end()
  await registry.stop()
  const places = {
    log: `${registry.stdout()}${registry.stderr()}`,
    answers: answers.join('\n'),
    'list of processes': processes,
    files,
    database: stored,
  }
  // What is there is found.
  expect(places.log).toContain('"action":"TOKEN_REVOKED"')
  expect(places.log).toContain('credentials were refused')
  expect(places.answers).toContain('"actor":"ci"')
  expect(places['list of processes']).toContain('vitest')
  expect(places.files).toContain('access/ci.yaml')
  expect(places.database).toContain('"hash":')

  const secrets = [...given.flatMap((one) => [one, ...one.split('.').slice(2)]), password]
  for (const [place, text] of Object.entries(places))
    for (const secret of secrets.filter((one) => one.length > 8)) {
      // Also in part: the beginning of a token is a token's.
      for (const part of [secret, secret.slice(0, 24)])
        expect.soft(text.includes(part), `${part} in ${place}`).toBe(false)
    }
})
