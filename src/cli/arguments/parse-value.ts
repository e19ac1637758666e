import { createUsageError } from '../cli-error.ts'
import type { TemplateField } from '../connection/template.ts'

/** A value as it is sent to the registry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** YAML's words for booleans, which pyRegistryStore accepted. */
const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
}

/**
 * A text of the command line as a value of a field that is not a list. It becomes a number or a boolean only if the
 * template says so; any other text stays as it is, and the registry checks it.
 */
export function parseValue(field: TemplateField, text: string): Json {
  switch (field.type) {
    case 'boolean': {
      const value = booleans[text.toLowerCase()]
      if (value === undefined || !Object.hasOwn(booleans, text.toLowerCase()))
        throw refuse(field, text, 'is true or false')
      return value
    }
    case 'int':
      // A number too large for JSON would be sent as null and clear the field.
      if (!/^[+-]?\d+$/.test(text) || !Number.isFinite(Number(text))) throw refuse(field, text, 'is a whole number')
      return Number(text)
    case 'float':
      if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) || !Number.isFinite(Number(text)))
        throw refuse(field, text, 'is a number')
      return Number(text)
    case 'bigint':
      if (!/^[+-]?\d+$/.test(text)) throw refuse(field, text, 'is a whole number')
      return text.replace(/^\+/, '')
    case 'object':
      throw refuse(
        field,
        text,
        `is an object, given as JSON: ${field.name}:='{"${field.fields[0]?.name ?? 'member'}": …}'`,
      )
    default:
      return text
  }
}

function refuse(field: TemplateField, text: string, what: string) {
  const clear =
    text === '' && !field.required && field.type !== 'object' ? ` To clear it, write ${field.name}:=null` : ''
  return createUsageError(`${field.name} ${what}, not ${JSON.stringify(text)}.${clear}`)
}
