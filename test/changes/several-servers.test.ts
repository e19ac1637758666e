import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { directUrlOf } from '../support/postgres.ts'
import { parseTexts } from '../support/registry.ts'
import { useRegistries } from './use-registries.ts'

const registries = useRegistries()
const { start } = registries

const host = (fields: string, more = '') => `{ name: host, key: [name], fields: { name: string, ${fields} }${more} }`
const codes = (answer: { readonly errors?: readonly { readonly extensions?: { readonly code?: string } }[] }) =>
  answer.errors?.map(({ extensions }) => extensions?.code)

test('what an older server writes has the newer type in the newer one, and the other way round', async () => {
  const older = await start([host('size: string')])
  await older.data('mutation { upsertHosts(input: [{name: "a", size: "5"}, {name: "b", size: "large"}]) { created } }')
  const newer = await start([host('size: int')])
  const sizes = '{ hosts { nodes { name size } aggregate { max { size } } } }'
  const [a, b] = [
    { name: 'a', size: 5 },
    { name: 'b', size: null },
  ]
  const answer = await newer.query(sizes)
  expect(answer.data).toEqual({ hosts: { nodes: [a, b], aggregate: { max: { size: 5 } } } })
  expect(answer.errors).toMatchObject([
    {
      path: ['hosts', 'nodes', 1, 'size'],
      extensions: { code: 'UNFIT_OBJECT', template: 'host', key: '["b"]', field: 'size' },
    },
  ])
  // Not even what is written later, by a server that knows nothing of the change, is of another type.
  await older.data(
    'mutation { upsertHosts(input: [{name: "a", size: "large"}, {name: "b", size: "12"}, {name: "c", size: "7"}]) { updated } }',
  )
  expect((await newer.query(sizes)).data.hosts.nodes.map(({ size }: { size: unknown }) => size)).toEqual([null, 12, 7])
  expect(await newer.data('{ hosts(where: {size: {gte: 7}}) { nodes { name } } }')).toEqual({
    hosts: { nodes: [{ name: 'b' }, { name: 'c' }] },
  })
  await newer.data(
    'mutation { upsertHosts(input: [{name: "a", size: 13}, {name: "b", size: null}, {name: "d", size: 14}]) { updated } }',
  )
  expect(await older.data('{ hosts { nodes { name size _document } } }')).toEqual({
    hosts: {
      nodes: [
        { name: 'a', size: '13', _document: { name: 'a', size: '13' } },
        { name: 'b', size: null, _document: { name: 'b' } },
        { name: 'c', size: '7', _document: { name: 'c', size: '7' } },
        { name: 'd', size: '14', _document: { name: 'd', size: '14' } },
      ],
    },
  })
  expect(await older.data('{ hosts(size: "14") { totalCount } }')).toEqual({ hosts: { totalCount: 1 } })
})

test('what other servers write takes an answer with it no longer than it takes to notice, and then only its place', async () => {
  const older = await start([host('size: string, note: string!')])
  await older.data('mutation { upsertHost(input: {name: "a", size: "5", note: "n"}) { outcome } }')
  const newer = await start([host('size: int!, note: string')])
  const kindOfSize = async (registry: typeof newer) => {
    const { __type } = await registry.data('{ __type(name: "Host") { fields { name type { kind } } } }')
    return __type.fields.find(({ name }: { name: string }) => name === 'size').type.kind
  }
  expect(await kindOfSize(newer)).toBe('NON_NULL')
  await older.data(
    'mutation { upsertHosts(input: [{name: "b", size: "large", note: "n"}, {name: "c", note: "n"}]) { created } }',
  )
  await newer.data('mutation { upsertHost(input: {name: "d", size: 7}) { outcome } }')
  const ask = (registry: typeof newer, field: string) => registry.query(`{ hosts { nodes { name ${field} } } }`)
  const wait = { timeout: 60_000 }
  await expect
    .poll(async () => (await ask(newer, 'size')).data?.hosts.nodes.map(({ size }: { size: unknown }) => size), wait)
    .toEqual([5, null, null, 7])
  expect(codes(await ask(newer, 'size'))).toEqual(['UNFIT_OBJECT', 'UNFIT_OBJECT'])
  await expect
    .poll(async () => (await ask(older, 'note')).data?.hosts.nodes.map(({ note }: { note: unknown }) => note), wait)
    .toEqual(['n', 'n', 'n', null])

  await newer.data('mutation { upsertHosts(input: [{name: "b", size: 1}, {name: "c", size: 2}]) { updated } }')
  expect(await kindOfSize(newer)).toBe('SCALAR')
  const mended = await start([host('size: int!, note: string')])
  expect(await kindOfSize(mended)).toBe('NON_NULL')
})

