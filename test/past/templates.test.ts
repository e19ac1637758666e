import { expect, test } from 'vitest'
import { useRegistries } from '../changes/use-registries.ts'
import { databaseTime } from '../support/database-time.ts'
import { openRanges } from '../support/open-ranges.ts'
import type { TestRegistry } from '../support/registry.ts'
import { versions } from '../support/versions.ts'

const registries = useRegistries()
const start = (...templates: readonly string[]) => registries.start(templates)

/** Waits until nothing is left to be done for the templates. */
async function untilDone(registry: TestRegistry): Promise<void> {
  while ((await registry.sql('select from registry_work where finished_at is null')).length > 0);
}

async function codeOf(registry: TestRegistry, query: string): Promise<unknown> {
  return (await registry.query(query)).errors?.map(({ extensions }) => extensions?.code)
}

test('what was written under former types, names and without new fields is read, filtered and sorted as it would be now', async () => {
  const first = await start('{ name: host, key: [name], fields: { name: string, size: string, note: string } }')
  await first.data(
    'mutation { upsertHosts(input: [{ name: "a", size: "10", note: "old" }, { name: "b", size: "9" }, { name: "c", size: "large" }]) { created } }',
  )
  const then = await databaseTime(first)
  await first.data(
    'mutation { upsertHosts(input: [{ name: "a", size: "11" }, { name: "b", size: "12", note: "new" }]) { updated } }',
  )
  await first.data('mutation { deleteHost(name: "c") { name } }')
  const later = await databaseTime(first)
  const second = await start(
    '{ name: host, key: [name], fields: { name: string, size: int, remark: { type: string, renamedFrom: note }, stage: { type: string, required: true, default: test } } }',
  )
  await untilDone(second)
  const read = (at: string, rest = '') =>
    second.query(
      `{ hosts(at: "${at}", orderBy: [{ size: desc }]${rest}) { nodes { name size remark stage _meta { version } } aggregate { sum { size } } } }`,
    )
  const [a, b] = [
    { name: 'a', size: 10, remark: 'old', stage: 'test', _meta: { version: 1 } },
    { name: 'b', size: 9, remark: null, stage: 'test', _meta: { version: 1 } },
  ]
  const filter = ', where: { size: { lt: 11 }, stage: { equals: "test" } }'
  expect(await read(then, filter)).toEqual({ data: { hosts: { nodes: [a, b], aggregate: { sum: { size: 19 } } } } })
  const all = await read(then)
  expect(all.data.hosts.nodes.map(({ name, size }: Record<string, unknown>) => [name, size])).toEqual([
    ['c', null],
    ['a', 10],
    ['b', 9],
  ])
  expect(all.errors).toMatchObject([{ path: ['hosts', 'nodes', 0, 'size'], extensions: { code: 'UNFIT_OBJECT' } }])
  expect((await read(later)).data.hosts.nodes).toEqual([
    { ...b, size: 12, remark: 'new', _meta: { version: 2 } },
    { ...a, size: 11, _meta: { version: 2 } },
  ])
  const [row] = await second.sql('select uuid from registry_past where version = 1 and key = $1', ['["a"]'])
  expect(
    await second.data(`{ object(uuid: "${row?.['uuid']}", at: "${then}") { ... on Host { name size stage } } }`),
  ).toEqual({
    object: { name: 'a', size: 10, stage: 'test' },
  })
  // The conversion has left versions, and the form that values had in those before.
  expect(
    await second.sql(
      `select key, outcome, version, changed_by, document->>'size' as former, document->'size~2' as present from ${versions} as v where version > 2 order by key`,
    ),
  ).toEqual([
    { key: '["a"]', outcome: 'UPDATED', version: 3, changed_by: 'registry', former: '11', present: 11 },
    { key: '["b"]', outcome: 'UPDATED', version: 3, changed_by: 'registry', former: '12', present: 12 },
  ])
  expect(await openRanges(second)).toEqual([])
  const asBefore = await start(
    '{ name: host, key: [name], fields: { name: string, size: string, note: { type: string, renamedFrom: remark } } }',
  )
  expect(
    await asBefore.data(`{ hosts(at: "${then}", where: { size: { startsWith: "1" } }) { nodes { name size note } } }`),
  ).toEqual({
    hosts: { nodes: [{ name: 'a', size: '10', note: 'old' }] },
  })
})

