import { fieldEnumValueOf } from '../../template/graphql-names.ts'
import { fieldNameInGraphql } from '../../template/names/name-in-graphql.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { Template, TemplateField, TemplateList } from './template.ts'
import { targetOf } from './template-names.ts'
import { toGraphqlValue } from './to-graphql.ts'

interface Where {
  readonly [name: string]: Json
}

const logic: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT'])
const quantifiers: ReadonlySet<string> = new Set(['some', 'none', 'every', 'where', 'is'])
/** The operators that take values of the field, or lists of them. */
const valued: ReadonlySet<string> = new Set(['equals', 'not', 'in', 'notIn', 'has', 'hasSome', 'hasEvery'])

/**
 * A `where` that was written as JSON, with the names that fields and members of enums have in files, or already those of GraphQL, as
 * GraphQL takes it. What is unknown here stays as it is, for the registry to refuse.
 */
export function whereToGraphql(where: Json, template: Template, templates: TemplateList): Json {
  return mapEntries(where, (name, value) => {
    if (logic.has(name)) return [name, mapItems(value, (one) => whereToGraphql(one, template, templates))]
    const field = findWritten(name, template.fields)
    if (field) return [fieldNameInGraphql(name), filterToGraphql(value, field, templates)]
    const from = findReferrer(name, template, templates)
    return [name, from ? relatedToGraphql(value, from, templates) : value]
  })
}

/** The field with this name in files, or in GraphQL. */
function findWritten(name: string, fields: readonly TemplateField[]): TemplateField | undefined {
  return fields.find((field) => field.name === name || fieldNameInGraphql(field.name) === name)
}

/** The template whose reference has this name on its other side. */
function findReferrer(name: string, { name: to }: Template, templates: TemplateList): Template | undefined {
  const leadsHere = (field: TemplateField) => field.to === to && field.reverse === name
  return templates.find(({ fields }) => fields.some(leadsHere))
}

/** `some`, `none`, `every` and `latest` of related objects. */
function relatedToGraphql(filter: Json, template: Template, templates: TemplateList): Json {
  return mapEntries(filter, (name, value) => {
    if (quantifiers.has(name)) return [name, whereToGraphql(value, template, templates)]
    if (name === 'latest') return [name, relatedToGraphql(value, template, templates)]
    if (name !== 'per') return [name, value]
    const fieldOf = (one: Json) => template.fields.find((field) => field.name === one)
    return [name, mapItems(value, (one) => (fieldOf(one) ? fieldEnumValueOf({ name: String(one) }) : one))]
  })
}

function filterToGraphql(filter: Json, field: TemplateField, templates: TemplateList): Json {
  const target = targetOf(field, templates)
  if (target) return (field.list ? relatedToGraphql : whereToGraphql)(filter, target, templates)
  const item = { ...field, list: false }
  return mapEntries(filter, (name, value) => {
    if (field.type === 'object' && !field.list) {
      const member = findWritten(name, field.fields)
      if (member) return [fieldNameInGraphql(name), filterToGraphql(value, member, templates)]
    }
    if (logic.has(name)) return [name, mapItems(value, (one) => filterToGraphql(one, field, templates))]
    if (quantifiers.has(name)) return [name, filterToGraphql(value, item, templates)]
    return [name, valued.has(name) ? mapItems(value, (one) => toGraphqlValue(one, field, templates)) : value]
  })
}

function mapEntries(value: Json, toEntry: (name: string, value: Json) => readonly [string, Json]): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value as Where).map(([name, one]) => toEntry(name, one)))
}

function mapItems(value: Json, toItem: (item: Json) => Json): Json {
  return Array.isArray(value) ? value.map(toItem) : toItem(value)
}
