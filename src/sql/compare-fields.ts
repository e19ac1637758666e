import type { FieldComparison, ValuePlace } from '../plan/condition.ts'
import { otherwise } from './operators.ts'
import { orderingOf } from './ordering.ts'
import { type Sql, sql } from './sql.ts'
import { compileSide, compileText } from './value-place.ts'

const signs = { equals: sql`=`, lt: sql`<`, lte: sql`<=`, gt: sql`>`, gte: sql`>=` }

/** Two values of one row, in the form in which they order: `(o1.document->>'began') > (o1.document->>'ended')`. */
export function compareFields({ operator, left, right }: FieldComparison, row: string): Sql {
  if (operator === 'not') return otherwise(compareFields({ operator: 'equals', left, right }, row))
  return sql`${compileComparable(left, row)} ${signs[operator]} ${compileComparable(right, row)}`
}

function compileComparable(place: ValuePlace, row: string): Sql {
  if (!place.isCaseless) return compileSide(place, row)
  const text = compileText(place, row)
  const { keyOfText } = place.meta ? {} : orderingOf(place.field)
  return keyOfText ? sql`(${keyOfText(text)} collate "C")` : text
}
