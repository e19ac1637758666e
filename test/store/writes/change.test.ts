import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'

const templates = [
  'name: image\nkey: [distr, release]\nfields:\n  distr: string\n  release: int\n',
  'name: tag\nkey: [name]\nfields:\n  name: string\n',
  `name: role
key: [name]
fields:
  name: string
  status: boolean
  count: { type: int, maximum: 100 }
  serial: bigint
  load: float
  runs: { type: int, default: 5, required: true }
  tags: { type: [string], pattern: '^[a-z]+$' }
  first-seen: [datetime]
  stages: { type: [enum], values: [nema-5, test] }
  parts: { type: [object], fields: { size: int, unit: { type: string, default: cm } } }
  images: { type: [reference], to: image }
  labels: { type: [reference], to: tag, onDelete: unset, default: [base] }
`,
  'name: string_list\nkey: [name]\nfields:\n  name: string\n  items: [string]\n',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
  await registry.data(`mutation {
    upsertTags(input: [{ name: "base" }, { name: "new" }]) { created }
    upsertImages(input: [{ distr: "alt", release: 10 }, { distr: "deb", release: 12 }]) { created }
  }`)
})
afterAll(() => registry?.close())

const mutation = (name: string, change: string, input = '') =>
  `mutation { upsertRole(input: { name: "${name}" ${input} }, change: ${change}) { outcome role { _document _meta { version } } } }`
const write = async (...given: Parameters<typeof mutation>) => (await registry.data(mutation(...given))).upsertRole
const documentOf = async (...given: Parameters<typeof mutation>) => (await write(...given)).role._document
const issuesOf = async (...given: Parameters<typeof mutation>) =>
  (await registry.query(mutation(...given))).errors?.map(({ message, extensions }) => ({
    message,
    code: extensions?.code,
    paths: extensions?.issues?.map(({ path }) => path),
  }))

describe('numbers', () => {
  test('absent is 0, and a default is what a new object has', async () => {
    const first =
      '{ count: { increment: 2 }, serial: { increment: "9007199254740993" }, load: { increment: 0.1 }, runs: { increment: 1 } }'
    expect(await write('new', first)).toEqual({
      outcome: 'CREATED',
      role: {
        _document: { name: 'new', count: 2, serial: '9007199254740993', load: 0.1, runs: 6, labels: ['base'] },
        _meta: { version: 1 },
      },
    })
    const second = '{ count: { increment: -3 }, serial: { increment: 1 }, load: { increment: 0.2 } }'
    expect(await documentOf('new', second, 'status: true')).toEqual({
      name: 'new',
      status: true,
      count: -1,
      serial: '9007199254740994',
      load: 0.3,
      runs: 6,
      labels: ['base'],
    })
    await registry.data('mutation { upsertRole(input: { name: "new", count: null, serial: null }) { outcome } }')
    expect(await documentOf('new', '{ count: { increment: 4 }, serial: { increment: -4 } }')).toMatchObject({
      count: 4,
      serial: '-4',
    })
  })

  test('50 increments at once give 50, whoever creates the object', async () => {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        registry.data(mutation('busy', '{ count: { increment: 1 }, load: { increment: 0.1 } }')),
      ),
    )
    const versions = answers.map(({ upsertRole }) => upsertRole.role._meta.version).sort((a, b) => a - b)
    expect(versions).toEqual(Array.from({ length: 50 }, (_, i) => i + 1))
    const { role } = await registry.data('{ role(name: "busy") { count load } }')
    expect(role).toEqual({ count: 50, load: 5 })
  })

  test('an increment of 0 changes nothing', async () => {
    await write('still', '{ count: { increment: 1 } }')
    expect(await write('still', '{ count: { increment: 0 } }')).toMatchObject({ outcome: 'UNCHANGED' })
    expect(await write('still', '{ serial: { increment: 0 } }')).toMatchObject({ outcome: 'UNCHANGED' })
  })

  test.each([
    ['{ count: { increment: 41 } }', 'count', 'count: an increment of 41 would make it more than 100'],
    [
      '{ runs: { increment: 2147483647 } }',
      'runs',
      'runs: an increment of 2147483647 would lead beyond the numbers of the type int',
    ],
    [
      '{ serial: { increment: "9223372036854775807" } }',
      'serial',
      'serial: an increment of 9223372036854775807 would lead beyond the numbers of the type bigint',
    ],
    [
      '{ load: { increment: 1.7e308 } }',
      'load',
      'load: an increment of 1.7e+308 would lead beyond the numbers of the type float',
    ],
  ])(
    '%s beyond what the field takes is refused, for a stored object and for a new one',
    async (change, field, message) => {
      const full = 'count: 60, serial: "1", load: 1e308'
      await registry.data(`mutation { upsertRole(input: { name: "full", ${full} }) { outcome } }`)
      const refused = [{ message, code: 'BAD_USER_INPUT', paths: [['change', field, 'increment']] }]
      expect(await issuesOf('full', change)).toEqual(refused)
      expect((await registry.data('{ role(name: "full") { _meta { version } } }')).role._meta.version).toBe(1)
    },
  )

  test('a new object is held to the same', async () => {
    expect(await issuesOf('none', '{ count: { increment: 101 } }')).toEqual([
      {
        message: 'count: an increment of 101 would make it more than 100',
        code: 'BAD_USER_INPUT',
        paths: [['change', 'count', 'increment']],
      },
    ])
    expect(await registry.data('{ role(name: "none") { name } }')).toEqual({ role: null })
  })
})

