import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allRights } from '../../../src/plan/rights.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { type Grants, rightsOf } from '../../support/rights-of.ts'
import { asToken } from '../../support/test-identify.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n',
  `name: role
key: [name]
fields:
  name: string
  image: { type: reference, to: image }
  count: { type: int, maximum: 100 }
  tags: [string]
`,
  'name: odd\nkey: [idempotencyKey]\nfields:\n  idempotencyKey: string\n',
]

let registry: TestRegistry
let grants: Grants = {}
beforeAll(async () => {
  registry = await startRegistry(templates, {
    rights: ({ actor }) => (actor === 'limited' ? rightsOf(grants, registry.model) : allRights),
  })
})
afterAll(() => registry?.close())
beforeEach(async () => {
  await registry.sql('delete from registry_idempotency')
  await registry.data('mutation { deleteRoles(where: {}, all: true) deleteImages(where: {}, all: true) }')
})

const keyed = (count: number, key = 'k', more = '') =>
  `mutation { upsertRole(input: { name: "a", count: ${count} }, idempotencyKey: "${key}"${more}) { outcome role { count _meta { version updateTime } } changes { field before after } } }`
const codeOf = async (query: string, variables?: object, headers?: Readonly<Record<string, string>>) => {
  const { data, errors } = await registry.query(query, variables, headers)
  return errors?.[0]?.extensions?.code ?? data
}
const countKept = async () => (await registry.sql('select count(*)::int as count from registry_idempotency'))[0]?.count
const readRows = () =>
  registry.sql('select key, version, document, updated_at, confirmed_at from registry_object order by template, key')

describe('an upsert of one', () => {
  test('gives the same answer again and writes nothing, also when the object has changed since', async () => {
    const first = await registry.query(keyed(1))
    expect(first.data.upsertRole.outcome).toBe('CREATED')
    await registry.data('mutation { upsertRole(input: { name: "a", count: 7 }) { outcome } }')
    const rows = await readRows()
    for (let i = 0; i < 2; i++) expect(await registry.query(keyed(1))).toEqual(first)
    expect(await readRows()).toEqual(rows)
  })

  test('is the same with variables and other spaces, under another alias, and with another key it is another one', async () => {
    const literal = await registry.data(
      'mutation { upsertRole(input: { name: "a", count: 1 }, idempotencyKey: "k") { outcome role { ...F } } } fragment F on Role { count }',
    )
    const query = `mutation ($input: RoleInput!, $key: String) {
      again: upsertRole(idempotencyKey: $key, input: $input) { outcome  role { ...F } } }
      fragment F on Role { count }`
    const { again } = await registry.data(query, { input: { count: 1, name: 'a' }, key: 'k' })
    expect(again).toEqual(literal.upsertRole)
    expect(again.outcome).toBe('CREATED')
    expect((await registry.data(query, { input: { count: 1, name: 'a' }, key: 'other' })).again.outcome).toBe(
      'UNCHANGED',
    )
  })

  test('of another value, another selection or another field is a conflict that names the key, and writes nothing', async () => {
    await registry.data(keyed(1))
    const rows = await readRows()
    const { errors } = await registry.query(keyed(2))
    expect(errors).toMatchObject([
      {
        message:
          'idempotencyKey: "k" was used for another request; send that one again as it was, or choose another key.',
        extensions: {
          code: 'IDEMPOTENCY_CONFLICT',
          issues: [{ path: ['idempotencyKey'], code: 'IDEMPOTENCY_CONFLICT' }],
        },
      },
    ])
    const others = [
      'mutation { upsertRole(input: { name: "a", count: 1 }, idempotencyKey: "k") { outcome } }',
      'mutation { upsertRoles(input: [{ name: "a", count: 1 }], idempotencyKey: "k") { created } }',
      'mutation { deleteRole(name: "a", idempotencyKey: "k") { name } }',
      'mutation { deleteRoles(where: { name: { equals: "a" } }, idempotencyKey: "k") }',
      keyed(1, 'k', ', ifVersion: 1'),
    ]
    for (const other of others) expect(await codeOf(other), other).toBe('IDEMPOTENCY_CONFLICT')
    expect(await readRows()).toEqual(rows)
  })

  test('a variable inside the selection belongs to the request', async () => {
    const query = `mutation ($with: Boolean!) { upsertRole(input: { name: "a" }, idempotencyKey: "k") { outcome role { ...F } } }
      fragment F on Role { name count @include(if: $with) }`
    await registry.data(query, { with: true })
    expect(await codeOf(query, { with: false })).toBe('IDEMPOTENCY_CONFLICT')
    expect((await registry.data(query, { with: true })).upsertRole.role).toEqual({ name: 'a', count: null })
  })

  test('that was refused may be sent again', async () => {
    const lost = 'mutation { upsertRole(input: { name: "a", image: "i" }, idempotencyKey: "k") { outcome } }'
    expect(await codeOf(lost)).toBe('REFERENCE_NOT_FOUND')
    expect(await codeOf(keyed(101, 'k2'))).toBe('BAD_USER_INPUT')
    expect(await countKept()).toBe(0)
    await registry.data('mutation { upsertImage(input: { name: "i" }) { outcome } }')
    expect(await codeOf(lost)).toEqual({ upsertRole: { outcome: 'CREATED' } })
  })

  test('in a dry run keeps nothing and knows no key', async () => {
    const dry = keyed(1, 'k', ', dryRun: true')
    for (let i = 0; i < 2; i++) expect((await registry.data(dry)).upsertRole.outcome).toBe('CREATED')
    expect(await countKept()).toBe(0)
    await registry.data(keyed(1))
    expect((await registry.data(dry)).upsertRole.outcome).toBe('UNCHANGED')
  })

  test('takes a key of 255 characters, and not an empty one', async () => {
    expect((await registry.data(keyed(1, 'ä'.repeat(255)))).upsertRole.outcome).toBe('CREATED')
    for (const key of ['', 'x'.repeat(256)]) expect(await codeOf(keyed(1, key))).toBe('BAD_USER_INPUT')
  })
})

