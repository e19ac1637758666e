import { describe, expect, test } from 'vitest'
import { issuesOf, modelOf } from './issues-of.ts'

const template = (name: string, more = '') => `name: ${name}\n${more}key: [name]\nfields:\n  name: string\n`

describe('the names of templates', () => {
  test.each([
    ['vm_image', undefined, 'VmImage', 'vmImage', 'vmImages'],
    ['status', undefined, 'Status', 'status', 'statuses'],
    ['person', undefined, 'Person', 'person', 'people'],
    ['vm_person', undefined, 'VmPerson', 'vmPerson', 'vmPeople'],
    ['person', 'persons', 'Person', 'person', 'persons'],
    ['vm_image', 'vm_pictures', 'VmImage', 'vmImage', 'vmPictures'],
    ['vm_image', 'vmPictures', 'VmImage', 'vmImage', 'vmPictures'],
    ['a__b_', undefined, 'AB', 'aB', 'aBs'],
    ['disk2', undefined, 'Disk2', 'disk2', 'disk2s'],
    ['constructor', undefined, 'Constructor', 'constructor', 'constructors'],
  ])('%s with the plural %s gives %s, %s and %s', (name, plural, typeName, fieldName, pluralName) => {
    const [built] = modelOf(template(name, plural === undefined ? '' : `plural: ${plural}\n`)).templates
    expect([built?.typeName, built?.fieldName, built?.pluralName]).toEqual([typeName, fieldName, pluralName])
  })

  test('are different', () => {
    expect(
      issuesOf({
        'a.yaml': template('image'),
        'b.yml': template('image'),
        'c.json': '{"name":"image","key":["name"],"fields":{"name":"string"}}',
      }),
    ).toEqual([
      'b.yml:1:7 DUPLICATE_TEMPLATE name: The template image is already defined in a.yaml.',
      'c.json:1:9 DUPLICATE_TEMPLATE name: The template image is already defined in a.yaml.',
    ])
  })

  test('have a plural of their own', () => {
    expect(issuesOf(template('series'))).toEqual([
      'image.yaml:1:7 PLURAL_NEEDED name: The plural of series would be series, the same as its name. Set another plural, such as plural: series_list',
    ])
    expect(issuesOf(template('image', 'plural: image\n'))).toEqual([
      'image.yaml:2:9 PLURAL_NEEDED plural: The plural of image would be image, the same as its name. Set another plural, such as plural: image_list',
    ])
    expect(issuesOf(template('series', 'plural: series_list\n'))).toEqual([])
  })

  test.each([
    [
      'query',
      '',
      '1:7 RESERVED_NAME name: The template query gives the type Query, which the API itself has. Rename the template.',
    ],
    [
      'string',
      '',
      '1:7 RESERVED_NAME name: The template string gives the type String, which the API itself has. Rename the template.',
    ],
    [
      'date',
      '',
      '1:7 RESERVED_NAME name: The template date gives the type Date, which the API itself has. Rename the template.',
    ],
    [
      'page_info',
      '',
      '1:7 RESERVED_NAME name: The template page_info gives the type PageInfo, which the API itself has. Rename the template.',
    ],
    [
      'object',
      '',
      '1:7 RESERVED_NAME name: The template object gives the field of Query object, which the API itself has. Rename the template or set plural.',
    ],
    [
      'image',
      'plural: templates\n',
      '2:9 RESERVED_NAME plural: The plural gives the field of Query templates, which the API itself has. Rename the template or set plural.',
    ],
    ['string_list', '', undefined],
    [
      'string_list_filter',
      '',
      '1:7 RESERVED_NAME name: The template string_list_filter gives the type StringListFilter, which the API itself has. Rename the template.',
    ],
    [
      'meta',
      '',
      '1:7 RESERVED_NAME name: The template meta gives the type Meta, which the API itself has. Rename the template.',
    ],
  ])('do not meet those of the API: %s %s', (name, more, expected) => {
    expect(issuesOf(template(name, more))).toEqual(expected === undefined ? [] : [`image.yaml:${expected}`])
  })

  test('do not collide with each other, which is reported once for two templates', () => {
    expect(issuesOf({ 'a.yaml': template('a_b'), 'b.yaml': template('a__b') })).toEqual([
      'b.yaml:1:7 NAME_COLLISION name: The template a__b gives the field of Query aB, which the template a_b in a.yaml already gives. Rename the template or set plural.',
    ])
    expect(issuesOf({ 'a.yaml': template('role'), 'b.yaml': template('job', 'plural: roles\n') })).toEqual([
      'b.yaml:2:9 NAME_COLLISION plural: The plural gives the field of Query roles, which the template role in a.yaml already gives. Rename the template or set plural.',
    ])
    expect(issuesOf({ 'a.yaml': template('role'), 'b.yaml': template('roles', 'plural: role_list\n') })).toEqual([
      'b.yaml:1:7 NAME_COLLISION name: The template roles gives the field of Query roles, which the template role in a.yaml already gives. Rename the template or set plural.',
    ])
    expect(issuesOf({ 'a.yaml': template('role'), 'b.yaml': template('role_connection') })).toEqual([
      'b.yaml:1:7 NAME_COLLISION name: The template role_connection gives the type RoleConnection, which the template role in a.yaml already gives. Rename the template.',
    ])
    expect(issuesOf({ 'a.yaml': template('role'), 'b.yaml': template('upsert_roles_payload') })).toEqual([
      'b.yaml:1:7 NAME_COLLISION name: The template upsert_roles_payload gives the type UpsertRolesPayload, which the template role in a.yaml already gives. Rename the template.',
    ])
    expect(issuesOf({ 'a.yaml': template('role'), 'b.yaml': template('role_matrix') })).toEqual([
      'b.yaml:1:7 NAME_COLLISION name: The template role_matrix gives the field of Query roleMatrix, which the template role in a.yaml already gives. Rename the template or set plural.',
    ])
    for (const [one, other] of [
      ['role', 'role_history'],
      ['role_history', 'role'],
    ] as const)
      expect(issuesOf({ 'a.yaml': template(one), 'b.yaml': template(other) })).toEqual([
        `b.yaml:1:7 NAME_COLLISION name: The template ${other} gives the field of Query roleHistory, which the template ${one} in a.yaml already gives. Rename one of the two; with renamedFrom its objects follow.`,
      ])
    for (const other of ['role_version', 'role_diff', 'role_diff_node', 'field_change', 'change_outcome'])
      expect(issuesOf({ 'a.yaml': template('role'), 'b.yaml': template(other) })).toEqual([])
  })

  test('do not collide with the types of fields', () => {
    const role = `${template('role')}  status: { type: enum, values: [ok] }\n`
    expect(issuesOf({ 'a.yaml': role, 'b.yaml': template('role_status') })).toEqual([
      'b.yaml:1:7 NAME_COLLISION name: The template role_status gives the type RoleStatus, which the field status of role in a.yaml already gives. Rename the template.',
    ])
    expect(issuesOf(`${template('role')}  where: { type: object, fields: { a: int } }\n`)).toEqual([
      'image.yaml:5:3 NAME_COLLISION fields.where: The field gives the type RoleWhere, which the template itself already gives. Rename the field.',
    ])
    expect(
      issuesOf(`${template('role')}  a_b: { type: enum, values: [x] }\n  aB: { type: object, fields: { x: int } }\n`),
    ).toEqual([
      'image.yaml:6:3 NAME_COLLISION fields.aB: The field gives the type RoleAB, which the field a_b already gives. Rename the field.',
    ])
    expect(
      issuesOf(`${template('role')}  a: { type: object, fields: { input: { type: enum, values: [x] } } }\n`),
    ).toEqual([
      'image.yaml:5:32 NAME_COLLISION fields.a.fields.input: The field gives the type RoleAInput, which the field a already gives. Rename the field.',
    ])
  })

  test("may be those of an object's prototype, and so may those of fields", () => {
    const text =
      'name: constructor\nkey: [toString]\nfields: { toString: string, hasOwnProperty: int, constructor: int, valueOf: { type: object, fields: { constructor: int } } }'
    expect(modelOf(text).templates[0]?.fields.map((field) => field.name)).toEqual([
      'toString',
      'hasOwnProperty',
      'constructor',
      'valueOf',
    ])
  })

  test("of fields are not those of a filter's own entries, but may differ by case only", () => {
    const fields =
      '  AND: int\n  OR: int\n  NOT: int\n  isNull: int\n  not: int\n  name2: int\n  NAME2: int\n  o: { type: object, fields: { in: int, lt: int } }\n'
    expect(issuesOf(template('image') + fields)).toEqual([
      'image.yaml:5:3 RESERVED_NAME fields.AND: A field cannot be called AND: filters have an entry with that name. Rename the field.',
      'image.yaml:6:3 RESERVED_NAME fields.OR: A field cannot be called OR: filters have an entry with that name. Rename the field.',
      'image.yaml:7:3 RESERVED_NAME fields.NOT: A field cannot be called NOT: filters have an entry with that name. Rename the field.',
      'image.yaml:8:3 RESERVED_NAME fields.isNull: A field cannot be called isNull: filters have an entry with that name. Rename the field.',
      'image.yaml:12:32 RESERVED_NAME fields.o.fields.in: A field cannot be called in: filters have an entry with that name. Rename the field.',
    ])
  })

  test('of fields are 500 at most, members of objects included', () => {
    const fields = Array.from({ length: 498 }, (_, index) => `  f${index}: int\n`).join('')
    expect(issuesOf(`${template('image')}${fields}  o: { type: object, fields: { a: int } }\n`)).toEqual([
      'image.yaml:3:1 TOO_MANY fields: The template has 501 fields, including the members of objects; at most 500 are allowed.',
    ])
    expect(issuesOf(`${template('image')}${fields}`)).toEqual([])
  })
})
