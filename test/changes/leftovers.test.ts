import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { withTimeLimits } from '../support/test-connection.ts'
import { useRegistries } from './use-registries.ts'

const { start, databaseUrl } = useRegistries()

const image = (key: string, more = '') =>
  `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 }, place: { type: string, default: here }${more} } }`
const role = '{ name: role, key: [name], fields: { name: string, image: { type: reference, to: image } } }'

/** Nobody ends a storage until the drops are released. */
async function holdDrops({ sql }: TestRegistry): Promise<void> {
  await sql(`create function hold_drop() returns trigger language plpgsql as
    $$ begin if new.task->>'kind' = 'drop' then new.leased_to := 'infinity'; end if; return new; end $$`)
  await sql('create trigger hold_drop before insert on registry_work for each row execute function hold_drop()')
}

async function releaseDrops({ sql }: TestRegistry): Promise<void> {
  await sql("update registry_work set leased_to = '-infinity' where leased_to = 'infinity'")
  while ((await sql('select from registry_work where finished_at is null')).length > 0) await sleep(20)
}

const listDrops = ({ sql }: TestRegistry) =>
  sql(
    "select generation, task->>'stored' as stored, finished_at is not null as finished from registry_work where task->>'kind' = 'drop' order by id",
  )

async function listStorages({ sql }: TestRegistry): Promise<readonly unknown[]> {
  const rows = await sql(
    "select distinct c.relname as name from pg_inherits p join pg_class c on c.oid = p.inhrelid where p.inhparent = 'registry_object'::regclass order by 1",
  )
  return rows.map(({ name }) => name)
}

const readAll = '{ images { nodes { name arch place } } roles { nodes { name image { name } } } }'
const all = {
  images: { nodes: [{ name: 'u', arch: 'x86', place: 'here' }] },
  roles: { nodes: [{ name: 'r', image: { name: 'u' } }] },
}

async function fill(registry: TestRegistry): Promise<void> {
  await registry.data(
    'mutation { upsertImage(input: {name: "u"}) { outcome } upsertRole(input: {name: "r", image: "u"}) { outcome } }',
  )
}

test('a storage that one change has left to be dropped, the next one drops', async () => {
  const first = await start([image('[name]'), role])
  await fill(first)
  await holdDrops(first)
  await start([image('[name, arch]'), role])
  await start([image('[name, arch, place]'), role])
  const newest = await start([image('[name, arch, place]', ', note: string'), role])
  expect(await listDrops(newest)).toEqual([{ generation: 4, stored: 'image', finished: false }])
  const before = await listStorages(newest)
  await releaseDrops(newest)
  expect(await listDrops(newest)).toEqual([{ generation: 4, stored: 'image', finished: true }])
  const after = await listStorages(newest)
  expect(before.filter((name) => !after.includes(name))).toEqual(['registry_image_objects'])
  expect(after).toHaveLength(before.length - 1)
  expect(await newest.data(readAll)).toEqual(all)
})

test('a storage with former keys ends at the first start a week later, or with the next change', async () => {
  const first = await start([image('[name]'), role])
  await fill(first)
  const rekeyed = await start([image('[name, arch]'), role])
  await start([image('[name, arch]'), role])
  expect(await listDrops(rekeyed)).toEqual([])
  await rekeyed.sql("update registry_generation set applied_at = applied_at - interval '8 days'")
  await holdDrops(rekeyed)
  await start([image('[name, arch]'), role])
  expect(await listDrops(rekeyed)).toEqual([{ generation: 2, stored: 'image', finished: false }])
  const newest = await start([image('[name, arch]', ', note: string'), role])
  // Nothing is written into it any more, although it is still there.
  await newest.data(
    'mutation { upsertImage(input: {name: "v"}) { outcome } deleteImage(name: "v", arch: "x86") { name } }',
  )
  await newest.data('mutation { upsertImage(input: {name: "u", note: "n"}) { outcome } }')
  const [held] = await newest.sql("select document->>'note' as note from registry_object where template = 'image'")
  expect(held).toEqual({ note: null })
  await releaseDrops(newest)
  expect(await listDrops(newest)).toEqual([{ generation: 3, stored: 'image', finished: true }])
  expect(await listStorages(newest)).not.toContain('registry_image_objects')
  expect(
    await newest.sql('select from registry_uuid where not exists (select from pg_class where oid = partition)'),
  ).toEqual([])
  expect(await newest.data(readAll)).toEqual(all)
})

test('a batch that takes longer than a statement may is done in halves', async () => {
  const host = (size: string) => `{ name: host, key: [name], fields: { name: string, size: ${size} } }`
  const older = await start([host('string')])
  const numbers = Array.from({ length: 310 }, (_, i) => i)
  await older.data('mutation ($input: [HostInput!]!) { upsertHosts(input: $input) { created } }', {
    input: numbers.map((i) => ({ name: `h${i}`, size: String(i) })),
  })
  // 300 objects take three seconds, where a statement may take two.
  await older.sql(`create function be_slow() returns trigger language plpgsql as
    $$ begin perform pg_sleep(0.01); return new; end $$`)
  await older.sql('create trigger a_slow before update on registry_object for each row execute function be_slow()')
  const newer = await startRegistry([host('int')], {
    databaseUrl: withTimeLimits(databaseUrl(), { statement_timeout: 2_000 }),
    consent: 'any',
  })
  try {
    while (newer.generation === 1) await sleep(50)
    expect(await newer.data('{ hosts(where: {size: {gte: 0}}) { totalCount aggregate { sum { size } } } }')).toEqual({
      hosts: { totalCount: 310, aggregate: { sum: { size: (310 * 309) / 2 } } },
    })
  } finally {
    await newer.close()
  }
})