test('what an older server leaves out is filled', async () => {
  const older = await start([host('note: string')])
  await older.data('mutation { upsertHost(input: {name: "a"}) { outcome } }', {}, { 'x-registry-actor': 'jenkins' })
  const newer = await start([
    host(
      'note: string, stage: { type: string, required: true, default: test }, by: { type: string, required: true, default: { actor: true } }, id: { type: uuid, required: true, default: { uuid: true }, unique: true }, at: { type: datetime, required: true, default: { now: true } }',
    ),
  ])
  await older.data('mutation { upsertHost(input: {name: "b"}) { outcome } }', {}, { 'x-registry-actor': 'gitlab' })
  const all = '{ hosts { nodes { name stage by id at _meta { version uuid } } } }'
  const { nodes } = (await newer.data(all)).hosts
  expect(nodes).toMatchObject([
    { name: 'a', stage: 'test', by: 'jenkins', _meta: { version: 1 } },
    { name: 'b', stage: 'test', by: 'gitlab', _meta: { version: 1 } },
  ])
  expect(nodes[0].id).not.toBe(nodes[1].id)
  expect(nodes[0].at).toBe(nodes[1].at)
  // The values stay, whatever the default becomes.
  const later = await start([
    host(
      'note: string, stage: { type: string, required: true, default: other }, by: string!, id: { type: uuid, required: true, unique: true }, at: datetime!',
    ),
  ])
  expect((await later.data(all)).hosts.nodes).toEqual(nodes)
  expect(await later.data('{ hosts(where: {stage: {equals: "test"}}) { totalCount } }')).toEqual({
    hosts: { totalCount: 2 },
  })
})

test('what an older server clears is filled in both of its types', async () => {
  const older = await start([host('size: string')])
  await older.data('mutation { upsertHost(input: {name: "a", size: "5"}) { outcome } }')
  const newer = await start([host('size: { type: int, required: true, default: 3 }')])
  await older.data('mutation { upsertHosts(input: [{name: "a", size: null}, {name: "b"}]) { created } }')
  expect(await newer.data('{ hosts { nodes { name size } } }')).toEqual({
    hosts: {
      nodes: [
        { name: 'a', size: 3 },
        { name: 'b', size: 3 },
      ],
    },
  })
  expect(await older.data('{ hosts { nodes { name size } } }')).toEqual({
    hosts: {
      nodes: [
        { name: 'a', size: '3' },
        { name: 'b', size: '3' },
      ],
    },
  })
  // What does not fit is no reason to fill: it stays.
  await older.data('mutation { upsertHost(input: {name: "a", size: "large"}) { outcome } }')
  expect(await older.data('{ host(name: "a") { size } }')).toEqual({ host: { size: 'large' } })
})

test.each([
  ['is optional', 'note: string, stage: string'],
  ['is another type', 'note: string, stage: int'],
  ['is gone', 'note: string'],
])(
  'what a newer server leaves out reads as what an older one has filled, where the field %s',
  async (_title, fields) => {
    const stage = 'stage: { type: string, required: true, default: test }'
    await (await start([host('note: string')])).data('mutation { upsertHost(input: {name: "a"}) { outcome } }')
    const older = await start([host(`note: string, ${stage}`)])
    const newer = await start([host(fields)])
    const inputs = fields.includes('stage') ? '{name: "a", stage: null}, {name: "b"}' : '{name: "b"}'
    await newer.data(`mutation { upsertHosts(input: [${inputs}]) { created } }`)
    const all = '{ hosts { nodes { name stage } } filled: hosts(where: {stage: {equals: "test"}}) { totalCount } }'
    await expect
      .poll(() => older.query(all))
      .toEqual({
        data: {
          hosts: {
            nodes: [
              { name: 'a', stage: 'test' },
              { name: 'b', stage: 'test' },
            ],
          },
          filled: { totalCount: 2 },
        },
      })
    // Nobody is filling anything.
    expect(await older.data('{ templates { state } }')).toEqual({ templates: [{ state: 'ACTIVE' }] })
  },
)

