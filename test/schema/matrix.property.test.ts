import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Field, Template } from '../../src/template/model.ts'
import {
  compareBy,
  type Document,
  latestOf,
  type Memory,
  type MemoryObject,
  matchesArguments,
  matchesWhere,
  type Where,
} from '../support/evaluate.ts'
import { movingUpdateTime } from '../support/move-update-times.ts'
import { runs, seed } from '../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { resultTemplate } from '../support/result-template.ts'
import { whereOf } from '../support/rich-filters.ts'
import { documentOf, valueOfField } from '../support/rich-objects.ts'
import { richTemplates } from '../support/rich-templates.ts'

/** Keys whose first field is a text, and a number; with `passed`, and the latest by a time, and by a number. */
const templates = [
  ...richTemplates,
  resultTemplate,
  `
name: reading
key: [level, item]
passed: { NOT: { state: { in: [a] } } }
latestBy: count
staleAfter: 7d
fields:
  level: int
  item: { type: reference, to: item }
  state: { type: enum, values: [b, a] }
  count: int
`,
]
const pluralOf = {
  place: 'places',
  slot: 'slots',
  item: 'items',
  check: 'checks',
  result: 'results',
  reading: 'readings',
}
type Name = keyof typeof pluralOf

/** Texts that are one key in two forms, that a key escapes, and that sort around the ends of others. */
const names = [
  'é',
  'e\u0301',
  'K',
  '\u212a',
  '"',
  '\\',
  'a',
  'a"',
  'a",',
  'a",[',
  'a-',
  'a-b',
  'a\n',
  '',
  '\u{1f600}',
  '\ue000',
  '-',
  ']',
  '^',
]
const stamps = ['1', '1.0', '10', '2', 'é', 'e\u0301']
const levels = [0, 1, 10, -1, 12, 100, 2 ** 31 - 1, -(2 ** 31), 5]

let registry: TestRegistry
let memory: Memory
const keys = new Map<string, readonly unknown[]>()
const meta: Record<string, unknown[]> = {}

const templateOf = (name: string) => registry.model.byName.get(name) as Template
const objectsOf = (name: string) => memory.objects.filter((object) => object.template === name)

beforeAll(async () => {
  registry = await startRegistry(templates)
  const itemNames = ['x', 'X', 'é', '"', '\\', '%', '\u{1f600}', '\ue000', 'y', 'z', 'u', 'v'] as const
  keys.set('item', itemNames)
  const places = Array.from({ length: 6 }, (_, i) => ({ zone: ['é', 'a', '"', 'z', '', '\u{1f600}'][i], rack: i % 2 }))
  await write('place', places, (i) => places[i] ?? {})
  keys.set('place', places)
  const slots = Array.from({ length: 5 }, (_, i) => ({ place: places[i % 3], number: i }))
  await write('slot', slots, (i) => slots[i] ?? {})
  keys.set('slot', slots)
  await write('item', itemNames, (i) => ({ name: itemNames[i] }))
  await write('check', Array(40).fill(0), (i) => ({ item: itemNames[(i * 7) % 9], name: `c${i}` }))
  await write('result', Array(60).fill(0), (i) => ({
    name: names[i % names.length],
    place: places[(i * 7) % 5],
    stamp: stamps[i % stamps.length],
  }))
  await write('reading', Array(40).fill(0), (i) => ({
    level: levels[i % levels.length],
    item: itemNames[(i * 5) % 11],
  }))
  // Two moments for all, so that the latest of a cell, and the columns, often are told apart by their keys alone. One is stale for ever,
  // the other never.
  await registry.sql(`update registry_object set ${movingUpdateTime("(timestamptz '2024-11-22T07:57:31Z' + length(key) % 2 * interval '900 years')")},
    created_at = timestamptz '2026-11-22T07:57:31Z' + length(key) % 3 * interval '1 second'`)
  memory = {
    model: registry.model,
    objects: (await Promise.all(Object.keys(pluralOf).map((name) => read(name as Name)))).flat(),
  }
  for (const object of memory.objects)
    for (const [name, value] of Object.entries(object.meta)) meta[name] = [...(meta[name] ?? []), value ?? 'nobody']
})
afterAll(() => registry?.close())