test('a template that is renamed, gone and back has its past', async () => {
  const first = await start('{ name: image, key: [name], fields: { name: string, size: int } }')
  await first.data('mutation { upsertImages(input: [{ name: "a", size: 1 }, { name: "b" }]) { created } }')
  const then = await databaseTime(first)
  await first.data(
    'mutation { upsertImage(input: { name: "a", size: 2 }) { outcome } deleteImage(name: "b") { name } }',
  )
  await start('{ name: other, key: [name], fields: { name: string } }')
  const back = await start('{ name: vm, renamedFrom: image, key: [name], fields: { name: string, size: int } }')
  expect(await back.data(`{ vms(at: "${then}") { nodes { name size } } now: vms { nodes { size } } }`)).toEqual({
    vms: {
      nodes: [
        { name: 'a', size: 1 },
        { name: 'b', size: null },
      ],
    },
    now: { nodes: [{ size: 2 }] },
  })
  expect(await back.data('mutation { upsertVm(input: { name: "b" }) { vm { _meta { version } } } }')).toEqual({
    upsertVm: { vm: { _meta: { version: 3 } } },
  })
  expect(await openRanges(back)).toEqual([])
})

const image = (key: string) =>
  `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 }, size: int } }`
/** What there was at these times. */
async function everything(registry: TestRegistry, times: readonly string[]): Promise<readonly unknown[]> {
  const read = (at: string) =>
    registry.data(
      `{ images(at: "${at}", orderBy: [{ name: asc }]) { nodes { name arch size _meta { version uuid updateTime } roles { nodes { name } } } } roles(at: "${at}", orderBy: [{ image: { name: desc } }]) { nodes { name image { name arch } } } }`,
    )
  return Promise.all(times.map(read))
}

test('what is written while objects get other keys, and other types, is told as of then, each version once', async () => {
  const templates = (key: string, size: string) => [
    `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 }, size: ${size} } }`,
    `{ name: disk, key: ${key}, fields: { name: string, arch: { type: string, default: x86 }, size: string } }`,
    '{ name: role, key: [name, image], fields: { name: string, image: { type: reference, to: image }, note: string } }',
  ]
  const first = await start(...templates('[name]', 'string'))
  const write = (size: number) =>
    first.data(
      `mutation { upsertImage(input: { name: "a", size: "${size}" }) { outcome } upsertDisk(input: { name: "a", size: "${size}" }) { outcome } upsertRole(input: { name: "r", image: "a", note: "${size}" }) { outcome } }`,
    )
  const times: string[] = []
  const note = async () => times.push(await databaseTime(first))
  await write(1)
  await note()
  // Nobody takes a task.
  await first.sql("alter table registry_work alter leased_to set default 'infinity'")
  const second = await start(...templates('[name, arch]', 'int'))
  await write(2)
  await note()
  await second.sql("update registry_work set leased_to = '-infinity' where task->>'kind' = 'rekey'")
  while (
    (await second.sql("select from registry_work where task->>'kind' = 'rekey' and finished_at is null")).length > 0
  );
  await note()
  expect(second.generation).toBe(1)
  for (const size of [3, 4, 5]) {
    await write(size)
    await note()
  }
  await second.sql("update registry_work set leased_to = '-infinity'")
  await untilDone(second)
  while (second.generation === 1);
  const told = (at: string) =>
    second.data(
      `{ images(at: "${at}") { nodes { name arch size } } disks(at: "${at}") { nodes { name size } } roles(at: "${at}") { nodes { note image { name arch size } } } }`,
    )
  const sizes = [1, 2, 2, 3, 4, 5]
  expect(await Promise.all(times.map(told))).toEqual(
    sizes.map((size) => {
      const image = { name: 'a', arch: 'x86', size }
      return {
        images: { nodes: [image] },
        disks: { nodes: [{ name: 'a', size: `${size}` }] },
        roles: { nodes: [{ note: `${size}`, image }] },
      }
    }),
  )
  expect(await openRanges(second)).toEqual([])
  const kept = await second.sql(
    "select template, version, count(*)::int as count from registry_past where valid_to > valid_from and template in ('disk~2', 'role~2') group by 1, 2 order by 1, 2",
  )
  expect(kept).toEqual(
    ['disk~2', 'role~2'].flatMap((template) => [1, 2, 3, 4].map((version) => ({ template, version, count: 1 }))),
  )
})

