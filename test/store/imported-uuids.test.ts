import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allRights } from '../../src/plan/rights.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Grants, rightsOf } from '../support/rights-of.ts'

let registry: TestRegistry
let grants: Grants = {}
beforeAll(async () => {
  registry = await startRegistry(undefined, {
    rights: ({ actor }) => (actor === 'limited' ? rightsOf(grants, registry.model) : allRights),
  })
})
afterAll(() => registry?.close())

const importImage = (name: string, uuid: string, actor = 'all') =>
  registry.query(
    'mutation ($input: ImageInput!) { upsertImage(input: $input) { outcome } }',
    { input: { name, _meta: { uuid } } },
    { 'x-registry-actor': actor },
  )
const importPerson = (name: string, uuid: string) =>
  registry.query('mutation ($input: PersonInput!) { upsertPerson(input: $input) { outcome } }', {
    input: { first_name: name, _meta: { uuid } },
  })

const uuid = (last: number) => `b7205949-344b-4e51-a4a8-${String(last).padStart(12, '0')}`
const conflict = (subject: string, given: string) =>
  `_meta.uuid: ${subject} already has the uuid "${given}"; leave it out, or use a new one.`

test('the uuid of an object of another template is refused, and named to those who may read it', async () => {
  expect((await importPerson('ann', uuid(1))).errors).toBeUndefined()
  const refused = await importImage('a', uuid(1))
  const message = conflict('the person ["ann","Bar"]', uuid(1))
  const issue = { path: ['input', '_meta', 'uuid'], code: 'UNIQUE_CONFLICT', message }
  expect(refused.errors).toMatchObject([{ message, extensions: { code: 'UNIQUE_CONFLICT', issues: [issue] } }])
  expect(await registry.data('{ image(name: "a") { name } }')).toEqual({ image: null })
  grants = { write: true, import: true, read: { image: true, person: { first_name: { equals: 'bob' } } } }
  expect((await importImage('a', uuid(1), 'limited')).errors?.[0]?.message).toBe(conflict('another object', uuid(1)))
  grants = { write: true, import: true, read: { image: true } }
  expect((await importImage('a', uuid(1), 'limited')).errors?.[0]?.message).toBe(conflict('another object', uuid(1)))
  expect(await registry.sql('select * from registry_uuid_claim')).toEqual([])
})

test('an object keeps its own uuid, so an import of it into another template may name any', async () => {
  await registry.data('mutation { upsertImage(input: {name: "known"}) { outcome } }')
  expect((await importImage('known', uuid(1))).data).toEqual({ upsertImage: { outcome: 'UNCHANGED' } })
})

test('in an independent batch, the input with such a uuid is refused alone', async () => {
  const { upsertImages } = await registry.data(
    'mutation ($input: [ImageInput!]!) { upsertImages(mode: INDEPENDENT, input: $input) { results { outcome error { code issues { path } } } } }',
    { input: [{ name: 'b1', _meta: { uuid: uuid(2) } }, { name: 'b2', _meta: { uuid: uuid(1) } }, { name: 'b3' }] },
  )
  expect(upsertImages.results).toEqual([
    { outcome: 'CREATED', error: null },
    { outcome: null, error: { code: 'UNIQUE_CONFLICT', issues: [{ path: ['input', '1', '_meta', 'uuid'] }] } },
    { outcome: 'CREATED', error: null },
  ])
})

test('of two imports of one uuid at a time, one waits for the other and is refused', async () => {
  const holder = new pg.Client(registry.connection)
  await holder.connect()
  try {
    // Another import that has claimed the uuid and has not ended.
    await holder.query('begin')
    await holder.query('insert into registry_uuid_claim values ($1)', [uuid(3)])
    const image = importImage('c', uuid(3))
    await waitingFor(1)
    const person = importPerson('cid', uuid(3))
    await waitingFor(2)
    await holder.query('rollback')
    const codes = (await Promise.all([image, person])).map(({ errors }) => errors?.[0]?.extensions?.code)
    expect(codes.sort()).toEqual(['UNIQUE_CONFLICT', undefined])
  } finally {
    await holder.end()
  }
  expect(await registry.sql('select count(*)::int from registry_object where uuid = $1', [uuid(3)])).toEqual([
    { count: 1 },
  ])
})

/** Waits until that many statements of the registry wait for locks. */
async function waitingFor(count: number): Promise<void> {
  for (const endsAt = Date.now() + 20_000; ; ) {
    if (Date.now() > endsAt) throw new Error(`there are no ${count} waiting statements`)
    const [row] = await registry.sql(
      "select count(*)::int as count from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    if (row?.count === count) return
  }
}

test('the storages of one template have the same uuids', async () => {
  const own = await startRegistry(['name: image\nkey: [name]\nfields:\n  name: string\n  distr: string'])
  try {
    await own.data('mutation { upsertImage(input: {name: "a", distr: "d"}) { outcome } }')
    const next = await startRegistry(['name: image\nkey: [name, distr]\nfields:\n  name: string\n  distr: string'], {
      databaseUrl: own.databaseUrl,
      consent: 'any',
    })
    try {
      const write = `mutation { upsertImage(input: {name: "b", distr: "d", _meta: {uuid: "${uuid(4)}", createdBy: "ann", createdFor: "bob"}}) { outcome image { _meta { createdFor updatedFor } } } }`
      expect(await next.data(write)).toEqual({
        upsertImage: { outcome: 'CREATED', image: { _meta: { createdFor: 'bob', updatedFor: null } } },
      })
      expect((await next.data(write)).upsertImage.outcome).toBe('UNCHANGED')
      const stored = await next.sql(
        'select template, created_for from registry_object where uuid = $1 order by template',
        [uuid(4)],
      )
      expect(stored).toEqual(stored.map(({ template }) => ({ template, created_for: 'bob' })))
      expect(stored.map(({ template }) => template)).toContain('image~2')
    } finally {
      await next.close()
    }
  } finally {
    await own.close()
  }
})
