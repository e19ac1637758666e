import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { databaseTime } from '../support/database-time.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n  distr: string\n',
  `name: role
key: [name, image]
passed: { status: { equals: true } }
staleAfter: 10d
fields:
  name: string
  image: { type: reference, to: image }
  status: boolean
`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())

async function write(mutation: string): Promise<string> {
  await registry.data(`mutation { ${mutation} }`)
  return databaseTime(registry)
}

describe('as of a time', () => {
  let times: Record<'before' | 'created' | 'failed' | 'passed' | 'deleted', string>
  beforeAll(async () => {
    const before = await databaseTime(registry)
    const created = await write(
      'upsertImages(input: [{ name: "a", distr: "alt" }, { name: "b", distr: "deb" }]) { created }',
    )
    const failed = await write(
      'upsertRoles(input: [{ name: "ntp", image: "a", status: false }, { name: "ntp", image: "b", status: true }]) { created }',
    )
    const passed = await write('upsertRole(input: { name: "ntp", image: "a", status: true }) { outcome }')
    await write('upsertImage(input: { name: "a", distr: "alt-10" }) { outcome }')
    await write('deleteRole(name: "ntp", image: "b") { name }')
    const deleted = await write('deleteImage(name: "b") { name }')
    times = { before, created, failed, passed, deleted }
  })

  const everything = `{
    image(name: "b", at: $at) { name }
    images(at: $at) { nodes { name distr roles { nodes { name status } } _meta { version } } totalCount }
    roles(at: $at, where: { image: { distr: { startsWith: "alt" } } }) { nodes { status image { distr } } }
    roleMatrix(rows: name, columns: image, at: $at) { rows { row verdicts } columns { name } }
  }`

  test.each([
    [
      'before',
      {
        image: null,
        images: { nodes: [], totalCount: 0 },
        roles: { nodes: [] },
        roleMatrix: { rows: [], columns: [] },
      },
    ],
    [
      'created',
      {
        image: { name: 'b' },
        images: {
          nodes: [
            { name: 'a', distr: 'alt', roles: { nodes: [] }, _meta: { version: 1 } },
            { name: 'b', distr: 'deb', roles: { nodes: [] }, _meta: { version: 1 } },
          ],
          totalCount: 2,
        },
        roles: { nodes: [] },
        roleMatrix: { rows: [], columns: [{ name: 'a' }, { name: 'b' }] },
      },
    ],
    [
      'failed',
      {
        image: { name: 'b' },
        images: {
          nodes: [
            { name: 'a', distr: 'alt', roles: { nodes: [{ name: 'ntp', status: false }] }, _meta: { version: 1 } },
            { name: 'b', distr: 'deb', roles: { nodes: [{ name: 'ntp', status: true }] }, _meta: { version: 1 } },
          ],
          totalCount: 2,
        },
        roles: { nodes: [{ status: false, image: { distr: 'alt' } }] },
        roleMatrix: { rows: [{ row: 'ntp', verdicts: 'FP' }], columns: [{ name: 'a' }, { name: 'b' }] },
      },
    ],
    [
      'deleted',
      {
        image: null,
        images: {
          nodes: [
            { name: 'a', distr: 'alt-10', roles: { nodes: [{ name: 'ntp', status: true }] }, _meta: { version: 2 } },
          ],
          totalCount: 1,
        },
        roles: { nodes: [{ status: true, image: { distr: 'alt-10' } }] },
        roleMatrix: { rows: [{ row: 'ntp', verdicts: 'P' }], columns: [{ name: 'a' }] },
      },
    ],
  ] as const)('%s', async (when, expected) => {
    expect(await registry.data(`query ($at: DateTime) ${everything}`, { at: times[when] })).toEqual(expected)
    expect(await registry.data(everything.replaceAll('$at', JSON.stringify(times[when])))).toEqual(expected)
  })
})

