import { expect, test } from 'vitest'
import { useRegistries } from '../changes/use-registries.ts'
import { follow } from '../support/follow.ts'
import type { TestRegistry } from '../support/registry.ts'
import { asToken } from '../support/test-identify.ts'

const { start } = useRegistries()
const nodes = '{ nodes { outcome template key version document changes { field } } caughtUp }'

test('after a rename and another key, the feed goes on where it was, under the names of now', async () => {
  const older = await start([
    '{ name: image, key: [name], fields: { name: string, arch: string, distr: string } }',
    '{ name: gone, plural: gones, key: [name], fields: { name: string } }',
  ])
  await older.data(
    'mutation { upsertImage(input: { name: "u", arch: "arm" }) { outcome } upsertGone(input: { name: "g" }) { outcome } }',
  )
  const { cursor: first } = await older.data('{ cursor }')
  await older.data('mutation { upsertImage(input: { name: "u", distr: "d" }) { outcome } }')
  const { cursor: second } = await older.data('{ cursor }')
  const newer = await start([
    '{ name: machine, renamedFrom: image, key: [name, arch], fields: { name: string, arch: string, distribution: { type: string, renamedFrom: distr } } }',
  ])
  const read = (after: string | null) =>
    newer.data(`query ($after: String) { changes(after: $after) ${nodes} }`, { after })
  // Nobody has written.
  expect(await read(second)).toEqual({ changes: { nodes: [], caughtUp: true } })
  const { cursor: third } = await newer.data('{ cursor }')
  await newer.data(
    'mutation { upsertMachine(input: { name: "u", arch: "arm", distribution: "e" }) { outcome } deleteMachine(name: "u", arch: "arm") { name } }',
  )
  const key = { name: 'u', arch: 'arm' }
  const later = [
    {
      ...{ outcome: 'UPDATED', template: 'machine', key, version: 3 },
      document: { ...key, distribution: 'e' },
      changes: [{ field: 'distribution' }],
    },
    {
      ...{ outcome: 'DELETED', template: 'machine', key, version: 4 },
      document: { ...key, distribution: 'e' },
      changes: ['name', 'arch', 'distribution'].map((field) => ({ field })),
    },
  ]
  expect((await read(third)).changes.nodes).toEqual(later)
  const fromFirst = (await read(first)).changes.nodes
  expect(fromFirst).toEqual([
    {
      ...{ outcome: 'UPDATED', template: 'machine', key, version: 2 },
      document: { ...key, distribution: 'd' },
      changes: [{ field: 'distribution' }],
    },
    ...later,
  ])
  const all = (await read(null)).changes.nodes
  expect(all.slice(1)).toEqual(fromFirst)
  expect(all[0]).toMatchObject({ outcome: 'CREATED', key, version: 1 })
})

test('an older server is told of what has a version in the storage of the new key alone', async () => {
  const older = await start(['{ name: image, key: [name], fields: { name: string, arch: string!, size: bigint } }'])
  await older.data('mutation { upsertImage(input: { name: "u", arch: "arm", size: "1" }) { outcome } }')
  const { cursor } = await older.data('{ cursor }')
  const newer = await start([
    '{ name: image, key: [name, arch], fields: { name: string, arch: string!, size: string } }',
  ])
  // Their former key is that of an object that is there.
  await newer.data('mutation { upsertImage(input: { name: "u", arch: "amd", size: "2" }) { outcome } }')
  expect(await older.data(`query ($after: String) { changes(after: $after) ${nodes} }`, { after: cursor })).toEqual({
    changes: {
      caughtUp: true,
      nodes: [
        {
          ...{ outcome: 'UPDATED', template: 'image', key: { name: 'u' }, version: 2 },
          document: { name: 'u', arch: 'arm', size: '1' },
          changes: [],
        },
        {
          ...{ outcome: 'CREATED', template: 'image', key: { name: 'u' }, version: 1 },
          document: { name: 'u', arch: 'amd', size: '2' },
          changes: ['name', 'arch', 'size'].map((field) => ({ field })),
        },
      ],
    },
  })
})

