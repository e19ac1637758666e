import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n  distr: string\n',
  `name: role
key: [name, image]
additionalFields: true
fields:
  name: string
  image: { type: reference, to: image }
  status: boolean
  tags: [string]
`,
  'name: ticket\nkey: [first, after, version, ifVersion, dryRun]\nfields: { first: string, after: string, version: int, ifVersion: int, dryRun: boolean, note: string }\n',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())

const headers = { 'x-registry-actor': 'jenkins', 'x-registry-run': 'https://ci/1' }

const history = `{ nodes { outcome version time actor run document changes { field before after } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } totalCount }`

/** Without what differs from run to run. */
function withoutTimes({ nodes, totalCount }: { nodes: { time: string }[]; totalCount: number }) {
  for (const { time } of nodes) expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  return { nodes: nodes.map(({ time: _, ...node }) => node), totalCount }
}

describe('a history', () => {
  test('tells each version, newest first, and nothing of confirmations', async () => {
    const write = (input: string) =>
      registry.data(`mutation { upsertRole(input: { name: "ntp", image: "a", ${input} }) { outcome } }`, {}, headers)
    await registry.data('mutation { upsertImage(input: { name: "a" }) { outcome } }')
    await write('status: false, tags: ["x"]')
    await write('status: false')
    await write('status: true, tags: null, _additional: { ticket: { id: 1 } }')
    await registry.data('mutation { deleteRole(name: "ntp", image: "a") { name } }')
    await write('status: false')
    const role = { name: 'ntp', image: 'a' }
    const told = await registry.data(
      `{ roleHistory(name: "ntp", image: "a") ${history} role(name: "ntp", image: "a") { _history ${history} } }`,
    )
    const by = { actor: 'jenkins', run: 'https://ci/1' }
    const versions = [
      {
        outcome: 'CREATED',
        version: 4,
        ...by,
        document: { ...role, status: false },
        changes: [
          { field: 'name', before: null, after: 'ntp' },
          { field: 'image', before: null, after: 'a' },
          { field: 'status', before: null, after: false },
        ],
      },
      {
        outcome: 'DELETED',
        version: 3,
        actor: null,
        run: null,
        document: { ...role, status: true, ticket: { id: 1 } },
        changes: [
          { field: 'name', before: 'ntp', after: null },
          { field: 'image', before: 'a', after: null },
          { field: 'status', before: true, after: null },
          { field: 'ticket', before: { id: 1 }, after: null },
        ],
      },
      {
        outcome: 'UPDATED',
        version: 2,
        ...by,
        document: { ...role, status: true, ticket: { id: 1 } },
        changes: [
          { field: 'status', before: false, after: true },
          { field: 'tags', before: ['x'], after: null },
          { field: 'ticket', before: null, after: { id: 1 } },
        ],
      },
      {
        outcome: 'CREATED',
        version: 1,
        ...by,
        document: { ...role, status: false, tags: ['x'] },
        changes: [
          { field: 'name', before: null, after: 'ntp' },
          { field: 'image', before: null, after: 'a' },
          { field: 'status', before: null, after: false },
          { field: 'tags', before: null, after: ['x'] },
        ],
      },
    ]
    expect(withoutTimes(told.roleHistory)).toEqual({ nodes: versions, totalCount: 4 })
    // The object that is there now has another uuid than the one that was deleted.
    expect(withoutTimes(told.role._history)).toEqual({ nodes: versions.slice(0, 1), totalCount: 1 })
    expect(told.roleHistory.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false })
  })

  test('of a key that no object ever had is empty', async () => {
    const told = await registry.data(`{ roleHistory(name: "no", image: "no") ${history} }`)
    expect(told.roleHistory).toEqual({
      nodes: [],
      totalCount: 0,
      pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
    })
  })

  test('comes in pages that neither repeat nor skip', async () => {
    for (const distr of ['1', '2', '3', '4', '5'])
      await registry.data(`mutation { upsertImage(input: { name: "p", distr: "${distr}" }) { outcome } }`)
    const page = (args: string, after?: string) =>
      registry.data(
        `query ($after: String) { of: imageHistory(name: "p", ${args}, after: $after) { nodes { version } pageInfo { hasNextPage hasPreviousPage endCursor } totalCount } }`,
        { after },
      )
    let after: string | undefined
    for (const expected of [[5, 4], [3, 2], [1]]) {
      const { of } = await page('first: 2', after)
      expect(of).toMatchObject({
        nodes: expected.map((version) => ({ version })),
        pageInfo: { hasNextPage: expected[0] !== 1, hasPreviousPage: after !== undefined },
        totalCount: 5,
      })
      after = of.pageInfo.endCursor
    }
    const { endCursor } = (await page('first: 3')).of.pageInfo
    const nested = await registry.data(
      'query ($after: String) { images(name: "p") { nodes { a: _history(first: 1) { nodes { version } } b: _history(first: 2, after: $after) { nodes { version } totalCount } } } }',
      { after: endCursor },
    )
    expect(nested.images.nodes).toEqual([
      { a: { nodes: [{ version: 5 }] }, b: { nodes: [{ version: 2 }, { version: 1 }], totalCount: 5 } },
    ])
    const wrong = await registry.query('{ imageHistory(name: "p", after: "nonsense") { totalCount } }')
    expect(wrong.errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['after'], code: 'CURSOR' }] },
    })
  })

  test('is shown of what has just been written', async () => {
    const { upsertImage } = await registry.data(
      'mutation { upsertImage(input: { name: "w", distr: "x" }) { image { _history { nodes { outcome document } } } } }',
    )
    expect(upsertImage.image._history.nodes).toEqual([{ outcome: 'CREATED', document: { name: 'w', distr: 'x' } }])
  })

  test('below `at` ends at that time', async () => {
    await registry.data('mutation { upsertImage(input: { name: "t", distr: "1" }) { outcome } }')
    await registry.data('mutation { upsertImage(input: { name: "t", distr: "2" }) { outcome } }')
    const { imageHistory } = await registry.data('{ imageHistory(name: "t") { nodes { time } } }')
    const of = (at: string) =>
      registry.data(
        'query ($at: DateTime) { image(name: "t", at: $at) { distr _history { nodes { version document } totalCount } } }',
        { at },
      )
    const [second, first] = imageHistory.nodes
    expect(await of(first.time)).toEqual({
      image: { distr: '1', _history: { nodes: [{ version: 1, document: { name: 't', distr: '1' } }], totalCount: 1 } },
    })
    expect((await of(second.time)).image._history).toMatchObject({
      nodes: [{ version: 2 }, { version: 1 }],
      totalCount: 2,
    })
  })

  test('of many objects is one statement, within the limit of objects', async () => {
    const statements = await recordStatements(() =>
      registry.data('{ images { nodes { _history { nodes { document changes { field } } totalCount } } } }'),
    )
    expect(statements).toHaveLength(1)
    const { errors } = await registry.query(
      '{ images(first: 1000) { nodes { _history(first: 1000) { totalCount } } } }',
    )
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'LIMIT_EXCEEDED' } })
  })

  test('says what it knows of a version whose document is not kept', async () => {
    for (const distr of ['1', '2', '3'])
      await registry.data(
        `mutation { upsertImage(input: { name: "lost", distr: "${distr}" }) { outcome } }`,
        {},
        headers,
      )
    await registry.sql(`delete from registry_past where template = 'image' and key = '["lost"]' and version = 1`)
    const { imageHistory } = await registry.data(
      '{ imageHistory(name: "lost") { nodes { version actor document changes { before after } } totalCount } }',
    )
    expect(imageHistory).toEqual({
      nodes: [
        {
          version: 3,
          actor: 'jenkins',
          document: { name: 'lost', distr: '3' },
          changes: [{ before: '2', after: '3' }],
        },
        { version: 2, actor: 'jenkins', document: { name: 'lost', distr: '2' }, changes: null },
        { version: 1, actor: 'jenkins', document: null, changes: null },
      ],
      totalCount: 3,
    })
    const { errors } = await registry.query('mutation { restoreImage(name: "lost", version: 1) { outcome } }')
    expect(errors?.[0]).toMatchObject({
      message: 'version: the image "lost" has no version 1 to restore: its document is not kept any more.',
      extensions: { code: 'NOT_FOUND' },
    })
  })

  test('is there wherever an object is', async () => {
    await registry.data(
      'mutation { upsertImage(input: { name: "e", distr: "everywhere" }) { outcome } upsertRole(input: { name: "e", image: "e", status: true }) { outcome } }',
    )
    const { image } = await registry.data('{ image(name: "e") { id } }')
    const of = '{ ... on Image { _history { nodes { version document changes { field } } totalCount } } }'
    const told = await registry.data(
      `query ($id: ID!, $uuid: UUID!) {
        node(id: $id) ${of}
        object(uuid: $uuid) ${of}
        search(text: "everywhere") { nodes { object ${of} } }
        images(where: { name: { equals: "e" } }) { edges { node ${of} } groupBy(by: [distr]) { latest ${of} nodes(first: 1) ${of} } }
        roles(where: { name: { equals: "e" } }, orderBy: [{ image: { distr: asc } }]) { nodes { image ${of} } groupBy(by: [image]) { key { image ${of} } } }
        roleMatrix(rows: name, columns: image, rowIn: ["e"], columnWhere: { name: { equals: "e" } }) { columns ${of} cells { column ${of} latest { _history { totalCount } } } }
      }`,
      { id: image.id, uuid: image.id },
    )
    const found = JSON.stringify(told).match(
      /"_history":\{"nodes":\[\{"version":1,"document":\{"name":"e","distr":"everywhere"\},"changes":\[\{"field":"name"\},\{"field":"distr"\}\]\}\],"totalCount":1\}/g,
    )
    expect(found).toHaveLength(10)
    expect(told.roleMatrix.cells[0].latest).toEqual({ _history: { totalCount: 1 } })
    const { deleteRole } = await registry.data(
      'mutation { deleteRole(name: "e", image: "e") { _history { nodes { outcome } } } }',
    )
    expect(deleteRole).toEqual({ _history: { nodes: [{ outcome: 'CREATED' }] } })
  })

  test('has arguments that give way to key fields', async () => {
    const { of } = await registry.data(
      `mutation { upsertTicket(input: { first: "f", after: "a", version: 1, ifVersion: 2, dryRun: true }) { outcome } upsert: upsertTicket(input: { first: "f", after: "a", version: 1, ifVersion: 2, dryRun: true, note: "x" }) { outcome }
        of: restoreTicket(first: "f", after: "a", version: 1, ifVersion: 2, dryRun: true, _version: 1, _ifVersion: 2) { outcome ticket { note } } }`,
    )
    expect(of).toEqual({ outcome: 'UPDATED', ticket: { note: null } })
    const { ticketHistory } = await registry.data(
      '{ ticketHistory(first: "f", after: "a", version: 1, ifVersion: 2, dryRun: true, _first: 1) { nodes { version } pageInfo { hasNextPage } } }',
    )
    expect(ticketHistory).toEqual({ nodes: [{ version: 3 }], pageInfo: { hasNextPage: true } })
  })
})

test('a cursor with a number beyond those of versions is none', async () => {
  const after = Buffer.from('["_versions","2999999999","1"]').toString('base64url')
  const name = registry.model.templates[0]
  if (!name) throw new Error('no template')
  const { errors } = await registry.query(
    `{ ${name.fieldName}History(${name.key.map((field) => `${field.graphqlName}: "a"`).join(', ')}, after: "${after}") { totalCount nodes { version } } }`,
  )
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(['BAD_USER_INPUT'])
})