test('of the same requests at once one writes, and the others give its answer', async () => {
  const add =
    'mutation { upsertRole(input: { name: "a" }, change: { count: { increment: 1 } }, idempotencyKey: "k") { outcome role { count _meta { version updateTime } } } }'
  const answers = await Promise.all(Array.from({ length: 20 }, () => registry.data(add)))
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1)
  expect((await registry.data('{ role(name: "a") { count } }')).role).toEqual({ count: 1 })
})

test('a request that waits for one that does not end well writes itself', async () => {
  const other = new pg.Client(registry.connection)
  await other.connect()
  try {
    await other.query('begin')
    await other.query("insert into registry_idempotency (caller, key, request, sight) values ('', 'k', '', '')")
    const waiting = registry.data(keyed(1))
    for (const endsAt = Date.now() + 20_000; ; ) {
      const [row] = await registry.sql(
        "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
      )
      if (row?.count === 1) break
      if (Date.now() > endsAt) throw new Error('the write does not wait for the other one')
    }
    await other.query('rollback')
    expect((await waiting).upsertRole.outcome).toBe('CREATED')
  } finally {
    await other.end()
  }
})

test('an answer is kept for a day; older ones go when others come', async () => {
  await registry.data(keyed(1))
  const made = (age: string) =>
    registry.sql(`update registry_idempotency set created_at = clock_timestamp() - interval '${age}' where key = 'k'`)
  await made('23 hours 59 minutes')
  expect((await registry.data(keyed(1))).upsertRole.outcome).toBe('CREATED')
  await made('24 hours')
  expect((await registry.data(keyed(1))).upsertRole.outcome).toBe('UNCHANGED')
  await made('24 hours')
  await registry.data(keyed(1, 'another'))
  expect(await registry.sql('select key from registry_idempotency')).toEqual([{ key: 'another' }])
})

describe('an upsert of many', () => {
  test('keeps the outcome of each, also of those that were refused on their own', async () => {
    const many = `mutation { upsertRoles(mode: INDEPENDENT, idempotencyKey: "k", input: [{ name: "a" }, { name: "b", image: "none" }, { name: "c", count: 101 }]) {
      created failed results { index outcome role { name } error { code } } } }`
    const first = await registry.data(many)
    expect(first.upsertRoles).toMatchObject({ created: 1, failed: 2 })
    await registry.data('mutation { upsertImage(input: { name: "none" }) { outcome } }')
    expect(await registry.data(many)).toEqual(first)
    expect((await registry.data('{ roles { totalCount } }')).roles.totalCount).toBe(1)
  })

  test('of which all are refused is not kept', async () => {
    const many = (mode: string) =>
      `mutation { upsertRoles(mode: ${mode}, idempotencyKey: "k", input: [{ name: "b", image: "none" }]) { created } }`
    expect((await registry.data(many('INDEPENDENT'))).upsertRoles.created).toBe(0)
    expect(await codeOf(many('ATOMIC'))).toBe('REFERENCE_NOT_FOUND')
    await registry.data('mutation { upsertImage(input: { name: "none" }) { outcome } }')
    expect((await registry.data(many('ATOMIC'))).upsertRoles.created).toBe(1)
  })
})

