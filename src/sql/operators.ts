import type { OperatorName } from '../template/field-types/field-type.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Json } from '../template/json.ts'
import type { Field } from '../template/model.ts'
import { compileOrdering, compileOrderingValue } from './ordering.ts'
import { identifier, literal, type Sql, sql } from './sql.ts'

export interface Operator {
  /** What stands behind it in `where`: a value of the field's type, a list of them, a text, or true or false. */
  readonly takes: 'value' | 'values' | 'text' | 'boolean'
  readonly description: string
  /** A condition that is true where it holds, and false or null where it does not. */
  readonly compile: (field: Field, row: string, value: Json) => Sql
}

/** Every operator of `where`. A new one is a line here and its name in the field types that have it. */
export const operators: Readonly<Record<OperatorName, Operator>> = {
  equals: { takes: 'value', description: 'Is this value', compile: equals },
  not: {
    takes: 'value',
    description: 'Is not this value; also where there is none',
    compile: (f, row, v) => otherwise(equals(f, row, v)),
  },
  in: { takes: 'values', description: 'Is one of these values', compile: isIn },
  notIn: {
    takes: 'values',
    description: 'Is none of these values; also where there is none',
    compile: (f, row, v) => otherwise(isIn(f, row, v)),
  },
  lt: {
    takes: 'value',
    description: 'Is less than this value',
    compile: (f, row, v) => sql`${left(f, row)} < ${compileOrderingValue(f, v)}`,
  },
  lte: {
    takes: 'value',
    description: 'Is this value or less',
    compile: (f, row, v) => sql`${left(f, row)} <= ${compileOrderingValue(f, v)}`,
  },
  gt: {
    takes: 'value',
    description: 'Is greater than this value',
    compile: (f, row, v) => sql`${left(f, row)} > ${compileOrderingValue(f, v)}`,
  },
  gte: {
    takes: 'value',
    description: 'Is this value or greater',
    compile: (f, row, v) => sql`${left(f, row)} >= ${compileOrderingValue(f, v)}`,
  },
  contains: {
    takes: 'text',
    description: 'Contains this text',
    compile: (f, row, v) => sql`strpos(${text(f, row)}, ${v}::text) > 0`,
  },
  startsWith: {
    takes: 'text',
    description: 'Starts with this text',
    compile: (f, row, v) => sql`starts_with(${text(f, row)}, ${v}::text)`,
  },
  endsWith: {
    takes: 'text',
    description: 'Ends with this text',
    compile: (f, row, v) => sql`right(${text(f, row)}, length(${v}::text)) = ${v}::text`,
  },
  isNull: { takes: 'boolean', description: 'Is absent (true) or present (false)', compile: isNull },
}

/** The condition does not hold; what is unknown counts as not holding. */
export function otherwise(condition: Sql): Sql {
  return sql`(${condition}) is not true`
}

/**
 * Containment serves the GIN index on whole documents, so that equality on any field needs no index of its own:
 * `o.document @> '{"distr": "ubuntu"}'`. Lists, objects and json are compared exactly besides, since they also contain their parts.
 */
function equals(field: Field, row: string, value: Json): Sql {
  if (hasOwnIndex(field)) return sql`${left(field, row)} = ${compileOrderingValue(field, value)}`
  const contained = sql`${document(row)} @> ${attribute(field, value)}::jsonb`
  if (isScalar(field)) return contained
  return sql`(${contained} and ${document(row)}->${literal(field.name)} = ${JSON.stringify(value)}::jsonb)`
}

function isIn(field: Field, row: string, values: Json): Sql {
  const list = values as readonly Json[]
  const contained = sql`${document(row)} @> any(${list.map((value) => attribute(field, value))}::jsonb[])`
  if (isScalar(field) && list.length < hashedLength) return contained
  return sql`(${contained} and ${document(row)}->${literal(field.name)} = any(${list.map((value) => JSON.stringify(value))}::jsonb[]))`
}

/** PostgreSQL looks a value up in longer lists by its hash, which it can for equality and not for containment. */
const hashedLength = 9

function isNull(field: Field, row: string, value: Json): Sql {
  const present = sql`${document(row)} ? ${literal(field.name)}`
  return value === true ? sql`not (${present})` : present
}

function hasOwnIndex(field: Field): boolean {
  return field.indexed || field.unique
}

function isScalar(field: Field): boolean {
  return !field.list && fieldTypes[field.type].ordering !== undefined
}

function attribute(field: Field, value: Json): string {
  return JSON.stringify({ [field.name]: value })
}

function left(field: Field, row: string): Sql {
  return compileOrdering(field, document(row))
}

function text(field: Field, row: string): Sql {
  return sql`((${document(row)}->>${literal(field.name)}) collate "C")`
}

function document(row: string): Sql {
  return sql`${identifier(row)}.document`
}
