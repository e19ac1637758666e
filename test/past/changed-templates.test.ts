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

const desk =
  '{ name: desk, key: [room, place], fields: { room: { type: reference, to: room }, place: string, size: int } }'
const room = (key: string) => `{ name: room, key: [${key}], fields: { house: string, number: int } }`

test.each([
  {
    change: 'a new required field',
    before: ['{ name: host, key: [name], fields: { name: string, size: int } }'],
    after: [
      '{ name: host, key: [name], fields: { name: string, size: int, stage: { type: string!, default: test } } }',
    ],
    name: 'host',
    written: 'name: "h"',
    key: 'name: "h"',
    values: { name: 'h', stage: 'test' },
    sizes: [1, 2],
  },
  {
    change: 'a type that takes larger numbers',
    before: ['{ name: host, key: [name], fields: { name: string, size: int } }'],
    after: ['{ name: host, key: [name], fields: { name: string, size: bigint } }'],
    name: 'host',
    written: 'name: "h"',
    key: 'name: "h"',
    values: { name: 'h' },
    sizes: ['1', '2'],
  },
  {
    change: 'a key with a new required field',
    before: ['{ name: host, key: [name], fields: { name: string, size: int } }'],
    after: [
      '{ name: host, key: [name, stage], fields: { name: string, size: int, stage: { type: string, default: test } } }',
    ],
    name: 'host',
    written: 'name: "h"',
    key: 'name: "h", stage: "test"',
    values: { name: 'h', stage: 'test' },
    sizes: [1, 2],
  },
  {
    change: 'a key that has the key of another template',
    before: [room('house, number'), desk],
    after: [room('number'), desk],
    name: 'desk',
    written: 'room: { house: "a", number: 7 }, place: "p"',
    key: 'room: 7, place: "p"',
    values: { room: 7, place: 'p' },
    sizes: [1, 2],
  },
])(
  'what $change does to objects is no change that somebody made, and versions from before are restored',
  async ({ before, after, name, written, key, values, sizes }) => {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}`
    const older = await start(before)
    if (name === 'desk') await older.data('mutation { upsertRoom(input: { house: "a", number: 7 }) { outcome } }')
    for (const size of [1, 2])
      await older.data(`mutation { upsert${type}(input: { ${written}, size: ${size} }) { outcome } }`)
    const working = await start(after)
    while ((await working.sql('select from registry_work where finished_at is null')).length > 0) await sleep(20)
    // It finds all objects in step with the template, and reads them as they are.
    const newer = await start(after)
    const [first, second] = sizes
    const created = Object.entries({ ...values, size: first }).map(([field, value]) => ({
      field,
      before: null,
      after: value,
    }))
    const told = await newer.data(
      `{ ${name}History(${key}) { nodes { version document changes { field before after } } } changes(templates: ["${name}"]) { nodes { version changes { field before after } } } }`,
    )
    const updated = [{ field: 'size', before: first, after: second }]
    expect(told[`${name}History`].nodes).toEqual([
      { version: 2, document: { ...values, size: second }, changes: updated },
      { version: 1, document: { ...values, size: first }, changes: expect.arrayContaining(created) },
    ])
    expect(told.changes.nodes).toEqual([
      { version: 1, changes: expect.arrayContaining(created) },
      { version: 2, changes: updated },
    ])
    const restored = await newer.data(
      `mutation { restore${type}(${key}, version: 1) { outcome changes { field before after } ${name} { _document } } }`,
    )
    expect(restored[`restore${type}`]).toEqual({
      outcome: 'UPDATED',
      changes: [{ field: 'size', before: second, after: first }],
      [name]: { _document: { ...values, size: first } },
    })
  },
)