const role =
  '{ name: role, key: [name], fields: { name: string, image: { type: reference, to: image, onDelete: unset } } }'

test('objects with another key have their past under that, and keep what they were before under their uuid', async () => {
  const first = await start(image('[name]'), role)
  await first.data(
    'mutation { upsertImages(input: [{ name: "a", size: 1 }, { name: "b" }, { name: "kept" }, { name: "gone" }]) { created } }',
  )
  await first.data(
    'mutation { upsertRoles(input: [{ name: "r", image: "a" }, { name: "s", image: "gone" }]) { created } upsertImage(input: { name: "a", size: 2 }) { outcome } }',
  )
  const early = await databaseTime(first)
  await first.data('mutation { deleteImage(name: "gone") { name } }')
  const before = await databaseTime(first)
  const seen = await everything(first, [early, before])
  const changed = 'select uuid, version, changed_at from registry_object where template like $1 order by uuid'
  const known = await first.sql(changed, ['image'])
  const second = await start(image('[name, arch]'), role)
  await untilDone(second)
  const after = await databaseTime(second)
  expect(await second.sql(changed, ['image~%'])).toEqual(known)
  expect(await everything(second, [early, before])).toEqual(seen)
  // While it is being done, nothing is told of what was before.
  await second.sql('update registry_history set rekeyed_at = $1 where template in ($2, $3)', [after, 'image~2', 'role'])
  for (const query of ['images', 'roles']) {
    const { errors } = await second.query(`{ ${query}(at: "${before}") { totalCount } }`)
    expect(errors).toMatchObject([
      {
        message: `The past of ${query.slice(0, -1)} is known from ${after} on; ask for a later time.`,
        extensions: { code: 'HISTORY_EXPIRED' },
      },
    ])
    expect(await codeOf(second, `{ ${query}(at: "${after}") { totalCount } }`)).toBeUndefined()
  }
  await second.sql('update registry_history set rekeyed_at = null')
  await second.data(
    'mutation { upsertImage(input: { name: "a", arch: "x86", size: 3 }) { outcome } deleteImage(name: "b", arch: "x86") { name } again: upsertImage(input: { name: "b", arch: "arm" }) { outcome } }',
  )
  const read = (at: string) =>
    second.data(`{ images(at: "${at}") { nodes { name arch size roles { nodes { name } } } } }`)
  expect((await read(after)).images.nodes).toEqual([
    { name: 'a', arch: 'x86', size: 2, roles: { nodes: [{ name: 'r' }] } },
    { name: 'b', arch: 'x86', size: null, roles: { nodes: [] } },
    { name: 'kept', arch: 'x86', size: null, roles: { nodes: [] } },
  ])
  expect((await read(await databaseTime(second))).images.nodes).toEqual([
    { name: 'a', arch: 'x86', size: 3, roles: { nodes: [{ name: 'r' }] } },
    { name: 'kept', arch: 'x86', size: null, roles: { nodes: [] } },
    { name: 'b', arch: 'arm', size: null, roles: { nodes: [] } },
  ])
  const { uuid } = (await second.data('{ image(name: "a", arch: "x86") { _meta { uuid } } }')).image._meta
  expect(
    await second.sql('select template, key, version from registry_past where uuid = $1 and version = 1', [uuid]),
  ).toEqual([
    { template: 'image', key: '["a"]', version: 1 },
    { template: 'image~2', key: '["a","x86"]', version: 1 },
  ])
  expect(await openRanges(second)).toEqual([])
  // Another start, with nothing new, begins no past anew, and ends the storage with the former keys after a week.
  await second.sql("update registry_generation set applied_at = now() - interval '8 days'")
  const third = await start(image('[name, arch]'), role)
  expect(await codeOf(third, `{ images(at: "${after}") { nodes { roles { totalCount } } } }`)).toBeUndefined()
  await untilDone(third)
  expect(await third.sql(`select to_regclass('registry_image_objects') as former`)).toEqual([{ former: null }])
  expect(await everything(third, [early, before])).toEqual(seen)
  // Of each object one row is left, with its former key.
  expect(
    await third.sql(
      "select count(*)::int as rows, count(distinct (key, uuid))::int as objects from registry_past where template = 'image'",
    ),
  ).toEqual([{ rows: 5, objects: 5 }])
  const told = '{ nodes { outcome version document } }'
  for (const registry of [third])
    expect(
      await registry.data(
        `{ image(name: "kept", arch: "x86") { _history ${told} } imageHistory(name: "b", arch: "x86") ${told} }`,
      ),
    ).toEqual({
      image: { _history: { nodes: [{ outcome: 'CREATED', version: 1, document: { name: 'kept', arch: 'x86' } }] } },
      imageHistory: {
        nodes: [
          { outcome: 'DELETED', version: 2, document: { name: 'b', arch: 'x86' } },
          { outcome: 'CREATED', version: 1, document: { name: 'b', arch: 'x86' } },
        ],
      },
    })
})