test('a server with older templates serves them, changes nothing, and goes back to them only if told so', async () => {
  const first = host('size: string, mail: string')
  await (await start([first])).data('mutation { upsertHost(input: {name: "a", size: "large", mail: "m"}) { outcome } }')
  const newer = await start([host('size: int, mail: { type: string, unique: true }')])
  const state = async () => [
    await newer.sql('select generation, files, model::text from registry_generation order by 1'),
    await newer.sql("select indexname from pg_indexes where tablename = 'registry_host_objects' order by 1"),
    await newer.sql(
      "select tgname, pg_get_triggerdef(oid) as definition from pg_trigger where tgname like 'registry%' order by 1",
    ),
  ]
  const before = await state()
  const said: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => said.push(JSON.parse(line).msg) })
  const store = openStore({ connection: { connectionString: registries.databaseUrl() } }, logger)
  const files = { model: parseTexts([first]), placeOf: () => undefined }
  await store.prepare({ files, serve: ({ generation }) => expect(generation).toBe(1) })
  expect(await store.check()).toEqual({ generation: 2, isReadOnly: false })
  await store.close()
  const older = await start([first])
  expect(await state()).toEqual(before)
  expect(await older.data('{ hosts { nodes { name size mail } } }')).toEqual({
    hosts: { nodes: [{ name: 'a', size: 'large', mail: 'm' }] },
  })
  // What a newer template made unique stays unique, and the older server says which field it is.
  const taken = await older.query('mutation { upsertHost(input: {name: "b", mail: "m"}) { outcome } }')
  expect(taken.errors).toMatchObject([
    {
      message: 'mail must be unique in newer templates, and another object has its value; choose another value.',
      extensions: { code: 'UNIQUE_CONFLICT', issues: [{ path: ['input', 'mail'] }] },
    },
  ])
  const batch =
    'mutation { upsertHosts(input: [{name: "b", mail: "m"}, {name: "c", mail: "n"}], mode: INDEPENDENT, dryRun: true) { created failed } }'
  expect(await older.data(batch)).toEqual({ upsertHosts: { created: 1, failed: 1 } })
  const digest = /ACCEPT_TEMPLATES=([\w.-]+)/.exec(said.join('\n'))?.[1]
  expect(digest).toBeDefined()
  const back = await start([first], digest)
  expect((await back.sql('select max(generation) as generation from registry_generation'))[0]?.['generation']).toBe(3)
  expect(await back.data('{ hosts { nodes { name size mail } } }')).toEqual({
    hosts: { nodes: [{ name: 'a', size: 'large', mail: 'm' }] },
  })
})

test('a server that becomes older while it runs says so once', async () => {
  const said: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => said.push(JSON.parse(line).msg) })
  const first = host('size: string')
  const url = registries.databaseUrl()
  const connection = { connectionString: url }
  const store = openStore({ connection, directUrl: directUrlOf(url), pause: 50 }, logger)
  try {
    await store.prepare({ files: { model: parseTexts([first]), placeOf: () => undefined }, serve: () => undefined })
    await start([host('size: string, mail: string')])
    await expect.poll(() => said, { timeout: 60_000 }).not.toEqual([])
    await start([host('size: string, mail: string, note: string')])
    await sleep(500)
    expect(said).toEqual(['newer templates have been applied; this server goes on with its own'])
    expect(await store.check()).toEqual({ generation: 3, isReadOnly: false })
  } finally {
    await store.close()
  }
})

