import { afterAll, beforeAll, expect, test } from 'vitest'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  `{ name: node, key: [name], fields: { name: string, size: int, owner: string!, code: { type: string, unique: true }, rank: { type: int, unique: true }, parent: { type: reference, to: node, reverse: children } } }`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())

const mutation = `mutation ($input: [NodeInput!]!, $mode: UpsertMode) { upsertNodes(input: $input, mode: $mode) {
  created updated unchanged failed results { index outcome node { name size _meta { version } } error { code message issues { path code message } } } } }`

function upsert(input: object[], mode: 'ATOMIC' | 'INDEPENDENT' = 'ATOMIC') {
  return registry.query(mutation, { input, mode })
}

async function names(prefix: string): Promise<string[]> {
  const { nodes } = await registry.data(
    `query ($p: String!) { nodes(where: {name: {startsWith: $p}}, first: 1000) { nodes { name } } }`,
    { p: prefix },
  )
  return nodes.nodes.map((node: { name: string }) => node.name)
}

test("a missing required field is the caller's mistake even if the answer selects it", async () => {
  const message = 'owner is required; give a value'
  const one = await registry.query('mutation { upsertNode(input: { name: "lacks" }) { node { owner } } }')
  expect(one.errors?.[0]?.extensions).toEqual({
    code: 'BAD_USER_INPUT',
    issues: [{ path: ['input', 'owner'], code: 'REQUIRED', message }],
  })
  const { upsertNodes } = await registry.data(
    'mutation { upsertNodes(input: [{ name: "lacks" }, { name: "lacks2", owner: "o" }], mode: INDEPENDENT) { results { node { owner } error { message } } } }',
  )
  expect(upsertNodes.results).toEqual([
    { node: null, error: { message } },
    { node: { owner: 'o' }, error: null },
  ])
})

test('an atomic batch writes all of its inputs or none', async () => {
  const answer = await upsert([{ name: 'a1', owner: 'o' }, { name: 'a2' }, { name: 'a3', owner: 'o', size: 1 }])
  expect(answer).toEqual({
    data: null,
    errors: [
      expect.objectContaining({
        path: ['upsertNodes'],
        extensions: {
          code: 'BAD_USER_INPUT',
          issues: [{ path: ['input', 1, 'owner'], code: 'REQUIRED', message: 'owner is required; give a value' }],
        },
      }),
    ],
  })
  expect(await names('a')).toEqual([])
  expect(await registry.sql(`select from registry_change where key like '["a%'`)).toEqual([])
  expect(
    (
      await upsert([
        { name: 'a1', owner: 'o' },
        { name: 'a3', owner: 'o', size: 1 },
      ])
    ).data.upsertNodes,
  ).toEqual({
    created: 2,
    updated: 0,
    unchanged: 0,
    failed: 0,
    results: [
      { index: 0, outcome: 'CREATED', node: { name: 'a1', size: null, _meta: { version: 1 } }, error: null },
      { index: 1, outcome: 'CREATED', node: { name: 'a3', size: 1, _meta: { version: 1 } }, error: null },
    ],
  })
})

test('an independent batch writes the inputs that it can and gives the reason for each other one', async () => {
  await upsert([{ name: 'b0', owner: 'o', code: 'taken' }])
  const answer = await upsert(
    [
      { name: 'b1', owner: 'o' },
      { name: 'b2' },
      { name: 'b3', owner: 'o', parent: 'nowhere' },
      { name: 'b4', owner: 'o', code: 'taken' },
      { name: 'b0', size: 7 },
      { name: 'b5', owner: 'o', parent: 'b2' },
      { name: 'b6', owner: null, size: 1 },
      { name: 'b7', owner: 'o', parent: 'b1' },
      { name: 'b0', size: 7 },
      { name: 'b8', owner: 'o', code: 'mine' },
      { name: 'b9', owner: 'o', code: 'mine' },
    ],
    'INDEPENDENT',
  )
  const node = (name: string, size: number | null = null, version = 1) => ({ name, size, _meta: { version } })
  const required = (index: number) => ({
    code: 'BAD_USER_INPUT',
    message: 'owner is required; give a value',
    issues: [{ path: ['input', String(index), 'owner'], code: 'REQUIRED', message: 'owner is required; give a value' }],
  })
  const refused = (code: string, index: number, field: string, message: string) => ({
    code,
    message,
    issues: [{ path: ['input', String(index), field], code, message }],
  })
  expect(answer.errors).toBe(undefined)
  expect(answer.data.upsertNodes).toEqual({
    created: 3,
    updated: 1,
    unchanged: 1,
    failed: 6,
    results: [
      { index: 0, outcome: 'CREATED', node: node('b1'), error: null },
      { index: 1, outcome: null, node: null, error: required(1) },
      {
        index: 2,
        outcome: null,
        node: null,
        error: refused(
          'REFERENCE_NOT_FOUND',
          2,
          'parent',
          'parent: there is no node "nowhere"; create it first, or correct the name.',
        ),
      },
      {
        index: 3,
        outcome: null,
        node: null,
        error: refused(
          'UNIQUE_CONFLICT',
          3,
          'code',
          'code: another node already has the value "taken"; it must be unique.',
        ),
      },
      { index: 4, outcome: 'UPDATED', node: node('b0', 7, 2), error: null },
      {
        index: 5,
        outcome: null,
        node: null,
        error: refused(
          'REFERENCE_NOT_FOUND',
          5,
          'parent',
          'parent: there is no node "b2"; create it first, or correct the name.',
        ),
      },
      { index: 6, outcome: null, node: null, error: required(6) },
      { index: 7, outcome: 'CREATED', node: node('b7'), error: null },
      { index: 8, outcome: 'UNCHANGED', node: node('b0', 7, 2), error: null },
      { index: 9, outcome: 'CREATED', node: node('b8'), error: null },
      {
        index: 10,
        outcome: null,
        node: null,
        error: refused(
          'UNIQUE_CONFLICT',
          10,
          'code',
          'code: another node already has the value "mine"; it must be unique.',
        ),
      },
    ],
  })
  expect(await names('b')).toEqual(['b0', 'b1', 'b7', 'b8'])
})

