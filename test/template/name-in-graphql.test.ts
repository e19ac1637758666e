import { describe, expect, test } from 'vitest'
import { fieldNameInGraphql, memberNameInGraphql } from '../../src/template/names/name-in-graphql.ts'
import { issuesOf, issuesOfField, templateOf } from './issues-of.ts'

describe('a member of an enum', () => {
  test.each([
    ['passed', 'passed'],
    ['front-to-rear', 'front_to_rear'],
    ['nema-5-15r', 'nema_5_15r'],
    ['10GBASE-T (10GE)', '_10GBASE_T__10GE_'],
    ['20.04', '_20_04'],
    ['a b\tc\nd', 'a_b_c_d'],
    ['true', 'true_'],
    ['false', 'false_'],
    ['null', 'null_'],
    ['True', 'True'],
    ['_', '_'],
    ['__', '_'],
    ['__proto__', '_proto__'],
    ['___x', '_x'],
    ['--x', '_x'],
    ['_4', '_4'],
    ['-4', '_4'],
    ['constructor', 'constructor'],
    ['größe', 'gr__e'],
    ['размер', '_'],
    ['a🚀b', 'a_b'],
    ['a'.repeat(5_000), 'a'.repeat(5_000)],
  ])('%j has the name %s', (text, name) => {
    expect(memberNameInGraphql(text)).toBe(name)
    expect(issuesOfField(`{ type: enum, values: [${JSON.stringify(text)}] }`)).toEqual([])
  })
})

describe('a field', () => {
  test.each([
    ['first_name', 'first_name'],
    ['console-ports', 'console_ports'],
    ['app.kubernetes.io/name', 'app_kubernetes_io_name'],
    ['a:b', 'a_b'],
    ['a--b', 'a__b'],
    ['ImageId', 'ImageId'],
    ['a_', 'a_'],
  ])('%s is %s', (name, graphqlName) => {
    expect(fieldNameInGraphql(name)).toBe(graphqlName)
    const template = templateOf(`name: image\nkey: [name]\nfields:\n  name: string\n  ${name}: string\n`)
    expect(template.fields[1]).toMatchObject({ name, graphqlName, attribute: name })
    expect([template.fieldByName.get(name)?.name, template.fieldByName.get(graphqlName)?.name]).toEqual([name, name])
  })

  test.each(['a-', 'a.', 'a:', 'a/', '-a', '.a', 'a b', 'a=b', 'a~2', 'a+b', 'é'])('is not called %j', (name) => {
    expect(issuesOf(`name: image\nkey: [name]\nfields:\n  name: string\n  ${JSON.stringify(name)}: string\n`)).toEqual([
      `image.yaml:5:3 WRONG_NAME fields[${JSON.stringify(name)}]: ${JSON.stringify(name)} is not a valid name: it must begin with a letter, contain only letters, digits, _ . : / and -, and end in a letter, a digit or _.`,
    ])
  })

  test('has another name in GraphQL than its neighbours, and the types of its own', () => {
    const text = `
name: image
key: [a-b]
fields:
  a-b: string
  a_b: string
  a.b: { type: enum, values: [x] }
  spec: { type: object, fields: { c-d: int, 'c:d': int, c: int } }
  x-y: { type: enum, values: [x] }
  xY: { type: enum, values: [x] }
  other: { type: object, fields: { a-b: int } }
`
    expect(issuesOf(text)).toEqual([
      'image.yaml:6:3 NAME_COLLISION fields.a_b: "a-b" and "a_b" would both be a_b in GraphQL. Rename one of the two.',
      'image.yaml:7:3 NAME_COLLISION fields["a.b"]: "a-b" and "a.b" would both be a_b in GraphQL. Rename one of the two.',
      'image.yaml:8:45 NAME_COLLISION fields.spec.fields["c:d"]: "c-d" and "c:d" would both be c_d in GraphQL. Rename one of the two.',
      'image.yaml:10:3 NAME_COLLISION fields.xY: The field gives the type ImageXY, which the field x-y already gives. Rename the field.',
    ])
  })

  test('differs in GraphQL from the other side of a reference', () => {
    const image = 'name: image\nkey: [name]\nfields: { name: string, all-roles: int }\n'
    const role = (reverse: string) =>
      `name: role\nkey: [name]\nfields:\n  name: string\n  on-image: { type: reference, to: image, reverse: ${reverse} }\n`
    expect(issuesOf({ 'image.yaml': image, 'role.yaml': role('all_roles') })).toEqual([
      'role.yaml:5:52 NAME_COLLISION fields["on-image"].reverse: The other side of the reference would be image.all_roles, but image has the field all-roles there. Set reverse, such as reverse: on_image_of_role',
    ])
    expect(issuesOf({ 'image.yaml': image, 'role.yaml': role('my-roles') })).toEqual([
      'role.yaml:5:52 WRONG_NAME fields["on-image"].reverse: "my-roles" is not a valid name: it must begin with a letter and contain only letters, digits and _.',
    ])
  })
})

test('the parts of a template name fields and members as files do', () => {
  const template = templateOf(`
name: device
key: [host-name]
unique: [[serial.no, slot/no]]
indexes: [[run-state, slot/no]]
passed: { run-state: { in: [is-up, '4'] }, spec-sheet: { air-flow: { equals: front-to-rear } } }
latestBy: seen:at
fields:
  host-name: string
  serial.no: { type: string, renamedFrom: serial-no }
  slot/no: int
  run-state: { type: enum, values: [is-up, '4', 'true'], default: 'true', convert: { up: is-up } }
  seen:at: datetime
  spec-sheet: { type: object, fields: { air-flow: { type: enum, values: [front-to-rear], default: front-to-rear } }, default: { air-flow: front-to-rear } }
`)
  expect(template).toMatchObject({
    unique: [['serial.no', 'slot/no']],
    indexes: [['run-state', 'slot/no']],
    passed: { 'run-state': { in: ['is-up', '4'] }, 'spec-sheet': { 'air-flow': { equals: 'front-to-rear' } } },
    latestBy: 'seen:at',
  })
  expect(template.fieldByName.get('run-state')).toMatchObject({
    default: { kind: 'literal', value: 'true' },
    convert: { up: 'is-up' },
  })
  expect(template.fieldByName.get('spec-sheet')?.default).toEqual({
    kind: 'literal',
    value: { 'air-flow': 'front-to-rear' },
  })
})
