import { BuildCache } from '@pothos/core'
import {
  type GraphQLNamedType,
  GraphQLSchema,
  isInterfaceType,
  isObjectType,
  lexicographicSortSchema,
  parse,
  printSchema,
  validate,
  validateSchema,
} from 'graphql'
import { afterEach, expect, test, vi } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { createDynamicBuilder } from '../../src/schema/dynamic-builder.ts'
import { manyTemplates } from '../support/many-templates.ts'
import { parseTexts } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

afterEach(() => vi.restoreAllMocks())

const templates = { 'templates of all kinds': richTemplates, '30 templates': manyTemplates(30, 10), none: [] }

test.for(Object.entries(templates))('%s: what is made on demand is what graphql-js makes at once', ([, texts]) => {
  const lazy = buildSchema(parseTexts(texts))
  const eager = new GraphQLSchema({ ...buildSchema(parseTexts(texts)).toConfig(), assumeValid: false })
  expect(validateSchema(eager)).toEqual([])
  const namesOf = (types: readonly GraphQLNamedType[]) => types.map(({ name }) => name)
  for (const { name } of Object.values(eager.getTypeMap()).filter(isInterfaceType)) {
    const interfaceOf = (schema: GraphQLSchema) => {
      const type = schema.getType(name)
      if (!isInterfaceType(type)) throw new Error(`${name} is not an interface`)
      return type
    }
    expect(namesOf(lazy.getPossibleTypes(interfaceOf(lazy)))).toEqual(
      namesOf(eager.getPossibleTypes(interfaceOf(eager))),
    )
    const subTypesIn = (schema: GraphQLSchema) =>
      Object.values(schema.getTypeMap())
        .filter((type) => isObjectType(type) && schema.isSubType(interfaceOf(schema), type))
        .map((type) => type.name)
    expect(subTypesIn(lazy)).toEqual(subTypesIn(eager))
  }
  expect(Object.keys(lazy.getTypeMap()).sort()).toEqual(Object.keys(eager.getTypeMap()).sort())
  expect(printSchema(lexicographicSortSchema(lazy))).toBe(printSchema(lexicographicSortSchema(eager)))
})

test('an operation has only those types made that it comes across', () => {
  const made = vi.spyOn(BuildCache.prototype, 'buildTypeFromConfig')
  const namesMade = () => made.mock.calls.map(([{ name }]) => name)
  const schema = buildSchema(parseTexts(manyTemplates(30, 10)))
  expect(namesMade()).toEqual([])
  expect(validate(schema, parse('query ($w: Kind1Where) { kind1s(where: $w) { nodes { name } } }'))).toEqual([])
  const names = namesMade()
  expect(names).toEqual([...new Set(names)])
  expect(names).toContain('Kind1Where')
  // Types with fields of the root as their neighbours; no template's group types, for instance.
  expect(names.filter((name) => name.startsWith('Kind2Group'))).toEqual([])
  printSchema(schema)
  const all = Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__'))
  expect(namesMade().sort()).toEqual(all.sort())
  expect(names.length).toBeLessThan(all.length / 2)
})

test('a type that nothing reaches is not there, and a name that has no type is an error', () => {
  const builder = createDynamicBuilder()
  builder.input('Unused', {}, () => ({ a: { type: 'Int' } }))
  builder.input('Used', {}, () => ({ a: { type: 'Float' } }))
  builder.query(() => ({
    a: { type: 'Int', args: { b: { type: ['Used'] } } },
  }))
  expect(() => builder.query(() => ({}))).toThrow('two types Query')
  const schema = builder.build('')
  expect(schema.getType('Unused')).toBeUndefined()
  expect(schema.getType('ID')).toBeUndefined()
  expect(Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__'))).toEqual([
    'Int',
    'Float',
    'Used',
    'Query',
    'Boolean',
    'String',
  ])
  expect(validate(schema, parse('query ($u: Unused) { a(b: $u) }')).map(({ message }) => message)).toEqual([
    'Unknown type "Unused". Did you mean "Used"?',
  ])
  const other = createDynamicBuilder()
  other.query(() => ({ a: { type: 'Missing' } }))
  expect(() => other.build('').getQueryType()?.getFields()).toThrow('the schema has no type Missing')
})
