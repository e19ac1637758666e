import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseTemplates } from '../../../src/template/parse-templates.ts'
import { recordStatements } from '../../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'

const report = `name: report
key: [name]
fields:
  name: string
  started: { type: datetime, merge: min }
  finished-at: datetime
  release: { type: version, merge: max }
  took: { type: duration, merge: min }
  stage: { type: enum, values: [dev, prod, test], merge: max }
  tests: { type: bigint, merge: max }
  load: { type: float, merge: min }
  passed: { type: boolean, merge: { maxBy: finished-at } }
  log: { type: string, merge: { maxBy: finished-at } }
  tags: { type: [string], merge: { maxBy: finished-at } }
  image: { type: reference, to: image, merge: { maxBy: finished-at } }
  attempt: int
  note: { type: string, merge: { maxBy: attempt } }
  trigger: { type: string, merge: first }
  author: { type: string, merge: latest }
`

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([report, 'name: image\nkey: [name]\nfields:\n  name: string\n'])
  await registry.data('mutation { upsertImages(input: [{ name: "a" }, { name: "b" }, { name: "c" }]) { created } }')
})
afterAll(() => registry?.close())

const upsertAll = 'mutation ($input: [ReportInput!]!) { upsertReports(input: $input) { created updated unchanged } }'
const documentOf = async (name: string) =>
  (await registry.data('query ($name: String!) { report(name: $name) { _document } }', { name })).report._document

function permutationsOf<Item>(items: readonly Item[]): Item[][] {
  if (items.length <= 1) return [[...items]]
  return items.flatMap((item, i) => permutationsOf(items.toSpliced(i, 1)).map((rest) => [item, ...rest]))
}

/** Of each group of five reports: what is left, whatever the order, but for `trigger` and `author`. */
const groups: readonly (readonly [title: string, reports: readonly object[], left: object])[] = [
  [
    'each report has all',
    [
      {
        started: '2026-01-01T10:00:00Z',
        finished_at: '2026-01-01T10:30:00Z',
        release: '5.15.0-2',
        took: '30m',
        stage: 'prod',
        tests: '9',
        load: 0.5,
        passed: true,
        log: 'one',
        tags: ['x'],
        image: 'a',
        attempt: 1,
        note: 'n1',
      },
      {
        started: '2026-01-01T10:00:00.5Z',
        finished_at: '2026-01-01T12:00:00+01:00',
        release: '5.4.0-73',
        took: '1h',
        stage: 'dev',
        tests: '10',
        load: -1,
        passed: false,
        log: 'two',
        tags: ['y'],
        image: 'b',
        attempt: 10,
        note: 'n2',
      },
      {
        started: '2026-01-01T09:59:59Z',
        finished_at: '2026-01-01T10:59:59.999999Z',
        release: '5.15.0-10',
        took: '90s',
        stage: 'test',
        tests: '-11',
        load: 7,
        passed: true,
        log: 'three',
        tags: [],
        image: 'c',
        attempt: 9,
        note: 'n3',
      },
      {
        started: '2026-01-01T10:00:01Z',
        finished_at: '2026-01-01T10:00:00Z',
        release: '5.15.0-9',
        took: 'PT89S',
        stage: 'dev',
        tests: '8',
        load: 1e3,
        passed: true,
        log: 'four',
        tags: ['z'],
        image: 'a',
        attempt: 2,
        note: 'n4',
      },
      {
        started: '2026-02-01T10:00:01Z',
        finished_at: '2026-01-01T10:00:01Z',
        release: '1',
        took: '2h',
        stage: 'dev',
        tests: '0',
        load: 0,
        passed: true,
        log: 'five',
        tags: ['w'],
        image: 'a',
        attempt: 3,
        note: 'n5',
      },
    ],
    {
      started: '2026-01-01T09:59:59.000Z',
      'finished-at': '2026-01-01T11:00:00.000Z',
      release: '5.15.0-10',
      took: 'PT1M29S',
      stage: 'test',
      tests: '10',
      load: -1,
      passed: false,
      log: 'two',
      tags: ['y'],
      image: 'b',
      attempt: 10,
      note: 'n2',
    },
  ],
  [
    'reports lack values, or the time that decides, or say null',
    [
      { finished_at: '2026-01-01T10:00:00Z', log: 'one', started: null, tests: null },
      { finished_at: '2026-01-05T10:00:00Z', passed: null, release: null, image: null, attempt: null },
      { finished_at: '2026-01-03T10:00:00Z', log: 'three', passed: true, note: 'only', image: 'b' },
      { log: 'without a time', passed: false, tags: ['unknown'], tests: '3', image: 'c' },
      { finished_at: '2026-01-02T10:00:00Z', tags: null, passed: false, note: null, tests: '4', attempt: 7 },
    ],
    {
      'finished-at': '2026-01-05T10:00:00.000Z',
      log: 'three',
      passed: true,
      tags: ['unknown'],
      tests: '4',
      note: 'only',
      image: 'b',
      attempt: 7,
    },
  ],
  [
    'of equal times the greater value stays',
    [
      { finished_at: '2026-01-01T10:00:00Z', log: 'b', passed: false, tags: ['a', 'b'], image: 'a' },
      { finished_at: '2026-01-01T10:00:00Z', log: 'c', passed: true, tags: ['a'], image: 'b', attempt: 4, note: 'x' },
      { finished_at: '2026-01-01T11:00:00+01:00', log: 'a', passed: false, tags: ['b'], image: 'a', note: 'zz' },
      { finished_at: '2026-01-01T09:00:00Z', log: 'z', passed: true, tags: ['z'], image: 'c', attempt: 4, note: 'y' },
      { log: 'zz', tags: ['zz'] },
    ],
    {
      'finished-at': '2026-01-01T10:00:00.000Z',
      log: 'c',
      passed: true,
      tags: ['b'],
      image: 'b',
      attempt: 4,
      note: 'y',
    },
  ],
]

