import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { TestRegistry } from '../support/registry.ts'
import { holdTasks, releaseTasks } from './hold-tasks.ts'
import { useRegistries } from './use-registries.ts'

const { start, databaseUrl } = useRegistries()

const issues = ({ errors }: Awaited<ReturnType<TestRegistry['query']>>) =>
  errors?.flatMap(({ extensions }) => extensions?.issues ?? [])

test('while objects get other keys, nobody can write what has none under the next templates', async () => {
  const zone = '{ name: zone, key: [name], fields: { name: string, area: { type: string, default: eu } } }'
  const host = (key: string) =>
    `{ name: host, key: ${key}, fields: { name: string, place: string, note: string, zone: { type: reference, to: zone, onMissing: allow } } }`
  const older = await start([zone, host('[name]')])
  await older.data(
    'mutation { upsertZone(input: {name: "z"}) { outcome } upsertHost(input: {name: "a", place: "x", zone: "z"}) { outcome } }',
  )
  await holdTasks(older)
  const newer = await start([zone.replace('key: [name]', 'key: [name, area]'), host('[place, zone, name]')])
  expect(newer.generation).toBe(1)
  const upsert = (input: string) => newer.query(`mutation { upsertHost(input: {${input}}) { outcome } }`)
  const refused = [{ path: ['input'], code: 'NEXT_KEY', message: expect.stringContaining('another key') }]
  expect(issues(await upsert('name: "b", zone: "z"'))).toEqual(refused)
  expect(issues(await upsert('name: "b", place: "y", zone: "nowhere"'))).toEqual(refused)
  // Its zone has no next key yet.
  expect((await upsert('name: "b", place: "y", zone: "z"')).errors).toBeUndefined()
  await newer.data('mutation { upsertZone(input: {name: "late"}) { outcome } }')
  expect((await upsert('name: "c", place: "y", zone: "late"')).errors).toBeUndefined()
  expect(issues(await upsert('name: "c", place: "elsewhere"'))).toEqual(refused)
  expect((await upsert('name: "c", place: "y", note: "n"')).errors).toBeUndefined()
  await releaseTasks(newer)
  while (newer.generation === 1) await sleep(20)
  expect(await newer.data('{ hosts { nodes { name place note zone { name area } } } }')).toEqual({
    hosts: {
      nodes: [
        { name: 'a', place: 'x', note: null, zone: { name: 'z', area: 'eu' } },
        { name: 'b', place: 'y', note: null, zone: { name: 'z', area: 'eu' } },
        { name: 'c', place: 'y', note: 'n', zone: { name: 'late', area: 'eu' } },
      ],
    },
  })
})

test('another key waits for writers that have begun before, without a word', async () => {
  const host = (key: string) =>
    `{ name: host, key: ${key}, fields: { name: string, place: { type: string, default: here } } }`
  const older = await start([host('[name]')])
  await older.data('mutation { upsertHost(input: {name: "a"}) { outcome } }')
  await holdTasks(older)
  const said: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => said.push(line) })
  const newer = await start([host('[name, place]')], 'any', { logger })
  const writer = new pg.Client(databaseUrl())
  await writer.connect()
  await writer.query('begin; lock table registry_host_objects in row exclusive mode')
  const released = releaseTasks(newer)
  // Until it has waited in vain.
  const waits = () =>
    older.sql("select from pg_stat_activity where wait_event_type = 'Lock' and query like 'lock table%'")
  await expect.poll(waits, { timeout: 20_000, interval: 5 }).toHaveLength(1)
  await expect.poll(waits, { timeout: 20_000, interval: 5 }).toHaveLength(0)
  expect(newer.generation).toBe(1)
  await writer.query('commit')
  await writer.end()
  await released
  await expect.poll(() => newer.generation, { timeout: 20_000 }).toBe(2)
  expect(said).toEqual([])
})

