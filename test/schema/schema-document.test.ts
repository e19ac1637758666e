import { readFileSync } from 'node:fs'
import {
  buildSchema as buildFromText,
  GraphQLSchema,
  isEnumType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
  printSchema,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { machineTemplate } from '../support/machine-template.ts'
import { parseTexts } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

const shipped = ['image', 'person', 'role'].map((name) => readFileSync(`object-templates/${name}.yaml`, 'utf8'))
const least = ['name: thing\nkey: [name]\nfields:\n  name: string\n']

/** What a client gets: the SDL, read again. */
const schemaOf = (templates: readonly string[]) => buildFromText(printSchema(buildSchema(parseTexts(templates))))

describe.each([
  ['the shipped templates', shipped],
  ['templates with every type of field', [...richTemplates, machineTemplate]],
  ['one template with one field', least],
])('the schema of %s', (_title, templates) => {
  const schema = schemaOf(templates)
  const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'))

  test('has no type that nothing uses', () => {
    const { query, mutation, subscription, types: all } = schema.toConfig()
    const implementing = all.filter((type) => isObjectType(type) && type.getInterfaces().length > 0)
    const used = new GraphQLSchema({ query, mutation, subscription, types: implementing }).getTypeMap()
    expect(types.map(({ name }) => name).filter((name) => !Object.hasOwn(used, name))).toEqual([])
  })

  test('describes every type', () => {
    expect(types.filter(({ description }) => !description).map(({ name }) => name)).toEqual([])
  })

  test('names the specification of every scalar of its own', () => {
    const own = types.filter(isScalarType).filter((type) => !isSpecifiedScalarType(type))
    expect(own.length).toBeGreaterThan(1)
    expect(own.filter(({ specifiedByURL }) => !URL.canParse(specifiedByURL ?? ''))).toEqual([])
  })
})

test('every value of the enums that each registry has is described', () => {
  const values = Object.values(schemaOf(least).getTypeMap())
    .filter(isEnumType)
    // The fields of a template have the descriptions that the template gives them.
    .filter(({ name }) => !name.startsWith('__') && !name.startsWith('Thing'))
    .flatMap((type) => type.getValues().map(({ name, description }) => [`${type.name}.${name}`, description] as const))
  expect(values.length).toBeGreaterThan(20)
  expect(values.filter(([, description]) => !description).map(([name]) => name)).toEqual([])
})

test('the size of a page that nobody asks for is a default that the schema shows', () => {
  const schema = schemaOf(shipped)
  const defaultOf = (type: string, field: string) => {
    const found = schema.getType(type)
    if (!isObjectType(found)) throw new Error(type)
    return found.getFields()[field]?.args.find(({ name }) => name === 'first')?.defaultValue
  }
  expect([
    defaultOf('Query', 'images'),
    defaultOf('Query', 'roles'),
    defaultOf('Image', 'roles'),
    defaultOf('ImageConnection', 'groupBy'),
  ]).toEqual([100, 100, 20, 100])
})

describe('types of templates and of the API that would have one name', () => {
  /** Has the types that only some templates have: those of numbers and lists that are changed in place. */
  const rich = (name: string) => `name: ${name}\nkey: [nm]\nfields: { nm: string, n: int, l: [string] }`
  const namesOf = (...names: readonly string[]) => Object.keys(buildSchema(parseTexts(names.map(rich))).getTypeMap())

  test('differ, if a template is called as the beginning of one of the API', () => {
    const late = /(?<=[A-Z]\w+)(History|Version|Diff|DiffNode|Event|Change)$/
    const own = namesOf('qq').filter((name) => late.test(name) && !name.startsWith('Qq'))
    expect(own.sort()).toEqual(['ExportedHistory', 'FieldChange', 'ImportedHistory', 'IntChange', 'StringListChange'])
    expect(namesOf('exported', 'field', 'imported', 'string_list')).toEqual(
      expect.arrayContaining(['FieldChange', 'RegistryFieldChange', 'RegistryStringListChange']),
    )
  })

  test('differ from those that have given way', () => {
    const names = ['version', 'diff', 'diff_node', 'event', 'change'].map((ending) => `qq_${ending}`)
    expect(() => namesOf('qq', 'registry_qq', ...names, 'registry', 'change')).not.toThrow()
    expect(() => namesOf('change', 'registry', ...names, 'registry_qq', 'qq')).not.toThrow()
  })
})