describe('for any order in which five reports arrive, the object ends the same', () => {
  test.each(groups)('where %s', async (_title, reports, left) => {
    const orders = permutationsOf(reports)
    expect(orders).toHaveLength(120)
    const prefix = _title.slice(0, 3)
    // The first report of each order in one request, then the second, and so on.
    for (let i = 0; i < reports.length; i++)
      await registry.data(upsertAll, { input: orders.map((order, n) => ({ name: `${prefix}${n}`, ...order[i] })) })
    const stored = await registry.sql(
      "select document - array['name'] as document, refs from registry_object where template = 'report' and document->>'name' like $1",
      [`${prefix}%`],
    )
    expect(stored).toHaveLength(120)
    expect(stored[0]?.document).toEqual(left)
    expect(new Set(stored.map((row) => JSON.stringify(row))).size).toBe(1)
  })
})

test('first keeps the first value, latest the latest, and null takes no part', async () => {
  const write = (input: object) => registry.data(upsertAll, { input: [{ name: 'once', ...input }] })
  await write({ trigger: null, author: 'ann' })
  await write({ trigger: 'push' })
  await write({ trigger: 'cron', author: 'bob' })
  expect((await write({ trigger: null, tests: null })).upsertReports).toEqual({ created: 0, updated: 0, unchanged: 1 })
  expect(await documentOf('once')).toEqual({ name: 'once', trigger: 'push', author: 'bob' })
})

test('a report that loses changes nothing, and is told so; one that is written twice counts once', async () => {
  const upsert = async (input: object) =>
    (
      await registry.data(
        'mutation ($input: ReportInput!) { upsertReport(input: $input) { outcome changes { field before after } } }',
        { input: { name: 'told', ...input } },
      )
    ).upsertReport
  const last = { finished_at: '2026-01-02T00:00:00Z', log: 'last', tests: '5' }
  await upsert(last)
  expect(await upsert({ finished_at: '2026-01-01T00:00:00Z', log: 'late', tests: '4' })).toEqual({
    outcome: 'UNCHANGED',
    changes: [],
  })
  expect(await upsert(last)).toEqual({ outcome: 'UNCHANGED', changes: [] })
  expect(await upsert({ finished_at: '2026-01-01T00:00:00Z', log: 'late', tests: '6' })).toEqual({
    outcome: 'UPDATED',
    changes: [{ field: 'tests', before: '5', after: '6' }],
  })
})

test('writers at once leave the greatest, and keep the value that belongs to it', async () => {
  const times = Array.from({ length: 20 }, (_, i) => `2026-01-01T00:00:${String((i * 7) % 20).padStart(2, '0')}Z`)
  await Promise.all(
    times.map((time) => registry.data(upsertAll, { input: [{ name: 'race', finished_at: time, log: time }] })),
  )
  expect(await documentOf('race')).toEqual({
    name: 'race',
    'finished-at': '2026-01-01T00:00:19.000Z',
    log: '2026-01-01T00:00:19Z',
  })
})

test('the order of the reports of one request does not matter either', async () => {
  const input = ['03', '05', '04'].map((day) => ({ name: 'batch', finished_at: `2026-01-${day}T00:00:00Z`, log: day }))
  await registry.data(upsertAll, { input })
  expect((await documentOf('batch')).log).toBe('05')
})

test('numbers and lists that are merged are not changed in place', async () => {
  const { __type } = await registry.data('{ __type(name: "ReportChange") { name } }')
  expect(__type).toBeNull()
})

