import fc from 'fast-check'
import type { Field, Template, TemplateModel } from '../../src/template/model.ts'
import type { Document, Where } from './evaluate.ts'

/** Texts that trip over quoting, patterns, collations, normalization or UTF-16. */
const trickyTexts = [
  '',
  ' ',
  'a',
  'A',
  'b',
  'ab',
  'aB',
  'Ab',
  'a%',
  '%',
  '_',
  'a_b',
  '\\',
  '\\%',
  "'",
  '"',
  "o'clock",
  '$1',
  'ä',
  'é',
  'e\u0301',
  'z',
  '\u{1f600}',
  '\u{1f600}x',
  '\ue000',
  '\ufffd',
  '\u4e2d',
  '10',
  '9',
  '010',
  'null',
  'true',
  '[]',
  '\n',
  'a\tb',
  'I',
  'ı',
  'ß',
  'ẞ',
  'SS',
  'Ä',
  'İ',
  'ΑΣ',
  'ας',
  'Σα',
]

const trickyVersions = [
  '',
  '0',
  '00',
  '1',
  '1.0',
  '1.00',
  '1.0.0',
  '5.4.0-73',
  '5.15.0-2',
  '20.04',
  '20.4',
  '100.1',
  'v2',
  'v10',
  'v',
  '1a',
  '1.',
  '1-',
  '1~',
  '٣',
  '12345678901234567890',
  '12345678901234567891',
  '1.0rc1',
  '1.0rc',
  '\u{1f600}1',
]

const text = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...trickyTexts) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }).filter((value) => !value.includes('\0')) },
)

const moments = [
  '2026-11-22T07:57:31.000Z',
  '2026-11-22T07:57:31.322Z',
  '2026-11-22T07:57:31.322661Z',
  '2026-11-22T07:57:31.323Z',
  '1969-12-31T23:59:59.999Z',
  '0001-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999999Z',
]

/** Values in their stored form, few enough to meet each other. */
const scalars: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  string: text,
  int: fc.oneof(fc.integer({ min: -3, max: 12 }), fc.constantFrom(-(2 ** 31), 2 ** 31 - 1)),
  bigint: fc.constantFrom(
    '0',
    '-1',
    '9',
    '10',
    '9007199254740993',
    '9007199254740992',
    '-9223372036854775808',
    '9223372036854775807',
  ),
  float: fc.oneof(
    fc.constantFrom(
      0,
      0.1,
      0.30000000000000004,
      0.3,
      -1.5,
      1e21,
      1e-7,
      1e300,
      5e-324,
      1.7976931348623157e308,
      100,
      9,
      9007199254740991,
    ),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  ),
  boolean: fc.boolean(),
  datetime: fc.constantFrom(...moments),
  date: fc.constantFrom('0001-01-01', '2024-02-29', '2026-11-22', '2026-11-23', '9999-12-31'),
  uuid: fc.constantFrom(
    '00000000-0000-0000-0000-000000000000',
    'b7205949-344b-4e51-a4a8-3d69ef43c8c7',
    'ffffffff-ffff-ffff-ffff-ffffffffffff',
  ),
  version: fc.constantFrom(...trickyVersions),
  json: fc.oneof(
    fc.constantFrom<unknown>(
      0,
      1,
      1.5,
      '',
      '1',
      true,
      false,
      [],
      {},
      [1, 2],
      [2, 1],
      [[1]],
      { a: 1 },
      { a: 1, b: 2 },
      { b: 2, a: 1 },
      { a: [] },
      { a: null },
      [null],
      { a: { b: 'Ä' } },
      { a: ['ä', 'Ä', 1, { b: 2 }] },
      { '0': 'zero', a: '1' },
      ['ä', 'B', { a: 1, b: 2 }],
      { a: 10, b: true },
      { a: 9.5, b: 'b' },
      JSON.parse('{"__proto__": 1, "constructor": "x"}'),
    ),
    text,
  ),
}

/** The keys of the objects of each template, as references give them; under `missing <template>` keys of none. */
export type Keys = ReadonlyMap<string, readonly unknown[]>

type ValueField = Pick<Field, 'type' | 'list' | 'values' | 'members' | 'reference'>