test('a condition that names an object holds for it under its former key, and under that of newer templates', async () => {
  const access = [
    'name: one\nwho: [{ token: one }]\nmay: [{ read: image, where: { name: { equals: "u" } } }]',
    'name: all\nwho: [{ token: all }]\nmay: [{ read: "*" }, { write: "*" }]',
  ]
  const begin = (key: string) =>
    start([`{ name: image, key: ${key}, fields: { name: string, arch: string, size: int } }`], 'any', { access })
  const write = (registry: TestRegistry, size: number) =>
    registry.data(
      `mutation { upsertImages(input: [{ name: "u", arch: "arm", size: ${size} }, { name: "v", arch: "arm", size: ${size} }]) { created } }`,
      {},
      asToken('all'),
    )
  const tell = async (registry: TestRegistry, after: string, token: string) => {
    const query = 'query ($after: String) { changes(after: $after) { nodes { key version } } }'
    return (await registry.data(query, { after }, asToken(token))).changes.nodes
  }
  const first = await begin('[name, arch]')
  const { cursor } = await first.data('{ cursor }', {}, asToken('all'))
  await write(first, 1)
  const second = await begin('[name]')
  expect(await tell(second, cursor, 'one')).toEqual([{ key: { name: 'u' }, version: 1 }])
  const where = 'where: { OR: [{ name: { equals: "u" } }, { name: { in: ["w"] } }] }'
  const subscribe = (more: string) =>
    follow(
      second.url,
      `subscription { imagesChanged(${where}${more}) { image { name } changes { field } } }`,
      {},
      asToken('all'),
    )
  const [late, live] = [await subscribe(`, after: "${cursor}"`), await subscribe('')]
  const third = await begin('[name, size]')
  await write(third, 1)
  await third.data('mutation { upsertImage(input: { name: "u", size: 2 }) { outcome } }', {}, asToken('all'))
  expect(await tell(second, cursor, 'one')).toMatchObject([{ version: 1 }, { version: 1 }])
  const created = { image: { name: 'u' }, changes: [{ field: 'name' }, { field: 'arch' }, { field: 'size' }] }
  const alone = { image: { name: 'u' }, changes: [{ field: 'name' }, { field: 'size' }] }
  expect([await late.next(), await late.next()]).toEqual([created, alone])
  expect(await live.next()).toEqual(alone)
  for (const { close } of [late, live]) close()
})

test('what refers to an object is found from a change under its former key', async () => {
  const begin = (key: string) =>
    start([
      `{ name: image, key: ${key}, fields: { name: string, arch: string, size: int } }`,
      '{ name: role, key: [name], fields: { name: string, image: { type: reference, to: image } } }',
    ])
  const first = await begin('[name, arch]')
  const { cursor } = await first.data('{ cursor }')
  await first.data(
    `mutation { upsertImage(input: { name: "u", arch: "arm" }) { outcome } upsertRole(input: { name: "r", image: { name: "u", arch: "arm" } }) { outcome } }`,
  )
  await first.data(`mutation { upsertImage(input: { name: "u", arch: "arm", size: 2 }) { outcome } }`)
  const second = await begin('[name]')
  await second.data(
    'mutation { deleteRole(name: "r") { name } upsertRole(input: { name: "s", image: "u" }) { outcome } }',
  )
  const told = await follow(
    second.url,
    `subscription { imagesChanged(where: { roles: { some: {} } }, after: "${cursor}") { kind image { name roles { totalCount } } } }`,
  )
  expect(await told.next()).toEqual({ kind: 'CREATED', image: { name: 'u', roles: { totalCount: 1 } } })
  told.close()
})

test('root fields of ours give way to templates with their names', async () => {
  const registry = await start([
    '{ name: cursor, plural: changes, key: [name], fields: { name: string } }',
    '{ name: change, plural: changeset, key: [name], fields: { name: string } }',
  ])
  await registry.data('mutation { upsertCursor(input: { name: "a" }) { outcome } }')
  expect(
    await registry.data(
      '{ changes { nodes { name } } _cursor _changes { __typename nodes { __typename template key } caughtUp } }',
    ),
  ).toEqual({
    changes: { nodes: [{ name: 'a' }] },
    _cursor: expect.any(String),
    _changes: {
      __typename: 'RegistryChangeConnection',
      nodes: [{ __typename: 'RegistryChange', template: 'cursor', key: { name: 'a' } }],
      caughtUp: true,
    },
  })
})
