import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explain } from '../support/explain.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n  distr: string\n',
  'name: role\nkey: [name, image]\nfields:\n  name: string\n  image: { type: reference, to: image }\n  status: boolean\n',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())

async function now(): Promise<string> {
  const [row] = await registry.sql(
    `select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as now`,
  )
  return String(row?.now)
}

const page =
  '{ nodes { outcome key before after changes { field before after } } totalCount pageInfo { hasNextPage endCursor } }'

describe('what differs between two times', () => {
  let from: string
  let to: string
  beforeAll(async () => {
    await registry.data('mutation { upsertImages(input: [{ name: "a", distr: "alt" }, { name: "b" }]) { created } }')
    await registry.data(`mutation { upsertRoles(input: [
      { name: "kept", image: "a", status: true }, { name: "gone", image: "a", status: true }
      { name: "turned", image: "a", status: true }, { name: "back", image: "a", status: true }, { name: "again", image: "a", status: true }]) { created } }`)
    from = await now()
    await registry.data(`mutation { upsertRoles(input: [
      { name: "kept", image: "a", status: true }, { name: "turned", image: "a", status: false }, { name: "new", image: "b", status: true }
      { name: "back", image: "a", status: false }, { name: "brief", image: "a", status: true }]) { created } }`)
    await registry.data('mutation { upsertRole(input: { name: "back", image: "a", status: true }) { outcome } }')
    for (const name of ['gone', 'again', 'brief'])
      await registry.data(`mutation { deleteRole(name: "${name}", image: "a") { name } }`)
    await registry.data('mutation { upsertRole(input: { name: "again", image: "a", status: true }) { outcome } }')
    to = await now()
    await registry.data('mutation { deleteRole(name: "new", image: "b") { name } }')
  })

  const gone = {
    outcome: 'DELETED',
    key: { name: 'gone', image: 'a' },
    before: { name: 'gone', image: 'a', status: true },
    after: null,
    changes: [
      { field: 'name', before: 'gone', after: null },
      { field: 'image', before: 'a', after: null },
      { field: 'status', before: true, after: null },
    ],
  }
  const created = {
    outcome: 'CREATED',
    key: { name: 'new', image: 'b' },
    before: null,
    after: { name: 'new', image: 'b', status: true },
    changes: [
      { field: 'name', before: null, after: 'new' },
      { field: 'image', before: null, after: 'b' },
      { field: 'status', before: null, after: true },
    ],
  }
  const turned = {
    outcome: 'UPDATED',
    key: { name: 'turned', image: 'a' },
    before: { name: 'turned', image: 'a', status: true },
    after: { name: 'turned', image: 'a', status: false },
    changes: [{ field: 'status', before: true, after: false }],
  }

  test.each([
    ['everything between them', 'to: $to', [gone, created, turned]],
    ['until now', '', [gone, turned]],
    ['what matches after', 'to: $to, where: { status: { equals: false } }', [turned]],
    [
      'what matches before, or after, by what it refers to then',
      'to: $to, where: { image: { distr: { equals: "alt" } } }',
      [gone, turned],
    ],
    ['what matches at neither time', 'to: $to, where: { name: { equals: "back" } }', []],
  ] as const)('%s', async (_, args, nodes) => {
    const used = args.includes('$to') ? ', $to: DateTime' : ''
    const { rolesDiff } = await registry.data(
      `query ($from: DateTime!${used}) { rolesDiff(from: $from${args && `, ${args}`}) ${page} }`,
      { from, to },
    )
    expect(rolesDiff).toMatchObject({ nodes, totalCount: nodes.length })
  })

  test('takes times from now on backwards', async () => {
    const { rolesDiff } = await registry.data('{ rolesDiff(from: "now-1d") { nodes { outcome key } } }')
    expect(rolesDiff.nodes).toEqual(
      ['again', 'back', 'kept', 'turned'].map((name) => ({ outcome: 'CREATED', key: { name, image: 'a' } })),
    )
  })

  test('comes in pages', async () => {
    const read = (after?: string) =>
      registry.data(
        `query ($from: DateTime!, $to: DateTime, $after: String) { rolesDiff(from: $from, to: $to, first: 2, after: $after) ${page} }`,
        { from, to, after },
      )
    const first = (await read()).rolesDiff
    expect(first).toMatchObject({ nodes: [gone, created], totalCount: 3, pageInfo: { hasNextPage: true } })
    expect((await read(first.pageInfo.endCursor)).rolesDiff).toMatchObject({
      nodes: [turned],
      pageInfo: { hasNextPage: false },
    })
  })

  test.each([
    ['the wrong order', { from: '2026-01-02', to: '2026-01-01' }, 'from', 'ORDER'],
    ['a time that has not come', { from: '2026-01-01', to: '2999-01-01' }, 'to', 'FUTURE'],
    ['a beginning that has not come', { from: '2999-01-01' }, 'from', 'FUTURE'],
  ])('refuses %s', async (_, times, argument, code) => {
    const { errors } = await registry.query(
      'query ($from: DateTime!, $to: DateTime) { rolesDiff(from: $from, to: $to) { totalCount } }',
      times,
    )
    expect(errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT', issues: [{ path: [argument], code }] } })
  })

  test('reads what changed, and not what is stored', async () => {
    await registry.sql(`insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, changed_at, outcome)
      select 'image', '["n' || i || '"]', gen_random_uuid(), jsonb_build_object('name', 'n' || i), '{}', 1, now(), now(), '2020-01-01', 'CREATED' from generate_series(1, 3000) as i`)
    await registry.sql('analyze registry_object, registry_change, registry_past')
    const statements = await recordStatements(() =>
      registry.data('query ($from: DateTime!) { imagesDiff(from: $from) { nodes { before after } } }', { from }),
    )
    const statement = statements.find(({ text }) => text.includes('distinct key'))
    const client = new pg.Client(registry.connection)
    await client.connect()
    const { nodes } = await explain(client, statement ?? { text: '', values: [] }, 'force_custom_plan').finally(() =>
      client.end(),
    )
    const read = nodes.filter((node) => node['Relation Name'] === 'registry_image_objects')
    expect(read.length).toBeGreaterThan(0)
    expect(read.map((node) => node['Node Type'])).not.toContain('Seq Scan')
  })
})