test('what one change has left to be filled, the next one fills', async () => {
  const host = (fields: string) => `{ name: host, key: [name], fields: { name: string, ${fields} } }`
  const stage = 'stage: { type: string, required: true, default: test }'
  const older = await start([host('note: string')])
  await older.data('mutation { upsertHosts(input: [{name: "a"}, {name: "b"}]) { created } }')
  await holdTasks(older)
  await start([host(`note: string, ${stage}`)])
  const newest = await start([host(`note: string, ${stage}, more: int`)])
  expect(newest.generation).toBe(3)
  const filled = () => newest.sql("select document->>'stage' as stage from registry_object order by key")
  expect(await filled()).toEqual([{ stage: null }, { stage: null }])
  expect(await newest.data('{ hosts { nodes { stage } } }')).toEqual({
    hosts: { nodes: [{ stage: 'test' }, { stage: 'test' }] },
  })
  await releaseTasks(newest)
  expect(await filled()).toEqual([{ stage: 'test' }, { stage: 'test' }])
})

test.each<[title: string, fields: string, answer: unknown]>([
  ['that turns optional', 'stage: string', { stage: 'test' }],
  ['of another type', 'stage: { type: [string] }', { stage: ['test'] }],
  ['that gets another default', 'stage: { type: string, required: true, default: other }', { stage: 'test' }],
  ['that is removed, and comes back', 'more: int', undefined],
])('objects are filled before the next change of a field %s', async (_title, fields, answer) => {
  const host = (more: string) => `{ name: host, key: [name], fields: { name: string, ${more} } }`
  const stage = 'stage: { type: string, required: true, default: test }'
  const older = await start([host('note: string')])
  await older.data('mutation { upsertHosts(input: [{name: "a"}, {name: "b"}]) { created } }')
  await holdTasks(older)
  await start([host(`note: string, ${stage}`)])
  const starting = start([host(`note: string, ${fields}`)])
  // So that it meets objects that are not filled; it waits for them, however long this takes.
  const released = sleep(2_000).then(() => releaseTasks(older))
  let newest = await starting
  await released
  while (newest.generation < 3) await sleep(20)
  if (answer === undefined) newest = await start([host('note: string, stage: string')])
  expect(await newest.data('{ hosts { nodes { stage } } }')).toEqual({
    hosts: { nodes: Array(2).fill(answer ?? { stage: 'test' }) },
  })
})

test('a key cannot change while objects of a template that is gone lead to it', async () => {
  const image = (key: string) =>
    `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 } } }`
  const role = '{ name: role, key: [name], fields: { name: string, image: { type: reference, to: image } } }'
  const first = await start([image('[name]'), role])
  await first.data(
    'mutation { upsertImage(input: {name: "u"}) { outcome } upsertRole(input: {name: "r", image: "u"}) { outcome } }',
  )
  const without = await start([image('[name]')])
  await expect(start([image('[name, arch]')])).rejects.toThrow(
    'CONFLICTS role: removed, but its objects refer to image, whose key changes: bring it back or purge it first (1 object: "r")',
  )
  await without.data('mutation { purgeTemplate(name: "role") }')
  const rekeyed = await start([image('[name, arch]')])
  expect(await rekeyed.data('{ images { nodes { name arch } } }')).toEqual({
    images: { nodes: [{ name: 'u', arch: 'x86' }] },
  })
  const back = await start([image('[name, arch]'), role])
  expect(await back.data('{ roles { totalCount } }')).toEqual({ roles: { totalCount: 0 } })
})

test('objects without a creator cannot be filled with it', async () => {
  const host = (fields: string) => `{ name: host, key: [name], fields: { name: string${fields} } }`
  const upsert = (name: string) => `mutation { upsertHost(input: {name: "${name}"}) { outcome } }`
  const older = await start([host('')])
  await older.data(upsert('a'), {}, { 'x-registry-actor': 'alice' })
  await older.data(upsert('b'))
  const owner = host(', owner: { type: string, required: true, default: { actor: true } }')
  await expect(start([owner], '')).rejects.toThrow(
    'VIOLATES host.fields.owner: required; objects without a creator lack it (1 object: "b")',
  )
  const newer = await start([owner])
  const answer = await newer.query('{ hosts { nodes { name owner } } }')
  expect(answer.data.hosts.nodes).toEqual([
    { name: 'a', owner: 'alice' },
    { name: 'b', owner: null },
  ])
  expect(answer.errors).toMatchObject([{ path: ['hosts', 'nodes', 1, 'owner'], extensions: { code: 'UNFIT_OBJECT' } }])
})

