import { describe, expect, test } from 'vitest'
import { loadTemplates } from '../../src/template/load-templates.ts'
import type { Field } from '../../src/template/model.ts'

const plain: Omit<Field, 'name' | 'graphqlName' | 'attribute' | 'description'> = {
  type: 'string',
  list: false,
  required: false,
  isKey: false,
  deprecated: undefined,
  default: undefined,
  unique: false,
  indexed: false,
  constraints: {},
  values: [],
  members: [],
  reference: undefined,
  renamedFrom: [],
  convert: undefined,
  convertsFrom: undefined,
  formers: [],
  fill: undefined,
  isFilling: false,
  isViolated: false,
  removed: [],
}
const key = { required: true, isKey: true }
const named = (name: string) => ({ name, graphqlName: name, attribute: name })

const imageFields: Field[] = [
  { ...plain, ...key, ...named('name'), description: 'Name image' },
  { ...plain, ...named('distr'), description: 'Distribution kit' },
  { ...plain, ...named('version'), description: 'Version distr' },
  { ...plain, ...named('kernel'), description: 'Kernel Linux' },
  { ...plain, ...named('lts'), description: 'Long term support', type: 'boolean' },
]
const personFields: Field[] = [
  { ...plain, ...key, ...named('first_name'), description: 'First name', default: { kind: 'literal', value: 'Foo' } },
  { ...plain, ...key, ...named('last_name'), description: 'Last name', default: { kind: 'literal', value: 'Bar' } },
  { ...plain, ...named('sex'), description: 'Sex', default: { kind: 'literal', value: '' } },
  {
    ...plain,
    ...named('create_date'),
    description: 'Date of creation',
    default: { kind: 'now', format: '%d/%m/%Y %H:%M:%S' },
  },
]
const roleFields: Field[] = [
  { ...plain, ...key, ...named('name'), description: 'Name role' },
  {
    ...plain,
    ...key,
    ...named('image'),
    description: 'Name image VM',
    type: 'reference',
    reference: { to: 'image', reverse: 'roles', onMissing: 'reject', onDelete: 'restrict' },
  },
  { ...plain, ...named('commit'), description: 'Commit GIT' },
  { ...plain, ...key, ...named('status'), description: 'Success', type: 'boolean' },
]

const unjudged = {
  passed: undefined,
  latestBy: undefined,
  staleAfter: undefined,
  keptPast: { kind: 'all' },
  isPastIndexed: false,
  retain: undefined,
}
const byName = (fields: readonly Field[]) => new Map(fields.map((field) => [field.name, field]))

describe('the shipped templates', () => {
  test('load as exactly this model', async () => {
    const image = {
      name: 'image',
      stored: 'image',
      typeName: 'Image',
      fieldName: 'image',
      pluralName: 'images',
      description: 'Object image VM',
      key: imageFields.slice(0, 1),
      fields: imageFields,
      fieldByName: byName(imageFields),
      unique: [],
      indexes: [],
      additionalFields: false,
      wasOpen: false,
      laterStorages: [],
      isSearched: true,
      renamedFrom: [],
      ...unjudged,
      reverseFields: [{ name: 'roles', from: 'role', field: 'image' }],
      removed: [],
      former: undefined,
    }
    const person = {
      name: 'person',
      stored: 'person',
      typeName: 'Person',
      fieldName: 'person',
      pluralName: 'people',
      description: 'A person',
      key: personFields.slice(0, 2),
      fields: personFields,
      fieldByName: byName(personFields),
      unique: [],
      indexes: [],
      additionalFields: false,
      wasOpen: false,
      laterStorages: [],
      isSearched: true,
      renamedFrom: [],
      ...unjudged,
      reverseFields: [],
      removed: [],
      former: undefined,
    }
    const role = {
      name: 'role',
      stored: 'role',
      typeName: 'Role',
      fieldName: 'role',
      pluralName: 'roles',
      description: 'Object Ansible role',
      key: [roleFields[0], roleFields[1], roleFields[3]],
      fields: roleFields,
      fieldByName: byName(roleFields),
      unique: [],
      indexes: [],
      additionalFields: false,
      wasOpen: false,
      laterStorages: [],
      isSearched: true,
      renamedFrom: [],
      ...unjudged,
      passed: { status: { equals: true } },
      reverseFields: [],
      removed: [],
      former: undefined,
    }
    expect(await loadTemplates('object-templates')).toEqual({
      templates: [image, person, role],
      byName: new Map(Object.entries({ image, person, role })),
      removed: [],
      spent: [],
    })
  })

  test('give a model that nothing can change', async () => {
    const model = await loadTemplates('object-templates')
    expect(unfrozenIn(model)).toEqual([])
    const map = model.byName as Map<string, unknown>
    expect(() => map.set('x', 1)).toThrow(new TypeError('this map is frozen'))
    expect(() => map.delete('role')).toThrow(TypeError)
    expect(() => map.clear()).toThrow(TypeError)
  })
})

function unfrozenIn(value: unknown, path = 'model', seen = new Set<unknown>()): string[] {
  if (typeof value !== 'object' || value === null || seen.has(value)) return []
  seen.add(value)
  const entries = value instanceof Map ? [...value] : Object.entries(value)
  return [
    ...(Object.isFrozen(value) ? [] : [path]),
    ...entries.flatMap(([name, inner]) => unfrozenIn(inner, `${path}.${name}`, seen)),
  ]
}
