import { buildSchema as buildFromSdl, GraphQLObjectType, printSchema, validateSchema } from 'graphql'
import { expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { manyTemplates } from '../support/many-templates.ts'
import { parseTexts } from '../support/registry.ts'

test('200 templates of 20 fields make a valid schema, which its printed form makes again', () => {
  const model = parseTexts(manyTemplates(200, 20))
  expect(model.templates.map((template) => template.fields.length)).toEqual(Array.from({ length: 200 }, () => 20))
  const schema = buildSchema(model)
  const sdl = printSchema(schema)
  const printed = buildFromSdl(sdl)
  expect(validateSchema(printed)).toEqual([])
  expect(printSchema(printed)).toBe(sdl)
  const objects = Object.values(schema.getTypeMap()).filter(
    (type) => type instanceof GraphQLObjectType && type.getInterfaces().length > 0,
  )
  expect(objects).toHaveLength(200)
})
