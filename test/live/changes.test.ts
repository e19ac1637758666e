import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  '{ name: image, key: [name], fields: { name: string, distr: string, tags: [string] } }',
  '{ name: role, key: [name, image], fields: { name: string, image: { type: reference, to: image }, size: bigint, extra: json } }',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())

async function cursor(): Promise<string> {
  return (await registry.data('{ cursor }')).cursor
}

async function changes(given: string, selection: string, variables: object) {
  const declared = given.includes('$after') ? '($after: String)' : ''
  return (await registry.data(`query ${declared} { changes(${given}) ${selection} }`, variables)).changes
}

test('a consumer is given what has happened, with documents, differences, authors and runs', async () => {
  const after = await cursor()
  const headers = { 'x-registry-actor': 'ci', 'x-registry-run': 'https://ci.example/1' }
  const write = (mutation: string) => registry.data(`mutation { ${mutation} }`, {}, headers)
  await write('upsertImage(input: { name: "alpha", tags: ["x"] }) { outcome }')
  await write(
    'upsertRole(input: { name: "ntp", image: "alpha", size: "9007199254740993", extra: { a: [1, null] } }) { outcome }',
  )
  await write('upsertImage(input: { name: "alpha" }) { outcome }')
  await write('upsertImage(input: { name: "alpha", distr: "d", tags: null }) { outcome }')
  await write('deleteRole(name: "ntp", image: "alpha") { name }')
  const { nodes, ...page } = await changes(
    'after: $after',
    `{ nodes { outcome template k: key version actor run document ... on Change { changes { name: field field: after before } } uuid time cursor }
       caughtUp end: endCursor }`,
    { after },
  )
  expect(page).toEqual({ caughtUp: true, end: expect.any(String) })
  const role = { name: 'ntp', image: 'alpha', size: '9007199254740993', extra: { a: [1, null] } }
  const times: string[] = nodes.map(({ time }: { time: string }) => time)
  expect(times).toEqual([...times].sort())
  const told = nodes.map(({ time: _, uuid: __, cursor: ___, ...node }: Record<string, unknown>) => node)
  const of = { actor: 'ci', run: 'https://ci.example/1' }
  expect(told).toEqual([
    {
      ...{ ...of, outcome: 'CREATED', template: 'image', k: { name: 'alpha' }, version: 1 },
      document: { name: 'alpha', tags: ['x'] },
      changes: [
        { name: 'name', before: null, field: 'alpha' },
        { name: 'tags', before: null, field: ['x'] },
      ],
    },
    {
      ...{ ...of, outcome: 'CREATED', template: 'role', k: { name: 'ntp', image: 'alpha' }, version: 1 },
      document: role,
      changes: ['name', 'image', 'size', 'extra'].map((name) => ({
        name,
        before: null,
        field: role[name as keyof typeof role],
      })),
    },
    {
      ...{ ...of, outcome: 'UPDATED', template: 'image', k: { name: 'alpha' }, version: 2 },
      document: { name: 'alpha', distr: 'd' },
      changes: [
        { name: 'distr', before: null, field: 'd' },
        { name: 'tags', before: ['x'], field: null },
      ],
    },
    {
      ...{ ...of, outcome: 'DELETED', template: 'role', k: { name: 'ntp', image: 'alpha' }, version: 2 },
      document: role,
      changes: ['name', 'image', 'size', 'extra'].map((name) => ({
        name,
        before: role[name as keyof typeof role],
        field: null,
      })),
    },
  ])
  const [, created, , deleted] = nodes
  expect(deleted.uuid).toBe(created.uuid)
  expect(await changes('after: $after', '{ nodes { version } caughtUp }', { after: created.cursor })).toEqual({
    nodes: [{ version: 2 }, { version: 2 }],
    caughtUp: true,
  })
  expect(await changes('after: $after', '{ nodes { version } caughtUp }', { after: page.end })).toEqual({
    nodes: [],
    caughtUp: true,
  })
})

