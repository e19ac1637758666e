import { type FieldTypeName, fieldTypes } from '../../template/field-types/field-types.ts'
import { printParts } from '../../template/object-key.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { Issue } from '../connection/connection.ts'
import type { Template, TemplateField, TemplateList } from '../connection/template.ts'
import { keyFieldsOf, onlyKeyFieldOf, targetOf } from '../connection/template-names.ts'
import type { Input } from './import-row.ts'

/** The objects that a dry run would have created so far: later objects may refer to them. */
export interface CreatedKeys {
  /** Remembers the object that this input creates, if any template has references to its template. */
  readonly add: (template: Template, input: Input) => void
  /** Whether the issue is a reference to one of these objects. */
  readonly explains: (issue: Issue) => boolean
}

export function createCreatedKeys(templates: TemplateList): CreatedKeys {
  const targets = new Set(templates.flatMap(({ fields }) => fields.map((field) => field.to)))
  const keys = new Set<string>()
  return {
    add(template, input) {
      if (targets.has(template.name)) keys.add(`${template.name} ${printKey(template, input, templates)}`)
    },
    explains: ({ code, template, key }) => code === 'REFERENCE_NOT_FOUND' && keys.has(`${template} ${key}`),
  }
}

/** An object's key as in the registry's issues: a JSON array of stored values, with an array for each reference. */
function printKey(template: Template, input: Input, templates: TemplateList): string {
  return printParts(keyParts(template, input, templates))
}

function keyParts(template: Template, input: Input, templates: TemplateList): Json[] {
  const given = new Map(Object.entries(input))
  return keyFieldsOf(template).map((field) => {
    const value = given.get(field.name) ?? (field.default as Json) ?? null
    const target = targetOf(field, templates)
    if (!target) return toStored(field, value)
    const only = onlyKeyFieldOf(target)
    return keyParts(target, only ? { [only.name]: value } : (value as Input), templates)
  })
}

/** The registry has accepted the value, so it can be parsed. */
function toStored({ type }: TemplateField, value: Json): Json {
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const scalar = Object.hasOwn(fieldTypes, type) ? fieldTypes[type as FieldTypeName].scalar : undefined
  return typeof scalar === 'object' && scalar.parse ? scalar.parse(value) : value
}
