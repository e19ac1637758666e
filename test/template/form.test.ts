import { describe, expect, test } from 'vitest'
import { issuesOf, issuesOfField } from './issues-of.ts'

const fields = 'fields: { name: string }\n'

describe('the form of a template', () => {
  test.each([
    [
      'needs a name',
      `key: [name]\n${fields}`,
      ['1:1 MISSING_KEY "name" is missing. Add the name of the template: name: image'],
    ],
    [
      'needs a key',
      `name: image\n${fields}`,
      ['1:1 MISSING_KEY "key" is missing. Add the fields that identify an object: key: [name]'],
    ],
    [
      'needs fields',
      'name: image\nkey: [name]\n',
      ['1:1 MISSING_KEY "fields" is missing. Add the fields: fields: { name: string }'],
    ],
    [
      'needs at least one field',
      'name: image\nkey: [name]\nfields: {}\n',
      ['3:9 EMPTY fields: fields needs at least one entry.'],
    ],
    [
      'needs at least one key field',
      `name: image\nkey: []\n${fields}`,
      ['2:6 EMPTY key: key needs at least one entry.'],
    ],
    [
      'has a list for a key',
      `name: image\nkey: name\n${fields}`,
      ['2:6 WRONG_TYPE key: "name" is not a list. Write [name].'],
    ],
    [
      'has no other keys',
      `name: image\nkey: [name]\ndescripton: x\n${fields}`,
      ['3:1 UNKNOWN_KEY descripton: "descripton" is not a key of a template. Did you mean "description"?'],
    ],
    [
      "has no keys of an object's prototype",
      `name: image\nkey: [name]\n__proto__: x\nconstructor: x\n${fields}`,
      [
        '3:1 UNKNOWN_KEY __proto__: "__proto__" is not a key of a template. The keys are name, plural, description, key, unique, indexes, additionalFields, fields, passed, latestBy, staleAfter, search, history, retain, renamedFrom.',
        '4:1 UNKNOWN_KEY constructor: "constructor" is not a key of a template. The keys are name, plural, description, key, unique, indexes, additionalFields, fields, passed, latestBy, staleAfter, search, history, retain, renamedFrom.',
      ],
    ],
    [
      'has a name of small letters',
      `name: vmImage\nkey: [name]\n${fields}`,
      [
        '1:7 WRONG_NAME name: "vmImage" is not a valid name: it must begin with a lowercase letter and contain only lowercase letters, digits and _.',
      ],
    ],
    [
      'has a name of at most 200 characters',
      `name: ${'a'.repeat(201)}\nkey: [name]\n${fields}`,
      ['1:7 TOO_LONG name: name is longer than 200 characters.'],
    ],
    [
      'has a plural that is a name',
      `name: image\nplural: 2images\nkey: [name]\n${fields}`,
      [
        '2:9 WRONG_NAME plural: "2images" is not a valid name: it must begin with a lowercase letter and contain only letters, digits and _.',
      ],
    ],
    [
      'has fields whose names begin with a letter and end in no mark',
      'name: image\nkey: [name]\nfields: { name: string, 1st: int, a-: int, __x: int, _x: int, "": int, é: int }\n',
      [
        '3:25 WRONG_NAME fields["1st"]: "1st" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
        '3:35 WRONG_NAME fields["a-"]: "a-" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
        '3:44 WRONG_NAME fields.__x: "__x" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
        '3:54 WRONG_NAME fields._x: "_x" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
        '3:63 WRONG_NAME fields[""]: "" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
        '3:72 WRONG_NAME fields["é"]: "é" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
      ],
    ],
    [
      'prints names from a file without disturbing a terminal',
      'name: image\nkey: [name]\nfields: { name: string, "a\\e[31mb": int }\n',
      [
        '3:25 WRONG_NAME fields["a\\u001b[31mb"]: "a\\u001b[31mb" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
      ],
    ],
    [
      'has descriptions of at most 4,000 characters',
      `name: image\nkey: [name]\ndescription: ${'a'.repeat(4_001)}\n${fields}`,
      ['3:14 TOO_LONG description: description is longer than 4000 characters.'],
    ],
    [
      'has values where it has keys',
      `name: image\nkey: [name]\ndescription:\n${fields}`,
      ['3:13 EMPTY description: There is no value; expected a text.'],
    ],
    [
      'says true or false in YAML 1.2',
      `name: image\nkey: [name]\nadditionalFields: yes\n${fields}`,
      ['3:19 WRONG_TYPE additionalFields: "yes" is not true or false. Write true.'],
    ],
    [
      'has texts in quotes that YAML would take as something else',
      `name: true\nplural: 7\ndescription: 20.10\nkey: [null, 0012]\n${fields}`,
      [
        '1:7 UNQUOTED name: true without quotes is a boolean in YAML, not a text. Write "true".',
        '2:9 UNQUOTED plural: 7 without quotes is a number in YAML, not a text. Write "7".',
        '3:14 UNQUOTED description: 20.10 without quotes is a number in YAML, not a text. Write "20.10".',
        '4:7 UNQUOTED key[0]: null without quotes is null in YAML, not a text. Write "null".',
        '4:13 UNQUOTED key[1]: 0012 without quotes is a number in YAML, not a text. Write "0012".',
      ],
    ],
  ] as [string, string, string[]][])('%s', (_, text, expected) => {
    expect(issuesOf(text)).toEqual(expected.map((line) => `image.yaml:${line}`))
  })
})

