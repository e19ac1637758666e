import { assertNever } from '../../errors.ts'
import type { MatrixPlan, MatrixRows } from '../../plan/matrix/matrix-plan.ts'
import type { Source } from '../../plan/source.ts'
import type { Field, Template } from '../../template/model.ts'
import { compileNamed } from '../compile-named.ts'
import type { Compiler } from '../compiler.ts'
import { compileOrdering } from '../ordering.ts'
import { objectsOf } from '../source.ts'
import { identifier, integer, join, literal, type Sql, sql } from '../sql.ts'
import { documentOf } from '../stored-document.ts'
import { hasUnicodeForms, orderingOfValue, rowOf, rowOfValue, valueOfRow } from './matrix-row.ts'

/** The rows of a matrix: `id`, which identifies a row, `value`, which is shown, and `place`, from 1. */
export function compileMatrixRows({ rows, source, limits }: MatrixPlan, compiler: Compiler): Sql {
  // One more than allowed, to detect that there are too many.
  const limit = sql`limit ${integer(limits.matrixRows + 1)}`
  switch (rows.kind) {
    case 'given':
      return compileGiven(rows)
    case 'targets': {
      // select o1.key as id, o1.document->'name' as value, row_number() over (…) as place from registry_image_objects as o1 where …
      const target = compiler.next()
      const o = identifier(target)
      const value = compileNamed(targetValue(rows.target.template, target), rows.naming)
      return sql`select ${o}.key as id, ${value} as value, row_number() over (order by ${o}.created_at, ${o}.key) as place from (select * from ${objectsOf(rows.target, target, compiler)} order by ${o}.created_at, ${o}.key ${limit}) as ${o}`
    }
    case 'values': {
      const value = valueOfRow(rows.field, sql`found.id`)
      const ordering = orderingOfValue(rows.field, value)
      // Values from an earlier form of the template do not have the field's type, so their ordering is null.
      return sql`select id, ${value} as value, row_number() over (order by ${ordering}, id) as place from (select id from (${compileFound(rows.field, source, compiler)}) as found where ${ordering} is not null ${limit}) as found`
    }
    default:
      return assertNever(rows)
  }
}

/** `select … from jsonb_array_elements('["ntp-client", "sshd"]') with ordinality as given (value, place)` */
function compileGiven({ field, values, naming }: Extract<MatrixRows, { kind: 'given' }>): Sql {
  const given = sql`with ordinality as given (item, place)`
  if (!field.reference) {
    const list = JSON.stringify(values.map(({ value }) => value))
    return sql`select ${rowOfValue(field, sql`given.item`)} as id, given.item as value, given.place from jsonb_array_elements(${list}::jsonb) ${given}`
  }
  return sql`select (given.item->>'key') collate "C" as id, ${compileNamed(sql`given.item->'value'`, naming)} as value, given.place from jsonb_array_elements(${JSON.stringify(values)}::jsonb) ${given}`
}

/** The target's key in the form of a reference in a document. */
function targetValue(target: Template, row: string): Sql {
  const value = (field: Field) => sql`${documentOf(field, row)}->${literal(field.attribute)}`
  const [only, ...others] = target.key
  if (only && others.length === 0) return value(only)
  return sql`jsonb_build_object(${join(
    target.key.map((field) => sql`${literal(field.attribute)}, ${value(field)}`),
    ', ',
  )})`
}

/**
 * The distinct values of a field, as `id`. If an index has them in their order, the statement skips through it with one
 * look-up for each value; otherwise it reads all objects.
 */
function compileFound(field: Field, source: Source, compiler: Compiler): Sql {
  const { template } = source
  // A member of an enum is shown in the template's form, which the key need not have.
  const isNormal = field.values.every((value) => value === value.normalize('NFC'))
  if (template.key[0] === field && isNormal) return compileKeySkip(field, source, compiler)
  if ((field.indexed || field.unique) && !field.isFilling && !hasUnicodeForms(field))
    return compileIndexSkip(field, source, compiler)
  const row = compiler.next()
  return sql`select distinct ${rowOf(field, template, row)} as id from ${objectsOf(source, row, compiler)}`
}

/**
 * The first field of the key, by the primary key: `["ntp-client"-` comes after all keys that begin with `["ntp-client",`.
 *
 *     with recursive step as (
 *       (select o1.key from registry_role_objects as o1 where o1.template = 'role' order by o1.key limit 1)
 *       union all
 *       select next.key from step, lateral (select … and o2.key >= '[' || (step.key::json->0) || '-' order by o2.key limit 1) as next)
 *     select step.key::json->>0 as id from step
 */
function compileKeySkip(field: Field, source: Source, compiler: Compiler): Sql {
  const [first, next] = [compiler.next(), compiler.next()]
  // The next character after the one that follows the value: after the comma, or after the bracket.
  const end = source.template.key.length > 1 ? sql`'-'` : sql`'^'`
  const keysOf = (row: string, from: Sql) =>
    sql`select ${identifier(row)}.key from ${objectsOf(source, row, compiler)}${from} order by ${identifier(row)}.key limit 1`
  const behind = sql` and ${identifier(next)}.key >= ('[' || (step.key::json->0)::text || ${end}) collate "C"`
  return sql`with recursive step as ((${keysOf(first, sql``)}) union all select next.key from step, lateral (${keysOf(next, behind)}) as next) select ${rowOfValue(field, sql`(step.key::json->0)::jsonb`)} as id from step`
}

/** A field with its own index: the same, by `select … and (o2.document->>'stage') > step.place order by … limit 1`. */
function compileIndexSkip(field: Field, source: Source, compiler: Compiler): Sql {
  const [first, next] = [compiler.next(), compiler.next()]
  const ordering = (row: string) => compileOrdering(field, documentOf(field, row))
  const valuesOf = (row: string, from: Sql) =>
    sql`select ${ordering(row)} as place, ${rowOf(field, source.template, row)} as id from ${objectsOf(source, row, compiler)} and ${from} order by ${ordering(row)} limit 1`
  return sql`with recursive step as ((${valuesOf(first, sql`${ordering(first)} is not null`)}) union all select next.place, next.id from step, lateral (${valuesOf(next, sql`${ordering(next)} > step.place`)}) as next) select step.id from step`
}
