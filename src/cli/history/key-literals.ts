import { fieldNameInGraphql, memberNameInGraphql } from '../../template/names/name-in-graphql.ts'
import { createMissingKeyError } from '../arguments/missing-key-error.ts'
import { type Assignment, parseAssignments } from '../arguments/parse-assignments.ts'
import type { Json } from '../arguments/parse-value.ts'
import { createUsageError } from '../cli-error.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { keyFieldsOf, targetOf } from '../connection/template-names.ts'

/**
 * `field=value…` as the arguments of a root field that takes a key: `name: "a", image: "b"`. They are literals, since the types of keys
 * have no names that a template's description tells. Throws a usage error unless they are the key.
 */
export function printKeyArguments(texts: readonly string[], template: Template, templates: TemplateList): string {
  const assignments = parseAssignments(texts, template, templates)
  const { name, key } = template
  const other = assignments.find((one) => !key.includes(one.name))
  if (other) throw createUsageError(`${other.name} is not part of the key of ${name}, which is ${key.join(', ')}`)
  const missing = key.filter((one) => !assignments.some((given) => given.name === one))
  if (missing.length > 0) throw createMissingKeyError(template, missing)
  return assignments.map((one) => printArgument(one, templates)).join(', ')
}

function printArgument({ name, field, value }: Assignment, templates: TemplateList): string {
  return `${fieldNameInGraphql(name)}: ${field ? printLiteral(value, field, templates) : JSON.stringify(value)}`
}

/** A value as GraphQL writes it: members of enums are names, and so are those of objects. */
function printLiteral(value: Json, field: TemplateField, templates: TemplateList): string {
  const target = targetOf(field, templates)
  const [only, ...others] = target ? keyFieldsOf(target) : []
  if (only && others.length === 0) return printLiteral(value, only, templates)
  if (field.type === 'enum' && typeof value === 'string' && field.values.includes(value))
    return memberNameInGraphql(value)
  if (!only || typeof value !== 'object' || value === null || Array.isArray(value)) return JSON.stringify(value)
  const parts = [only, ...others].flatMap((part) => {
    const inner = (value as { readonly [name: string]: Json })[part.name]
    return inner === undefined ? [] : [`${fieldNameInGraphql(part.name)}: ${printLiteral(inner, part, templates)}`]
  })
  return `{${parts.join(', ')}}`
}
