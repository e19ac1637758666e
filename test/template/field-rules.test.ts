import { describe, expect, test } from 'vitest'
import { issuesOf, issuesOfField, templateOf } from './issues-of.ts'

describe('a key of a field that does not fit its type', () => {
  test.each([
    [
      '{ type: string, values: [a] }',
      '5:22 KEY_NOT_APPLICABLE fields.x.values: values applies to enum, not to string.',
    ],
    [
      '{ type: int, fields: { a: int } }',
      '5:19 KEY_NOT_APPLICABLE fields.x.fields: fields applies to object, not to int.',
    ],
    ['{ type: string, to: image }', '5:22 KEY_NOT_APPLICABLE fields.x.to: to applies to reference, not to string.'],
    [
      '{ type: int, pattern: a }',
      '5:19 KEY_NOT_APPLICABLE fields.x.pattern: pattern applies to string, version, not to int.',
    ],
    [
      '{ type: string, minimum: 1 }',
      '5:22 KEY_NOT_APPLICABLE fields.x.minimum: minimum applies to int, bigint, float, not to string.',
    ],
    [
      '{ type: json, unique: true }',
      '5:20 KEY_NOT_APPLICABLE fields.x.unique: unique applies to string, int, bigint, float, boolean, datetime, date, duration, uuid, version, enum, not to json.',
    ],
    [
      '{ type: [string], indexed: true }',
      '5:24 KEY_NOT_APPLICABLE fields.x.indexed: indexed does not apply to a list.',
    ],
    [
      '{ type: enum, to: image, values: [a] }',
      '5:20 KEY_NOT_APPLICABLE fields.x.to: to applies to reference, not to enum.',
    ],
    [
      '{ type: object, fields: { a: { type: string, unique: true } } }',
      '5:51 NOT_IN_OBJECT fields.x.fields.a.unique: A member of an object cannot be unique.',
    ],
    [
      '{ type: object, fields: { a: { type: reference, to: image } } }',
      '5:32 NOT_IN_OBJECT fields.x.fields.a: A member of an object cannot be a reference.',
    ],
    [
      '{ type: string!, required: false }',
      '5:33 CONTRADICTION fields.x.required: The type ends in "!", so the field is required.',
    ],
    [
      '{ type: object, fields: { a: { type: string!, deprecated: old } } }',
      '5:64 DEPRECATED_REQUIRED fields.x.fields.a.deprecated: a is required, so callers must always give it.',
    ],
    [
      '{ type: string, minLength: 5, maxLength: 2 }',
      '5:33 EMPTY_RANGE fields.x.minLength: minLength is 5, which is more than maxLength, 2.',
    ],
    [
      '{ type: int, minimum: 0.5, maximum: -1 }',
      '5:28 EMPTY_RANGE fields.x.minimum: minimum is 0.5, which is more than maximum, -1.',
    ],
  ])('%s is refused', (field, expected) => {
    expect(issuesOfField(field)).toEqual([`image.yaml:${expected}`])
  })

  test('is refused for a key field as well', () => {
    const field = '{ type: string, required: false, deprecated: old }'
    expect(issuesOf(`name: image\nkey: [name]\nfields:\n  name: ${field}\n`)).toEqual([
      'image.yaml:4:35 CONTRADICTION fields.name.required: name is part of the key, so it is required.',
      'image.yaml:4:54 DEPRECATED_REQUIRED fields.name.deprecated: name is part of the key, so callers must always give it.',
    ])
  })

  test('is no error where it fits', () => {
    const field =
      '{ type: string!, unique: true, indexed: true, deprecated: Use y., pattern: "^a", minLength: 0, maxLength: 0, description: "" }'
    expect(
      templateOf(`name: image\nkey: [name]\nfields:\n  name: string\n  x: ${field}\n`).fieldByName.get('x'),
    ).toEqual({
      name: 'x',
      graphqlName: 'x',
      attribute: 'x',
      type: 'string',
      list: false,
      required: true,
      isKey: false,
      description: undefined,
      deprecated: 'Use y.',
      default: undefined,
      unique: true,
      indexed: true,
      constraints: { pattern: '^a', minLength: 0, maxLength: 0 },
      values: [],
      members: [],
      reference: undefined,
      renamedFrom: [],
      convert: undefined,
      formers: [],
      fill: undefined,
      isFilling: false,
      isViolated: false,
      removed: [],
    })
  })
})

describe('the values of an enum', () => {
  test('are different texts that are not empty, with different names in GraphQL', () => {
    const values = `["", ok, yes, ok, a-b, a_b, "a.b", "é", "e\\u0301", "-", "--", __x, _x, "4", _4, "true", true_]`
    expect(issuesOfField(`{ type: enum, values: ${values} }`)).toEqual([
      'image.yaml:5:29 ENUM_VALUE fields.x.values[0]: A member of an enum cannot be empty: that would be no value.',
      'image.yaml:5:42 DUPLICATE_ENUM_VALUE fields.x.values[3]: "ok" appears twice.',
      'image.yaml:5:51 ENUM_VALUE fields.x.values[5]: "a-b" and "a_b" would both be a_b in GraphQL. Change one of the two.',
      'image.yaml:5:56 ENUM_VALUE fields.x.values[6]: "a-b" and "a.b" would both be a_b in GraphQL. Change one of the two.',
      'image.yaml:5:68 DUPLICATE_ENUM_VALUE fields.x.values[8]: "é" appears twice, in two Unicode forms that look the same.',
      'image.yaml:5:79 ENUM_VALUE fields.x.values[9]: "é" and "-" would both be _ in GraphQL. Change one of the two.',
      'image.yaml:5:84 ENUM_VALUE fields.x.values[10]: "é" and "--" would both be _ in GraphQL. Change one of the two.',
      'image.yaml:5:95 ENUM_VALUE fields.x.values[12]: "__x" and "_x" would both be _x in GraphQL. Change one of the two.',
      'image.yaml:5:104 ENUM_VALUE fields.x.values[14]: "4" and "_4" would both be _4 in GraphQL. Change one of the two.',
      'image.yaml:5:116 ENUM_VALUE fields.x.values[16]: "true" and "true_" would both be true_ in GraphQL. Change one of the two.',
    ])
  })
})