test('whatever kind of reference leads to objects with other keys, it leads to them as of then; gone objects have the keys that they would have', async () => {
  const build = (others: string) =>
    `{ name: build, key: [name, image], fields: { name: string, image: { type: reference, to: image }, parent: { type: reference, to: build, reverse: children }, needs: { type: [reference], to: image, reverse: needed_by, onDelete: unset }${others} } }`
  const host = (key: string) => `{ name: host, key: [${key}], fields: { name: string, serial: string } }`
  const first = await start(image('[name]'), build(''), host('name'))
  await first.data(`mutation {
    upsertImages(input: [{ name: "a", arch: "x86" }, { name: "b", size: 1 }, { name: "c" }]) { created }
    upsertHosts(input: [{ name: "p", serial: "1" }, { name: "q" }, { name: "r" }]) { created }
    a: upsertBuilds(input: [{ name: "1", image: "a", needs: ["b", "c"] }]) { created }
    b: upsertBuilds(input: [{ name: "2", image: "b", needs: [], parent: { name: "1", image: "a" } }]) { created }
  }`)
  const times = [await databaseTime(first)]
  await first.data(`mutation {
    upsertImage(input: { name: "b", arch: "arm" }) { outcome }
    upsertHost(input: { name: "q", serial: "1" }) { outcome }
    deleteBuild(name: "2", image: "b") { name }
    deleteImage(name: "c") { name }
  }`)
  times.push(await databaseTime(first))
  await first.data(
    'mutation { deleteHosts(where: { name: { in: ["p", "r"] } }) upsertImage(input: { name: "c", arch: "arm" }) { outcome } }',
  )
  times.push(await databaseTime(first))
  const read = async (registry: TestRegistry) =>
    Promise.all(
      times.map((at) =>
        registry.data(`{
          builds(at: "${at}", orderBy: [{ name: asc }]) { nodes { name image { name } parent { name image { name } } needs { name size } } }
          images(at: "${at}", orderBy: [{ name: asc }], where: { builds: { count: { gte: 0 } } }) { nodes { name arch builds { nodes { name } } needed_by { totalCount } } }
          few: builds(at: "${at}", where: { image: { name: { equals: "b" } }, parent: { isNull: false } }) { nodes { name } }
          hosts(at: "${at}", orderBy: [{ name: asc }]) { nodes { name } }
        }`),
      ),
    )
  const seen = await read(first)
  const second = await start(image('[name, arch]'), build(', note: string'), host('serial'))
  await untilDone(second)
  expect(await read(second)).toEqual(seen)
  const found = (at = '') =>
    second.data(`{
      x86: image(name: "b", arch: "x86"${at}) { arch } arm: image(name: "b", arch: "arm"${at}) { arch size }
      gone: image(name: "c", arch: "x86"${at}) { arch } back: image(name: "c", arch: "arm"${at}) { arch }
      build(name: "2", image: { name: "b", arch: "arm" }${at}) { parent { name } }
      host(serial: "1"${at}) { name }
    }`)
  expect(await found(`, at: "${times[0]}"`)).toEqual({
    // It has another one now.
    x86: null,
    arm: { arch: 'x86', size: 1 },
    gone: { arch: 'x86' },
    back: null,
    build: { parent: { name: '1' } },
    // Another object had it at that time.
    host: { name: 'q' },
  })
  const diff = await second.data(
    `{ buildsDiff(from: "${times[0]}") { nodes { outcome key before } } imagesDiff(from: "${times[0]}", to: "${times[1]}") { nodes { outcome key } } }`,
  )
  expect(diff).toEqual({
    buildsDiff: {
      nodes: [
        {
          outcome: 'UPDATED',
          key: { name: '1', image: { name: 'a', arch: 'x86' } },
          before: expect.objectContaining({
            needs: [
              { name: 'b', arch: 'arm' },
              { name: 'c', arch: 'x86' },
            ],
          }),
        },
        {
          outcome: 'DELETED',
          key: { name: '2', image: { name: 'b', arch: 'arm' } },
          before: expect.objectContaining({ parent: { name: '1', image: { name: 'a', arch: 'x86' } } }),
        },
      ],
    },
    imagesDiff: {
      nodes: [
        { outcome: 'UPDATED', key: { name: 'b', arch: 'arm' } },
        { outcome: 'DELETED', key: { name: 'c', arch: 'x86' } },
      ],
    },
  })
  expect(await second.data('{ imageHistory(name: "c", arch: "x86") { nodes { outcome } } }')).toEqual({
    imageHistory: { nodes: [{ outcome: 'DELETED' }, { outcome: 'CREATED' }] },
  })
  expect(await openRanges(second)).toEqual([])
  // Once more, before anything else has changed.
  const third = await start(image('[arch, name]'), build(''), host('name'))
  await untilDone(third)
  expect(await read(third)).toEqual(seen)
})

