import type { InputIssue, Path } from '../../errors.ts'
import { findProblems } from '../../template/check-value.ts'
import { ValueError } from '../../template/field-types/field-type.ts'
import { parseStoredJson } from '../../template/field-types/parse-json.ts'
import type { Json, JsonObject } from '../../template/json.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { listAttributes, namingOfDocument, storeNames } from '../../template/naming.ts'
import { printKey, printTargetKeys, validateKeyLength } from '../../template/object-key.ts'
import { quote } from '../../template/quote.ts'
import { templateOf } from '../../template/template-of.ts'
import type { ItemTarget, References } from '../plan.ts'

/** A document of another registry, as it is stored here. */
export interface ImportedDocument {
  /** Undefined if none was given. */
  readonly document: JsonObject | undefined
  readonly refs: References
  readonly targets: readonly ItemTarget[]
}

/**
 * Parses a document with the names of its fields. Its key must be that one. Its other values stay as they are, even if they do not fit the
 * template as it is now: that is how the other registry has them. Attributes of no field are refused, unless the template takes any.
 */
export function parseImportedDocument(
  given: unknown,
  key: string,
  template: Template,
  model: TemplateModel,
  path: Path,
  issues: InputIssue[],
): ImportedDocument | undefined {
  if (given === undefined || given === null) return { document: undefined, refs: {}, targets: [] }
  const refuse = (code: string, message: string): undefined => {
    issues.push({ path, code, message })
    return undefined
  }
  const parsed = parseStorable(given, refuse)
  if (!parsed) return undefined
  const unknown = findUnknown(parsed, template)
  if (unknown !== undefined)
    return refuse(
      'UNKNOWN_FIELD',
      `${quote(unknown)} is not a field of ${template.name}; the templates of both registries must be the same`,
    )
  const document = storeNames(parsed, namingOfDocument(template, model))
  const wrong = template.key.find((field) => !isKeyValue(document[field.attribute], field, model))
  if (wrong) return refuse('TYPE', `${wrong.name}: ${quote(document[wrong.attribute])} cannot be part of the key`)
  const own = printKey(template, document, model)
  if (own !== key) return refuse('KEY', `the document has the key ${own}, and its object ${key}`)
  issues.push(...validateKeyLength(key, path))
  const referring = template.fields.filter(
    (field) => field.reference && isReference(document[field.attribute], field, model),
  )
  const refs = referring.map(
    (field) => [field.attribute, printTargetKeys(field, document[field.attribute] as Json, model)] as const,
  )
  const targets = referring.flatMap((field, i): ItemTarget[] => {
    const { name, reference } = field
    if (reference?.onMissing !== 'reject') return []
    const keys = [refs[i]?.[1] ?? []].flat()
    return keys.map((one) => ({
      place: [name],
      path: [...path, name],
      name,
      to: reference.to,
      key: one,
      ifCreated: false,
    }))
  })
  return { document, refs: Object.fromEntries(refs), targets }
}

function parseStorable(given: unknown, refuse: (code: string, message: string) => undefined): JsonObject | undefined {
  try {
    const parsed = parseStoredJson(given)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject
    return refuse('TYPE', `${quote(given)} is not a document`)
  } catch (error) {
    if (!(error instanceof ValueError)) throw error
    return refuse(error.code, error.message)
  }
}

function findUnknown(document: JsonObject, { fields, removed, additionalFields }: Template): string | undefined {
  const names = new Set(fields.map(({ name }) => name))
  const taken = new Set([...fields, ...removed].flatMap((field) => [...listAttributes(field), field.name]))
  return Object.keys(document).find((name) => !names.has(name) && (!additionalFields || taken.has(name)))
}

/** Whether a stored value has the form that the values of a key field have. */
function isKeyValue(value: Json | undefined, field: Field, model: TemplateModel): boolean {
  if (value === undefined || value === null) return false
  if (field.reference) return isTargetKey(value, field, model)
  return findProblems(value, field, [], model, [], 'type alone') === value
}

/** Whether a stored value has the form that the values of a reference have. */
function isReference(value: Json | undefined, field: Field, model: TemplateModel): boolean {
  if (value === undefined || value === null) return false
  if (!field.list) return isTargetKey(value, field, model)
  return Array.isArray(value) && value.every((one) => isTargetKey(one as Json, field, model))
}

function isTargetKey(value: Json, { reference }: Field, model: TemplateModel): boolean {
  const { key } = templateOf(model, reference?.to)
  const [only, ...others] = key
  if (only && others.length === 0) return isKeyValue(value, only, model)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  return key.every((part) => isKeyValue((value as JsonObject)[part.attribute], part, model))
}
