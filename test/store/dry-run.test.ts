import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n  size: { type: int, maximum: 9 }\n  owner: { type: string, required: true }\n  code: { type: string, unique: true }\n',
  'name: role\nkey: [name]\nfields:\n  name: string\n  image: { type: reference, to: image }\n  owner: { type: string, required: true }\n',
  'name: node\nkey: [name]\nfields:\n  name: string\n  parent: { type: reference, to: node, onDelete: cascade }\n',
]

let registry: TestRegistry
let before: unknown
beforeAll(async () => {
  registry = await startRegistry(templates)
  await registry.data(
    'mutation { upsertImages(input: [{ name: "a", owner: "o", size: 1, code: "x" }, { name: "b", owner: "o" }]) { created } }',
  )
})
afterAll(() => registry?.close())
beforeEach(async () => {
  before = await readAll()
})

/** Every row with its versions, times and history. */
async function readAll(): Promise<unknown> {
  return {
    objects: await registry.sql('select * from registry_object order by template, key'),
    past: await registry.sql('select * from registry_past order by template, key, valid_to'),
    changes: await registry.sql('select * from registry_change order by sequence'),
  }
}

const many = (mode: string, dryRun = true) =>
  `mutation ($input: [ImageInput!]!) { upsertImages(input: $input, mode: ${mode}, dryRun: ${dryRun}) {
    created updated unchanged failed results { outcome image { size owner _meta { version } } error { code } } } }`

test.each(['ATOMIC', 'INDEPENDENT'])(
  'an upsert of many, %s, returns the outcome of a real write and writes nothing',
  async (mode) => {
    const input = [
      { name: 'new', owner: 'me' },
      { name: 'a', size: 2 },
      { name: 'b', owner: 'o' },
      { name: 'new', size: 3 },
    ]
    const { upsertImages } = await registry.data(many(mode), { input })
    const result = (outcome: string, size: number | null, owner: string, version: number) => ({
      outcome,
      image: { size, owner, _meta: { version } },
      error: null,
    })
    const expected = {
      created: 1,
      updated: 2,
      unchanged: 1,
      failed: 0,
      results: [
        result('CREATED', null, 'me', 1),
        result('UPDATED', 2, 'o', 2),
        result('UNCHANGED', null, 'o', 1),
        result('UPDATED', 3, 'me', 2),
      ],
    }
    expect(upsertImages).toEqual(expected)
    expect(await readAll()).toEqual(before)
  },
)

test('inputs that a real write would refuse are refused, each on its own or all together', async () => {
  const input = [
    { name: 'fine', owner: 'o' },
    { name: 'lacks' },
    { name: 'b', code: 'x' },
    { name: 'a', size: 10 },
    { name: 'a', size: null },
  ]
  const { upsertImages } = await registry.data(many('INDEPENDENT'), { input })
  expect(upsertImages).toMatchObject({ created: 1, updated: 1, unchanged: 0, failed: 3 })
  expect(upsertImages.results.map((one: { error: { code: string } | null }) => one.error?.code)).toEqual([
    undefined,
    'BAD_USER_INPUT',
    'UNIQUE_CONFLICT',
    'BAD_USER_INPUT',
    undefined,
  ])
  expect((await registry.query(many('ATOMIC'), { input: input.slice(0, 2) })).errors).toEqual([
    expect.objectContaining({
      extensions: {
        code: 'BAD_USER_INPUT',
        issues: [{ path: ['input', 1, 'owner'], code: 'REQUIRED', message: 'owner is required; give a value' }],
      },
    }),
  ])
  expect(await readAll()).toEqual(before)
})

test('a missing target is reported last: an input that is refused only for it has no other problem', async () => {
  const { upsertRoles } = await registry.data(
    `mutation { upsertRoles(mode: INDEPENDENT, dryRun: true, input: [
      { name: "1", image: "none", owner: "o" }, { name: "2", image: "none" }, { name: "3", image: "a", owner: "o" }
    ]) { results { outcome error { code message } } } }`,
  )
  expect(upsertRoles.results).toEqual([
    {
      outcome: null,
      error: {
        code: 'REFERENCE_NOT_FOUND',
        message: 'image: there is no image "none"; create it first, or correct the name.',
      },
    },
    { outcome: null, error: { code: 'BAD_USER_INPUT', message: expect.stringContaining('owner is required') } },
    { outcome: 'CREATED', error: null },
  ])
  expect(await readAll()).toEqual(before)
})

test('an atomic batch that fails for several reasons reports all of them, at their items, with the code of the first', async () => {
  const { errors } = await registry.query(
    `mutation { upsertRoles(dryRun: true, input: [
      { name: "1", image: "a", owner: "o" }, { name: "2", image: "none", owner: "o" }, { name: "3", image: "a" }
    ]) { created } }`,
  )
  const missing = 'image: there is no image "none"; create it first, or correct the name.'
  const required = 'owner is required; give a value'
  expect(errors).toMatchObject([
    {
      message: `input[1]: ${missing}\ninput[2]: ${required}`,
      extensions: {
        code: 'REFERENCE_NOT_FOUND',
        issues: [
          {
            path: ['input', 1, 'image'],
            code: 'REFERENCE_NOT_FOUND',
            message: missing,
            template: 'image',
            key: '["none"]',
          },
          { path: ['input', 2, 'owner'], code: 'REQUIRED', message: required },
        ],
      },
    },
  ])
  expect(await readAll()).toEqual(before)
})

test('an upsert of one does the same, with ifVersion and in templates that refer to themselves', async () => {
  const answer = await registry.data(`mutation {
    created: upsertImage(input: { name: "new", owner: "o" }, ifVersion: 0, dryRun: true) { outcome image { name } }
    updated: upsertImage(input: { name: "a", size: 5 }, ifVersion: 1, dryRun: true) { outcome image { size } }
    confirmed: upsertImage(input: { name: "a" }, dryRun: true) { outcome }
    node: upsertNode(input: { name: "n", parent: "n" }, dryRun: true) { outcome node { parent { name } } }
  }`)
  expect(answer).toEqual({
    created: { outcome: 'CREATED', image: { name: 'new' } },
    updated: { outcome: 'UPDATED', image: { size: 5 } },
    confirmed: { outcome: 'UNCHANGED' },
    node: { outcome: 'CREATED', node: { parent: { name: 'n' } } },
  })
  const { errors } = await registry.query(
    'mutation { upsertImage(input: { name: "a" }, ifVersion: 7, dryRun: true) { outcome } }',
  )
  expect(errors?.[0]?.extensions?.code).toBe('VERSION_CONFLICT')
  expect(await readAll()).toEqual(before)
})

test('dryRun: false, or null, writes', async () => {
  const write = (dryRun: boolean | null) =>
    registry.data(
      'mutation ($dryRun: Boolean) { upsertImage(input: { name: "w", owner: "o" }, dryRun: $dryRun) { outcome } }',
      { dryRun },
    )
  expect((await write(true)).upsertImage.outcome).toBe('CREATED')
  expect((await write(false)).upsertImage.outcome).toBe('CREATED')
  expect((await write(null)).upsertImage.outcome).toBe('UNCHANGED')
})