test('a purged template leaves nothing of what any of its storages had', async () => {
  const first = await start(image('[name]'), '{ name: image_2, key: [name], fields: { name: string } }')
  await first.data(
    'mutation { upsertImages(input: [{ name: "a", size: 1 }, { name: "b" }]) { created } upsertImage(input: { name: "a", size: 2 }) { outcome } upsertImage2(input: { name: "other" }) { outcome } }',
  )
  const second = await start(image('[name, arch]'), '{ name: image_2, key: [name], fields: { name: string } }')
  await second.data(
    'mutation { upsertImage(input: { name: "a", size: 3 }) { outcome } deleteImage(name: "b", arch: "x86") { name } }',
  )
  const third = await start('{ name: image_2, key: [name], fields: { name: string } }')
  const tables = ['object', 'past', 'change', 'history']
  const left = async () => {
    const rows = tables.map((table) => third.sql(`select template from registry_${table} where template ~ '^image'`))
    return (await Promise.all(rows)).map((found) => [...new Set(found.map(({ template }) => template))].sort())
  }
  expect(await left()).toEqual([
    ['image', 'image_2', 'image~2'],
    ['image', 'image~2'],
    ['image', 'image_2', 'image~2'],
    ['image~2'],
  ])
  expect(await third.data('mutation { purgeTemplate(name: "image") }')).toEqual({ purgeTemplate: 1 })
  expect(await left()).toEqual([['image_2'], [], ['image_2'], []])
})
