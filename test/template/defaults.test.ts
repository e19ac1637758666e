import { describe, expect, test } from 'vitest'
import { issuesOf, issuesOfField, templateOf } from './issues-of.ts'

function defaultOf(field: string) {
  return templateOf(`name: image\nkey: [name]\nfields:\n  name: string\n  x: ${field}\n`).fieldByName.get('x')?.default
}

describe('a default', () => {
  test.each([
    ["{ type: string, default: '' }", { kind: 'literal', value: '' }],
    ['{ type: string, default: yes }', { kind: 'literal', value: 'yes' }],
    ["{ type: string, default: '0012345' }", { kind: 'literal', value: '0012345' }],
    ['{ type: version, default: "20.10" }', { kind: 'literal', value: '20.10' }],
    ['{ type: int, default: 0 }', { kind: 'literal', value: 0 }],
    ['{ type: boolean, default: false }', { kind: 'literal', value: false }],
    ['{ type: float, default: 20.10 }', { kind: 'literal', value: 20.1 }],
    ['{ type: float, default: 100000000000000000000 }', { kind: 'literal', value: 1e20 }],
    ['{ type: [float], default: [-9007199254740993, 1] }', { kind: 'literal', value: [-9007199254740992, 1] }],
    ['{ type: bigint, default: 9007199254740993 }', { kind: 'literal', value: '9007199254740993' }],
    ['{ type: bigint, default: 7 }', { kind: 'literal', value: '7' }],
    ['{ type: datetime, default: 2026-11-22T08:57:31+01:00 }', { kind: 'literal', value: '2026-11-22T07:57:31.000Z' }],
    ['{ type: date, default: 2026-11-22 }', { kind: 'literal', value: '2026-11-22' }],
    [
      '{ type: uuid, default: B7205949-344B-4E51-A4A8-3D69EF43C8C7 }',
      { kind: 'literal', value: 'b7205949-344b-4e51-a4a8-3d69ef43c8c7' },
    ],
    ['{ type: enum, values: [a, b], default: b }', { kind: 'literal', value: 'b' }],
    ['{ type: [string], default: [] }', { kind: 'literal', value: [] }],
    ['{ type: [int], default: [1, 2] }', { kind: 'literal', value: [1, 2] }],
    [
      '{ type: json, default: { a: [1, "x", null], now: 1 } }',
      { kind: 'literal', value: { a: [1, 'x', null], now: 1 } },
    ],
    ['{ type: object, fields: { now: boolean }, default: { now: true } }', { kind: 'literal', value: { now: true } }],
    [
      '{ type: object, fields: { a: { type: int, default: 1 }, b: int }, default: {} }',
      { kind: 'literal', value: { a: 1 } },
    ],
    ['{ type: datetime, default: { now: true } }', { kind: 'now', format: undefined }],
    ['{ type: date, default: { now: true } }', { kind: 'now', format: undefined }],
    ['{ type: string, default: { now: true } }', { kind: 'now', format: undefined }],
    ["{ type: string, default: { now: '%Y-%m-%d' } }", { kind: 'now', format: '%Y-%m-%d' }],
    ['{ type: uuid, default: { uuid: true } }', { kind: 'uuid' }],
    ['{ type: string, default: { uuid: true } }', { kind: 'uuid' }],
    ['{ type: string, default: { actor: true } }', { kind: 'actor' }],
  ])('%s is read in its stored form', (field, expected) => {
    expect(defaultOf(field)).toEqual(expected)
  })

  test.each([
    [
      '{ type: string, default: 20.10 }',
      '5:31 UNQUOTED fields.x.default: 20.10 without quotes is not a text in YAML. Write "20.10".',
    ],
    [
      '{ type: string, default: 0012345 }',
      '5:31 UNQUOTED fields.x.default: 0012345 without quotes is not a text in YAML. Write "0012345".',
    ],
    [
      '{ type: string, default: true }',
      '5:31 UNQUOTED fields.x.default: true without quotes is not a text in YAML. Write "true".',
    ],
    [
      '{ type: version, default: 0x1F }',
      '5:32 UNQUOTED fields.x.default: 0x1F without quotes is not a text in YAML. Write "0x1F".',
    ],
    [
      '{ type: datetime, default: 2026 }',
      '5:33 UNQUOTED fields.x.default: 2026 without quotes is not a text in YAML. Write "2026".',
    ],
    [
      '{ type: [string], default: [a, 7] }',
      '5:37 UNQUOTED fields.x.default[1]: 7 without quotes is not a text in YAML. Write "7".',
    ],
    [
      '{ type: string, default: }',
      '5:31 WRONG_DEFAULT fields.x.default: null cannot be a default. Leave default out, or write "null" for the text.',
    ],
    [
      '{ type: json, default: null }',
      '5:29 WRONG_DEFAULT fields.x.default: null cannot be a default. Leave default out, or write "null" for the text.',
    ],
    [
      '{ type: int, default: abc }',
      '5:28 WRONG_DEFAULT fields.x.default: "abc" is not a whole number from -2147483648 to 2147483647.',
    ],
    [
      '{ type: int, default: 1.5 }',
      '5:28 WRONG_DEFAULT fields.x.default: 1.5 is not a whole number from -2147483648 to 2147483647.',
    ],
    [
      '{ type: int, default: 9007199254740993 }',
      '5:28 WRONG_DEFAULT fields.x.default: 9007199254740993 is not a whole number from -2147483648 to 2147483647.',
    ],
    ['{ type: float, default: 1e400 }', '5:30 WRONG_DEFAULT fields.x.default: Infinity is not a finite number.'],
    ['{ type: boolean, default: yes }', '5:32 WRONG_DEFAULT fields.x.default: "yes" is neither true nor false.'],
    [
      '{ type: date, default: 2026-02-30 }',
      '5:29 WRONG_DEFAULT fields.x.default: "2026-02-30" is not a date such as "2026-11-22".',
    ],
    ['{ type: enum, values: [a, b], default: c }', '5:45 WRONG_DEFAULT fields.x.default: "c" is not one of a, b.'],
    [
      '{ type: string, maxLength: 2, default: abc }',
      '5:45 WRONG_DEFAULT fields.x.default: "abc" has 3 characters; at most 2 are allowed.',
    ],
    [
      '{ type: string, pattern: ^a, default: b }',
      '5:44 WRONG_DEFAULT fields.x.default: "b" does not match the pattern ^a.',
    ],
    ['{ type: int, minimum: 3, default: 2 }', '5:40 WRONG_DEFAULT fields.x.default: 2 is less than 3.'],
    ['{ type: [string], default: a }', '5:33 WRONG_DEFAULT fields.x.default: "a" is not a list.'],
    [
      '{ type: object, fields: { a: int }, default: { b: 1 } }',
      '5:51 WRONG_DEFAULT fields.x.default: "b" is not one of the fields a.',
    ],
    [
      '{ type: object, fields: { a: int }, default: { a: x } }',
      '5:56 WRONG_DEFAULT fields.x.default.a: "x" is not a whole number from -2147483648 to 2147483647.',
    ],
    ['{ type: object, fields: { a: string! }, default: {} }', '5:46 WRONG_DEFAULT fields.x.default.a: a is required.'],
    [
      '{ type: int, default: { now: true } }',
      '5:35 WRONG_DEFAULT fields.x.default.now: { now } is a default for datetime, date, string, not for int.',
    ],
    [
      '{ type: json, default: { uuid: true } }',
      '5:37 WRONG_DEFAULT fields.x.default.uuid: { uuid } is a default for uuid, string, not for json.',
    ],
    [
      '{ type: [string], default: { actor: true } }',
      '5:33 WRONG_DEFAULT fields.x.default: {"actor":true} is not a list.',
    ],
    [
      '{ type: string, default: { now: false } }',
      '5:38 WRONG_DEFAULT fields.x.default.now: false is not true or a strftime format. Write { now: true }.',
    ],
    [
      '{ type: string, default: { uuid: x } }',
      '5:39 WRONG_DEFAULT fields.x.default.uuid: "x" is not true. Write { uuid: true }.',
    ],
    [
      "{ type: date, default: { now: '%Y' } }",
      '5:36 WRONG_DEFAULT fields.x.default.now: Only fields of the type string accept a format, not date; write { now: true }.',
    ],
    [
      "{ type: string, default: { now: '%Y-%Q' } }",
      '5:38 WRONG_DEFAULT fields.x.default.now: "%Q" in the format is not a conversion of strftime.',
    ],
    [
      "{ type: string, default: { now: '100%' } }",
      '5:38 WRONG_DEFAULT fields.x.default.now: "%" in the format is not a conversion of strftime.',
    ],
    [
      '{ type: string, default: { now: today } }',
      '5:38 WRONG_DEFAULT fields.x.default.now: "today" has no conversion such as %Y, so it would always give the same text.',
    ],
    [
      "{ type: string, maxLength: 3, default: { now: '%Y' } }",
      '5:45 WRONG_DEFAULT fields.x.default: It would give "2026". "2026" has 4 characters; at most 3 are allowed.',
    ],
    [
      '{ type: string, default: { tomorrow: true } }',
      '5:31 WRONG_DEFAULT fields.x.default: {"tomorrow":true} is not a text.',
    ],
    [
      '{ type: object, fields: { a: { type: string, default: { now: true } } } }',
      '5:67 WRONG_DEFAULT fields.x.fields.a.default.now: A member of an object accepts only a literal default, not { now }.',
    ],
  ])('%s is refused', (field, expected) => {
    expect(issuesOfField(field)).toEqual([`image.yaml:${expected}`])
  })

  test('of a reference is the key of its target', () => {
    const image = 'name: image\nkey: [name, arch]\nfields: { name: string, arch: { type: enum, values: [arm, x86] } }\n'
    const role = (written: string) =>
      `name: role\nkey: [name]\nfields:\n  name: string\n  image: { type: reference, to: image, default: ${written} }\n`
    expect(issuesOf({ 'image.yaml': image, 'role.yaml': role('{ name: a, arch: arm }') })).toEqual([])
    expect(issuesOf({ 'image.yaml': image, 'role.yaml': role('a') })).toEqual([
      'role.yaml:5:49 WRONG_DEFAULT fields.image.default: "a" is not the key of an image: { name, arch }.',
    ])
    expect(issuesOf({ 'image.yaml': image, 'role.yaml': role('{ name: a, arch: sparc }') })).toEqual([
      'role.yaml:5:66 WRONG_DEFAULT fields.image.default.arch: "sparc" is not one of arm, x86.',
    ])
  })

  test('of a reference is not checked while the key of its target is wrong', () => {
    const image = (name: string) => `name: image\nkey: [name]\nfields: { name: ${name} }\n`
    const role = 'name: role\nkey: [image]\nfields: { image: { type: reference, to: image, default: a } }\n'
    const job =
      'name: job\nkey: [id]\nfields: { id: int, role: { type: reference, to: role, default: a, convert: { b: a } } }\n'
    const issuesWith = (name: string) => issuesOf({ 'image.yaml': image(name), 'job.yaml': job, 'role.yaml': role })
    expect(issuesWith('string')).toEqual([])
    expect(issuesWith('{ type: string, pattern: "(", default: a }')).toEqual([
      'image.yaml:3:42 WRONG_PATTERN fields.name.pattern: "(" is not a regular expression of RE2: missing closing ): `(`.',
    ])
    expect(issuesWith('{ type: enum }')).toEqual([
      'image.yaml:3:11 MISSING_KEY fields.name: A field of the type enum needs values. Write { type: enum, values: [draft, active] }.',
    ])
  })

  test('of an attribute __proto__ is one as any other', () => {
    const text =
      'name: image\nkey: [name]\nfields: { name: string, x: { type: json, default: { __proto__: { a: 1 } } } }'
    const found = templateOf(text).fieldByName.get('x')?.default
    expect(JSON.stringify(found)).toBe('{"kind":"literal","value":{"__proto__":{"a":1}}}')
  })
})