test('a version holds from its time on, to the microsecond, and until that of the next one', async () => {
  await write('upsertImage(input: { name: "edge", distr: "1" }) { outcome }')
  const { image } = await registry.data('{ image(name: "edge") { _meta { uuid } } }')
  await write('upsertRole(input: { name: "edge", image: "edge" }) { outcome }')
  await write('upsertImage(input: { name: "edge", distr: "2" }) { outcome }')
  await write('upsertImage(input: { name: "edge", distr: "3" }) { outcome }')
  await write('deleteRole(name: "edge", image: "edge") { name }')
  await write('deleteImage(name: "edge") { name }')
  // Nobody replaces this one.
  await write('upsertImage(input: { name: "edge", distr: "4" }) { outcome }')
  const { imageHistory, roleHistory } = await registry.data(
    '{ imageHistory(name: "edge") { nodes { time } } roleHistory(name: "edge", image: "edge") { nodes { time } } }',
  )
  const timesOf = ({ nodes }: { nodes: readonly { time: string }[] }) => nodes.map(({ time }) => time).reverse()
  const [created, second, third, deleted, again] = timesOf(imageHistory)
  const [referred, released] = timesOf(roleHistory)
  const read = async (time: string | undefined, earlier: number) => {
    const [row] = await registry.sql(
      `select to_char($1::timestamptz at time zone 'UTC' - interval '${earlier} microsecond', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at`,
      [time],
    )
    const data = await registry.data(
      `query ($at: DateTime) {
        image(name: "edge", at: $at) { distr roles { totalCount } }
        images(name: "edge", at: $at) { nodes { distr } totalCount }
        object(uuid: "${image._meta.uuid}", at: $at) { ... on Image { distr } }
        roles(at: $at, where: { image: { name: { equals: "edge" } } }) { nodes { image { distr } } }
        roleMatrix(rows: name, columns: image, columnWhere: { name: { equals: "edge" } }, rowIn: ["edge"], at: $at) { rows { verdicts } }
      }`,
      { at: row?.['at'] },
    )
    const listed = data.images.nodes.map(({ distr }: { distr: string }) => distr)
    expect(data.images.totalCount).toBe(listed.length)
    expect(data.image ? [data.image.distr] : []).toEqual(listed)
    // Another object has the key later.
    expect(data.object ? [data.object.distr] : []).toEqual(listed.filter((distr: string) => distr !== '4'))
    const roles = data.roles.nodes.map((one: { image: { distr: string } }) => one.image.distr)
    expect(data.image?.roles.totalCount ?? 0).toBe(roles.length)
    return { listed, roles, verdicts: data.roleMatrix.rows[0]?.verdicts }
  }
  for (const [time, before, after] of [
    [created, { listed: [], roles: [], verdicts: '' }, { listed: ['1'], roles: [], verdicts: 'M' }],
    [referred, { listed: ['1'], roles: [], verdicts: 'M' }, { listed: ['1'], roles: ['1'], verdicts: 'F' }],
    [second, { listed: ['1'], roles: ['1'], verdicts: 'F' }, { listed: ['2'], roles: ['2'], verdicts: 'F' }],
    [third, { listed: ['2'], roles: ['2'], verdicts: 'F' }, { listed: ['3'], roles: ['3'], verdicts: 'F' }],
    [released, { listed: ['3'], roles: ['3'], verdicts: 'F' }, { listed: ['3'], roles: [], verdicts: 'M' }],
    [deleted, { listed: ['3'], roles: [], verdicts: 'M' }, { listed: [], roles: [], verdicts: '' }],
    [again, { listed: [], roles: [], verdicts: '' }, { listed: ['4'], roles: [], verdicts: 'M' }],
  ] as const) {
    expect(await read(time, 1)).toEqual(before)
    expect(await read(time, 0)).toEqual(after)
  }
})

test('the pages of a list keep their time', async () => {
  const at = await write('upsertImages(input: [{ name: "p1" }, { name: "p2" }, { name: "p3" }]) { created }')
  await write('deleteImage(name: "p3") { name }')
  const list = (args: string) =>
    `{ images(where: { name: { startsWith: "p" } }, first: 2, ${args}) { nodes { name } pageInfo { endCursor } } }`
  const first = await registry.data(list(`at: "${at}"`))
  const { endCursor } = first.images.pageInfo
  expect(await registry.data(list(`at: "${at}", after: "${endCursor}"`))).toMatchObject({
    images: { nodes: [{ name: 'p3' }] },
  })
  const present = await registry.data(list(''))
  for (const [args, message] of [
    [
      `after: "${endCursor}"`,
      `after: the cursor belongs to a page of the objects as of "${at}"; give the same at for all pages`,
    ],
    [
      `at: "${at}", after: "${present.images.pageInfo.endCursor}"`,
      'after: the cursor belongs to a page of the objects as they are now; give the same at for all pages',
    ],
  ] as const) {
    const { errors } = await registry.query(list(args))
    expect(errors?.map((error) => [error.message, error.extensions?.code])).toEqual([[message, 'BAD_USER_INPUT']])
  }
})