test('any number of servers starts at once, with the same templates or with others', async () => {
  const [first, second] = [host('size: string'), host('size: int')]
  const seeder = await start([first])
  await seeder.data('mutation ($input: [HostInput!]!) { upsertHosts(input: $input) { created } }', {
    input: Array.from({ length: 300 }, (_, i) => ({ name: `h${i}`, size: String(i) })),
  })
  const all = await Promise.all([second, first, second, first, second].map((template) => start([template])))
  for (const registry of all)
    expect((await registry.data('{ hosts { totalCount aggregate { count } } }')).hosts.totalCount).toBe(300)
  const generations = await seeder.sql(
    'select generation, applied_at is not null as applied from registry_generation order by 1',
  )
  expect(generations).toEqual([
    { generation: 1, applied: true },
    { generation: 2, applied: true },
  ])
  expect(await all[0]?.data('{ hosts(where: {size: {lt: 10}}) { totalCount } }')).toEqual({ hosts: { totalCount: 10 } })
})

test('an older server reads on after another key, also what is written later, and its writes of that template are refused', async () => {
  const image = (key: string) =>
    `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 }, note: string } }`
  const role = '{ name: role, key: [name], fields: { name: string, image: { type: reference, to: image } } }'
  const older = await start([image('[name]'), role])
  await older.data(
    'mutation { upsertImages(input: [{name: "u"}, {name: "v"}]) { created } upsertRole(input: {name: "r", image: "u"}) { outcome } }',
  )
  const uuids = '{ images { nodes { name _meta { uuid } } } }'
  const former = await older.data(uuids)
  const newer = await start([image('[name, arch]'), role])
  expect(await newer.data(uuids)).toEqual(former)
  await newer.data(
    'mutation { upsertImages(input: [{name: "u", note: "n"}, {name: "u", arch: "arm"}, {name: "w"}]) { created } deleteImage(name: "v", arch: "x86") { name } }',
  )
  expect(
    await older.data(
      '{ images { nodes { name arch note } } roles { nodes { image { name note } } } image(name: "w") { name } }',
    ),
  ).toEqual({
    images: {
      nodes: [
        { name: 'u', arch: 'x86', note: 'n' },
        { name: 'w', arch: 'x86', note: null },
      ],
    },
    roles: { nodes: [{ image: { name: 'u', note: 'n' } }] },
    image: { name: 'w' },
  })
  for (const write of [
    'upsertImage(input: {name: "x"}) { outcome }',
    'deleteImage(name: "w") { name }',
    'deleteImages(where: {name: {equals: "w"}})',
  ])
    expect(codes(await older.query(`mutation { ${write} }`)), write).toEqual(['SERVICE_UNAVAILABLE'])
  // Templates with the same key as before go on.
  await older.data('mutation { upsertRole(input: {name: "s", image: "w"}) { outcome } }')
  expect(await newer.data('{ roles { nodes { name image { name arch } } } }')).toEqual({
    roles: {
      nodes: [
        { name: 'r', image: { name: 'u', arch: 'x86' } },
        { name: 's', image: { name: 'w', arch: 'x86' } },
      ],
    },
  })
  expect(codes(await newer.query('mutation { deleteImage(name: "w", arch: "x86") { name } }'))).toEqual([
    'STILL_REFERENCED',
  ])
})

