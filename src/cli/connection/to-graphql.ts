/**
 * The way from the names of files to those of GraphQL. All other code of the command line speaks of fields by their own names and of
 * members of enums by their texts; answers have both in `_document`. What is unknown here stays as it is, for the registry to refuse.
 */

import { fieldNameInGraphql, memberNameInGraphql } from '../../template/names/name-in-graphql.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { Template, TemplateField, TemplateList } from './template.ts'
import { keyFieldsOf, targetOf } from './template-names.ts'

type Input = { readonly [name: string]: Json }

/** The input of an upsert, as GraphQL takes it. `templates` have the keys of referenced templates. */
export function toGraphqlInput(input: Input, template: Template, templates: TemplateList): Input {
  return toGraphqlObject(input, template.fields, templates)
}

/** A value of a field, or an item of its list: a reference is a key. */
export function toGraphqlValue(value: Json, field: TemplateField, templates: TemplateList): Json {
  if (field.list && Array.isArray(value))
    return value.map((item: Json) => toGraphqlValue(item, { ...field, list: false }, templates))
  switch (field.type) {
    case 'enum':
      return typeof value === 'string' && field.values.includes(value) ? memberNameInGraphql(value) : value
    case 'object':
      return isObject(value) ? toGraphqlObject(value, field.fields, templates) : value
    case 'reference': {
      const target = targetOf(field, templates)
      const [only, ...others] = target ? keyFieldsOf(target) : []
      if (only && others.length === 0) return toGraphqlValue(value, only, templates)
      return isObject(value) ? toGraphqlObject(value, [...(only ? [only] : []), ...others], templates) : value
    }
    default:
      return value
  }
}

function toGraphqlObject(value: Input, fields: readonly TemplateField[], templates: TemplateList): Input {
  const byName = new Map(fields.map((field) => [field.name, field]))
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => {
      const field = byName.get(name)
      if (!field) return [name, inner]
      const graphqlName = fieldNameInGraphql(name)
      // One of the two names is none of the template's: both stay, so that the registry refuses them.
      const isTaken = graphqlName !== name && Object.hasOwn(value, graphqlName)
      return [isTaken ? name : graphqlName, toGraphqlValue(inner, field, templates)]
    }),
  )
}

function isObject(value: Json): value is Input {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
