import { describe, expect, test } from 'vitest'
import { issuesOf, modelOf } from './issues-of.ts'

const image = 'name: image\nkey: [name]\nfields:\n  name: string\n'
const role = (fields: string) => `name: role\nkey: [name]\nfields:\n  name: string\n${fields}`

describe('a key', () => {
  test.each([
    ['[nme]', '2:7 UNKNOWN_KEY_FIELD key[0]: "nme" is not a field of image. Did you mean "name"?'],
    [
      '[constructor]',
      '2:7 UNKNOWN_KEY_FIELD key[0]: "constructor" is not a field of image. The fields are name, tags, size, any, sub, kind.',
    ],
    ['[name, name]', '2:13 DUPLICATE_KEY_FIELD key[1]: "name" is in the key twice.'],
    ['[tags]', '2:7 KEY_TYPE key[0]: tags cannot be part of the key: it is a list.'],
    ['[size]', '2:7 KEY_TYPE key[0]: size cannot be part of the key: it is float.'],
    ['[any]', '2:7 KEY_TYPE key[0]: any cannot be part of the key: it is json.'],
    ['[sub]', '2:7 KEY_TYPE key[0]: sub cannot be part of the key: it is an object.'],
    ['[kind, name]', undefined],
  ])('%s', (key, expected) => {
    const fields =
      'fields: { name: string, tags: [string], size: float, any: json, sub: { type: object, fields: { a: int } }, kind: { type: enum, values: [a] } }'
    expect(issuesOf(`name: image\nkey: ${key}\n${fields}\n`)).toEqual(
      expected === undefined ? [] : [`image.yaml:${expected}`],
    )
  })

  test('makes its fields required, in the order of the key', () => {
    const { templates } = modelOf('name: image\nkey: [b, a]\nfields: { a: string, b: int, c: int }\n')
    expect(templates[0]?.key.map(({ name, required, isKey }) => ({ name, required, isKey }))).toEqual([
      { name: 'b', required: true, isKey: true },
      { name: 'a', required: true, isKey: true },
    ])
  })

  test('cannot contain itself', () => {
    const pointing = (name: string, to: string) =>
      `name: ${name}\nkey: [ref]\nfields: { ref: { type: reference, to: ${to}, reverse: from_${name} } }\n`
    expect(issuesOf(pointing('a', 'a'))).toEqual(['image.yaml:2:7 KEY_CYCLE key[0]: The key contains itself: a → a.'])
    expect(
      issuesOf({ 'a.yaml': pointing('a', 'b'), 'b.yaml': pointing('b', 'c'), 'c.yaml': pointing('c', 'b') }),
    ).toEqual(['c.yaml:2:7 KEY_CYCLE key[0]: The key contains itself: b → c → b.'])
  })

  test('has 32 values at most, which stops keys that double', () => {
    const files = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => {
        const reference = (name: string) => `{ type: reference, to: t${index - 1}, reverse: ${name}_${index} }`
        const fields = index === 0 ? '{ a: string, b: string }' : `{ a: ${reference('a')}, b: ${reference('b')} }`
        return [`t${index}.yaml`, `name: t${index}\nkey: [a, b]\nfields: ${fields}\n`]
      }),
    )
    expect(issuesOf(files)).toEqual([
      't5.yaml:2:6 KEY_TOO_LARGE key: The key has 64 values, including those of the keys of referenced templates; at most 32 are allowed.',
    ])
  })
})

