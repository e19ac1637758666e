import { describe, expect, test } from 'vitest'
import { issuesOf, issuesOfField, modelOf, templateOf } from './issues-of.ts'

const template = (name: string, more = '') => `name: ${name}\n${more}key: [name]\nfields:\n  name: string\n`

describe('the former names of a template', () => {
  test.each([
    ['', []],
    ['renamedFrom: picture\n', ['picture']],
    ['renamedFrom: [vm_picture, picture]\n', ['vm_picture', 'picture']],
    ['renamedFrom: constructor\n', ['constructor']],
  ])('%j are read', (written, expected) => {
    expect(templateOf(template('image', written)).renamedFrom).toEqual(expected)
  })

  test.each([
    [
      'Picture',
      '2:14 WRONG_NAME renamedFrom: "Picture" is not a valid name: it must begin with a lowercase letter and contain only lowercase letters, digits and _.',
    ],
    [
      '[picture, 2d]',
      '2:24 WRONG_NAME renamedFrom[1]: "2d" is not a valid name: it must begin with a lowercase letter and contain only lowercase letters, digits and _.',
    ],
    ['a'.repeat(201), '2:14 TOO_LONG renamedFrom: renamedFrom is longer than 200 characters.'],
    [`[${'a'.repeat(201)}]`, '2:15 TOO_LONG renamedFrom[0]: The name is longer than 200 characters.'],
    ['', '2:14 EMPTY renamedFrom: There is no value; expected a name or a list of names.'],
    ['[]', '2:14 EMPTY renamedFrom: renamedFrom needs at least one entry.'],
    ['{ a: b }', '2:14 WRONG_TYPE renamedFrom: {"a":"b"} is not a name or a list of names.'],
    ['[[a]]', '2:15 WRONG_TYPE renamedFrom[0]: ["a"] is not a text.'],
    ['true', '2:14 UNQUOTED renamedFrom: true without quotes is a boolean in YAML, not a text. Write "true".'],
    ['[null]', '2:15 UNQUOTED renamedFrom[0]: null without quotes is null in YAML, not a text. Write "null".'],
    ['image', '2:14 FORMER_NAME renamedFrom: "image" is the present name, not a former one.'],
    ['[image, a]', '2:15 FORMER_NAME renamedFrom[0]: "image" is the present name, not a former one.'],
    ['[a, b, a]', '2:21 FORMER_NAME renamedFrom[2]: "a" appears twice.'],
  ])('%s are refused', (written, expected) => {
    expect(issuesOf(template('image', `renamedFrom: ${written}\n`))).toEqual([`image.yaml:${expected}`])
  })

  test('are not the names of other templates in the folder', () => {
    expect(
      issuesOf({
        'image.yaml': template('image', 'renamedFrom: picture\n'),
        'old.yaml': template('picture'),
      }),
    ).toEqual([
      'image.yaml:2:14 FORMER_NAME renamedFrom: "picture" is not a former name: the template picture in old.yaml has it. Remove it from renamedFrom, or remove the template picture in old.yaml.',
    ])
    expect(
      issuesOf({
        'a.yaml': template('image', 'renamedFrom: role\n'),
        'b.yaml': template('role', 'renamedFrom: [task, image]\n'),
      }),
    ).toEqual([
      'a.yaml:2:14 FORMER_NAME renamedFrom: "role" is not a former name: the template role in b.yaml has it. Remove it from renamedFrom, or remove the template role in b.yaml.',
      'b.yaml:2:21 FORMER_NAME renamedFrom[1]: "image" is not a former name: the template image in a.yaml has it. Remove it from renamedFrom, or remove the template image in a.yaml.',
    ])
  })

  test('belong to one template', () => {
    expect(
      issuesOf({
        'a.yaml': template('image', 'renamedFrom: [photo, picture]\n'),
        'b.yaml': template('role', 'renamedFrom: picture\n'),
      }),
    ).toEqual([
      'b.yaml:2:14 FORMER_NAME renamedFrom: "picture" is already a former name of the template image in a.yaml.',
    ])
  })

  test('are checked once for two files that describe one template', () => {
    const text = template('image', 'renamedFrom: picture\n')
    expect(issuesOf({ 'a.yaml': text, 'b.yaml': text })).toEqual([
      'b.yaml:1:7 DUPLICATE_TEMPLATE name: The template image is already defined in a.yaml.',
    ])
  })

  test('may be the names of fields', () => {
    const files = { 'a.yaml': `${template('image', 'renamedFrom: name\n')}  x: { type: int, renamedFrom: image }\n` }
    expect(modelOf(files).byName.get('image')?.renamedFrom).toEqual(['name'])
  })
})