test('a key that occurs twice in a batch is written twice, the later on top of the earlier', async () => {
  expect(
    (
      await upsert([
        { name: 'c', owner: 'o', size: 1 },
        { name: 'c', size: 2 },
        { name: 'c', size: 2 },
        { name: 'c', size: 3 },
      ])
    ).data.upsertNodes,
  ).toEqual({
    created: 1,
    updated: 2,
    unchanged: 1,
    failed: 0,
    results: [
      { index: 0, outcome: 'CREATED', node: { name: 'c', size: 1, _meta: { version: 1 } }, error: null },
      { index: 1, outcome: 'UPDATED', node: { name: 'c', size: 2, _meta: { version: 2 } }, error: null },
      { index: 2, outcome: 'UNCHANGED', node: { name: 'c', size: 2, _meta: { version: 2 } }, error: null },
      { index: 3, outcome: 'UPDATED', node: { name: 'c', size: 3, _meta: { version: 3 } }, error: null },
    ],
  })
  expect(
    await registry.sql(`select outcome, version from registry_change where key = '["c"]' order by sequence`),
  ).toEqual([
    { outcome: 'CREATED', version: 1 },
    { outcome: 'UPDATED', version: 2 },
    { outcome: 'UPDATED', version: 3 },
  ])
})

test('an empty batch writes nothing', async () => {
  const nothing = { created: 0, updated: 0, unchanged: 0, failed: 0, results: [] }
  expect((await upsert([])).data.upsertNodes).toEqual(nothing)
  expect((await upsert([], 'INDEPENDENT')).data.upsertNodes).toEqual(nothing)
})

test('thousands of inputs are one batch; objects are created in the order of their inputs', async () => {
  const input = Array.from({ length: 5_000 }, (_, i) => ({ name: `d${(i * 7_919) % 5_000}`, owner: 'o', size: i }))
  const created = await upsert(input)
  expect(created.data.upsertNodes).toMatchObject({ created: 5_000, updated: 0, unchanged: 0, failed: 0 })
  expect(await names('d')).toEqual(input.slice(0, 1_000).map(({ name }) => name))
  // Each refers to another one, which may be in another statement of the same write.
  const changed = await upsert(
    input.map(({ name, size }, i) => ({
      name,
      size: size + (size % 2),
      ...(size % 2 && { parent: input.at(i - 2_499)?.name }),
    })),
  )
  expect(changed.data.upsertNodes).toMatchObject({ created: 0, updated: 2_500, unchanged: 2_500 })
  const lacking = input.map(({ name }, i) => ({ name, ...(i % 4_999 === 0 && { parent: `none${i}` }) }))
  expect((await upsert(lacking)).errors?.[0]?.extensions).toMatchObject({
    code: 'REFERENCE_NOT_FOUND',
    issues: [{ path: ['input', 0, 'parent'] }, { path: ['input', 4_999, 'parent'] }],
  })
  const sequence = await registry.sql(
    `select key from registry_change where key like '["d%' and outcome = 'CREATED' order by sequence`,
  )
  expect(sequence.map((row) => JSON.parse(row.key)[0])).toEqual(input.map(({ name }) => name))
})

