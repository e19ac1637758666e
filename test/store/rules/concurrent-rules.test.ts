import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allRights } from '../../../src/plan/rights.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { type Grants, rightsOf } from '../../support/rights-of.ts'

const templates = [
  'name: zone\nkey: [name]\nfields:\n  name: string\n  team: string',
  'name: host\nkey: [name]\nfields:\n  name: string\n  team: string\n  load: int\n  zone: { type: reference, to: zone }',
  'name: disk\nkey: [name]\nfields:\n  name: string\n  team: string\n  host: { type: reference, to: host, onDelete: cascade }',
]

let registry: TestRegistry
let grants: Grants = {}
let other: pg.Client
beforeAll(async () => {
  registry = await startRegistry(templates, {
    rights: ({ actor }) => (actor === 'limited' ? rightsOf(grants, registry.model) : allRights),
  })
  other = new pg.Client(registry.connection)
  await other.connect()
})
afterAll(async () => {
  await other?.end()
  await registry?.close()
})

beforeEach(async () => {
  await other.query('rollback')
  await registry.data(`mutation {
    deleteDisks(where: {}, all: true) deleteHosts(where: {}, all: true) deleteZones(where: {}, all: true)
    upsertZones(input: [{name: "ours", team: "ours"}, {name: "theirs", team: "theirs"}]) { failed }
    upsertHosts(input: [{name: "h", team: "ours", load: 1, zone: "ours"}]) { failed }
    upsertDisks(input: [{name: "d", team: "ours", host: "h"}]) { failed }
  }`)
})

/** Sends it as the limited caller while another transaction, which has done `change`, holds what it needs; then that one commits. */
async function whileOther(given: Grants, change: string, query: string, end: 'commit' | 'rollback' = 'commit') {
  grants = given
  await other.query('begin')
  await other.query(change)
  const answer = registry.query(query, undefined, { 'x-registry-actor': 'limited' })
  for (const endsAt = Date.now() + 20_000; ; ) {
    const [row] = await registry.sql(
      "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    if (row?.count === 1) break
    if (Date.now() > endsAt) throw new Error('the write does not wait for the other one')
  }
  await other.query(end)
  return answer
}

const ours = { team: { equals: 'ours' } }
const setLoad = 'mutation { upsertHost(input: {name: "h", load: 2}) { outcome } }'
const toTheirs = `update registry_object set document = document || '{"team": "theirs"}' where template = 'host'`
/** Of a new zone, which no statement that has begun before can see. */
const toNewZone = `with made as (insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
    values ('zone', '["new"]', gen_random_uuid(), '{"name": "new", "team": "theirs"}', '{}', 1, now(), now(), 'CREATED') returning key)
  update registry_object set document = document || '{"zone": "new"}', refs = jsonb_build_object('zone', (select key from made)) where template = 'host'`
const insertTheirs = `insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
  values ('host', '["new"]', gen_random_uuid(), '{"name": "new", "team": "theirs"}', '{}', 1, now(), now(), 'CREATED')`
const setNew = 'mutation { upsertHost(input: {name: "new", load: 2, team: "ours"}) { outcome } }'
const load = async (name = 'h') => (await registry.data(`{ host(name: "${name}") { load } }`)).host?.load

describe('no write reaches an object that another has moved out of the rule while the write waited:', () => {
  test.each<[string, Grants, string, string, string]>([
    ['by a value', { read: true, write: { host: ours } }, toTheirs, setLoad, 'h'],
    [
      'by a reference to an object that is new as well',
      { read: true, write: { host: { NOT: [{ zone: { team: { equals: 'theirs' } } }] } } },
      toNewZone,
      setLoad,
      'h',
    ],
    ['by creating it', { read: true, write: { host: ours } }, insertTheirs, setNew, 'new'],
  ])('%s', async (_title, given, change, query, name) => {
    const before = name === 'new' ? null : await load(name)
    const { errors } = await whileOther(given, change, query)
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    expect(await load(name)).toBe(before)
  })

  test('the same write is done if the other one is undone', async () => {
    for (const [given, change, query, name] of [
      [{ read: true, write: { host: ours } }, toTheirs, setLoad, 'h'],
      [{ read: true, write: { host: ours } }, insertTheirs, setNew, 'new'],
    ] as const) {
      const { data, errors } = await whileOther(given, change, query, 'rollback')
      expect([errors, data?.upsertHost?.outcome]).toEqual([undefined, name === 'h' ? 'UPDATED' : 'CREATED'])
      expect(await load(name)).toBe(2)
    }
  })

  test('a caller without a condition still writes', async () => {
    const { data } = await whileOther({ read: true, write: true }, toTheirs, setLoad)
    expect(data).toEqual({ upsertHost: { outcome: 'UPDATED' } })
  })
})

describe('no delete reaches an object that another has moved out of the rule while the delete waited:', () => {
  const remove = 'mutation { deleteHost(name: "h") { name } }'
  const diskToTheirs = toTheirs.replace("'host'", "'disk'")
  test.each<[string, Grants, string, string | undefined]>([
    ['of deleting', { read: true, delete: { host: ours, disk: true } }, toTheirs, 'FORBIDDEN'],
    ['of reading', { read: { host: ours, disk: true }, delete: true }, toTheirs, undefined],
    [
      'of deleting, by a reference to an object that is new as well',
      { read: true, delete: { host: { NOT: [{ zone: { team: { equals: 'theirs' } } }] }, disk: true } },
      toNewZone,
      'FORBIDDEN',
    ],
    [
      'of reading, in the same way',
      { read: { host: { NOT: [{ zone: { team: { equals: 'theirs' } } }] }, disk: true }, delete: true },
      toNewZone,
      undefined,
    ],
    ['of a cascade', { read: true, delete: { host: true, disk: ours } }, diskToTheirs, 'FORBIDDEN'],
  ])('%s', async (_title, given, change, code) => {
    const { data, errors } = await whileOther(given, change, remove)
    expect([data?.deleteHost, errors?.[0]?.extensions?.code]).toEqual([null, code])
    expect(await registry.data('{ hosts { totalCount } disks { totalCount } }')).toEqual({
      hosts: { totalCount: 1 },
      disks: { totalCount: 1 },
    })
  })

  test('the same delete is done if the other one is undone', async () => {
    const { data } = await whileOther({ read: true, delete: { host: ours, disk: true } }, toTheirs, remove, 'rollback')
    expect(data).toEqual({ deleteHost: { name: 'h' } })
  })
})

test('writers with rules and without, and deletes, do not block each other for good', async () => {
  grants = { read: true, write: { host: ours, disk: ours }, delete: { disk: ours } }
  const asLimited = (query: string) => registry.query(query, undefined, { 'x-registry-actor': 'limited' })
  const names = Array.from({ length: 8 }, (_, i) => `n${i}`)
  const inputs = (list: readonly string[], n: number, rest: string) =>
    `[${list.map((name) => `{name: "${name}", team: "ours", ${rest.replace('#', String(n))}}`).join(', ')}]`
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, n) => {
      const list = n % 2 ? names : names.toReversed()
      if (n % 5 === 0) return asLimited('mutation { deleteDisks(where: {name: {startsWith: "n"}}) }')
      const write =
        n % 5 === 1
          ? `mutation { upsertDisks(input: ${inputs(list, n, 'host: "h"')}) { failed } }`
          : `mutation { upsertHosts(input: ${inputs([...list, 'h'], n, 'load: #')}) { failed } }`
      return n % 3 === 0 ? registry.query(write) : asLimited(write)
    }),
  )
  expect(answers.flatMap(({ errors }) => errors ?? [])).toEqual([])
})