describe('lists', () => {
  test('add leaves out what is there, remove takes all that are equal', async () => {
    expect(await documentOf('list', '{ tags: { add: ["x", "y", "x"], remove: ["z"] } }')).toMatchObject({
      tags: ['x', 'y'],
    })
    await registry.data('mutation { upsertRole(input: { name: "list", tags: ["x", "y", "x", "z"] }) { outcome } }')
    expect(await documentOf('list', '{ tags: { add: ["w", "z"], remove: ["x"] } }')).toMatchObject({
      tags: ['y', 'z', 'w'],
    })
    expect(await write('list', '{ tags: { add: ["w"], remove: ["x"] } }')).toMatchObject({ outcome: 'UNCHANGED' })
    // Removed first, then added.
    expect(await documentOf('list', '{ tags: { add: ["y"], remove: ["y"] } }')).toMatchObject({ tags: ['z', 'w', 'y'] })
    expect(await documentOf('list', '{ tags: { remove: ["w", "y", "z"] } }')).toMatchObject({ tags: [] })
  })

  test('of an absent list nothing is removed, and it stays absent', async () => {
    await write('absent', '{ count: { increment: 1 } }')
    expect(await write('absent', '{ tags: { remove: ["x"], add: [] } }')).toMatchObject({ outcome: 'UNCHANGED' })
    expect(await documentOf('absent', '{ tags: { add: ["x"] } }')).toMatchObject({ tags: ['x'] })
  })

  test('items of every type, in whatever form they are given', async () => {
    const given =
      '{ first_seen: { add: ["2026-01-01T02:00:00+02:00"] }, stages: { add: [nema_5, test] }, parts: { add: [{ size: 1 }] } }'
    const first = await documentOf('types', given)
    expect(first).toMatchObject({
      'first-seen': ['2026-01-01T00:00:00.000Z'],
      stages: ['nema-5', 'test'],
      parts: [{ size: 1, unit: 'cm' }],
    })
    expect(await write('types', given)).toMatchObject({ outcome: 'UNCHANGED' })
    const taken =
      '{ first_seen: { remove: ["2026-01-01T00:00:00Z"] }, stages: { remove: [nema_5] }, parts: { remove: [{ unit: "cm", size: 1 }] } }'
    expect(await documentOf('types', taken)).toMatchObject({ 'first-seen': [], stages: ['test'], parts: [] })
  })

  test('adds and removes of many writers all hold', async () => {
    await registry.data('mutation { upsertRole(input: { name: "shared", tags: ["a", "b", "c"] }) { outcome } }')
    const letters = [...'defghijklmnopqrst']
    await Promise.all([
      ...letters.map((letter) => registry.data(mutation('shared', `{ tags: { add: ["${letter}"] } }`))),
      ...['a', 'b', 'c'].map((letter) => registry.data(mutation('shared', `{ tags: { remove: ["${letter}"] } }`))),
    ])
    const { role } = await registry.data('{ role(name: "shared") { tags } }')
    expect(role.tags.toSorted()).toEqual(letters)
  })

  test('references are checked, their keys kept, and found from the other side', async () => {
    const alt = '{ distr: "alt", release: 10 }'
    const deb = '{ distr: "deb", release: 12 }'
    await write('refs', `{ images: { add: [${alt}] }, labels: { add: ["new", "base"] } }`)
    await write('refs', `{ images: { add: [${deb}, ${alt}], remove: [${alt}] } }`)
    await write('refs', `{ images: { add: [${alt}] }, labels: { remove: ["base"] } }`)
    expect(
      await registry.data(
        '{ role(name: "refs") { _document images { distr } labels { name } } image(distr: "alt", release: 10) { roles { nodes { name } } } }',
      ),
    ).toEqual({
      role: {
        _document: {
          name: 'refs',
          runs: 5,
          images: [
            { distr: 'deb', release: 12 },
            { distr: 'alt', release: 10 },
          ],
          labels: ['new'],
        },
        images: [{ distr: 'deb' }, { distr: 'alt' }],
        labels: [{ name: 'new' }],
      },
      image: { roles: { nodes: [{ name: 'refs' }] } },
    })
    const [row] = await registry.sql(`select refs from registry_object where template = 'role' and key = '["refs"]'`)
    expect(row?.refs).toEqual({ images: ['["deb",12]', '["alt",10]'], labels: ['["new"]'] })
    expect(await issuesOf('refs', '{ labels: { add: ["new", "lost"] } }')).toEqual([
      {
        message: 'labels.1: there is no tag "lost"; create it first, or correct the name.',
        code: 'REFERENCE_NOT_FOUND',
        paths: [['change', 'labels', 'add', 1]],
      },
    ])
    expect(
      (await registry.query('mutation { deleteImage(distr: "alt", release: 10) { distr } }')).errors?.[0]?.extensions
        ?.code,
    ).toBe('STILL_REFERENCED')
  })
})