test('objects of one batch may refer to each other, in any order and in circles', async () => {
  const answer = await registry.data(
    'mutation ($input: [NodeInput!]!) { upsertNodes(input: $input) { created results { node { name parent { name parent { name } } children { nodes { name } } } } } }',
    {
      input: [
        { name: 'e1', owner: 'o', parent: 'e2' },
        { name: 'e2', owner: 'o', parent: 'e1' },
        { name: 'e3', owner: 'o', parent: 'e3' },
      ],
    },
  )
  expect(answer.upsertNodes).toEqual({
    created: 3,
    results: [
      { node: { name: 'e1', parent: { name: 'e2', parent: { name: 'e1' } }, children: { nodes: [{ name: 'e2' }] } } },
      { node: { name: 'e2', parent: { name: 'e1', parent: { name: 'e2' } }, children: { nodes: [{ name: 'e1' }] } } },
      { node: { name: 'e3', parent: { name: 'e3', parent: { name: 'e3' } }, children: { nodes: [{ name: 'e3' }] } } },
    ],
  })
})

test('an atomic batch with a conflict of unique values, stored or within the batch, is refused whole', async () => {
  await upsert([{ name: 'f0', owner: 'o', code: 'f', rank: 1 }])
  const conflict = async (input: object[], field: string, message: string) => {
    const code = 'UNIQUE_CONFLICT'
    const issues = [{ path: ['input', 1, field], code, message }]
    expect(await upsert(input)).toEqual({
      data: null,
      errors: [expect.objectContaining({ message: `input[1]: ${message}`, extensions: { code, issues } })],
    })
  }
  await conflict(
    [
      { name: 'f1', owner: 'o' },
      { name: 'f2', owner: 'o', code: 'f' },
    ],
    'code',
    'code: another node already has the value "f"; it must be unique.',
  )
  await conflict(
    [
      { name: 'f1', owner: 'o', rank: 5 },
      { name: 'f2', owner: 'o', rank: 5 },
    ],
    'rank',
    'rank: another node already has the value 5; it must be unique.',
  )
  expect(await names('f')).toEqual(['f0'])
  // Its own value is no conflict, nor is one that was given up.
  expect((await upsert([{ name: 'f0', code: 'f', rank: 1 }])).data.upsertNodes.unchanged).toBe(1)
  expect((await upsert([{ name: 'f0', code: null }])).data.upsertNodes.updated).toBe(1)
  expect(
    (
      await upsert([
        { name: 'f1', owner: 'o', code: 'f' },
        { name: 'f2', owner: 'o' },
      ])
    ).data.upsertNodes.created,
  ).toBe(2)
})

test('a thousand refused inputs of an independent batch need one look-up in the database, not a thousand', async () => {
  const commands: string[] = []
  const record = async (work: () => Promise<unknown>) =>
    commands.push((await recordStatements(work)).map(({ text }) => text.split(' ', 1)[0]).join(' '))
  const input = Array.from({ length: 1_000 }, (_, i) => ({ name: `g${i}` }))
  await record(async () => {
    const answer = await upsert([...input, { name: 'g', owner: 'o' }], 'INDEPENDENT')
    expect(answer.data.upsertNodes).toMatchObject({ created: 1, failed: 1_000 })
  })
  await record(async () => {
    const wrong = await upsert(
      input.map(({ name }) => ({ name, owner: null })),
      'INDEPENDENT',
    )
    expect(wrong.data.upsertNodes).toMatchObject({ failed: 1_000 })
  })
  // The one look shows a thousand refusals, and what is left is written; what is wrong in itself is looked up.
  expect(commands).toEqual(['begin with rollback with', 'select'])
})

test('a chain of references to an object that is missing is refused at once, up to an object that exists', async () => {
  await upsert([{ name: 'chain50', owner: 'o' }])
  const input = Array.from({ length: 100 }, (_, i) => ({ name: `chain${i}`, owner: 'p', parent: `chain${i + 1}` }))
  let answer: Awaited<ReturnType<typeof upsert>> | undefined
  const statements = await recordStatements(async () => {
    answer = await upsert(input, 'INDEPENDENT')
  })
  const { created, updated, failed, results } = answer?.data.upsertNodes ?? {}
  expect({ created, updated, failed }).toEqual({ created: 50, updated: 0, failed: 50 })
  expect(results.map(({ error }: { error: unknown }) => error !== null).indexOf(true)).toBe(50)
  expect(results[50].error.issues).toEqual([
    {
      path: ['input', '50', 'parent'],
      code: 'REFERENCE_NOT_FOUND',
      message: 'parent: there is no node "chain51"; create it first, or correct the name.',
    },
  ])
  // The first attempt, the look-up of what exists, the second attempt; each attempt in a transaction.
  expect(statements.length).toBeLessThan(15)
  const { nodes } = await registry.data(
    '{ nodes(where: {parent: {name: {equals: "chain50"}}}) { nodes { name owner } } }',
  )
  expect(nodes.nodes).toEqual([{ name: 'chain49', owner: 'p' }])
})
