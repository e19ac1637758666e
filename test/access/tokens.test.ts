import { printSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createLogger } from '../../src/logger.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'

const adminToken = 'an-admin-token-of-the-test'
const asAdmin = { authorization: `Bearer ${adminToken}`, 'x-registry-actor': 'alice' }
const access = [
  'name: readers\nwho: [anyone]\nmay: [{ read: image }]',
  'name: ci\ncontact: the platform team\nwho: [{ token: jenkins }]\nmay: [{ write: role, where: { name: { startsWith: ntp- } } }, { delete: "*" }]',
]
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const whoami = '{ viewer { kind actor roles admin can { template read write delete import conditional } } }'
const create = `mutation ($name: String!, $expires: DateTime) {
  createToken(name: $name, expires: $expires) { token name createTime expires live warnings }
}`

/** The time of those who check credentials. */
let time = Date.now()
const log: Record<string, unknown>[] = []
let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(undefined, {
    access,
    adminToken,
    now: () => time,
    logger: createLogger('info', { write: (line: string) => log.push(JSON.parse(line)) }),
  })
})
afterAll(() => registry?.close())

describe('createToken', () => {
  test('gives a token once, and its holder what the roles of its name grant', async () => {
    const { createToken } = await registry.data(create, { name: 'jenkins' }, asAdmin)
    expect(createToken).toEqual({
      token: expect.stringMatching(/^rgs_[0-9A-Za-z]{49}$/),
      name: 'jenkins',
      createTime: expect.stringMatching(/Z$/),
      expires: null,
      live: 1,
      warnings: [],
    })
    expect(await registry.data(whoami, {}, bearer(createToken.token))).toEqual({
      viewer: {
        kind: 'TOKEN',
        actor: 'jenkins',
        roles: ['readers', 'ci'],
        admin: false,
        can: [
          { template: 'image', read: true, write: false, delete: true, import: false, conditional: [] },
          { template: 'person', read: false, write: false, delete: true, import: false, conditional: [] },
          { template: 'role', read: false, write: true, delete: true, import: false, conditional: ['write'] },
        ],
      },
    })
    const stored = await registry.sql('select * from registry_token')
    expect(JSON.stringify(stored)).not.toContain(createToken.token)
  })

  test('takes a name that no role file has, and says so', async () => {
    const { createToken } = await registry.data(create, { name: 'nobody' }, asAdmin)
    expect(createToken.warnings).toEqual([
      'No role file names the token nobody, so it may do what anyone may: add who: [{ token: nobody }] to a file of ACCESS_DIR.',
    ])
  })

  test('makes another token of a name, so that it is replaced without an outage; revokeToken ends them all', async () => {
    const [first, second] = [
      await registry.data(create, { name: 'rotated' }, asAdmin),
      await registry.data(create, { name: 'rotated' }, asAdmin),
    ].map(({ createToken }) => createToken)
    expect([first.live, second.live]).toEqual([1, 2])
    const statuses = async () =>
      Promise.all(
        [first, second].map(
          async ({ token }) => (await registry.query(whoami, {}, bearer(token))).errors?.[0]?.extensions?.code,
        ),
      )
    expect(await statuses()).toEqual([undefined, undefined])
    const revoke = 'mutation { revokeToken(name: "rotated") }'
    expect(await registry.data(revoke, {}, asAdmin)).toEqual({ revokeToken: true })
    expect(await statuses()).toEqual(['UNAUTHENTICATED', 'UNAUTHENTICATED'])
    expect(await registry.data(revoke, {}, asAdmin)).toEqual({ revokeToken: false })
  })

  test('tells in a dry run what it would do, and does not', async () => {
    const dry = (field: string) => registry.data(`mutation { ${field} }`, {}, asAdmin)
    expect(await dry('createToken(name: "rehearsed", dryRun: true) { token name live }')).toEqual({
      createToken: { token: '', name: 'rehearsed', live: 1 },
    })
    expect(await dry('revokeToken(name: "rehearsed")')).toEqual({ revokeToken: false })
    const { createToken } = await registry.data(create, { name: 'rehearsed' }, asAdmin)
    expect(await dry('revokeToken(name: "rehearsed", dryRun: true)')).toEqual({ revokeToken: true })
    expect((await registry.query(whoami, {}, bearer(createToken.token))).errors).toBeUndefined()
  })

  test('ends a token at its time, to the millisecond', async () => {
    const now = Date.now()
    const expires = new Date(now + 3_600_000).toISOString()
    const { createToken } = await registry.data(create, { name: 'short', expires }, asAdmin)
    expect(createToken.expires).toBe(expires)
    time = now + 3_600_000 - 1
    expect(await registry.query(whoami, {}, bearer(createToken.token))).not.toHaveProperty('errors')
    time = now + 3_600_000
    expect((await registry.query(whoami, {}, bearer(createToken.token))).errors?.[0]?.message).toBe(
      `The token expired at ${expires}. Ask the administrators of this registry for another.`,
    )
    time = now
  })

  test('takes a time relative to now', async () => {
    const { createToken } = await registry.data(create, { name: 'relative', expires: 'now+90d' }, asAdmin)
    const lasts = new Date(createToken.expires).getTime() - new Date(createToken.createTime).getTime()
    expect(Math.round(lasts / 86_400_000)).toBe(90)
  })

  const refused: readonly [string, object, string, string][] = [
    [
      'a time in the past',
      { name: 'jenkins', expires: '2020-01-01T00:00:00Z' },
      'BAD_USER_INPUT',
      'expires: "2020-01-01T00:00:00.000Z" is in the past.',
    ],
    [
      'an empty name',
      { name: '' },
      'BAD_USER_INPUT',
      '"" is no name of a token: it has letters, digits, ".", "_" and "-", and begins with a letter or digit.',
    ],
    [
      'a name like that of a job',
      { name: 'a@b' },
      'BAD_USER_INPUT',
      '"a@b" is no name of a token: it has letters, digits, ".", "_" and "-", and begins with a letter or digit.',
    ],
    [
      'the name of the registry itself',
      { name: 'registry' },
      'BAD_USER_INPUT',
      '"registry" is the registry itself; choose another name.',
    ],
    [
      'the name under which the administrator writes',
      { name: 'admin' },
      'BAD_USER_INPUT',
      '"admin" is whoever has ADMIN_TOKEN; choose another name.',
    ],
    [
      'a long name',
      { name: 'a'.repeat(201) },
      'BAD_USER_INPUT',
      'The name has 201 characters; at most 200 are allowed.',
    ],
  ]
  test.each(refused)('refuses %s', async (_, variables, code, message) => {
    const { errors } = await registry.query(create, variables, asAdmin)
    expect(errors).toMatchObject([{ message, extensions: { code } }])
  })
})

