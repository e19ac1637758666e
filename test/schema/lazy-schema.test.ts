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
import type { OutputField } from '../../src/schema/lazy/type-definitions.ts'
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

test('an operation has only those types made that it comes across', async () => {
  const made = vi.spyOn(BuildCache.prototype, 'buildTypeFromConfig')
  // Each root field has a type of its own, with two underscores in its name.
  const namesMade = () => made.mock.calls.flatMap(([{ name }]) => (name.includes('__') ? [] : name))
  const schema = buildSchema(parseTexts(manyTemplates(30, 10)))
  const own = (name: string) => !name.startsWith('__')
  const all = Object.keys(schema.getTypeMap()).filter(own).sort()
  expect(schema.digest).toHaveLength(43)
  expect(namesMade()).toEqual([])
  expect(validate(schema, parse('query ($w: Kind1Where) { kind1s(where: $w) { nodes { name } } }'))).toEqual([])
  const names = namesMade()
  expect(names).toEqual([...new Set(names)])
  expect(names).toContain('Kind1Where')
  expect(names.filter((name) => name.startsWith('Kind2Group'))).toEqual([])
  expect(names.length).toBeLessThan(all.length / 10)
  await schema.makeAll()
  expect(namesMade().sort()).toEqual(all)
  const before = made.mock.calls.length
  const sdl = await schema.print()
  expect(made.mock.calls.length).toBeGreaterThan(before)
  expect(sdl).toBe(printSchema(schema))
  expect(schema.getType('Query__kind1s')).toBeUndefined()
})

test('the digest tells schemas apart that are printed differently', () => {
  const base = {
    type: 'Int',
    description: 'a',
    args: { b: { type: 'Int', description: 'c', required: true }, d: { type: 'Int', default: 1 } },
  }
  const digestOf = (
    field: OutputField,
    { description = 'e', value = {} }: { description?: string; value?: object } = {},
  ) => {
    const builder = createDynamicBuilder()
    builder.enumeration('Color', { red: value })
    builder.input('In', {}, () => ({ a: { type: 'Color' } }))
    builder.query(() => ({ a: field }))
    return builder.build(description).digest
  }
  const { b, d } = base.args
  const digests = [
    digestOf(base),
    digestOf({ ...base, type: 'Float' }),
    digestOf({ ...base, type: ['Int'] }),
    digestOf({ ...base, nullable: true }),
    digestOf({ ...base, deprecated: 'old' }),
    digestOf({ ...base, description: 'b' }),
    digestOf({ ...base, args: { b, d: { ...d, default: 2 } } }),
    digestOf({ ...base, args: { b, d: { ...d, default: null } } }),
    digestOf({ ...base, args: { b, d: { type: 'Int' } } }),
    digestOf({ ...base, args: { b: { ...b, required: false }, d } }),
    digestOf({ ...base, args: { b } }),
    digestOf(base, { description: 'f' }),
    digestOf(base, { value: { description: 'warm' } }),
    digestOf(base, { value: { deprecated: 'cold' } }),
  ]
  expect(new Set(digests).size).toBe(digests.length)
  expect(digestOf({ ...base, resolve: () => 1 })).toBe(digests[0])
})

test('a type that nothing reaches is not shown, and a name that has no type is an error', () => {
  const builder = createDynamicBuilder()
  builder.input('Unused', {}, () => ({ a: { type: 'Int' } }))
  builder.input('Used', {}, () => ({ a: { type: 'Float' } }))
  builder.query(() => ({ a: { type: 'Int', args: { b: { type: ['Used'] } } } }))
  expect(() => builder.query(() => ({}))).toThrow('two types Query')
  const schema = builder.build('')
  expect(Object.keys(schema.getTypeMap()).filter((name) => !name.startsWith('__'))).toEqual([
    ...['Int', 'Float', 'Used', 'Query'],
    // Those of introspection.
    ...['Boolean', 'String'],
  ])
  expect(printSchema(schema)).not.toContain('Unused')
  expect(schema.getType('Missing')).toBeUndefined()
  const other = createDynamicBuilder()
  other.query(() => ({ a: { type: 'Missing' } }))
  expect(() => Object.values(other.build('').getQueryType()?.getFields() ?? {})).toThrow(
    'the schema has no type Missing',
  )
})