test('what is written to a template without merge is not compared with anything', async () => {
  const textOf = async (mutation: string) =>
    (await recordStatements(() => registry.data(`mutation { ${mutation} { outcome } }`)))[0]?.text
  expect(await textOf('upsertReport(input: { name: "s" })')).toContain(' as lost')
  expect(await textOf('upsertImage(input: { name: "s" })')).not.toContain(' as lost')
})

describe('a template', () => {
  const issuesOf = (fields: string) => {
    const { issues = [] } = parseTemplates([
      { file: 't.yaml', text: `name: t\nkey: [k]\nfields:\n  k: string\n  t: datetime\n  l: [int]\n${fields}` },
    ])
    return issues.map(({ line, path, code, message, suggestion }) => ({ line, path, code, message, suggestion }))
  }
  const forms = 'Write one of latest, first, min, max, or { maxBy: finished_at } with the name of a field.'
  const whatElse = 'Write first, latest, or { maxBy: finished_at } with the name of a field that has an order.'

  test.each([
    ['  f: { type: int, merge: maxx }', '"maxx" is no way to merge values.', 'Did you mean "max"?'],
    ['  f: { type: int, merge: }', 'null is no way to merge values.', forms],
    ['  f: { type: int, merge: { maxby: t } }', '{"maxby":"t"} is no way to merge values.', forms],
    [
      '  f: { type: int, merge: { maxBy: t, minBy: t } }',
      '{"maxBy":"t","minBy":"t"} is no way to merge values.',
      forms,
    ],
    ['  f: { type: int, merge: [max] }', '["max"] is no way to merge values.', forms],
    ['  f: { type: json, merge: max }', 'json has no order, so that it has no max.', whatElse],
    ['  f: { type: [int], merge: min }', '[int] has no order, so that it has no min.', whatElse],
    ['  f: { type: json, merge: { maxBy: T } }', '"T" is not a field of t.', 'Did you mean "t"?'],
    ['  f: { type: json, merge: { maxBy: nothing } }', '"nothing" is not a field of t.', 'It could be t.'],
    ['  f: { type: json, merge: { maxBy: l } }', 'l is of the type [int], which has no order.', 'It could be t.'],
    ['  f: { type: json, merge: { maxBy: k } }', 'k is part of the key, which is always the same.', 'It could be t.'],
    ['  f: { type: int, merge: { maxBy: f } }', 'f cannot decide about itself.', 'Write max.'],
    [
      '  f: { type: object, fields: { g: { type: int, merge: max } } }',
      'A member of an object cannot have merge: an object is one value.',
      'Write merge at the object.',
    ],
    [
      '  f: { type: int, merge: min }\n  g: { type: int, merge: { maxBy: f } }',
      'f decides which g is kept (g in t.yaml has maxBy), so it is merged by max itself.',
      'Remove merge, or write max.',
    ],
  ])('with %s is refused', (fields, message, suggestion) => {
    expect(issuesOf(fields)).toMatchObject([{ line: 7, code: 'WRONG_MERGE', message, suggestion }])
  })

  test('may say latest, max of the field that decides, and its former name', () => {
    expect(
      issuesOf(
        '  f: { type: int, merge: max, renamedFrom: e }\n  g: { type: json, merge: { maxBy: e } }\n  h: { type: json, merge: latest }\n  i: { type: int, merge: first }',
      ),
    ).toEqual([])
  })

  test('of a key field is refused', () => {
    const { issues = [] } = parseTemplates([
      { file: 't.yaml', text: 'name: t\nkey: [k]\nfields:\n  k: { type: int, merge: max }\n' },
    ])
    expect(issues).toMatchObject([
      { code: 'WRONG_MERGE', message: 'k is part of the key, which never changes.', suggestion: 'Remove merge.' },
    ])
  })

  test('that merges in another way is a safe change', async () => {
    const files = [
      {
        name: 'report.yaml',
        text: report
          .replace('merge: first', 'merge: latest')
          .replace('took: { type: duration, merge: min }', 'took: { type: duration, merge: max }')
          .replaceAll('maxBy: attempt', 'maxBy: tests'),
      },
      { name: 'image.yaml', text: 'name: image\nkey: [name]\nfields:\n  name: string\n' },
    ]
    const { templatePlan } = await registry.data(
      'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { entries { path change effect needsConsent } } }',
      { files },
    )
    const entry = (path: string, change: string) => ({ path, change, effect: 'SAFE', needsConsent: false })
    expect(templatePlan.entries).toEqual([
      entry('fields.took.merge', 'merge: min → max'),
      entry('fields.attempt.merge', 'merge: max → latest'),
      entry('fields.note.merge', 'merge: maxBy attempt → maxBy tests'),
      entry('fields.trigger.merge', 'merge: first → latest'),
    ])
  })
})