test('a relative time is that of the first page, for all pages', async () => {
  await write('upsertImages(input: [{ name: "r1" }, { name: "r2" }, { name: "r3" }, { name: "r4" }]) { created }')
  const list = 'images(where: { name: { startsWith: "r" } }, at: "now"'
  const page = '{ nodes { name } pageInfo { startCursor endCursor } }'
  const { images } = await registry.data(`{ ${list}, first: 2) ${page} }`)
  await write('deleteImages(where: { name: { in: ["r1", "r4"] } })')
  const { endCursor } = images.pageInfo
  const next = await registry.data(`{ ${list}, after: "${endCursor}") ${page} }`)
  expect(next.images.nodes).toEqual([{ name: 'r3' }, { name: 'r4' }])
  const query = `query ($at: DateTime, $after: String, $before: String) { images(where: { name: { startsWith: "r" } }, at: $at, after: $after, before: $before) ${page} }`
  expect((await registry.data(query, { at: 'now', after: endCursor })).images.nodes).toEqual(next.images.nodes)
  const before = { at: 'now', before: next.images.pageInfo.endCursor }
  expect((await registry.data(query, before)).images.nodes).toEqual([{ name: 'r1' }, { name: 'r2' }, { name: 'r3' }])
  const present = await registry.data(query)
  const { errors } = await registry.query(query, { at: 'now', after: present.images.pageInfo.startCursor })
  expect(errors?.map(({ message }) => message)).toEqual([
    'after: the cursor belongs to a page of the objects as they are now; give the same at for all pages',
  ])
})

test('the pages of a list have what is still the same and what is not in one order, in both directions', async () => {
  for (const name of ['q1', 'q2', 'q3', 'q4'])
    await write(`upsertImage(input: { name: "${name}", distr: "alt" }) { outcome }`)
  const at = await write('upsertImage(input: { name: "q1", distr: "deb" }) { outcome }')
  await write('upsertImage(input: { name: "q2", distr: "deb" }) { outcome }')
  await write('deleteImage(name: "q4") { name }')
  await write('upsertImage(input: { name: "q5", distr: "alt" }) { outcome }')
  const page = async (args: string) => {
    const list = `images(where: { name: { startsWith: "q" } }, at: "${at}", ${args})`
    const { images } = await registry.data(
      `{ ${list} { edges { cursor node { name distr _meta { version createTime updateTime } } } pageInfo { hasNextPage hasPreviousPage } } }`,
    )
    return { ...images, names: images.edges.map(({ node }: { node: { name: string } }) => node.name) }
  }
  const start = await page('first: 2')
  expect(start).toMatchObject({ names: ['q1', 'q2'], pageInfo: { hasNextPage: true, hasPreviousPage: false } })
  expect(start.edges[1].node).toMatchObject({ distr: 'alt', _meta: { version: 1 } })
  const rest = await page(`first: 2, after: "${start.edges[1].cursor}"`)
  expect(rest).toMatchObject({ names: ['q3', 'q4'], pageInfo: { hasNextPage: false, hasPreviousPage: true } })
  expect((await page('last: 3')).names).toEqual(['q2', 'q3', 'q4'])
  expect((await page(`last: 2, before: "${rest.edges[1].cursor}"`)).names).toEqual(['q2', 'q3'])
  const byTime = await page('first: 3, orderBy: { _meta: { updateTime: desc } }')
  expect(byTime.names).toEqual(['q1', 'q4', 'q3'])
  expect(
    (await page(`first: 3, orderBy: { _meta: { updateTime: desc } }, after: "${byTime.edges[1].cursor}"`)).names,
  ).toEqual(['q3', 'q2'])
  expect((await page('first: 3, orderBy: [{ distr: desc }, { name: desc }]')).names).toEqual(['q1', 'q4', 'q3'])
})

