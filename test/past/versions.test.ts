import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { compileDelete } from '../../src/sql/writes/compile-delete.ts'
import { databaseTime } from '../support/database-time.ts'
import { openRanges } from '../support/open-ranges.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { versions } from '../support/versions.ts'

const templates = [
  '{ name: image, key: [name], fields: { name: string, size: int } }',
  '{ name: role, key: [name], fields: { name: string, size: int, image: { type: reference, to: image, onDelete: cascade } } }',
  '{ name: remark, key: [name], fields: { name: string, image: { type: reference, to: image, onDelete: unset } } }',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())
beforeEach(() => registry.sql('truncate registry_object, registry_past, registry_change'))

const upsertRole = 'mutation ($input: RoleInput!) { upsertRole(input: $input) { outcome role { _meta { version } } } }'

/** The versions of each object, and what they were made by, in an order of the log. */
async function historyBy(
  order: string,
): Promise<Map<string, { readonly versions: number[]; readonly outcomes: string[] }>> {
  const rows = await registry.sql(
    `select template || key as name, array_agg(version order by ${order}) as versions, array_agg(outcome order by ${order}) as outcomes from registry_change group by template, key`,
  )
  return new Map(rows.map(({ name, versions, outcomes }) => [name, { versions, outcomes }]))
}

/** What is wrong with histories: versions are counted from 1, and what is deleted must be created again. */
function findFaults(histories: Awaited<ReturnType<typeof historyBy>>): string[] {
  return [...histories].flatMap(([name, { versions, outcomes }]) => {
    const isCounted = versions.every((version, i) => version === i + 1)
    const isTold = outcomes.every(
      (outcome, i) => (outcome === 'CREATED') === (i === 0 || outcomes[i - 1] === 'DELETED'),
    )
    return isCounted && isTold ? [] : [`${name}: ${versions.join()} ${outcomes.join()}`]
  })
}

