import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createFailureLog } from '../../src/access/create-failure-log.ts'
import { createIdentify } from '../../src/access/create-identify.ts'
import { refuseCredentials } from '../../src/access/refuse-credentials.ts'
import { createLogger } from '../../src/logger.ts'
import { createTokenText } from '../../src/store/tokens/token-text.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const adminToken = 'an-admin-token-of-the-test'
const templates = ['name: thing\nkey: [name]\nfields: { name: string }']
const access = ['name: ci\nwho: [{ token: ci }]\nmay: [{ read: "*" }]']
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

let time = Date.now()
let first: TestRegistry
let second: TestRegistry
beforeAll(async () => {
  const options = { access, adminToken, now: () => time }
  first = await startRegistry(templates, options)
  // Another server on the same database.
  second = await startRegistry(templates, { ...options, databaseUrl: first.databaseUrl })
})
afterAll(async () => {
  await second?.close()
  await first?.close()
})

async function createToken(name: string): Promise<string> {
  const mutation = 'mutation ($name: String!) { createToken(name: $name) { token } }'
  return (await first.data(mutation, { name }, bearer(adminToken))).createToken.token
}

/** The code of what the token is refused for, if it is. */
async function refusalOf(registry: TestRegistry, token: string): Promise<string | undefined> {
  return (await registry.query('{ __typename }', {}, bearer(token))).errors?.[0]?.extensions?.issues?.[0]?.code
}

async function countLookups(work: () => Promise<unknown>): Promise<number> {
  const statements = await recordStatements(work)
  return statements.filter(({ text }) => text.includes('from registry_token where hash = any')).length
}

test('a revocation is seen at once by the server that was told, and by others after 5 seconds', async () => {
  const token = await createToken('ci')
  expect(await refusalOf(first, token)).toBeUndefined()
  expect(await refusalOf(second, token)).toBeUndefined()
  await first.data('mutation { revokeToken(name: "ci") }', {}, bearer(adminToken))
  expect(await refusalOf(first, token)).toBe('TOKEN_REVOKED')
  time += 4_999
  expect(await refusalOf(second, token)).toBeUndefined()
  time += 1
  expect(await refusalOf(second, token)).toBe('TOKEN_REVOKED')
})

test('a token is looked up every 5 seconds at most, whether it is known or not', async () => {
  const known = await createToken('ci')
  const unknown = createTokenText()
  time += 5_000
  const ask = async () => {
    for (let i = 0; i < 10; i++) {
      expect(await refusalOf(first, known)).toBeUndefined()
      expect(await refusalOf(first, unknown)).toBe('TOKEN_UNKNOWN')
    }
  }
  expect(await countLookups(ask)).toBe(2)
  time += 5_000
  expect(await countLookups(ask)).toBe(2)
})

test('a mistyped token is told without asking the database', async () => {
  const mistyped = (await createToken('ci')).replace(/.$/, (letter) => (letter === 'a' ? 'b' : 'a'))
  const statements = await recordStatements(async () => expect(await refusalOf(first, mistyped)).toBe('TOKEN_MISTYPED'))
  expect(statements).toEqual([])
})

test('whoever sends many unknown tokens occupies one connection', async () => {
  const database = { run: vi.fn(first.database.run) }
  const logger = createLogger('silent')
  const { identify } = createIdentify({ database: { ...first.database, ...database }, adminToken, roles: [], logger })
  const asked = Array.from({ length: 500 }, () => identify([`Bearer ${createTokenText()}`]).catch((error) => error))
  const errors = await Promise.all(asked)
  expect(new Set(errors.map(({ extensions }) => extensions.issues[0].code))).toEqual(new Set(['TOKEN_UNKNOWN']))
  // The first goes alone, or with those of the same turn; all others wait for it together.
  expect(database.run.mock.calls.length).toBeLessThanOrEqual(2)
})

test('more tokens than can wait are refused with 503, and none of them is called unknown', async () => {
  const logger = createLogger('silent')
  const { identify } = createIdentify({ database: first.database, adminToken, roles: [], logger })
  const asked = Array.from({ length: 3_000 }, () => identify([`Bearer ${createTokenText()}`]).catch((error) => error))
  const codes = (await Promise.all(asked)).map(({ extensions }) => extensions.code)
  expect(new Set(codes)).toEqual(new Set(['UNAUTHENTICATED', 'SERVICE_UNAVAILABLE']))
})

test('failures of one kind make one line at once, and one with their number after half a minute', () => {
  vi.useFakeTimers({ toFake: ['setTimeout'] })
  try {
    const lines: Record<string, unknown>[] = []
    const log = createFailureLog(createLogger('warn', { write: (line: string) => lines.push(JSON.parse(line)) }))
    const fail = (count: number) => {
      for (let i = 0; i < count; i++) log.note(refuseCredentials('TOKEN_UNKNOWN', 'secret'))
    }
    fail(100)
    log.note(refuseCredentials('TOKEN_EXPIRED', 'secret'))
    vi.advanceTimersByTime(30_000)
    fail(5)
    vi.advanceTimersByTime(60_000)
    fail(1)
    const line = (reason: string, count: number) => ({ level: 'warn', reason, count, msg: 'credentials were refused' })
    expect(lines.map(({ time: _, ...rest }) => rest)).toEqual([
      line('TOKEN_UNKNOWN', 1),
      line('TOKEN_EXPIRED', 1),
      line('TOKEN_UNKNOWN', 99),
      line('TOKEN_UNKNOWN', 5),
      line('TOKEN_UNKNOWN', 1),
    ])
  } finally {
    vi.useRealTimers()
  }
})