test('what objects had under a name before a template was closed is not taken for the value of a new field', async () => {
  const host = (fields: string, more = '') => `{ name: host, key: [name], fields: { name: string${fields} }${more} }`
  const open = await start([host('', ', additionalFields: true')])
  await open.data(
    'mutation { upsertHosts(input: [{name: "a", _additional: {size: "7"}}, {name: "b", _additional: {size: "large"}}]) { created } }',
  )
  await start([host('')])
  const newer = await start([host(', size: int')])
  const answer = await newer.query('{ hosts { nodes { name size } } }')
  expect(answer.data.hosts.nodes).toEqual([
    { name: 'a', size: 7 },
    { name: 'b', size: null },
  ])
  expect(answer.errors).toMatchObject([{ path: ['hosts', 'nodes', 1, 'size'], extensions: { code: 'UNFIT_OBJECT' } }])
})

test('a new template may have the former name of another one', async () => {
  const disk = '{ name: disk, key: [name], fields: { name: string } }'
  const image = (key: string) =>
    `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 } } }`
  const first = await start(['{ name: image, key: [name], fields: { name: string } }'])
  await first.data('mutation { upsertImage(input: {name: "a"}) { outcome } }')
  await start([disk.replace('disk,', 'disk, renamedFrom: image,')])
  const second = await start([disk, image('[name]')])
  await second.data('mutation { upsertImage(input: {name: "b"}) { outcome } }')
  const third = await start([disk, image('[name, arch]')])
  expect(await third.data('{ disks { nodes { name } } images { nodes { name arch } } }')).toEqual({
    disks: { nodes: [{ name: 'a' }] },
    images: { nodes: [{ name: 'b', arch: 'x86' }] },
  })
})

test('templates whose storage is gone cannot be served any more', async () => {
  const image = (key: string) =>
    `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 } } }`
  await (await start([image('[name]')])).data('mutation { upsertImage(input: {name: "u"}) { outcome } }')
  const newer = await start([image('[name, arch]')])
  await newer.sql("update registry_generation set applied_at = applied_at - interval '8 days' where generation = 2")
  await start([image('[name, arch]')])
  await expect(start([image('[name]')], '')).rejects.toThrow('These templates are too old')
  const back = await start([image('[name]')])
  expect(await back.data('{ images { nodes { name arch } } }')).toEqual({
    images: { nodes: [{ name: 'u', arch: 'x86' }] },
  })
})

test('texts become others where convert says so, also what older servers write after the line has gone', async () => {
  const run = (status: string) => `{ name: run, key: [name], fields: { name: string, status: ${status} } }`
  const values = 'values: [PASSED, FAILED]'
  const older = await start([run('string')])
  const upsert = (name: string, status: string) =>
    older.data(`mutation { upsertRun(input: {name: "${name}", status: "${status}"}) { outcome } }`)
  await upsert('a', 'ok')
  await upsert('b', 'FAILED')
  await upsert('c', 'odd')
  await expect(start([run(`{ type: enum, ${values}, convert: { ok: PASSED } }`)], '')).rejects.toThrow(
    'VIOLATES run.fields.status: string → enum: these values do not convert (1 object: "c")',
  )
  await start([run(`{ type: enum, ${values}, convert: { ok: PASSED } }`)])
  const newest = await start([run(`{ type: enum, ${values}, description: the result }`)])
  await upsert('d', 'ok')
  const answer = await newest.query(
    '{ runs { nodes { name status } } passed: runs(where: {status: {equals: PASSED}}) { totalCount } }',
  )
  expect(answer.data).toEqual({
    runs: {
      nodes: [
        { name: 'a', status: 'PASSED' },
        { name: 'b', status: 'FAILED' },
        { name: 'c', status: null },
        { name: 'd', status: 'PASSED' },
      ],
    },
    passed: { totalCount: 2 },
  })
  expect(answer.errors).toMatchObject([{ path: ['runs', 'nodes', 2, 'status'], extensions: { code: 'UNFIT_OBJECT' } }])
})