test('confirmations and imported times leave no trace', async () => {
  const created = await write('upsertImage(input: { name: "c", distr: "alt" }) { outcome }')
  const shown = (at: string) =>
    registry.data(`{ image(name: "c", at: "${at}") { distr _meta { version createTime updateTime updatedBy } } }`)
  const before = await shown(created)
  await registry.data(
    'mutation { upsertImage(input: { name: "c", distr: "alt" }) { outcome } }',
    {},
    { 'x-registry-actor': 'somebody' },
  )
  const imported = await write(
    'upsertImage(input: { name: "c", distr: "deb", _meta: { updateTime: "2020-01-01T00:00:00Z" } }) { outcome }',
  )
  expect(await shown(created)).toEqual(before)
  const after = await shown(imported)
  expect(after.image).toMatchObject({ distr: 'deb', _meta: { version: 2 } })
  expect(after.image._meta.updateTime > created).toBe(true)
})

test('an object of any template, by its uuid', async () => {
  const created = await write('upsertImage(input: { name: "u", distr: "alt" }) { outcome }')
  const { image } = await registry.data('{ image(name: "u") { _meta { uuid } } }')
  await write('upsertImage(input: { name: "u", distr: "deb" }) { outcome }')
  const deleted = await write('deleteImage(name: "u") { name }')
  const shown = await registry.data(
    `query ($uuid: UUID!) {
      before: object(uuid: $uuid, at: "${created}") { ... on Image { distr } }
      later: object(uuid: $uuid, at: "${deleted}") { __typename }
      gone: object(uuid: $uuid) { __typename }
    }`,
    { uuid: image._meta.uuid },
  )
  expect(shown).toEqual({ before: { distr: 'alt' }, later: null, gone: null })

  // What is not kept of other templates does not matter.
  const ask = async (uuid: string, at: string) => {
    const { data, errors } = await registry.query(`{ object(uuid: "${uuid}", at: "${at}") { __typename } }`)
    return errors ? errors.map(({ extensions }) => extensions?.code) : data.object
  }
  const forget = (template: string) =>
    registry.sql('insert into registry_history (template, since) values ($1, $2)', [template, 'infinity'])
  const before = '2001-01-01T00:00:00Z'
  const unknown = '00000000-0000-4000-8000-000000000000'
  await forget('role')
  expect(await ask(image._meta.uuid, created)).toEqual({ __typename: 'Image' })
  for (const at of [before, deleted]) expect(await ask(image._meta.uuid, at)).toBeNull()
  expect(await ask(unknown, created)).toBeNull()
  // Of the object's own template, it does.
  await registry.sql('delete from registry_history')
  await forget('image')
  for (const at of [before, created, deleted]) expect(await ask(image._meta.uuid, at)).toEqual(['HISTORY_EXPIRED'])
  expect(await ask(unknown, created)).toBeNull()
  // If no template's past is known, nobody knows of what the object was.
  for (const { name } of registry.model.templates) if (name !== 'image') await forget(name)
  expect(await ask(unknown, created)).toEqual(['HISTORY_EXPIRED'])
  await registry.sql('delete from registry_history')
})

test('staleness and relative times are counted from then', async () => {
  await registry.data(
    'mutation { upsertImage(input: { name: "s" }) { outcome } upsertRole(input: { name: "old", image: "s", status: true }) { outcome } }',
  )
  const days = (count: number) => `interval '${count} days'`
  await registry.sql(
    `update registry_object set created_at = created_at - ${days(30)}, updated_at = updated_at - ${days(30)}, changed_at = changed_at - ${days(30)} where key like '%"s"%' or key like '%"old"%'`,
  )
  await registry.sql(`delete from registry_past where key like '%"s"%' or key like '%"old"%'`)
  const ask = (at: string) =>
    registry.data(`{
      roleMatrix(rows: name, columns: image, rowIn: ["old"], columnWhere: { name: { equals: "s" } }, ${at}) { rows { verdicts } }
      roles(where: { name: { equals: "old" }, _meta: { updateTime: { gte: "now-10d" } } }, ${at}) { totalCount }
    }`)
  const answer = (verdicts: string, totalCount: number) => ({
    roleMatrix: { rows: [{ verdicts }] },
    roles: { totalCount },
  })
  expect(await ask('at: null')).toEqual(answer('S', 0))
  expect(await ask('at: "now-25d"')).toEqual(answer('P', 1))
  expect(await ask('at: "now-15d"')).toEqual(answer('S', 0))
  expect(await ask('at: "now-31d"')).toEqual({ roleMatrix: { rows: [{ verdicts: '' }] }, roles: { totalCount: 0 } })
})

