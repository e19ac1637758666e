import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import type { TestRegistry } from '../support/registry.ts'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()

const count = 3_000
const image = (key: string, more = '') =>
  `{ name: image, key: ${key}, fields: { name: string, zone: string, size: ${more === '' ? 'string' : more} } }`
const role =
  '{ name: role, key: [name, image], fields: { name: string, image: { type: reference, to: image, onDelete: cascade } } }'

/** Holds what autovacuum and others do to a storage, again and again; gives the locks of it that others have waited for meanwhile. */
async function beInTheWay(registry: TestRegistry, isOver: () => boolean): Promise<ReadonlySet<unknown>> {
  const modes = new Set<unknown>()
  const client = new pg.Client(registry.connection)
  await client.connect()
  const awaited = "select mode from pg_locks where relation = 'registry_image_objects'::regclass and not granted"
  try {
    while (!isOver()) {
      await client.query('begin; lock table registry_image_objects in share update exclusive mode')
      const noted = modes.size
      for (let looks = 0; looks < 20 && !isOver() && modes.size === noted; looks++) {
        for (const { mode } of (await client.query<{ mode: unknown }>(awaited)).rows) modes.add(mode)
        await sleep(20)
      }
      await client.query('commit')
      await sleep(20)
    }
  } finally {
    await client.end()
  }
  return modes
}

/** Waits until the newest templates are served: while objects are converted, the former ones are. */
async function untilApplied(registry: TestRegistry): Promise<void> {
  while (registry.generation < 2) await sleep(50)
}

/** Writes, deletes and reads until it is told to stop; counts what it has done, and notes what it must not see. */
function keepBusy(registry: TestRegistry, writes: (step: number) => string) {
  let isOver = false
  const seen = { writes: 0, problems: [] as unknown[] }
  const work = (async () => {
    for (let step = 0; !isOver; step++) {
      const answer = await registry.query(`mutation { ${writes(step)} }`)
      if (answer.errors) seen.problems.push(answer.errors)
      const read = await registry.query('{ images(first: 5) { totalCount nodes { name zone size } } }')
      if (read.errors) seen.problems.push(read.errors)
      seen.writes++
    }
  })()
  return {
    async stop() {
      isOver = true
      await work
      return seen
    },
  }
}

async function fill(registry: TestRegistry): Promise<void> {
  const numbers = Array.from({ length: count }, (_, i) => i)
  await registry.data('mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }', {
    input: numbers.map((i) => ({ name: `i${i}`, zone: `z${i % 7}`, size: String(i) })),
  })
  await registry.data('mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { created } }', {
    input: numbers.map((i) => ({ name: `r${i % 3}`, image: `i${i}` })),
  })
}

test.for([
  ['new rules', image('[name]', '{ type: string, maxLength: 100 }')],
  ['other values', image('[name]', 'int')],
  ['another key', image('[zone, name]')],
])('%s: writers never queue behind a lock that waits for autovacuum', async ([, next]) => {
  const older = await start([image('[name]'), role])
  await fill(older)
  let isOver = false
  const inTheWay = beInTheWay(older, () => isOver)
  try {
    await untilApplied(await start([String(next), role]))
  } finally {
    isOver = true
  }
  expect([...(await inTheWay)]).toEqual(['ShareUpdateExclusiveLock'])
})

test('values are converted while others write, and none is lost', async () => {
  const older = await start([image('[name]'), role])
  await fill(older)
  const writers = keepBusy(
    older,
    (step) =>
      `upsertImage(input: {name: "i${(step * 37) % count}", size: "${step + 10_000}"}) { outcome } more: upsertImage(input: {name: "n${step}", size: "${step}"}) { outcome }`,
  )
  const newer = await start([image('[name]', 'int'), role])
  await untilApplied(newer)
  const { problems, writes } = await writers.stop()
  expect(problems).toEqual([])
  expect(writes).toBeGreaterThan(0)
  // Each value is that of the older server, as a number.
  const rows = await newer.sql(
    "select count(*)::int as count from registry_object where template = 'image' and (document->>'size')::int is distinct from (document->'size~2')::int",
  )
  expect(rows).toEqual([{ count: 0 }])
  expect(await newer.data('{ images(where: {size: {isNull: true}}) { totalCount } }')).toEqual({
    images: { totalCount: 0 },
  })
})

test('objects get other keys while others write; the keys are permutations of the former ones', async () => {
  const older = await start([image('[name]'), role])
  await fill(older)
  // Each object's next key is the former key of another.
  await older.sql(
    `update registry_object set document = document || jsonb_build_object('zone', 'i' || ((substr(document->>'name', 2)::int + 1) % ${count})) where template = 'image'`,
  )
  const writers = keepBusy(older, (step) => {
    const i = (step * 41) % count
    return `upsertImage(input: {name: "i${i}", size: "s${step}"}) { outcome } more: upsertImage(input: {name: "n${step}", zone: "n${step}", size: "n"}) { outcome } roles: upsertRole(input: {name: "q", image: "i${(i + 1) % count}"}) { outcome } gone: deleteRoles(where: {name: {equals: "q"}, image: {name: {equals: "i${(i + 7) % count}"}}})`
  })
  const newer = await start([image('[zone]'), role])
  await untilApplied(newer)
  const { problems } = await writers.stop()
  // The last write may have come after the switch.
  for (const problem of problems) expect(JSON.stringify(problem)).toContain('SERVICE_UNAVAILABLE')
  const compared = await newer.sql(`select
      (select count(*)::int from registry_object where template = 'image') as former,
      (select count(*)::int from registry_object where template = 'image~2') as present,
      (select count(*)::int from registry_object o join registry_object n on n.template = 'image~2' and n.uuid = o.uuid and n.document = o.document and n.version = o.version
         and n.key = jsonb_build_array(n.document->'zone')::text where o.template = 'image') as same,
      (select count(*)::int from registry_object where template = 'role') as roles,
      (select count(*)::int from registry_object r join registry_object i on i.template = 'image~2' and i.key = r.refs->>'image~2'
         join registry_object f on f.template = 'image' and f.key = r.refs->>'image' and f.uuid = i.uuid where r.template = 'role~2') as referring`)
  const [row] = compared
  expect(row).toEqual({
    former: row?.['former'],
    present: row?.['former'],
    same: row?.['former'],
    roles: row?.['roles'],
    referring: row?.['roles'],
  })
  expect(row?.['former']).toBeGreaterThanOrEqual(count)
  expect(await newer.data('{ image(zone: "i1") { name roles { nodes { name } } } }')).toMatchObject({
    image: { name: 'i0' },
  })
})