async function write(name: Name, list: readonly unknown[], keyOf: (i: number) => Document): Promise<void> {
  const { typeName } = templateOf(name)
  const documents = fc.sample(documentOf(templateOf(name), keys), { seed, numRuns: list.length })
  const input = documents.map(({ serial, ...rest }, i) => ({ ...rest, ...keyOf(i) }))
  const mutation = `mutation ($input: [${typeName}Input!]!) { upsert${typeName}s(input: $input) { failed } }`
  await registry.data(mutation, { input })
}

async function read(name: Name): Promise<MemoryObject[]> {
  const { all } = await registry.data(
    `{ all: ${pluralOf[name]}(first: 1000) { nodes { _document _meta { uuid version createTime updateTime createdBy updatedBy } } } }`,
  )
  return all.nodes.map((node: { _document: Document; _meta: MemoryObject['meta'] }) => ({
    template: name,
    document: node._document,
    meta: node._meta,
  }))
}

interface Asked {
  readonly template: Template
  readonly rows: Field
  readonly columns: Field
  readonly rowIn: readonly unknown[] | undefined
  readonly columnWhere: Where | undefined
  readonly where: Where | undefined
}

/** Every template that has a matrix, its fields that can be rows, its references. */
function asked(): fc.Arbitrary<Asked> {
  const one = fc.constantFrom(...(['slot', 'item', 'check', 'result', 'result', 'reading'] as const)).chain((name) => {
    const template = templateOf(name)
    const references = template.fields.filter((field) => field.reference && !field.list)
    return fc.constantFrom(...references).map((columns) => ({ template, columns }))
  })
  return one.chain(({ template, columns }) => {
    const isRow = (field: Field) => field !== columns && !field.list && !['json', 'object'].includes(field.type)
    const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })
    const target = templateOf(columns.reference?.to ?? '')
    return fc.constantFrom(...template.fields.filter(isRow)).chain((rows) =>
      fc.record({
        template: fc.constant(template),
        rows: fc.constant(rows),
        columns: fc.constant(columns),
        rowIn: optional(fc.array(rowValue(rows, template), { maxLength: 5, size: 'max' })),
        columnWhere: optional(whereOf(target, registry.model, keys, meta, 1)),
        where: optional(whereOf(template, registry.model, keys, meta, 2)),
      }),
    )
  })
}

function rowValue(rows: Field, template: Template): fc.Arbitrary<unknown> {
  const there = objectsOf(template.name).flatMap(({ document }) => document[rows.name] ?? [])
  const any = valueOfField(rows, keys)
  return there.length > 0 ? fc.oneof(fc.constantFrom(...there), any) : any
}

/** What a matrix is, from the objects themselves. */
function evaluate({ template, rows, columns, rowIn, columnWhere, where }: Asked): object {
  const inOrder = (name: string, orderBy: readonly Where[] = []) =>
    [...objectsOf(name)].sort(compareBy(orderBy, memory))
  const target = templateOf(columns.reference?.to ?? '')
  const columnObjects = inOrder(target.name).filter((object) => matchesWhere(object, columnWhere ?? {}, memory))
  const counted = objectsOf(template.name).filter((object) => matchesWhere(object, where ?? {}, memory))
  const rowTarget = rows.reference && templateOf(rows.reference.to)
  const found = rowTarget
    ? inOrder(rowTarget.name).map(({ document }) => keyValueOf(rowTarget, document))
    : inOrder(template.name, [{ [rows.name]: 'asc' }]).flatMap(({ document }) => document[rows.name] ?? [])
  const rowValues = distinct((rowIn ?? found).map((value) => rowOf(rows, value)))
  const cells = rowValues.flatMap((row) =>
    columnObjects.map((column) => {
      const objects = counted.filter(
        (object) =>
          object.document[rows.name] !== undefined &&
          same(rowOf(rows, object.document[rows.name]), row) &&
          matchesArguments(object, { [columns.name]: keyValueOf(target, column.document) }, memory),
      )
      const latest = objects.length > 0 ? latestOf(objects, memory) : undefined
      return {
        row,
        column: { _document: column.document },
        state: latest ? 'PRESENT' : 'MISSING',
        verdict: verdictOf(latest, template),
        latest: latest ? { _meta: { uuid: latest.meta['uuid'] } } : null,
        count: objects.length,
      }
    }),
  )
  const missing = cells.filter(({ count }) => count === 0)
  return {
    rows: rowValues.map((row, i) => {
      const inRow = cells.slice(i * columnObjects.length, (i + 1) * columnObjects.length)
      return { row, verdicts: inRow.map(({ verdict }) => letters[verdict]).join('') }
    }),
    columns: columnObjects.map(({ document }) => ({ _document: document })),
    cells,
    missing: missing.map(({ row, column }) => ({ row, column })),
    notPassed: cells
      .filter(({ verdict }) => verdict !== (template.passed ? 'PASSED' : 'PRESENT'))
      .map(({ row, column, verdict }) => ({ row, column, verdict })),
    counts: Object.fromEntries(
      Object.keys(letters).map((name) => [name.toLowerCase(), cells.filter(({ verdict }) => verdict === name).length]),
    ),
    totalCount: cells.length,
    presentCount: cells.length - missing.length,
    missingCount: missing.length,
  }
}