/** A value of a field, in its stored form; `keys` has what references may point to. */
export function valueOfField(field: ValueField, keys: Keys): fc.Arbitrary<unknown> {
  if (!field.list) return itemOf(field, keys)
  return field.reference && targetsOf(field, keys).length === 0
    ? fc.constant([])
    : fc.array(itemOf(field, keys), { maxLength: 3 })
}

function itemOf(field: ValueField, keys: Keys): fc.Arbitrary<unknown> {
  if (field.type === 'enum') return fc.constantFrom(...field.values)
  if (field.type === 'object') {
    return fc.record(Object.fromEntries(field.members.map((member) => [member.name, valueOfMember(member, keys)])), {
      requiredKeys: field.members.filter((member) => member.required || member.default).map((member) => member.name),
      noNullPrototype: true,
    })
  }
  if (field.reference) return fc.constantFrom(...targetsOf(field, keys))
  const arbitrary = scalars[field.type]
  if (!arbitrary) throw new Error(`no values of type ${field.type}`)
  return arbitrary
}

/** Where there is a default, an object always has the member. */
function valueOfMember(member: Field, keys: Keys): fc.Arbitrary<unknown> {
  const any = valueOfField(member, keys)
  return member.default?.kind === 'literal' ? fc.oneof(fc.constant<unknown>(member.default.value), any) : any
}

/** The keys that a reference may have; none where there is nothing that it may point to. */
export function targetsOf({ reference }: Pick<Field, 'reference'>, keys: Keys): readonly unknown[] {
  const there = keys.get(reference?.to ?? '') ?? []
  return reference?.onMissing === 'allow' ? [...there, ...(keys.get(`missing ${reference.to}`) ?? [])] : there
}

/** A document of a template without its key fields; half of those that need not be given are absent. */
export function documentOf(template: Template, keys: Keys): fc.Arbitrary<Document> {
  const fields = template.fields.filter(
    (field) => !field.isKey && (!field.reference || field.list || targetsOf(field, keys).length > 0),
  )
  return fc.record(Object.fromEntries(fields.map((field) => [field.name, valueOfField(field, keys)])), {
    requiredKeys: fields.filter((field) => field.required && !field.default).map((field) => field.name),
    noNullPrototype: true,
  }) as fc.Arbitrary<Document>
}

const equality = ['equals', 'not', 'in', 'notIn', 'isNull']
const comparison = ['lt', 'lte', 'gt', 'gte']
const textual = ['contains', 'startsWith', 'endsWith']
const listed = ['has', 'hasSome', 'hasEvery', 'isEmpty']

function operatorsOf({ type, list }: Pick<Field, 'type' | 'list'>): readonly string[] {
  if (list) return [...equality, ...(type === 'object' ? ['isEmpty'] : listed)]
  if (type === 'json') return [...equality, ...comparison, ...textual, 'has']
  if (['boolean', 'enum', 'object'].includes(type)) return equality
  return [...equality, ...comparison, ...(['string', 'version'].includes(type) ? textual : [])]
}

/** What a caller may give where this is the stored form: other time zones, other digits of a second, upper case. */
function spellingsOf(type: string, value: unknown): readonly unknown[] {
  if (type === 'datetime' && value === '2026-11-22T07:57:31.000Z')
    return [value, '2026-11-22T08:57:31+01:00', '2026-11-22t07:57:31.0z']
  if (type === 'uuid') return [value, String(value).toUpperCase()]
  if (type === 'bigint' && value === '10') return [value, 10]
  return [value]
}

const mode = fc.constantFrom('default', 'insensitive', 'insensitive')
const path = fc.oneof(
  fc.constantFrom(['a'], ['a'], ['a', 'b'], ['a', '0'], ['0'], ['-1'], ['b'], [], ['a', '3', 'b'], ['2', 'b']),
  fc.array(fc.constantFrom('a', 'b', '0', '1', '-1', '', 'constructor', '__proto__'), { maxLength: 3 }),
)

