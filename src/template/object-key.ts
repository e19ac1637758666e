import type { InputIssue, Path } from '../errors.ts'
import type { Json, JsonObject } from './json.ts'
import type { Field, Template, TemplateModel } from './model.ts'
import { quote } from './quote.ts'
import { templateOf } from './template-of.ts'

/** An index entry of PostgreSQL holds 2,704 bytes, and the key shares it with the template and the times. */
export const longestKey = 2_000

/**
 * The canonical text of an object's key: a JSON array of the key fields' stored values, in which a reference is its
 * target's array: `["ntp-client",["ubuntu_20.04_v0.image"],true]`. It keeps types (`true` and `"true"` differ) and is in
 * Unicode's NFC, so that composed and decomposed characters give the same object.
 */
export function printKey(template: Template, document: JsonObject, model: Pick<TemplateModel, 'byName'>): string {
  return printParts(keyParts(template, document, model))
}

/** The canonical text of these parts. Texts are normalized before they are printed: what follows `\n` in JSON would combine with the `n`. */
export function printParts(parts: readonly Json[]): string {
  return JSON.stringify(parts, (_, part: Json) => (typeof part === 'string' ? part.normalize('NFC') : part))
}

/** The canonical key of a reference's target; for a list, the keys of its targets, in the same order. */
export type TargetKeys = string | readonly string[]

/** Prints the canonical keys from the reference's stored value. */
export function printTargetKeys(field: Field, value: Json, model: Pick<TemplateModel, 'byName'>): TargetKeys {
  const print = (one: Json) => printParts(referenceParts(field, one, model))
  return field.list ? (value as readonly Json[]).map(print) : print(value)
}

/** A key as a message shows it: without the brackets if it is one value, `"ubuntu"` instead of `["ubuntu"]`. */
export function describeKey(key: string): string {
  const parts = JSON.parse(key) as readonly Json[]
  return parts.length === 1 ? JSON.stringify(parts[0]) : key
}

/** Whether a key fits into an index. */
export function validateKeyLength(key: string, path: Path): InputIssue[] {
  const bytes = Buffer.byteLength(key)
  if (bytes <= longestKey) return []
  const message = `the key takes ${bytes} bytes; at most ${longestKey} are allowed: ${quote(key)}`
  return [{ path, code: 'KEY_TOO_LONG', message }]
}

/** Whether a key field takes the empty text, which is nearly always that of a variable that is not set. */
export function takesEmptyText({ constraints }: Field): boolean {
  return constraints.minLength === 0
}

/**
 * Whether the key in a value has no empty text where the template allows none.
 *
 * @param field a key field of `template`, or a reference
 * @param name what messages call the value: the file's name of the field that was given, or of the part of its target's key
 */
export function validateKeyTexts(
  field: Field,
  value: Json,
  template: Template,
  path: Path,
  model: Pick<TemplateModel, 'byName'>,
  name = field.name,
): InputIssue[] {
  if (!field.reference) {
    if (value !== '' || !field.isKey || takesEmptyText(field)) return []
    const message = `${name} is empty, and the key of ${quote(template.name)} takes no empty text; give a text (its variable may not be set), or allow it with minLength: 0 for ${field.name} in the template`
    return [{ path, code: 'EMPTY_KEY', message }]
  }
  if (field.list)
    return (value as readonly Json[]).flatMap((one, i) =>
      validateKeyTexts({ ...field, list: false }, one, template, [...path, i], model, name),
    )
  const target = templateOf(model, field.reference.to)
  const [only, ...others] = target.key
  if (only && others.length === 0) return validateKeyTexts(only, value, target, path, model, name)
  return target.key.flatMap((part) =>
    validateKeyTexts(part, (value as JsonObject)[part.attribute] ?? null, target, [...path, part.graphqlName], model),
  )
}

function keyParts(template: Template, document: JsonObject, model: Pick<TemplateModel, 'byName'>): Json[] {
  return template.key.map((field) => {
    const value = document[field.attribute] ?? null
    return field.type === 'reference' ? referenceParts(field, value, model) : value
  })
}

function referenceParts(field: Field, value: Json, model: Pick<TemplateModel, 'byName'>): Json[] {
  const target = model.byName.get(field.reference?.to ?? '')
  if (!target) throw new Error(`no template "${field.reference?.to}"`)
  const [only, ...others] = target.key
  return keyParts(target, only && others.length === 0 ? { [only.attribute]: value } : (value as JsonObject), model)
}
