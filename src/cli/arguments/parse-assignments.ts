import { createUsageError } from '../cli-error.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { onlyKeyFieldOf, targetOf } from '../connection/template-names.ts'
import { printExcerpt, printInline } from '../output/print-safely.ts'
import { findField } from './find-template.ts'
import { parseJsonText } from './parse-json-text.ts'
import { type Json, parseValue } from './parse-value.ts'
import { suggestAssignment } from './suggest-assignment.ts'

/** One `field=value` of the command line. */
export interface Assignment {
  readonly name: string
  readonly value: Json
  /** Undefined for an additional attribute, in a template with `additionalFields`. */
  readonly field: TemplateField | undefined
}

/**
 * Parses `name=value` and `field:=JSON` by the template: a value may contain `=`, text keeps its type, and a list is given
 * by repeating its field. `templates` has the targets of references.
 */
export function parseAssignments(
  texts: readonly string[],
  template: Template,
  templates: TemplateList,
): readonly Assignment[] {
  const assignments = new Map<string, Assignment>()
  for (const [i, text] of texts.entries()) {
    const { name, isJson, rest } = splitAssignment(text, template, texts.slice(i + 1, i + 3))
    const isAdditional = template.additionalFields && !template.fields.some((one) => one.name === name)
    const field = isAdditional ? undefined : findField(template, name)
    const value = isJson ? parseJson(name, rest) : field ? parseText(field, rest, templates) : rest
    const before = assignments.get(name)
    const isListItem = field?.list === true && !isJson
    if (before && !(isListItem && Array.isArray(before.value))) throw createUsageError(`${name} is given twice.`)
    const items = isListItem ? [...((before?.value ?? []) as readonly Json[]), value] : value
    assignments.set(name, { name, field, value: items })
  }
  return [...assignments.values()]
}

/** Assignments as the input of an upsert. */
export function toInput(assignments: readonly Assignment[]): { readonly [name: string]: Json } {
  const select = (isAdditional: boolean) =>
    assignments.filter(({ field }) => (field === undefined) === isAdditional).map(({ name, value }) => [name, value])
  const additional = select(true)
  return Object.fromEntries([
    ...select(false),
    ...(additional.length > 0 ? [['_additional', Object.fromEntries(additional)]] : []),
  ])
}

/** The parts of `name=value` or `name:=JSON`. Throws a usage error for another text, which looks at the operands behind it. */
export function splitAssignment(
  text: string,
  template: Template,
  following: readonly string[] = [],
): { name: string; isJson: boolean; rest: string } {
  const at = text.indexOf('=')
  const isJson = at > 0 && text[at - 1] === ':'
  const name = text.slice(0, isJson ? at - 1 : at)
  if (at < 0 || name === '')
    throw createUsageError(`${JSON.stringify(text)} is not field=value.${suggestAssignment(text, template, following)}`)
  return { name, isJson, rest: text.slice(at + 1) }
}

function parseJson(name: string, text: string): Json {
  try {
    return parseJsonText(text)
  } catch (error) {
    const shown = printExcerpt(text)
    throw createUsageError(
      `${name}:=${shown} is not JSON (${printInline((error as Error).message)}). For a text, write ${name}=${shown}`,
    )
  }
}

/** Parses a value. That of a reference is its target's key, which can be written as text if it is one field. */
export function parseText(field: TemplateField, text: string, templates: TemplateList): Json {
  if (field.type !== 'reference') return parseValue(field, text)
  const target = targetOf(field, templates)
  const only = target && onlyKeyFieldOf(target)
  if (only) return parseText({ ...only, list: false }, text, templates)
  const example = Object.fromEntries((target?.key ?? []).map((name) => [name, '…']))
  throw createUsageError(
    `${field.name} refers to ${field.to} by several fields, given as JSON: ${field.name}:='${JSON.stringify(example)}'`,
  )
}