/** Operators on a value, or on a list and its items, with what stands beside them. */
function filterOf(
  { type, list }: Pick<Field, 'type' | 'list'>,
  value: fc.Arbitrary<unknown>,
  item: fc.Arbitrary<unknown>,
): fc.Arbitrary<Where> {
  const isText = type === 'string' || type === 'version'
  const spelled = list ? value : value.chain((one) => fc.constantFrom(...spellingsOf(type, one)))
  const spelledItem = item.chain((one) => fc.constantFrom(...spellingsOf(type, one)))
  const ordered = type === 'json' ? fc.oneof(text, fc.constantFrom(0, 1, 9.5, 10)) : spelled
  const entry = fc.constantFrom(...operatorsOf({ type, list })).chain((operator): fc.Arbitrary<[string, unknown]> => {
    if (operator === 'isNull' || operator === 'isEmpty') return fc.boolean().map((is) => [operator, is])
    if (operator === 'in' || operator === 'notIn')
      return fc.array(spelled, { maxLength: 4 }).map((values) => [operator, values])
    // Lists of nine and more are looked up in another way.
    if (operator === 'hasSome' || operator === 'hasEvery')
      return fc
        .oneof(fc.array(spelledItem, { maxLength: 3 }), fc.array(spelledItem, { maxLength: 12 }))
        .map((values) => [operator, values])
    if (operator === 'has') return spelledItem.map((one) => [operator, one])
    if (textual.includes(operator)) return (isText ? fc.oneof(text, value) : text).map((part) => [operator, part])
    return (comparison.includes(operator) ? ordered : spelled).map((one) => [operator, one])
  })
  const entries = fc.array(entry, { minLength: 1, maxLength: 2, size: 'max' }).map((some) => Object.fromEntries(some))
  const options: Record<string, fc.Arbitrary<unknown>> = {
    ...(!list && (isText || type === 'json') && { mode }),
    ...(!list && type === 'json' && { path }),
  }
  return fc
    .tuple(entries, fc.record(options, { requiredKeys: [], noNullPrototype: true }))
    .map(([operators, some]) => ({ ...operators, ...some }))
}

/** The filter of a field that is no reference, or of a member of one; objects `depth` levels deep. */
function filterOfField(field: Field, keys: Keys, depth: number): fc.Arbitrary<Where> {
  const own = filterOf(field, valueOfField(field, keys), itemOf(field, keys))
  if (field.type !== 'object' || depth === 0) return own
  if (field.list) {
    const items = fc.oneof(
      { weight: 1, arbitrary: fc.constant<Where>({}) },
      { weight: 6, arbitrary: filterOfField({ ...field, list: false }, keys, depth) },
    )
    const quantified = fc
      .array(fc.tuple(fc.constantFrom('some', 'none', 'every'), items), { minLength: 1, maxLength: 2 })
      .map((entries): Where => Object.fromEntries(entries))
    return fc.oneof({ weight: 1, arbitrary: own }, { weight: 4, arbitrary: quantified })
  }
  const members = fc
    .constantFrom(...field.members)
    .chain((member) => filterOfField(member, keys, depth - 1).map((filter): Where => ({ [member.name]: filter })))
  return fc.oneof(
    { weight: 1, arbitrary: own },
    { weight: 5, arbitrary: members },
    { weight: 2, arbitrary: fc.tuple(members, members).map(([a, b]): Where => ({ ...a, ...b })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('AND', 'OR', 'NOT'), fc.array(fc.oneof(own, members), { maxLength: 3, size: 'max' }))
        .map(([name, list]): Where => ({ [name]: list })),
    },
  )
}

