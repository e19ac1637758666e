import { assertNever } from '../errors.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Field } from '../template/model.ts'
import { join, literal, type Sql, sql } from './sql.ts'

/** Back from what `compileOrdering` gives to the value, in the form in which the field is returned. */
export function compileOrderingOutput(field: Field, value: Sql): Sql {
  const { ordering } = fieldTypes[field.type]
  switch (ordering) {
    case 'text':
    case 'boolean':
      return value
    case 'instant':
      return sql`(${value} || 'Z')`
    case 'version':
      return compileVersionOf(value)
    case 'number':
      return compileNumber(field, value)
    case 'rank':
      return sql`(array[${join(field.values.map(literal), ', ')}])[${value}]`
    case undefined:
      throw new Error(`"${field.name}" has no order`)
    default:
      return assertNever(ordering)
  }
}

/**
 * The version at the end of its order key, behind a character U+0001. A version may have such characters itself, and
 * then its order key has each twice: of all parts of the key, the second half is the version.
 */
function compileVersionOf(key: Sql): Sql {
  const parts = sql`string_to_array(${key}, E'\\x01')`
  return sql`array_to_string((${parts})[cardinality(${parts}) / 2 + 1 :], E'\\x01')`
}

/** A whole number of more than 32 bits, or one with a fraction, may be left of a template's earlier form: Int has none such. */
function compileNumber(field: Field, value: Sql): Sql {
  if (field.type === 'bigint') return sql`(${value})::text`
  if (field.type !== 'int') return value
  return sql`jsonb_path_query_first(to_jsonb(${value}), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)')`
}
