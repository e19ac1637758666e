import { describe, expect, test } from 'vitest'
import { issuesOf, issuesOfField, templateOf } from './issues-of.ts'

function typeOf(field: string) {
  const found = templateOf(`name: image\nkey: [name]\nfields:\n  name: string\n  x: ${field}\n`).fieldByName.get('x')
  return found && { type: found.type, list: found.list, required: found.required }
}

describe('the short forms of a type', () => {
  test.each([
    ['boolean', { type: 'boolean', list: false, required: false }],
    ['string!', { type: 'string', list: false, required: true }],
    ['[string]', { type: 'string', list: true, required: false }],
    ['[string!]', { type: 'string', list: true, required: false }],
    ['"[string]!"', { type: 'string', list: true, required: true }],
    ['"[ int! ]!"', { type: 'int', list: true, required: true }],
    ['{ type: [string] }', { type: 'string', list: true, required: false }],
    ['{ type: string! }', { type: 'string', list: false, required: true }],
    ['{ type: "[string]!" }', { type: 'string', list: true, required: true }],
    ['{ type: [string], required: true }', { type: 'string', list: true, required: true }],
  ])('%s is read', (written, expected) => {
    expect(typeOf(written)).toEqual(expected)
  })

  test('an unquoted [string]! is no YAML, and the message says what to write', () => {
    expect(issuesOfField('[string]!')).toEqual([
      'image.yaml:5:14 YAML_SYNTAX A "!" next to a bracket is not valid YAML. Write "[string]!" with the quotes.',
    ])
    expect(issuesOfField('{ type: [string]! }')).toEqual([
      'image.yaml:5:22 YAML_SYNTAX A "!" next to a bracket is not valid YAML. Write "[string]!" with the quotes.',
    ])
    expect(issuesOfField('![string]')).toEqual([
      'image.yaml:5:7 YAML_SYNTAX A "!" next to a bracket is not valid YAML. Write "[string]!" with the quotes.',
    ])
  })

  test.each([
    ['strnig', '5:6 UNKNOWN_TYPE fields.x: "strnig" is not a field type. Did you mean "string"?'],
    ['String', '5:6 UNKNOWN_TYPE fields.x: "String" is not a field type. Did you mean "string"?'],
    ['text', '5:6 UNKNOWN_TYPE fields.x: "text" is not a field type. Did you mean "string"?'],
    ['string!!', '5:6 UNKNOWN_TYPE fields.x: "string!!" is not a field type. Did you mean "string"?'],
    ['{ type: integer! }', '5:14 UNKNOWN_TYPE fields.x.type: "integer!" is not a field type. Did you mean "int"?'],
    ...['toString', 'constructor', 'strungths'].map((written): [string, string] => [
      written,
      `5:6 UNKNOWN_TYPE fields.x: "${written}" is not a field type. The types are string, int, bigint, float, boolean, datetime, date, duration, uuid, version, enum, json, object, reference.`,
    ]),
    [
      '[string, int]',
      '5:6 UNKNOWN_TYPE fields.x: ["string","int"] is not a list type: a list has one type. Write it as [string].',
    ],
    ['[]', '5:6 UNKNOWN_TYPE fields.x: [] is not a list type: a list has one type. Write it as [string].'],
    ['[[string]]', '5:6 UNKNOWN_TYPE fields.x: A list of lists is not supported. Use the type json.'],
    ['true', '5:6 WRONG_TYPE fields.x: true is not a type such as string or a mapping with the key type.'],
    ['', '5:6 EMPTY fields.x: There is no value; expected a type such as string or a mapping with the key type.'],
    ['{ type: 5 }', '5:14 WRONG_TYPE fields.x.type: 5 is not a type such as string.'],
    ['{ description: x }', '5:3 MISSING_KEY fields.x: "type" is missing. Add the type: type: string'],
    [
      'enum',
      '5:3 MISSING_KEY fields.x: A field of the type enum needs values. Write { type: enum, values: [draft, active] }.',
    ],
    [
      'object!',
      '5:3 MISSING_KEY fields.x: A field of the type object needs fields. Write { type: object, fields: { name: string } }.',
    ],
    [
      '[reference]',
      '5:3 MISSING_KEY fields.x: A field of the type reference needs to. Write { type: reference, to: image }.',
    ],
  ])('%s is refused', (written, expected) => {
    expect(issuesOfField(written)).toEqual([`image.yaml:${expected}`])
  })

  test('the least template is a name, a key and fields', () => {
    expect(issuesOf('name: image\nkey: [name]\nfields: { name: string }')).toEqual([])
  })

  test('a template can be JSON, with the place of its schema for editors', () => {
    const text =
      '{"$schema": "../docs/object-template.schema.json",\n\t"name": "image", "key": ["name"], "fields": {"name": "string"}}'
    expect(issuesOf({ 'image.json': text })).toEqual([])
  })
})
