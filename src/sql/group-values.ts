import type { Field } from '../template/model.ts'
import { compileOrdering, compileOrderingOutput, orderingOf } from './ordering.ts'
import type { StoredValue } from './orderings.ts'
import { targetKey } from './references.ts'
import { literal, type Sql, sql } from './sql.ts'
import { documentOf } from './stored-document.ts'

/**
 * The value that decides an object's group: the same for equal values, null if the field is absent or its value does not
 * have the field's type (it may come from an earlier form of the template). For a reference, its target's canonical key.
 */
export function compileGroupValue(field: Field, row: string): Sql {
  if (field.reference) return targetKey(field, row)
  const document = documentOf(field, row)
  return orderingOf(field).orderOfText
    ? sql`((${document}->>${literal(field.attribute)}) collate "C")`
    : compileOrdering(field, document)
}

/** The same for a value at any place. */
export function compileStoredGroupValue(field: Field, stored: StoredValue): Sql {
  const { orderOfText, expression } = orderingOf(field)
  return orderOfText ? sql`(${stored.text} collate "C")` : expression(stored, field)
}

/** The expression by which such a value, or a column of such values, is ordered. */
export function compileGroupOrder(field: Field, value: Sql): Sql {
  const order = field.reference ? undefined : orderingOf(field).orderOfText
  return order ? order(value) : value
}

/** Such a value in the form in which the field is returned. */
export function compileGroupOutput(field: Field, value: Sql): Sql {
  return orderingOf(field).orderOfText ? value : compileOrderingOutput(field, value)
}