test('only administrators make, list and revoke tokens, and read the log of administration', async () => {
  const { createToken } = await registry.data(create, { name: 'jenkins' }, asAdmin)
  const operations = [
    'mutation { createToken(name: "x") { token } }',
    'mutation { revokeToken(name: "jenkins") }',
    '{ tokens { name } }',
    '{ administrationLog { nodes { subject } } }',
  ]
  for (const operation of operations) {
    const codes = [{}, bearer(createToken.token)].map(
      async (headers) => (await registry.query(operation, {}, headers)).errors?.[0]?.extensions?.code,
    )
    expect(await Promise.all(codes), operation).toEqual(['UNAUTHENTICATED', 'FORBIDDEN'])
  }
})

test('viewer tells callers without a token what anyone may, and the administrator everything', async () => {
  expect(await registry.data(whoami)).toEqual({
    viewer: {
      kind: 'ANONYMOUS',
      actor: null,
      roles: ['readers'],
      admin: false,
      can: [{ template: 'image', read: true, write: false, delete: false, import: false, conditional: [] }],
    },
  })
  const { viewer } = await registry.data(whoami, {}, asAdmin)
  expect(viewer).toMatchObject({ kind: 'ADMIN', actor: 'admin', admin: true })
  expect(viewer.can.every((one: Record<string, unknown>) => one['read'] && one['write'] && one['import'])).toBe(true)
})

test('tokens lists them without their hashes, with the day of their last use', async () => {
  const { createToken } = await registry.data(create, { name: 'listed' }, asAdmin)
  await registry.data(whoami, {}, bearer(createToken.token))
  const day = new Date(time).toISOString().slice(0, 10)
  const list = '{ tokens { name state createTime createdBy expires revokeTime revokedBy lastUse } }'
  // The use is recorded beside the request.
  await vi.waitFor(async () => {
    const { tokens } = await registry.data(list, {}, asAdmin)
    expect(tokens.filter(({ name }: { name: string }) => name === 'listed')).toEqual([
      {
        name: 'listed',
        state: 'LIVE',
        createTime: createToken.createTime,
        createdBy: 'admin',
        expires: null,
        revokeTime: null,
        revokedBy: null,
        lastUse: day,
      },
    ])
  })
  await registry.data('mutation { revokeToken(name: "listed") }', {}, asAdmin)
  const states = '{ present: tokens { name } all: tokens(includeRevoked: true) { name state revokedBy } }'
  const { present, all } = await registry.data(states, {}, asAdmin)
  expect(JSON.stringify(present)).not.toContain('listed')
  expect(all).toContainEqual({ name: 'listed', state: 'REVOKED', revokedBy: 'admin' })
})

test('what administrators do stands in the trail and in the log, with who did it and from where', async () => {
  await registry.data(create, { name: 'traced', expires: '2999-01-01T00:00:00Z' }, asAdmin)
  await registry.data('mutation { revokeToken(name: "traced") }', {}, asAdmin)
  const read =
    'query ($after: String) { administrationLog(first: 1, after: $after) { nodes { time action subject details actor onBehalfOf address } endCursor } }'
  const by = { actor: 'admin', onBehalfOf: 'alice', address: '127.0.0.1' }
  const revoked = { action: 'TOKEN_REVOKED', subject: 'traced', details: { tokens: 1 }, ...by }
  const created = {
    action: 'TOKEN_CREATED',
    subject: 'traced',
    details: { expires: '2999-01-01T00:00:00.000Z' },
    ...by,
  }
  const { administrationLog: first } = await registry.data(read, {}, asAdmin)
  expect(first.nodes).toEqual([{ time: expect.any(String), ...revoked }])
  const { administrationLog: second } = await registry.data(read, { after: first.endCursor }, asAdmin)
  expect(second.nodes).toEqual([{ time: expect.any(String), ...created }])
  expect(log.filter(({ subject }) => subject === 'traced')).toMatchObject([created, revoked])
})

test('their names give way to those of templates', () => {
  const template = 'name: token\nkey: [name]\nfields: { name: string }'
  const sdl = printSchema(buildSchema(parseTexts([template])))
  expect(sdl).toContain('_tokens(includeRevoked: Boolean = false): [RegistryToken!]!')
  expect(sdl).toContain('tokens(')
})
