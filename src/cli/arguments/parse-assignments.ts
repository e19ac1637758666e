import { CliError, createUsageError } from '../cli-error.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { printExcerpt, printInline } from '../output/print-safely.ts'
import { JsonTextError, parseWrittenJson } from '../values/parse-written-json.ts'
import { readValue } from '../values/read-value.ts'
import { toUntyped, type Written } from '../values/written.ts'
import { findField } from './find-template.ts'
import type { Json } from './parse-value.ts'
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
    const value = isJson ? readJson(name, rest, field, templates) : field ? readText(field, rest, templates) : rest
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

function readJson(name: string, text: string, field: TemplateField | undefined, templates: TemplateList): Json {
  let value: Written
  try {
    value = parseWrittenJson(text)
  } catch (error) {
    if (!(error instanceof JsonTextError || error instanceof RangeError)) throw error
    const shown = printExcerpt(text)
    throw createUsageError(
      `${name}:=${shown} is not JSON (${printInline(error.message)}). For a text, write ${name}=${shown}`,
    )
  }
  return field ? readValue(value, field, { templates }) : toUntyped(value)
}

function readText(field: TemplateField, text: string, templates: TemplateList): Json {
  try {
    return parseText(field, text, templates)
  } catch (error) {
    if (text !== '' || field.required || !(error instanceof CliError)) throw error
    throw createUsageError(`${error.message} To clear it, write ${field.name}:=null`)
  }
}

/** Parses a text as one value of a field, or as one item of a list. That of a reference is its target's key. */
export function parseText(field: TemplateField, text: string, templates: TemplateList): Json {
  return readValue(text, { ...field, list: false }, { templates })
}