describe('the form of a field', () => {
  test.each([
    [
      '{ type: string, requred: true }',
      '5:22 UNKNOWN_KEY fields.x.requred: "requred" is not a key of a field. Did you mean "required"?',
    ],
    ['{ type: string, required: 1 }', '5:32 WRONG_TYPE fields.x.required: 1 is not true or false.'],
    ['{ type: string, minLength: -1 }', '5:33 WRONG_VALUE fields.x.minLength: -1 is less than 0.'],
    ['{ type: string, maxLength: 1.5 }', '5:33 WRONG_TYPE fields.x.maxLength: 1.5 is not a whole number.'],
    [
      '{ type: float, minimum: .inf }',
      '5:30 WRONG_TYPE fields.x.minimum: Infinity is not a number that a double holds exactly.',
    ],
    [
      '{ type: bigint, maximum: 9223372036854775807 }',
      '5:31 WRONG_TYPE fields.x.maximum: 9223372036854775807 is not a number that a double holds exactly.',
    ],
    [
      '{ type: string, pattern: 7 }',
      '5:31 UNQUOTED fields.x.pattern: 7 without quotes is a number in YAML, not a text. Write "7".',
    ],
    [
      '{ type: string, deprecated: true }',
      '5:34 UNQUOTED fields.x.deprecated: true without quotes is a boolean in YAML, not a text. Write "true".',
    ],
    ['{ type: string, deprecated: "" }', '5:34 EMPTY fields.x.deprecated: deprecated is empty.'],
    ['{ type: enum, values: [] }', '5:28 EMPTY fields.x.values: values needs at least one entry.'],
    ['{ type: enum, values: draft }', '5:28 WRONG_TYPE fields.x.values: "draft" is not a list. Write [draft].'],
    [
      '{ type: enum, values: [a, 1.10] }',
      '5:32 UNQUOTED fields.x.values[1]: 1.10 without quotes is a number in YAML, not a text. Write "1.10".',
    ],
    [
      '{ type: enum, values: [a, true] }',
      '5:32 UNQUOTED fields.x.values[1]: true without quotes is a boolean in YAML, not a text. Write "true".',
    ],
    ['{ type: object, fields: {} }', '5:30 EMPTY fields.x.fields: fields needs at least one entry.'],
    [
      '{ type: object, fields: { a: { type: strin } } }',
      '5:43 UNKNOWN_TYPE fields.x.fields.a.type: "strin" is not a field type. Did you mean "string"?',
    ],
    [
      '{ type: object, fields: { a: { tpe: string, type: int } } }',
      '5:37 UNKNOWN_KEY fields.x.fields.a.tpe: "tpe" is not a key of a field. Did you mean "type"?',
    ],
    [
      '{ type: object, fields: { fields: { type: 5 } } }',
      '5:48 WRONG_TYPE fields.x.fields.fields.type: 5 is not a type such as string.',
    ],
    [
      '{ type: reference, to: image, onDelete: unsett }',
      '5:46 WRONG_VALUE fields.x.onDelete: "unsett" is not one of restrict, cascade, unset. Did you mean "unset"?',
    ],
    [
      '{ type: reference, to: image, onMissing: 5 }',
      '5:47 WRONG_VALUE fields.x.onMissing: 5 is not one of reject, allow.',
    ],
    [
      '{ type: reference, to: Image }',
      '5:29 WRONG_NAME fields.x.to: "Image" is not a valid name: it must begin with a lowercase letter and contain only lowercase letters, digits and _.',
    ],
  ])('%s is refused', (field, expected) => {
    expect(issuesOfField(field)).toEqual([`image.yaml:${expected}`])
  })
})