test('what is wrong is told with its path', async () => {
  expect(
    await issuesOf('wrong', '{ tags: { add: ["x", "X1"] }, count: { increment: 1 }, runs: null }', 'count: 3'),
  ).toEqual([
    {
      message: [
        'count: it is in input and in change; give it in one of them',
        'runs: null changes nothing; leave the field out, or clear it in input',
        'tags: "X1" does not match the pattern ^[a-z]+$',
      ].join('\n'),
      code: 'BAD_USER_INPUT',
      paths: [
        ['change', 'count'],
        ['change', 'runs'],
        ['change', 'tags', 'add', 1],
      ],
    },
  ])
  // What may not be in it can still be taken from it, since older items may break newer rules.
  expect((await write('wrong', '{ tags: { remove: ["X1"] } }')).outcome).toBe('CREATED')
})

test('a dry run and changes tell the result', async () => {
  await write('told', '{ count: { increment: 1 }, tags: { add: ["x"] } }')
  const dry =
    'mutation { upsertRole(input: { name: "told" }, change: { count: { increment: 5 }, tags: { add: ["y"] } }, dryRun: true) { changes { field before after } } }'
  expect((await registry.data(dry)).upsertRole.changes).toEqual([
    { field: 'count', before: 1, after: 6 },
    { field: 'tags', before: ['x'], after: ['x', 'y'] },
  ])
})

test('the names of types give way', async () => {
  const change =
    'mutation { upsertStringList(input: { name: "l" }, change: { items: { add: ["x"] } }) { stringList { items } } }'
  expect((await registry.data(change)).upsertStringList.stringList).toEqual({ items: ['x'] })
  const { __type } = await registry.data(
    '{ __type(name: "RegistryStringListChange") { inputFields { name type { name } } } }',
  )
  expect(__type.inputFields).toEqual([{ name: 'items', type: { name: 'StringListChange' } }])
})