describe('the former names of a field', () => {
  const fieldOf = (field: string) =>
    templateOf(`name: image\nkey: [name]\nfields:\n  name: string\n  x: ${field}\n`).fieldByName.get('x')

  test.each([
    ['int', []],
    ['{ type: int, renamedFrom: y }', ['y']],
    ['{ type: [int], renamedFrom: [Y, y, hasOwnProperty] }', ['Y', 'y', 'hasOwnProperty']],
    ['{ type: int, renamedFrom: [X] }', ['X']],
  ])('%s are read', (written, expected) => {
    expect(fieldOf(written)?.renamedFrom).toEqual(expected)
  })

  test('are read for members of objects, which are apart from fields and from members of other objects', () => {
    const inner = '{ type: object, renamedFrom: a, fields: { y: { type: int, renamedFrom: [x, name] } } }'
    const found = fieldOf(
      `{ type: [object], renamedFrom: y, fields: { x: { type: int, renamedFrom: y }, inner: ${inner} } }`,
    )
    expect(found?.members.map((member) => [member.name, member.renamedFrom])).toEqual([
      ['x', ['y']],
      ['inner', ['a']],
    ])
    expect(found?.members[1]?.members[0]?.renamedFrom).toEqual(['x', 'name'])
  })

  test('may be given for a key field', () => {
    const text = 'name: image\nkey: [name]\nfields: { name: { type: string, renamedFrom: title } }\n'
    expect(templateOf(text).key[0]?.renamedFrom).toEqual(['title'])
  })

  test.each([
    [
      '{ type: int, renamedFrom: _y }',
      '5:32 WRONG_NAME fields.x.renamedFrom: "_y" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
    ],
    [
      '{ type: int, renamedFrom: [y, 2d] }',
      '5:36 WRONG_NAME fields.x.renamedFrom[1]: "2d" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
    ],
    [
      '{ type: int, renamedFrom: 7 }',
      '5:32 UNQUOTED fields.x.renamedFrom: 7 without quotes is a number in YAML, not a text. Write "7".',
    ],
    ['{ type: int, renamedFrom: [] }', '5:32 EMPTY fields.x.renamedFrom: renamedFrom needs at least one entry.'],
    [
      '{ type: int, renamedFrom: { y: 1 } }',
      '5:32 WRONG_TYPE fields.x.renamedFrom: {"y":1} is not a name or a list of names.',
    ],
    [
      '{ type: int, renamedFrom: x }',
      '5:32 FORMER_NAME fields.x.renamedFrom: "x" is the present name, not a former one.',
    ],
    ['{ type: int, renamedFrom: [y, y] }', '5:36 FORMER_NAME fields.x.renamedFrom[1]: "y" appears twice.'],
    [
      '{ type: int, renamedFrom: name }',
      '5:32 FORMER_NAME fields.x.renamedFrom: "name" is not a former name: the field name has it. Remove it from renamedFrom, or remove the field name.',
    ],
    [
      '{ type: int, renamedFrom: y }\n  z: { type: int, renamedFrom: [a, y] }',
      '6:36 FORMER_NAME fields.z.renamedFrom[1]: "y" is already a former name of the field x.',
    ],
    [
      '{ type: object, fields: { a: { type: int, renamedFrom: b }, b: int } }',
      '5:61 FORMER_NAME fields.x.fields.a.renamedFrom: "b" is not a former name: the field b has it. Remove it from renamedFrom, or remove the field b.',
    ],
    [
      '{ type: object, fields: { a: { type: int, renamedFrom: c }, b: { type: int, renamedFrom: [c] } } }',
      '5:96 FORMER_NAME fields.x.fields.b.renamedFrom[0]: "c" is already a former name of the field a.',
    ],
    [
      '{ type: object, fields: { a: { type: int, renamedFrom: 5x } } }',
      '5:61 WRONG_NAME fields.x.fields.a.renamedFrom: "5x" is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.',
    ],
  ])('%s are refused', (field, expected) => {
    expect(issuesOfField(field)).toEqual([`image.yaml:${expected}`])
  })
})
