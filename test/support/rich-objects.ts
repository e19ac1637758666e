import fc from 'fast-check'
import type { Field, Template } from '../../src/template/model.ts'
import type { Document } from './evaluate.ts'

/** Texts that expose mistakes in quoting, patterns, collations, normalization or UTF-16. */
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

export const text = fc.oneof(
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

const durations = [
  'PT0S',
  'PT0.000001S',
  'PT1S',
  'PT9.5S',
  'PT10S',
  'PT59M59.999999S',
  'PT1H',
  'PT1H30M',
  'PT23H',
  'P1D',
  'P1DT2H',
  'P9D',
  'P10D',
  'P999999999DT23H59M59.999999S',
]

/** Values in their stored form, so few that equal ones occur. */
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
  duration: fc.constantFrom(...durations),
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

export function itemOf(field: ValueField, keys: Keys): fc.Arbitrary<unknown> {
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

/** If there is a default, an object always has the member. */
function valueOfMember(member: Field, keys: Keys): fc.Arbitrary<unknown> {
  const any = valueOfField(member, keys)
  return member.default?.kind === 'literal' ? fc.oneof(fc.constant<unknown>(member.default.value), any) : any
}

/** The keys that a reference may have; none if it has no possible target. */
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