test('an older server knows each version that was made under another key since', async () => {
  const image = (key: string) =>
    `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 }, size: string } }`
  const first = image('[name]')
  const url = registries.databaseUrl()
  const connection = { connectionString: url }
  const served: boolean[] = []
  const running = openStore({ connection, directUrl: directUrlOf(url), pause: 50 }, pino({ level: 'silent' }))
  try {
    await running.prepare({
      files: { model: parseTexts([first]), placeOf: () => undefined },
      serve: ({ model }) => served.push(model.templates.some(({ laterStorages }) => laterStorages.length > 0)),
    })
    expect(served).toEqual([false])
    const before = await start([first])
    await before.data('mutation { upsertImages(input: [{name: "u", size: "1"}, {name: "v"}]) { created } }')
    const from = (await before.data('{ image(name: "v") { _meta { updateTime } } }')).image._meta.updateTime
    const newer = await start([image('[name, arch]')])
    // One that runs notices it, one that starts knows it.
    await expect.poll(() => served.at(-1), { timeout: 60_000 }).toBe(true)
    const older = await start([first])
    for (const size of ['2', '3'])
      await newer.data(`mutation { upsertImage(input: {name: "u", arch: "x86", size: "${size}"}) { outcome } }`)
    await newer.data('mutation { deleteImage(name: "v", arch: "x86") { name } }')
    await newer.data('mutation { upsertImage(input: {name: "w"}) { outcome } }')
    const diff = await newer.data(`{ imagesDiff(from: "${from}") { nodes { outcome changes { field } } } }`)
    expect(diff.imagesDiff.nodes).toHaveLength(3)
    expect(await older.data(`{ imagesDiff(from: "${from}") { nodes { outcome changes { field } } } }`)).toEqual(diff)
    const entry = '{ version outcome document changes { field after } }'
    const history = (root: string) => `{ ${root} { nodes ${entry} } }`
    const versions = [
      {
        version: 3,
        outcome: 'UPDATED',
        document: { name: 'u', arch: 'x86', size: '3' },
        changes: [{ field: 'size', after: '3' }],
      },
      {
        version: 2,
        outcome: 'UPDATED',
        document: { name: 'u', arch: 'x86', size: '2' },
        changes: [{ field: 'size', after: '2' }],
      },
    ]
    const { imageHistory } = await older.data(history('imageHistory(name: "u")'))
    expect(imageHistory.nodes.slice(0, 2)).toEqual(versions)
    expect(imageHistory.nodes.map(({ version }: { version: number }) => version)).toEqual([3, 2, 1])
    const { image: u } = await older.data(`{ image(name: "u") { _history { totalCount nodes ${entry} } } }`)
    expect(u._history).toEqual({ totalCount: 3, nodes: imageHistory.nodes })
    expect((await older.data(history('imageHistory(name: "v")'))).imageHistory.nodes).toMatchObject([
      { version: 2, outcome: 'DELETED' },
      { version: 1, outcome: 'CREATED' },
    ])
    expect((await older.data(history('imageHistory(name: "w")'))).imageHistory.nodes).toMatchObject([
      { version: 1, outcome: 'CREATED', document: { name: 'w', arch: 'x86' } },
    ])
  } finally {
    await running.close()
  }
})

test('a week after the key changed, the storage with the former key is not kept up any more', async () => {
  const image = (key: string) =>
    `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 } } }`
  const role = '{ name: role, key: [name, image], fields: { name: string, image: { type: reference, to: image } } }'
  const older = await start([image('[name]'), role])
  await older.data(
    'mutation { upsertImage(input: {name: "u"}) { outcome } upsertRole(input: {name: "r", image: "u"}) { outcome } }',
  )
  const newer = await start([image('[name, arch]'), role])
  await newer.sql("update registry_generation set applied_at = applied_at - interval '8 days' where generation = 2")
  const later = await start([image('[name, arch]'), role])
  const storages = async () =>
    (
      await later.sql(
        "select c.relname as name from pg_inherits p join pg_class c on c.oid = p.inhrelid where p.inhparent = 'registry_object'::regclass order by 1",
      )
    ).map(({ name }) => name)
  while ((await storages()).length > 2) await sleep(20)
  expect(await storages()).toEqual(['registry_image~2_objects', 'registry_role~2_objects'])
  const all = '{ images { nodes { name arch roles { nodes { name } } } } }'
  await later.data(
    'mutation { upsertImage(input: {name: "v", arch: "arm"}) { outcome } upsertRole(input: {name: "s", image: {name: "v", arch: "arm"}}) { outcome } }',
  )
  // The server that was running before goes on as well.
  for (const server of [later, newer])
    expect(await server.data(all)).toEqual({
      images: {
        nodes: [
          { name: 'u', arch: 'x86', roles: { nodes: [{ name: 'r' }] } },
          { name: 'v', arch: 'arm', roles: { nodes: [{ name: 's' }] } },
        ],
      },
    })
  expect(codes(await older.query('{ images { nodes { name } } }'))).toEqual(['SERVICE_UNAVAILABLE'])
  const third = await start([image('[arch, name]'), role])
  expect((await third.data(all)).images.nodes).toHaveLength(2)
})
