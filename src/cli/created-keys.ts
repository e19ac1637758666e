import { type FieldTypeName, fieldTypes } from '../template/field-types/field-types.ts'
import type { Input } from './import-row.ts'
import type { Template, TemplateField, TemplateList } from './load-template-list.ts'
import type { Json } from './parse-value.ts'
import { keyFieldsOf } from './template-names.ts'

/** The objects that a dry run would have created by now: what comes later may refer to them. */
export interface CreatedKeys {
  /** The object that this input creates. Of templates that no reference leads to, nothing is kept. */
  readonly add: (template: Template, input: Input) => void
  /** Whether all targets that the registry misses, as its error says, are among them. */
  readonly haveAll: (message: string) => boolean
}

export function createCreatedKeys(templates: TemplateList): CreatedKeys {
  const targets = new Set(templates.flatMap(({ fields }) => fields.map((field) => field.to)))
  const keys = new Set<string>()
  return {
    add(template, input) {
      if (targets.has(template.name)) keys.add(`${template.name} ${printKey(template, input, templates)}`)
    },
    haveAll: (message) =>
      message.split('\n').every((line) => {
        const [, key] = /: there is no (\w+ .*); create it first, or correct the name\.$/.exec(line) ?? []
        return key !== undefined && keys.has(key)
      }),
  }
}

/** As the registry's messages show a key: a JSON array of stored values, without its brackets where it is one value. */
function printKey(template: Template, input: Input, templates: TemplateList): string {
  const parts = keyParts(template, input, templates)
  return JSON.stringify(parts.length === 1 ? parts[0] : parts).normalize('NFC')
}

function keyParts(template: Template, input: Input, templates: TemplateList): Json[] {
  return keyFieldsOf(template).map((field) => {
    const value = input[field.name] ?? (field.default as Json) ?? null
    const target = field.type === 'reference' ? templates.find((one) => one.name === field.to) : undefined
    if (!target) return toStored(field, value)
    const [only, ...others] = target.key
    return keyParts(target, only !== undefined && others.length === 0 ? { [only]: value } : (value as Input), templates)
  })
}

/** The registry has taken the value: it can be parsed. */
function toStored({ type }: TemplateField, value: Json): Json {
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const scalar = Object.hasOwn(fieldTypes, type) ? fieldTypes[type as FieldTypeName].scalar : undefined
  return typeof scalar === 'object' && scalar.parse ? scalar.parse(value) : value
}