test('deletes give what was deleted again, and leave what was created since; what deletes nothing is not kept', async () => {
  const one = 'mutation { deleteRole(name: "a", idempotencyKey: "one") { name count } }'
  const many = 'mutation { deleteRoles(where: { name: { in: ["a", "b"] } }, idempotencyKey: "many") }'
  expect(await registry.data(one)).toEqual({ deleteRole: null })
  expect(await registry.data(many)).toEqual({ deleteRoles: 0 })
  const create = 'mutation { upsertRoles(input: [{ name: "a", count: 3 }, { name: "b" }]) { created } }'
  await registry.data(create)
  for (let i = 0; i < 2; i++) {
    expect(await registry.data(one)).toEqual({ deleteRole: { name: 'a', count: 3 } })
    await registry.data(create)
  }
  for (let i = 0; i < 2; i++) {
    expect(await registry.data(many)).toEqual({ deleteRoles: 2 })
    await registry.data(create)
  }
  expect((await registry.data('{ roles { totalCount } }')).roles.totalCount).toBe(2)
})

test('the argument gives way to a key field of its name', async () => {
  await registry.data('mutation { upsertOdd(input: { idempotencyKey: "x" }, idempotencyKey: "y") { outcome } }')
  const remove = 'mutation { deleteOdd(idempotencyKey: "x", _idempotencyKey: "z") { idempotencyKey } }'
  for (let i = 0; i < 2; i++) expect(await registry.data(remove)).toEqual({ deleteOdd: { idempotencyKey: 'x' } })
})

test('rights are those of now: what the caller may not read any more is not told', async () => {
  const limited = { 'x-registry-actor': 'limited' }
  const all: Grants = { read: { role: { count: { lt: 10 } } }, write: { role: true }, delete: { role: true } }
  grants = all
  const answer = await registry.query(keyed(1), {}, limited)
  expect(await registry.query(keyed(1), {}, limited)).toEqual(answer)
  for (const [read, write] of [
    [{ role: { count: { lt: 5 } } }, { role: true }],
    [{}, { role: true }],
    [{ role: { count: { lt: 10 } } }, {}],
  ] as const) {
    grants = { ...all, read, write }
    expect(await codeOf(keyed(1), {}, limited)).toBe('FORBIDDEN')
  }
  grants = all
  expect(await registry.query(keyed(1), {}, limited)).toEqual(answer)
})

describe('with rules of access', () => {
  let guarded: TestRegistry
  beforeAll(async () => {
    const own =
      'name: own\nwho:\n  - token: ann\n  - token: bob\nmay:\n  - read: role\n    where: { _meta: { createdBy: { equals: "{actor}" }, updateTime: { gt: now-1d } } }\n  - write: role\n'
    const access = [own, 'name: ci\nwho:\n  - token: one\n  - token: two\nmay:\n  - read: "*"\n  - write: "*"\n']
    guarded = await startRegistry(templates, { access })
  })
  afterAll(() => guarded?.close())

  test("a key is the caller's own, on whosever behalf", async () => {
    const send = async (token: string, onBehalfOf = '') =>
      (await guarded.data(keyed(1), {}, { ...asToken(token), 'x-registry-actor': onBehalfOf })).upsertRole.outcome
    expect([await send('one'), await send('one', 'ann'), await send('two'), await send('two')]).toEqual([
      'CREATED',
      'CREATED',
      'UNCHANGED',
      'UNCHANGED',
    ])
    const { role } = await guarded.data('{ role(name: "a") { _meta { version } } }', {}, asToken('one'))
    expect(role._meta.version).toBe(1)
    expect(await guarded.sql('select caller from registry_idempotency order by caller')).toEqual([
      { caller: 'token one' },
      { caller: 'token two' },
    ])
  })
  test('a condition on the caller holds for the kept answer as for the first one', async () => {
    const send = (token: string) => guarded.query(keyed(1).replace('"a"', `"${token}"`), {}, asToken(token))
    for (const token of ['ann', 'bob']) {
      const first = await send(token)
      expect(first.data.upsertRole.outcome).toBe('CREATED')
      expect(await send(token)).toEqual(first)
    }
  })
})