test('pages of any size give the same, from the oldest change on, and cursors do not depend on the templates that are asked', async () => {
  const [{ count } = {}] = await registry.sql('select count(*)::int as count from registry_change')
  const readAll = async (first: number, templates: string) => {
    const told: string[] = []
    for (let after: string | null = null; ; ) {
      const page: { nodes: { template: string; version: number }[]; endCursor: string; caughtUp: boolean } =
        await changes(
          `after: $after, first: ${first}${templates}`,
          '{ nodes { template version } endCursor caughtUp }',
          {
            after,
          },
        )
      expect(page.nodes.length).toBeLessThanOrEqual(first)
      told.push(...page.nodes.map(({ template, version }) => `${template} ${version}`))
      if (page.caughtUp) return told
      after = page.endCursor
    }
  }
  const all = await readAll(1_000, '')
  expect(all).toHaveLength(Number(count))
  for (const first of [1, 2, 3]) expect(await readAll(first, '')).toEqual(all)
  const roles = all.filter((one) => one.startsWith('role'))
  for (const first of [1, 100]) expect(await readAll(first, ', templates: ["role"]')).toEqual(roles)
  const { endCursor } = await changes('first: 1, templates: ["role"]', '{ endCursor }', {})
  const rest = await changes('after: $after', '{ nodes { template version } }', { after: endCursor })
  expect(rest.nodes).toHaveLength(all.length - 1 - all.findIndex((one) => one.startsWith('role')))
  const none = await changes('first: 0', '{ nodes { version } endCursor caughtUp }', {})
  expect(none).toEqual({ nodes: [], endCursor: expect.any(String), caughtUp: false })
  expect((await changes('after: $after', '{ nodes { template } }', { after: none.endCursor })).nodes).toHaveLength(
    all.length,
  )
})

test('a cursor is taken before the rest of its query is read', async () => {
  const query = '{ images { nodes { distr } } cursor }'
  for (let i = 0; i < 20; i++) {
    const writing = registry.data(`mutation { upsertImage(input: { name: "alpha", distr: "w${i}" }) { outcome } }`)
    const { images, cursor: after } = await registry.data(query)
    await writing
    const { nodes } = await changes('after: $after', '{ nodes { document } }', { after })
    // It was seen, or it comes.
    const seen = [
      images.nodes[0].distr,
      ...nodes.map(({ document }: { document: { distr: string } }) => document.distr),
    ]
    expect(seen).toContain(`w${i}`)
  }
})

test('what is no cursor, and what is no template, is refused', async () => {
  const end = await cursor()
  const decoded = JSON.parse(Buffer.from(end, 'base64url').toString()) as string[]
  const bent = (change: (values: unknown[]) => unknown) => {
    const values: unknown[] = [...decoded]
    change(values)
    return Buffer.from(JSON.stringify(values)).toString('base64url')
  }
  const wrong = [
    ...['', 'x', bent((values) => values.splice(0, 1, '_diff')), bent((values) => values.splice(1, 1, 7))],
    ...['5:3:', '0:3:', '3:9:4,4', '3:9:5,4', '3:9:9', '3:9:2', "3:9:'", '3'].map((snapshot) =>
      bent((values) => values.splice(2, 1, snapshot)),
    ),
    ...[
      ['5:9:', '1'],
      ['5:9:', '-1', '2'],
      ['5:9', '1', '2'],
    ].map((batch) => bent((values) => values.push(...batch))),
  ]
  for (const after of wrong) {
    const { errors } = await registry.query('query ($after: String) { changes(after: $after) { caughtUp } }', { after })
    expect(errors?.[0], after).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['after'], code: 'CURSOR' }] },
    })
  }
  const { errors } = await registry.query('{ changes(templates: ["role", "imagee"]) { caughtUp } }')
  expect(errors?.[0]).toMatchObject({
    message: 'templates: "imagee" is not a template. Did you mean "image"?',
    extensions: { code: 'BAD_USER_INPUT', issues: [{ path: ['templates', 1] }] },
  })
  const tooMany = await registry.query('{ changes(first: 1001) { caughtUp } }')
  expect(tooMany.errors?.[0]?.extensions?.code).toBe('LIMIT_EXCEEDED')
})

test('first: 0 tells whether there is anything of what is asked for', async () => {
  const before = await cursor()
  const write = (name: string) => registry.data(`mutation { upsertImage(input: { name: "${name}" }) { outcome } }`)
  const peek = async (after: string, more = '') =>
    (await changes(`after: $after, first: 0${more}`, '{ nodes { version } caughtUp endCursor }', { after })) as {
      caughtUp: boolean
      endCursor: string
    }
  await write('peek1')
  const { nodes } = await changes('after: $after', '{ nodes { cursor } }', { after: before })
  // Behind the last change of a part.
  const [{ cursor: after }] = nodes
  expect(await peek(after)).toMatchObject({ nodes: [], caughtUp: true })
  await write('peek2')
  expect(await peek(after)).toEqual({ nodes: [], caughtUp: false, endCursor: after })
  expect(await peek(before)).toEqual({ nodes: [], caughtUp: false, endCursor: before })
  const { endCursor, ...roles } = await peek(before, ', templates: ["role"]')
  expect(roles).toEqual({ nodes: [], caughtUp: true })
  expect(await peek(endCursor)).toMatchObject({ caughtUp: true })
})

test('a page that is too large is refused with what there is instead', async () => {
  const { errors } = await registry.query('{ changes(first: 100000) { caughtUp } }')
  expect(errors?.[0]?.message).toMatch(
    /at most 1,000 are allowed .* Ask for one page after another: after: <endCursor>\.$/,
  )
})