/** A number of related objects. */
const countFilter = fc
  .array(
    fc.constantFrom(...equality.slice(0, 4), ...comparison).chain((operator) => {
      const number = fc.integer({ min: -1, max: 4 })
      return (['in', 'notIn'].includes(operator) ? fc.array(number, { maxLength: 3 }) : number).map(
        (one) => [operator, one] as const,
      )
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((entries): Where => Object.fromEntries(entries))

const metaTypes = {
  uuid: 'uuid',
  version: 'int',
  createTime: 'datetime',
  updateTime: 'datetime',
  createdBy: 'string',
  updatedBy: 'string',
} as const

/** A `where` of a template, `depth` levels deep. `meta` has the `_meta` values that occur. */
export function whereOf(
  template: Template,
  model: TemplateModel,
  keys: Keys,
  meta: Readonly<Record<string, readonly unknown[]>>,
  depth: number,
  known = new Map<string, fc.Arbitrary<Where>>(),
): fc.Arbitrary<Where> {
  // Each template is met again and again on the way down.
  const inner = (name: string) => {
    const where =
      known.get(`${name} ${depth}`) ?? whereOf(model.byName.get(name) as Template, model, keys, meta, depth - 1, known)
    known.set(`${name} ${depth}`, where)
    return where
  }
  const leaves: fc.Arbitrary<Where>[] = template.fields
    .filter((field) => !field.reference)
    .map((field) => filterOfField(field, keys, 3).map((filter) => ({ [field.name]: filter })))
  const metaLeaves = Object.entries(metaTypes).map(([name, type]) => {
    const values = fc.oneof(
      fc.constantFrom(...(meta[name] ?? [])),
      type === 'string' ? text : fc.constantFrom(...(meta[name] ?? [])),
    )
    return filterOf({ type, list: false }, values, values).map((filter) => ({ _meta: { [name]: filter } }))
  })
  const references = template.fields.filter((field) => field.reference)
  const single = references.filter((field) => !field.list)
  const isNull = single.map((field) => fc.boolean().map((is): Where => ({ [field.name]: { isNull: is } })))
  if (depth === 0)
    return fc.oneof(
      { weight: 6, arbitrary: oneOf(leaves) },
      { weight: 1, arbitrary: fc.oneof(...metaLeaves) },
      { weight: 1, arbitrary: fc.oneof(fc.constant({}), ...isNull) },
    )
  const self = inner(template.name)
  const nested = [
    ...single.map((field) =>
      fc
        .tuple(inner(field.reference?.to ?? ''), fc.constantFrom(undefined, undefined, true, false))
        .map(([where, is]): Where => ({ [field.name]: is === undefined ? where : { ...where, isNull: is } })),
    ),
    ...[
      ...references.filter((field) => field.list).map((field) => [field.name, field.reference?.to ?? ''] as const),
      ...template.reverseFields.map(({ name, from }) => [name, from] as const),
    ].map(([name, other]) =>
      fc
        .array(fc.tuple(fc.constantFrom('some', 'none', 'every'), inner(other)), { minLength: 1, maxLength: 2 })
        .map((entries): Where => ({ [name]: Object.fromEntries(entries) })),
    ),
    ...[
      ...references.filter((field) => field.list).map((field) => [field.name, field.reference?.to ?? ''] as const),
      ...template.reverseFields.map(({ name, from }) => [name, from] as const),
    ].map(([name, other]) =>
      fc
        .record(
          { count: countFilter, where: inner(other), some: inner(other) },
          { requiredKeys: ['count'], noNullPrototype: true },
        )
        .map((filter): Where => ({ [name]: filter })),
    ),
  ]
  return fc.oneof(
    { weight: 2, arbitrary: oneOf(leaves) },
    { weight: 1, arbitrary: fc.oneof(...metaLeaves) },
    { weight: 4, arbitrary: oneOf(nested) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('AND', 'OR', 'NOT'), fc.array(self, { maxLength: 3, size: 'max' }))
        .map(([name, list]): Where => ({ [name]: list })),
    },
    { weight: 1, arbitrary: self.map((where): Where => ({ NOT: where })) },
    { weight: 1, arbitrary: fc.tuple(self, self).map(([a, b]): Where => ({ ...a, ...b })) },
  )
}

/** The filter of everything where a template has none of a kind. */
function oneOf(filters: readonly fc.Arbitrary<Where>[]): fc.Arbitrary<Where> {
  return filters.length > 0 ? fc.oneof(...filters) : fc.constant({})
}

/** An `orderBy` of a template, of no, one or several terms. */
export function orderByOf(template: Template): fc.Arbitrary<readonly Where[]> {
  const direction = fc.constantFrom('asc', 'desc')
  const ordered = template.fields.filter(
    (field) => !field.list && !['json', 'object', 'reference'].includes(field.type),
  )
  const term = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...ordered.map((field) => field.name)), direction)
        .map(([name, to]): Where => ({ [name]: to })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...Object.keys(metaTypes)), direction)
        .map(([name, to]): Where => ({ _meta: { [name]: to } })),
    },
  )
  return fc.array(term, { maxLength: 3, size: 'max' })
}