describe('a reference', () => {
  test('leads to a template', () => {
    expect(issuesOf({ 'image.yaml': image, 'role.yaml': role('  image: { type: reference, to: imgae }\n') })).toEqual([
      'role.yaml:5:33 UNKNOWN_TEMPLATE fields.image.to: There is no template "imgae". Did you mean "image"?',
    ])
    expect(
      issuesOf({ 'image.yaml': image, 'role.yaml': role('  image: { type: reference, to: constructor }\n') }),
    ).toEqual([
      'role.yaml:5:33 UNKNOWN_TEMPLATE fields.image.to: There is no template "constructor". The templates are image, role.',
    ])
  })

  test('gives the target a field for the other side, named by the plural or by reverse', () => {
    const text = role(
      '  image: { type: reference, to: image }\n  base: { type: reference, to: image, reverse: basedRoles, onMissing: allow, onDelete: unset }\n',
    )
    const { byName } = modelOf({ 'image.yaml': image, 'role.yaml': text })
    expect(byName.get('image')?.reverseFields).toEqual([
      { name: 'roles', from: 'role', field: 'image' },
      { name: 'basedRoles', from: 'role', field: 'base' },
    ])
    expect(byName.get('role')?.fieldByName.get('base')?.reference).toEqual({
      to: 'image',
      reverse: 'basedRoles',
      onMissing: 'allow',
      onDelete: 'unset',
    })
  })

  test('may lead to its own template and be a list', () => {
    expect(
      issuesOf(
        role(
          '  parent: { type: reference, to: role, reverse: children }\n  needs: { type: [reference], to: role, reverse: needed_by }\n',
        ),
      ),
    ).toEqual([])
  })

  test('has another side that collides with nothing on the target', () => {
    const files = {
      'image.yaml': `${image}  roles: int\n`,
      'role.yaml': role(
        [
          '  a: { type: reference, to: image }',
          '  b: { type: reference, to: image, reverse: name }',
          '  c: { type: reference, to: image, reverse: refs }',
          '  d: { type: reference, to: image, reverse: refs }',
          '  e: { type: reference, to: image, reverse: AND }',
          '  f: { type: reference, to: role }',
          '  g: { type: reference, to: role }',
        ].join('\n'),
      ),
    }
    expect(issuesOf(files)).toEqual([
      'role.yaml:5:3 NAME_COLLISION fields.a: The other side of the reference would be image.roles, but image has the field roles there. Set reverse, such as reverse: a_of_role',
      'role.yaml:6:45 NAME_COLLISION fields.b.reverse: The other side of the reference would be image.name, but image has the field name there. Set reverse, such as reverse: b_of_role',
      'role.yaml:8:45 NAME_COLLISION fields.d.reverse: The other side of the reference would be image.refs, but image has the other side of role.c there. Set reverse, such as reverse: d_of_role',
      'role.yaml:9:45 RESERVED_NAME fields.e.reverse: The other side of the reference cannot be called AND: filters have an entry with that name. Set reverse, such as reverse: e_of_role',
      'role.yaml:11:3 NAME_COLLISION fields.g: The other side of the reference would be role.roles, but role has the other side of role.f there. Set reverse, such as reverse: g_of_role',
    ])
  })

  test('is not unset by a deletion if it is required or part of the key', () => {
    const text =
      'name: role\nkey: [image]\nfields:\n  image: { type: reference, to: image, onDelete: unset }\n  base: { type: reference!, to: image, onDelete: unset, reverse: based }\n'
    expect(issuesOf({ 'image.yaml': image, 'role.yaml': text })).toEqual([
      'role.yaml:4:50 ON_DELETE fields.image.onDelete: Deleting the target cannot unset image, because image is part of the key. Write restrict or cascade.',
      'role.yaml:5:50 ON_DELETE fields.base.onDelete: Deleting the target cannot unset base, because base is required. Write restrict or cascade.',
    ])
  })
})

describe('problems of several files', () => {
  test('are reported together, by file and place, and those that follow from others are not', () => {
    const files = {
      'role.yaml':
        'name: role\nkey: [nme]\nfields:\n  name: strng\n  image: { type: reference, to: image }\n  disk: { type: reference, to: disk, default: 5 }\n  n: { type: int, default: x }\n',
      'image.yaml': 'name: image\nkey: [name\n',
      'disk.yaml': 'name: disk\nkey: [sizes]\nfields:\n  sizes: [int]\n',
    }
    expect(issuesOf(files)).toEqual([
      'disk.yaml:2:7 KEY_TYPE key[0]: sizes cannot be part of the key: it is a list.',
      'image.yaml:3:1 YAML_SYNTAX Flow sequence in block collection must be sufficiently indented and end with a ].',
      'role.yaml:2:7 UNKNOWN_KEY_FIELD key[0]: "nme" is not a field of role. Did you mean "name"?',
      'role.yaml:4:9 UNKNOWN_TYPE fields.name: "strng" is not a field type. Did you mean "string"?',
      'role.yaml:7:28 WRONG_DEFAULT fields.n.default: "x" is not a whole number from -2147483648 to 2147483647.',
    ])
  })
})
