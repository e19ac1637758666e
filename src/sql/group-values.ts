import { assertNever } from '../errors.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Field } from '../template/model.ts'
import { compileOrdering } from './ordering.ts'
import { compileOrderingOutput } from './ordering-output.ts'
import { targetKey } from './references.ts'
import { identifier, literal, type Sql, sql } from './sql.ts'

/**
 * What of an object makes its group: the same for equal values, null where the field is absent or holds what its
 * type does not have (a template's earlier form may have left it). A reference is its target's canonical key.
 */
export function compileGroupValue(field: Field, row: string): Sql {
  if (field.reference) return targetKey(field, row)
  const document = sql`${identifier(row)}.document`
  return isText(field)
    ? sql`((${document}->>${literal(field.attribute)}) collate "C")`
    : compileOrdering(field, document)
}

/** Whether the value is the text itself, though it may be ordered by something that is dearer to work out. */
function isText(field: Field): boolean {
  const { ordering } = fieldTypes[field.type]
  switch (ordering) {
    case 'text':
    case 'instant':
    case 'version':
      return true
    case 'number':
    case 'boolean':
    case 'rank':
      return false
    case undefined:
      throw new Error(`"${field.name}" makes no groups`)
    default:
      return assertNever(ordering)
  }
}

/** What such a value orders by; it may be a column that holds one. */
export function compileGroupOrder(field: Field, value: Sql): Sql {
  const ordering = field.reference ? 'text' : fieldTypes[field.type].ordering
  if (ordering === 'version') return sql`(registry_version_key(${value}) collate "C")`
  // As in compileOrdering, without the Z.
  return ordering === 'instant' ? sql`(rtrim(${value}, 'Z') collate "C")` : value
}

/** Such a value in the form in which the field is returned. */
export function compileGroupOutput(field: Field, value: Sql): Sql {
  return isText(field) ? value : compileOrderingOutput(field, value)
}
