import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { useRegistries } from '../changes/use-registries.ts'

const { start } = useRegistries()

const page = '{ nodes { version outcome document changes { field before after } } totalCount }'

test('a history has the names that fields have now, and what is gone is neither told nor restored', async () => {
  const older = await start([
    '{ name: image, key: [name], fields: { name: string, distr: string, size: int, note: string, kind: { type: enum, values: [a, b] } } }',
  ])
  await older.data(
    'mutation { a: upsertImage(input: { name: "u", distr: "1", size: 5, note: "x", kind: a }) { outcome } b: upsertImage(input: { name: "u", distr: "2", note: null, size: 6 }) { outcome } c: upsertImage(input: { name: "u", kind: b, size: null }) { outcome } }',
  )
  const newer = await start([
    '{ name: machine, renamedFrom: image, key: [name], fields: { name: string, distribution: { type: string, renamedFrom: distr }, size: { type: int, minimum: 6 }, kind: { type: enum, values: [b] } } }',
  ])
  const told = await newer.data(`{ machineHistory(name: "u") ${page} machine(name: "u") { _history ${page} } }`)
  expect(told.machine._history).toEqual(told.machineHistory)
  expect(told.machineHistory).toEqual({
    nodes: [
      {
        version: 3,
        outcome: 'UPDATED',
        document: { name: 'u', distribution: '2', kind: 'b' },
        changes: [
          { field: 'size', before: 6, after: null },
          { field: 'kind', before: 'a', after: 'b' },
        ],
      },
      {
        version: 2,
        outcome: 'UPDATED',
        document: { name: 'u', distribution: '2', size: 6, kind: 'a' },
        changes: [
          { field: 'distribution', before: '1', after: '2' },
          { field: 'size', before: 5, after: 6 },
        ],
      },
      {
        version: 1,
        outcome: 'CREATED',
        document: { name: 'u', distribution: '1', size: 5, kind: 'a' },
        changes: [
          { field: 'name', before: null, after: 'u' },
          { field: 'distribution', before: null, after: '1' },
          { field: 'size', before: null, after: 5 },
          { field: 'kind', before: null, after: 'a' },
        ],
      },
    ],
    totalCount: 3,
  })
  // Only a field that is gone differs.
  await older.data('mutation { upsertImage(input: { name: "u", note: "y" }) { outcome } }')
  const { machineHistory } = await newer.data('{ machineHistory(name: "u") { nodes { time changes { field } } } }')
  const [hidden, last] = machineHistory.nodes
  expect(hidden.changes).toEqual([])
  const diff = await newer.data(
    'query ($from: DateTime!, $to: DateTime!) { machinesDiff(from: $from, to: $to) { totalCount } }',
    { from: last.time, to: hidden.time },
  )
  expect(diff).toEqual({ machinesDiff: { totalCount: 0 } })
  const restore = (version: number) =>
    newer.query(`mutation { restoreMachine(name: "u", version: ${version}) { outcome machine { _document } } }`)
  const { errors } = await restore(1)
  // Whether the size may be written depends on the one that the object has by then.
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'BAD_USER_INPUT',
    issues: [
      { path: ['version', 'note'], code: 'FIELD_GONE' },
      { path: ['version', 'kind'], code: 'TYPE' },
    ],
  })
  expect((await restore(3)).data.restoreMachine).toEqual({
    outcome: 'UNCHANGED',
    machine: { _document: { name: 'u', distribution: '2', kind: 'b' } },
  })
})

test('a history has values of a former type as they were, and these are not restored', async () => {
  const host = (type: string) => `{ name: host, key: [name], fields: { name: string, size: ${type} } }`
  const older = await start([host('string')])
  await older.data(
    'mutation { a: upsertHost(input: { name: "h", size: "large" }) { outcome } b: upsertHost(input: { name: "h", size: "5" }) { outcome } }',
  )
  const newer = await start([host('int')])
  await newer.data('mutation { upsertHost(input: { name: "h", size: 7 }) { outcome } }')
  const { hostHistory } = await newer.data(`{ hostHistory(name: "h") ${page} }`)
  expect(
    hostHistory.nodes.map(({ outcome, document }: { outcome: string; document: unknown }) => [outcome, document]),
  ).toEqual([
    ['UPDATED', { name: 'h', size: 7 }],
    ['UPDATED', { name: 'h', size: 5 }],
    ['UPDATED', { name: 'h', size: '5' }],
    ['CREATED', { name: 'h', size: 'large' }],
  ])
  const { errors } = await newer.query('mutation { restoreHost(name: "h", version: 1) { outcome } }')
  expect(errors?.[0]).toMatchObject({
    message: 'size: its value in this version is of another type; write the fields that you need by an upsert',
    extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['version', 'size'], code: 'TYPE' }] },
  })
})

test('a history goes on when the key changes, also after the storage with the former key is gone', async () => {
  const image = (key: string) =>
    `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 }, note: string } }`
  const older = await start([image('[name]')])
  await older.data(
    'mutation { upsertImages(input: [{ name: "u", note: "1" }, { name: "once" }]) { created } upsertImage(input: { name: "u", note: "2" }) { outcome } }',
  )
  const newer = await start([image('[name, arch]')])
  await newer.data('mutation { upsertImage(input: { name: "u", note: "3" }) { outcome } }')
  const told = async () =>
    (await newer.data(
      `{ imageHistory(name: "u", arch: "x86") ${page} image(name: "u", arch: "x86") { _history ${page} } once: image(name: "once", arch: "x86") { _history { nodes { version outcome document } } } }`,
    )) as { imageHistory: unknown; image: { _history: unknown }; once: unknown }
  const before = await told()
  expect(before.image._history).toEqual(before.imageHistory)
  expect(before).toMatchObject({
    imageHistory: {
      nodes: [
        { version: 3, changes: [{ field: 'note', before: '2', after: '3' }] },
        { version: 2, changes: [{ field: 'note', before: '1', after: '2' }], document: { name: 'u', note: '2' } },
        { version: 1, outcome: 'CREATED', document: { name: 'u', note: '1' } },
      ],
      totalCount: 3,
    },
    once: { _history: { nodes: [{ version: 1, outcome: 'CREATED', document: { name: 'once' } }] } },
  })
  await newer.sql("update registry_generation set applied_at = applied_at - interval '8 days' where generation = 2")
  const later = await start([image('[name, arch]')])
  const storages = () => later.sql("select from pg_inherits as p where p.inhparent = 'registry_object'::regclass")
  while ((await storages()).length > 1) await sleep(20)
  expect(await told()).toEqual(before)
})