const letters = { PASSED: 'P', FAILED: 'F', STALE: 'S', MISSING: 'M', PRESENT: '+' } as const

/** `staleAfter` in milliseconds, and the time that counts. */
const stale: Readonly<Record<string, readonly [number, (object: MemoryObject) => unknown]>> = {
  result: [36 * 3_600_000, ({ document }) => document['done']],
  reading: [7 * 86_400_000, ({ meta }) => meta['updateTime']],
}

function verdictOf(latest: MemoryObject | undefined, { name, passed }: Template): keyof typeof letters {
  if (!latest) return 'MISSING'
  if (!passed) return 'PRESENT'
  if (!matchesWhere(latest, passed, memory)) return 'FAILED'
  const [after, timeOf] = stale[name] as (typeof stale)[string]
  const time = timeOf(latest)
  return time === undefined || Date.parse(String(time)) < Date.now() - after ? 'STALE' : 'PASSED'
}

/** The key fields that are texts are one value in all Unicode forms. */
function rowOf(field: Field, value: unknown): unknown {
  return field.isKey && typeof value === 'string' ? value.normalize('NFC') : value
}

function keyValueOf(target: Template, document: Document): unknown {
  const [only, ...others] = target.key
  if (only && others.length === 0) return document[only.name]
  return Object.fromEntries(target.key.map(({ name }) => [name, document[name]]))
}

function distinct(values: readonly unknown[]): unknown[] {
  return values.filter((value, i) => values.findIndex((other) => same(value, other)) === i)
}

function same(a: unknown, b: unknown): boolean {
  return print(a) === print(b)
}

function print(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return JSON.stringify(
    Object.entries(value)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, item]) => [name, print(item)]),
  )
}

/** Which parts are asked for decides what is computed, and must not matter to any of them. */
const parts = {
  rows: 'rows { row verdicts }',
  columns: 'columns { _document }',
  cells: 'cells { row column { _document } state verdict latest { _meta { uuid } } count }',
  missing: 'missing { row column { _document } }',
  notPassed: 'notPassed { row column { _document } verdict }',
  counts: 'counts { passed failed stale missing present }',
  totalCount: 'totalCount',
  presentCount: 'presentCount',
  missingCount: 'missingCount',
} as const
type Part = keyof typeof parts

test(`a matrix of the objects of TEST_SEED=${seed} is what a plain evaluation says`, async () => {
  const everything = fc.constant(Object.keys(parts) as Part[])
  const some = fc.shuffledSubarray(Object.keys(parts) as Part[], { minLength: 1, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(asked(), fc.oneof(everything, some), async (matrix, selected) => {
      const { template, rows, columns, rowIn, where } = matrix
      const { typeName, fieldName } = template
      const isOne =
        new Set(template.fields.flatMap((field) => (field.reference && !field.list ? [field.reference.to] : [])))
          .size === 1
      const columnWhere = isOne || !matrix.columnWhere ? matrix.columnWhere : { [columns.name]: matrix.columnWhere }
      const columnWhereType = isOne
        ? `${templateOf(columns.reference?.to ?? '').typeName}Where`
        : `${typeName}MatrixColumnWhere`
      const query = `query ($rowIn: [JSON!], $columnWhere: ${columnWhereType}, $where: ${typeName}Where) {
        matrix: ${fieldName}Matrix(rows: ${rows.name}, columns: ${columns.name}, rowIn: $rowIn, columnWhere: $columnWhere, where: $where) { ${selected.map((part) => parts[part]).join(' ')} } }`
      const expected = Object.entries(evaluate(matrix)).filter(([part]) => selected.includes(part as Part))
      expect((await registry.data(query, { rowIn, columnWhere, where })).matrix).toEqual(Object.fromEntries(expected))
    }),
    runs(250),
  )
})