/** Waits until somebody waits for a lock in the database. */
async function untilBlocked(): Promise<void> {
  const blocked = `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
  while ((await registry.sql(blocked)).length === 0) await sleep(5)
}

/** Does something in a transaction that stays open until `meanwhile` is through. */
async function holding(text: string, values: readonly string[], meanwhile: () => Promise<unknown>): Promise<void> {
  await registry.database.transaction(async (run) => {
    await run({ text, values: [...values] })
    await meanwhile()
  })
}

test('an object that is created while another transaction deletes it goes on behind the deletion', async () => {
  await registry.data(upsertRole, { input: { name: 'r', size: 1 } })
  const deletion = compileDelete('role', ['["r"]'], { actor: undefined, run: undefined })
  let created: Promise<unknown> = Promise.resolve()
  await registry.database.transaction(async (run) => {
    await run(deletion)
    created = registry.data(upsertRole, { input: { name: 'r', size: 2 } })
    await untilBlocked()
  })
  expect(await created).toEqual({ upsertRole: { outcome: 'CREATED', role: { _meta: { version: 3 } } } })
  expect(
    await registry.sql(
      `select outcome, version, (document->>'size')::int as size from ${versions} as v order by sequence`,
    ),
  ).toEqual([
    { outcome: 'CREATED', version: 1, size: 1 },
    { outcome: 'DELETED', version: 2, size: 1 },
    { outcome: 'CREATED', version: 3, size: 2 },
  ])
  expect(await openRanges(registry)).toEqual([])
})

test('16 writers of three keys, which create, change, refer and delete, leave each object versions from 1 on in the order of the log', async () => {
  await registry.data('mutation { upsertImages(input: [{ name: "a" }, { name: "b" }]) { created } }')
  await registry.data('mutation { upsertRoles(input: [{ name: "r0" }, { name: "r1" }]) { created } }')
  // A transaction that began earlier and comes later: it has written q when it waits for r0, and another writes r1 meanwhile.
  let batch: Promise<unknown> = Promise.resolve()
  await holding('select from registry_object where key = $1 for update', ['["r0"]'], async () => {
    batch = registry.data(
      'mutation { upsertRoles(input: [{ name: "q" }, { name: "r0", size: -1 }, { name: "r1", size: -1 }]) { updated } }',
    )
    await untilBlocked()
    await registry.data(upsertRole, { input: { name: 'r1', size: -2 } })
  })
  await batch

  const codes = new Set<string>()
  const write = (i: number): Promise<{ errors?: readonly { extensions?: { code?: string } }[] }> => {
    const [name, image] = [`r${i % 3}`, i % 2 === 0 ? 'a' : 'b']
    if (i % 7 === 0) return registry.query('mutation ($name: String!) { deleteRole(name: $name) { name } }', { name })
    if (i % 31 === 0)
      return registry.query('mutation ($name: String!) { deleteImage(name: $name) { name } }', { name: image })
    if (i % 31 === 1 || i % 31 === 2)
      return registry.query(
        'mutation ($name: String!, $size: Int) { upsertImage(input: { name: $name, size: $size }) { outcome } }',
        { name: image, size: i },
      )
    return registry.query(upsertRole, { input: { name, size: i, image } })
  }
  let next = 0
  const goOn = async () => {
    for (let i = next++; i < 300; i = next++)
      for (const { extensions } of (await write(i)).errors ?? []) codes.add(extensions?.code ?? '')
  }
  await Promise.all(Array.from({ length: 16 }, goOn))
  expect([...codes].filter((code) => code !== 'REFERENCE_NOT_FOUND')).toEqual([])

  const histories = await historyBy('sequence')
  expect(histories.size).toBe(6)
  expect(findFaults(histories)).toEqual([])
  expect(await openRanges(registry)).toEqual([])
  // A transaction's number is taken before the wait for the object: that order is another one.
  expect(findFaults(await historyBy('transaction, sequence'))).not.toEqual([])
})

test('a cascade and an unset reference leave versions of all that they reach', async () => {
  await registry.data(`mutation {
    upsertImage(input: { name: "a" }) { outcome }
    upsertRole(input: { name: "r", image: "a" }) { outcome }
    upsertRemark(input: { name: "m", image: "a" }) { outcome }
    deleteImage(name: "a") { name }
  }`)
  expect(
    await registry.sql(`select template, outcome, version, document from ${versions} as v order by template, sequence`),
  ).toEqual([
    { template: 'image', outcome: 'CREATED', version: 1, document: { name: 'a' } },
    { template: 'image', outcome: 'DELETED', version: 2, document: { name: 'a' } },
    { template: 'remark', outcome: 'CREATED', version: 1, document: { name: 'm', image: 'a' } },
    { template: 'remark', outcome: 'UPDATED', version: 2, document: { name: 'm' } },
    { template: 'role', outcome: 'CREATED', version: 1, document: { name: 'r', image: 'a' } },
    { template: 'role', outcome: 'DELETED', version: 2, document: { name: 'r', image: 'a' } },
  ])
  expect(await openRanges(registry)).toEqual([])
})

test('the last version there can be stays the last one, also after a deletion', async () => {
  const last = 2147483647
  await registry.data(upsertRole, { input: { name: 'r' } })
  await registry.sql('update registry_object set version = $1', [last - 1])
  await registry.sql('update registry_change set version = $1', [last - 1])
  await registry.sql('truncate registry_past')
  for (const size of [1, 2]) await registry.data(upsertRole, { input: { name: 'r', size } })
  await registry.data('mutation { deleteRole(name: "r") { name } }')
  expect(await registry.data(upsertRole, { input: { name: 'r', size: 3 } })).toMatchObject({
    upsertRole: { role: { _meta: { version: last } } },
  })
  expect(await openRanges(registry)).toEqual([])
})

test('times of an object go on behind one another when the clock steps back', async () => {
  await registry.data(upsertRole, { input: { name: 'r', size: 1 } })
  // As if it had been written before that.
  await registry.sql(`update registry_object set changed_at = changed_at + interval '1 hour'`)
  await registry.sql('truncate registry_past')
  await registry.sql(`update registry_change set changed_at = changed_at + interval '1 hour'`)
  await registry.data(upsertRole, { input: { name: 'r', size: 2 } })
  await registry.data('mutation { deleteRole(name: "r") { name } }')
  await registry.data(upsertRole, { input: { name: 'r', size: 3 } })
  await registry.data(upsertRole, { input: { name: 'r', size: 4 } })
  expect(findFaults(await historyBy('sequence'))).toEqual([])
  expect(await openRanges(registry)).toEqual([])
  const [row] = await registry.sql(
    'select bool_and(valid_from > now()) as later, count(*)::int as count from registry_past',
  )
  expect(row).toEqual({ later: true, count: 3 })
})

describe('what is no change', () => {
  const all = `{ roles(at: $at) { nodes { name size _meta { version updateTime updatedBy } } } }`
  const readAt = (at: string) => registry.data(all.replace('$at', JSON.stringify(at)))
  const stored = async () => ({
    past: await registry.sql('select * from registry_past order by valid_to'),
    changes: await registry.sql('select * from registry_change order by sequence'),
  })

  test('a hundred confirmations leave the history as it was, and each time its answer', async () => {
    await registry.data(upsertRole, { input: { name: 'r', size: 1 } })
    await registry.data(upsertRole, { input: { name: 'r', size: 2 } })
    const before = await databaseTime(registry)
    const [kept, seen] = [await stored(), await readAt(before)]
    const confirm = async () => {
      const answer = await registry.data(upsertRole, { input: { name: 'r', size: 2 } }, { 'x-registry-actor': 'bob' })
      expect(answer.upsertRole.outcome).toBe('UNCHANGED')
    }
    for (let i = 0; i < 100; i++) await confirm()
    expect(await stored()).toEqual(kept)
    expect(await readAt(before)).toEqual(seen)
    expect(await readAt(await databaseTime(registry))).toEqual(seen)
    // Had it been by the update time, they would all be there.
    await registry.sql(`create trigger by_update_time after update on registry_object for each row
      when (greatest(new.updated_at, new.confirmed_at) is distinct from greatest(old.updated_at, old.confirmed_at)) execute function registry_keep_past()`)
    try {
      await confirm()
      expect((await stored()).past.length).toBe(kept.past.length + 1)
    } finally {
      await registry.sql('drop trigger by_update_time on registry_object')
    }
  })

  test('an import with an early update time changes nothing of what an earlier time says', async () => {
    await registry.data(upsertRole, { input: { name: 'r', size: 1 } })
    const before = await databaseTime(registry)
    const seen = await readAt(before)
    const early = '2020-01-01T00:00:00.000Z'
    for (const input of [
      { name: 'r', size: 2, _meta: { updateTime: early } },
      { name: 's', size: 2, _meta: { createTime: early, updateTime: early } },
    ])
      await registry.data(upsertRole, { input })
    expect(await readAt(before)).toEqual(seen)
    // By their update times, both would have been there.
    const byUpdateTime = 'select key from registry_object where updated_at <= $1 order by key'
    expect(await registry.sql(byUpdateTime, [before])).toEqual([{ key: '["r"]' }, { key: '["s"]' }])
  })
})
