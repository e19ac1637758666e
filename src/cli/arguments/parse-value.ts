import { createUsageError } from '../cli-error.ts'
import type { TemplateField } from '../connection/template.ts'

/** A value as it goes to the registry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json }

/** YAML's words for booleans, which pyRegistryStore took. */
const booleans: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
}

/**
 * A text of the command line as a value of a field, lists apart: only what is a number or a boolean in the template
 * becomes one; everything else stays the text that it is, and is checked by the registry.
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
      // What is too large for JSON would go out as null, which clears.
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
  return createUsageError(`${field.name} ${what}; ${JSON.stringify(text)} is not.${clear}`)
}
