import { describe, expect, test } from 'vitest'
import { issuesOf, issuesOfField, modelOf, templateOf } from './issues-of.ts'

const types = 'string, int, bigint, float, boolean, datetime, date, duration, uuid, version, enum, reference'

function convertOf(field: string) {
  const text = `name: image\nkey: [name]\nfields:\n  name: string\n  x: ${field}\n`
  return templateOf(text).fieldByName.get('x')?.convert
}

/** `{ 0: v, 1: v, … }` */
const manyValues = (count: number) => `{ ${Array.from({ length: count }, (_, index) => `${index}: v`).join(', ')} }`

describe('convert', () => {
  test.each([
    [
      '{ type: enum, values: [passed, failed], convert: { true: passed, false: failed } }',
      { true: 'passed', false: 'failed' },
    ],
    [
      '{ type: boolean, convert: { passed: true, failed: false, null: false } }',
      { passed: true, failed: false, null: false },
    ],
    [
      '{ type: string, convert: { 1: one, 20.10: a, 0012: b, 1e3: c, ~: d, "": e, yes: no } }',
      { '1': 'one', '20.10': 'a', '0012': 'b', '1e3': 'c', '~': 'd', '': 'e', yes: 'no' },
    ],
    ['{ type: string, convert: { "1": "7" } }', { '1': '7' }],
    ['{ type: int, convert: { low: 1, high: 10 } }', { low: 1, high: 10 }],
    ['{ type: bigint, convert: { low: 1, high: 9007199254740993 } }', { low: '1', high: '9007199254740993' }],
    ['{ type: float, convert: { half: 0.50 } }', { half: 0.5 }],
    ['{ type: datetime, convert: { start: 2026-11-22T08:57:31+01:00 } }', { start: '2026-11-22T07:57:31.000Z' }],
    ['{ type: date, convert: { 22.11.2026: 2026-11-22 } }', { '22.11.2026': '2026-11-22' }],
    ['{ type: duration, convert: { 90: 90m } }', { '90': 'PT1H30M' }],
    [
      '{ type: uuid, convert: { a: B7205949-344B-4E51-A4A8-3D69EF43C8C7 } }',
      { a: 'b7205949-344b-4e51-a4a8-3d69ef43c8c7' },
    ],
    ['{ type: version, convert: { jammy: "22.04" } }', { jammy: '22.04' }],
    ['{ type: [enum], values: [a, b], convert: { 1: a, 2: b } }', { '1': 'a', '2': 'b' }],
    ['{ type: [string], minLength: 2, convert: { a: aa } }', { a: 'aa' }],
    ['int', undefined],
  ])('%s is read by the written texts, with values in their stored form', (field, expected) => {
    expect(convertOf(field)).toEqual(expected)
  })

  test("takes the names of an object's prototype for ordinary texts", () => {
    const convert = convertOf('{ type: int, convert: { __proto__: 1, constructor: 2 } }') ?? {}
    expect(Object.entries(convert)).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ])
    expect(Object.getPrototypeOf(convert)).toBe(null)
    expect(convert['toString']).toBe(undefined)
  })

  test('may come from JSON', () => {
    const text = '{"name":"a","key":["name"],"fields":{"name":"string","x":{"type":"boolean","convert":{"1":true}}}}'
    expect(modelOf({ 'a.json': text }).byName.get('a')?.fieldByName.get('x')?.convert).toEqual({ '1': true })
  })

  test('of a reference has keys of its target', () => {
    const image = 'name: image\nkey: [name, arch]\nfields: { name: string, arch: { type: enum, values: [arm, x86] } }\n'
    const role = (type: string, value: string) =>
      `name: role\nkey: [name]\nfields:\n  name: string\n  image: { type: ${type}, to: image, convert: { old: ${value} } }\n`
    const convertOfRole = (type: string) =>
      modelOf({ 'image.yaml': image, 'role.yaml': role(type, '{ name: a, arch: arm }') }).byName.get('role')?.fields[1]
        ?.convert
    expect(convertOfRole('reference')).toEqual({ old: { name: 'a', arch: 'arm' } })
    expect(convertOfRole('[reference]')).toEqual({ old: { name: 'a', arch: 'arm' } })
    expect(issuesOf({ 'image.yaml': image, 'role.yaml': role('reference', '{ name: a, arch: sparc }') })).toEqual([
      'role.yaml:5:73 WRONG_CONVERT fields.image.convert.old.arch: "sparc" is not one of arm, x86.',
    ])
  })

  test('has 1,000 texts at most', () => {
    expect(Object.keys(convertOf(`{ type: string, convert: ${manyValues(1_000)} }`) ?? {})).toHaveLength(1_000)
    expect(issuesOfField(`{ type: string, convert: ${manyValues(1_001)} }`)).toEqual([
      'image.yaml:5:22 TOO_MANY fields.x.convert: convert has 1001 entries; at most 1000 are allowed.',
    ])
  })

  test.each([
    [
      '{ type: int, convert: }',
      '5:28 EMPTY fields.x.convert: There is no value; expected a mapping of names to values.',
    ],
    ['{ type: int, convert: {} }', '5:28 EMPTY fields.x.convert: convert needs at least one entry.'],
    ['{ type: int, convert: [a] }', '5:28 WRONG_TYPE fields.x.convert: ["a"] is not a mapping of names to values.'],
    ['{ type: int, convert: true }', '5:28 WRONG_TYPE fields.x.convert: true is not a mapping of names to values.'],
    [
      '{ type: int, convert: { true: 1, "true": 2 } }',
      '5:39 DUPLICATE_KEY fields.x.convert.true: The key "true" appears twice.',
    ],
    [
      '{ type: int, convert: { a: b } }',
      '5:33 WRONG_CONVERT fields.x.convert.a: "b" is not a whole number from -2147483648 to 2147483647.',
    ],
    [
      '{ type: enum, values: [a, b], convert: { 20.04: c } }',
      '5:54 WRONG_CONVERT fields.x.convert["20.04"]: "c" is not one of a, b.',
    ],
    [
      '{ type: string, convert: { true: yes, false: 7 } }',
      '5:51 UNQUOTED fields.x.convert.false: 7 without quotes is not a text in YAML. Write "7".',
    ],
    [
      '{ type: [string], convert: { a: 0012 } }',
      '5:38 UNQUOTED fields.x.convert.a: 0012 without quotes is not a text in YAML. Write "0012".',
    ],
    [
      '{ type: string, convert: { a: null } }',
      '5:36 WRONG_CONVERT fields.x.convert.a: null cannot be a converted value. Leave the entry out, or write "null" for the text.',
    ],
    [
      '{ type: string, maxLength: 2, convert: { a: abc } }',
      '5:50 WRONG_CONVERT fields.x.convert.a: "abc" has 3 characters; at most 2 are allowed.',
    ],
    [
      '{ type: string, pattern: ^a, convert: { a: b } }',
      '5:49 WRONG_CONVERT fields.x.convert.a: "b" does not match the pattern ^a.',
    ],
    ['{ type: [int], minimum: 3, convert: { a: 2 } }', '5:47 WRONG_CONVERT fields.x.convert.a: 2 is less than 3.'],
    [
      '{ type: [int], convert: { a: [2] } }',
      '5:35 WRONG_CONVERT fields.x.convert.a: [2] is a list, but the items of a list are converted one by one. Write one item.',
    ],
    [
      '{ type: datetime, convert: { a: { now: true } } }',
      '5:38 WRONG_CONVERT fields.x.convert.a: {"now":true} is not a date and time such as "2026-11-22T07:57:31Z".',
    ],
    [
      '{ type: json, convert: { a: b } }',
      `5:20 KEY_NOT_APPLICABLE fields.x.convert: convert applies to ${types}, not to json.`,
    ],
    [
      '{ type: object, fields: { a: int }, convert: { a: b } }',
      `5:42 KEY_NOT_APPLICABLE fields.x.convert: convert applies to ${types}, not to object.`,
    ],
    [
      '{ type: object, fields: { a: { type: int, convert: { b: c } } } }',
      '5:48 NOT_IN_OBJECT fields.x.fields.a.convert: A member of an object cannot have convert: only the values of whole fields are converted.',
    ],
    [
      '{ type: string, pattern: "(", convert: { a: b } }',
      '5:31 WRONG_PATTERN fields.x.pattern: "(" is not a regular expression of RE2: missing closing ): `(`.',
    ],
    [
      '{ type: reference, to: imag, convert: { a: b } }',
      '5:29 UNKNOWN_TEMPLATE fields.x.to: There is no template "imag". Did you mean "image"?',
    ],
  ])('%s is refused', (field, expected) => {
    expect(issuesOfField(field)).toEqual([`image.yaml:${expected}`])
  })

  test('is refused for a key field, whatever its values', () => {
    expect(issuesOf('name: image\nkey: [name]\nfields:\n  name: { type: int, convert: { a: b } }\n')).toEqual([
      'image.yaml:4:22 WRONG_CONVERT fields.name.convert: name is part of the key, and the values of a key never change. Remove convert, or take name out of the key.',
    ])
  })

  test('has an issue for each value that does not fit', () => {
    expect(issuesOfField('{ type: boolean, convert: { a: true, b: yes, c: 1 } }')).toEqual([
      'image.yaml:5:46 WRONG_CONVERT fields.x.convert.b: "yes" is neither true nor false.',
      'image.yaml:5:54 WRONG_CONVERT fields.x.convert.c: 1 is neither true nor false.',
    ])
  })
})