describe('a pattern', () => {
  test.each([
    [
      '(?=a)',
      '"(?=a)" cannot be matched: RE2 has no lookahead or lookbehind, because they cannot be matched in linear time.',
    ],
    [
      '(?<!a)b',
      '"(?<!a)b" cannot be matched: RE2 has no lookahead or lookbehind, because they cannot be matched in linear time.',
    ],
    [
      '(a)\\1',
      '"(a)\\\\1" cannot be matched: RE2 has no backreferences, because they cannot be matched in linear time.',
    ],
    [
      'a++',
      '"a++" cannot be matched: RE2 has no atomic groups or possessive repetitions; it never backtracks, so they are not needed.',
    ],
    [
      '\\u0041',
      '"\\\\u0041" cannot be matched: RE2 has another syntax for characters by number. Write \\x{1234} in place of \\u1234.',
    ],
    ['[a', '"[a" is not a regular expression of RE2: missing closing ]: `[a`.'],
    ['a{2}(', '"a{2}(" is not a regular expression of RE2: missing closing ): `a{2}(`.'],
    ['\\x{110000}', '"\\\\x{110000}" is not a regular expression of RE2: invalid escape sequence: `\\x{110000`.'],
    ['a{5,2}', '"a{5,2}" is not a regular expression of RE2: invalid repeat count: `{5,2}`.'],
    ['a{2}{3}', '"a{2}{3}" is not a regular expression of RE2: invalid nested repetition operator: `{2}{3}`.'],
    ['(', '"(" is not a regular expression of RE2: missing closing ): `(`.'],
    [
      '(a{1000}){1000}',
      '"(a{1000}){1000}" cannot be matched: a repetition counts to more than 1000, or nested repetitions do. Use minLength and maxLength, or smaller counts.',
    ],
    [
      'a{1001}',
      '"a{1001}" cannot be matched: a repetition counts to more than 1000, or nested repetitions do. Use minLength and maxLength, or smaller counts.',
    ],
    [
      '(a{30}b{30}){30}',
      '"(a{30}b{30}){30}" is too large: its repetitions, written out, are 1862 steps; at most 1000 are allowed. Use minLength and maxLength, or smaller counts.',
    ],
    [
      '(((a?){9}){9}){9}',
      '"(((a?){9}){9}){9}" is too large: its repetitions, written out, are 3098 steps; at most 1000 are allowed. Use minLength and maxLength, or smaller counts.',
    ],
  ])('%s is refused', (pattern, expected) => {
    expect(issuesOfField(`{ type: string, pattern: '${pattern}' }`)).toEqual([
      `image.yaml:5:31 WRONG_PATTERN fields.x.pattern: ${expected}`,
    ])
  })

  test('has 1,000 characters at most', () => {
    expect(issuesOfField(`{ type: string, pattern: ${'a'.repeat(1_001)} }`)).toEqual([
      'image.yaml:5:31 TOO_LONG fields.x.pattern: pattern is longer than 1000 characters.',
    ])
  })

  test.each([
    '^[0-9a-f]{40}$',
    '^.{1,255}$',
    '(a*)*$',
    '\\p{L}+',
    '(?i)^ubuntu',
    '^\\d+\\.\\d+$',
    'ä|ö',
    '(?P<x>a)',
    '[[:alpha:]]',
  ])('%s is taken', (pattern) => {
    expect(issuesOfField(`{ type: string, pattern: '${pattern}' }`)).toEqual([])
  })

  test('that would be large, written out, is refused before it is; one that is only long is taken', () => {
    const issuesOfPattern = (pattern: string) => issuesOfField(`{ type: string, pattern: '${pattern}' }`)
    expect(issuesOfPattern('((((a{1,9}){1,9}){1,9}){1,9}){1,9}')).toEqual([
      'image.yaml:5:31 WRONG_PATTERN fields.x.pattern: "((((a{1,9}){1,9}){1,9}){1,9}){1,9}" cannot be matched: a repetition counts to more than 1000, or nested repetitions do. Use minLength and maxLength, or smaller counts.',
    ])
    expect(issuesOfPattern('x{1000}'.repeat(142))).toEqual([
      expect.stringContaining('its repetitions, written out, are 142002 steps; at most 1000 are allowed.'),
    ])
    expect(issuesOfPattern('(?:'.repeat(240) + ')'.repeat(240))).toEqual([])
    expect(issuesOfPattern('a|'.repeat(500))).toEqual([])
  })
})