describe('a time that cannot be answered', () => {
  const codesAt = async (at: string) => {
    const { errors } = await registry.query(`{ images(at: "${at}") { totalCount } }`)
    return errors?.map((error) => [error.extensions?.code, error.message])
  }

  test('has not come', async () => {
    expect(await codesAt('2999-01-01T00:00:00Z')).toEqual([
      ['BAD_USER_INPUT', 'at: "2999-01-01T00:00:00.000Z" has not come yet; give a time in the past'],
    ])
  })

  test('is before what is kept', async () => {
    await registry.sql(`insert into registry_history (template, since) values ('image', '2020-06-01T00:00:00Z')`)
    expect(await codesAt('2020-05-31T00:00:00Z')).toEqual([
      ['HISTORY_EXPIRED', 'The past of image is known from 2020-06-01T00:00:00.000000Z on; ask for a later time.'],
    ])
    expect(await codesAt('2020-06-01T00:00:00Z')).toBe(undefined)
    await registry.sql('delete from registry_history')
  })
})

test('a write that began before waits to be seen: the same time gives the same answer', async () => {
  const writer = new pg.Client(registry.connection)
  await writer.connect()
  await writer.query('begin')
  await writer.query(
    `update registry_object set version = version + 1, document = document || '{"distr": "late"}' where template = 'image' and key = '["c"]'`,
  )
  const at = await databaseTime(registry)
  const answer = registry.data(`{ image(name: "c", at: "${at}") { distr } }`)
  // An answer without the wait would be another one afterwards.
  const withoutWait = () =>
    registry.sql(
      `select document->>'distr' as distr from registry_object where template = 'image' and key = '["c"]' and changed_at <= $1`,
      [at],
    )
  expect(await withoutWait()).toEqual([{ distr: 'deb' }])
  for (let i = 0; i < 5; i++) await registry.data('{ images { totalCount } }')
  await writer.query('commit')
  await writer.end()
  expect(await answer).toEqual({ image: { distr: 'late' } })
})

test('a write that takes too long', async () => {
  const writer = new pg.Client(registry.connection)
  await writer.connect()
  await writer.query('begin')
  await writer.query(`update registry_object set version = version + 1 where template = 'image' and key = '["c"]'`)
  const at = await databaseTime(registry)
  const { errors } = await registry.query(`{ image(name: "c", at: "${at}") { distr } }`)
  await writer.end()
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['AT_TOO_RECENT'])
})

test('the rules of access are those of now, on the values of then', async () => {
  const adminToken = 'an-admin-token-of-the-test'
  const closed = await startRegistry(templates, {
    adminToken,
    access: [
      'name: readers\nwho: [anyone]\nmay: [{ read: role, where: { image: { distr: { equals: open } } } }, { read: image, where: { distr: { equals: open } } }]',
    ],
  })
  try {
    const asAdmin = { authorization: `Bearer ${adminToken}` }
    const write = async (mutation: string) => {
      await closed.data(`mutation { ${mutation} }`, {}, asAdmin)
      const [row] = await closed.sql('select clock_timestamp()::text as now')
      return new Date(String(row?.now)).toISOString().slice(0, 23).concat('Z')
    }
    const pause = () => closed.sql('select pg_sleep(0.002)')
    await write('upsertImage(input: { name: "a", distr: "closed" }) { outcome }')
    await write('upsertRole(input: { name: "ntp", image: "a", status: true }) { outcome }')
    await pause()
    const first = await write('upsertImage(input: { name: "b", distr: "closed" }) { outcome }')
    await pause()
    await write('upsertImage(input: { name: "a", distr: "open" }) { outcome }')
    await pause()
    const second = await write('upsertImage(input: { name: "b", distr: "closed" }) { outcome }')
    await pause()
    await write('upsertImage(input: { name: "a", distr: "closed" }) { outcome }')
    const seen = async (args: string) => {
      const { images, roles } = await closed.data(
        `{ images(${args}) { nodes { name roles { totalCount } } } roles(${args}) { nodes { name image { name } } } }`,
      )
      return [images.nodes, roles.nodes]
    }
    const all = [[{ name: 'a', roles: { totalCount: 1 } }], [{ name: 'ntp', image: { name: 'a' } }]]
    expect(await seen(`at: "${first}"`)).toEqual([[], []])
    expect(await seen(`at: "${second}"`)).toEqual(all)
    expect(await seen('first: 10')).toEqual([[], []])
  } finally {
    await closed.close()
  }
})
