import { assertNever } from '../errors.ts'
import { type Condition, type CountTest, negate, type RelatedCount } from '../plan/condition.ts'
import { derive } from '../plan/open-value.ts'
import { compareFields } from './compare-fields.ts'
import type { Compiler } from './compiler.ts'
import { impliedList, impliedValue } from './implied-value.ts'
import { compileRelatedLatest } from './latest/compile-related-latest.ts'
import { mergeContainments } from './merge-containments.ts'
import { operators, otherwise } from './operators.ts'
import { listedKeys, referenceForm } from './references.ts'
import { objectsOf } from './source.ts'
import { empty, identifier, join, type Sql, sql } from './sql.ts'
import { document } from './stored-document.ts'
import { compileAt, compileItems } from './value-place.ts'

/**
 * A condition on the row of that alias: true if the row matches, otherwise false or null. SQL's null is
 * harmless because `and` and `or` treat it like false, and every negation is `is not true`.
 */
export function compileCondition(condition: Condition, row: string, compiler: Compiler): Sql {
  switch (condition.kind) {
    case 'always':
      return sql`true`
    case 'and': {
      const { contained, others } = mergeContainments(condition.of)
      const pieces = others.map((one) => compileCondition(one, row, compiler))
      if (contained !== undefined) pieces.unshift(sql`${document(row)} @> ${contained}::jsonb`)
      return sql`(${join(pieces, ' and ')})`
    }
    case 'or':
      return sql`(${join(
        condition.of.map((one) => compileCondition(one, row, compiler)),
        ' or ',
      )})`
    case 'not':
      return compileNot(condition.of, row, compiler)
    case 'field':
      return operators[condition.operator](condition, row, condition.value)
    case 'fields':
      return compareFields(condition, row)
    case 'items': {
      // (o1.document @> '{"disks": [{"kind": "ssd"}]}' and exists (select 1 from jsonb_array_elements(…) as o2 (document) where …))
      const item = compiler.next()
      const items = compileItems(compileAt(condition.at, row, condition.filling))
      const found = sql`exists (select 1 from ${items} as ${identifier(item)} (document) where ${compileCondition(condition.where, item, compiler)})`
      const implied = condition.filling ? undefined : impliedValue(condition.where)
      if (implied === undefined) return found
      return sql`(${document(row)} @> ${derive(implied, (item) => JSON.stringify(impliedList(condition.at, item)))}::jsonb and ${found})`
    }
    case 'key':
      return sql`${identifier(row)}.key = ${condition.key}`
    case 'keys':
      return sql`${identifier(row)}.key = any(${[...condition.keys]}::text[])`
    case 'referenceKey':
      return referenceForm(condition.field).refersToExactly(condition.field, row, condition.key)
    case 'refersToAny':
      return referenceForm(condition.field).refersToAny(condition.field, row, condition.keys)
    case 'reference': {
      // exists (select 1 from registry_image_objects as o2 where o2.template = 'image' and o2.key = (o1.refs->>'image') and …)
      const target = compiler.next()
      const { from, on } = referenceForm(condition.field).joinTargets(condition.field, row, target, compiler)
      return sql`exists (select 1 from ${from}${objectsOf(condition.target, target, compiler)} and ${on}${compileAnd(condition.where, target, compiler)})`
    }
    case 'related': {
      // exists (select 1 from registry_role_objects as o2 where o2.template = 'role' and (o2.refs->>'image') = o1.key and …)
      const from = compiler.next()
      const matches = compileAnd(
        condition.quantifier === 'every' ? negate(condition.where) : condition.where,
        from,
        compiler,
      )
      const refers = referenceForm(condition.field).refersTo(condition.field, from, sql`${identifier(row)}.key`)
      const found = sql`exists (select 1 from ${objectsOf(condition.from, from, compiler)} and ${refers}${matches})`
      return condition.quantifier === 'some' ? found : sql`not ${found}`
    }
    case 'count':
      return compileCount(condition, row, compiler)
    case 'latest':
      return compileRelatedLatest(condition, row, compiler)
    default:
      return assertNever(condition)
  }
}

/**
 * Tests how many objects match. It stops counting when a higher number would not change the result:
 *
 *     (select count(*) >= $1 from (select 1 from registry_role_objects as o2 where … limit $2) as counted)
 *
 * Objects that refer by lists are all counted: with a limit, PostgreSQL would not use the index on the lists.
 */
function compileCount(
  { side, source, field, where, tests, enough }: RelatedCount,
  row: string,
  compiler: Compiler,
): Sql {
  const one = compiler.next()
  const matches = compileAnd(where, one, compiler)
  const isRelated =
    side === 'targets'
      ? sql`${identifier(one)}.key = any(${listedKeys(field, row)})`
      : referenceForm(field).refersTo(field, one, sql`${identifier(row)}.key`)
  const limit = side === 'referrers' && field.list ? empty : sql` limit ${enough}::bigint`
  const counted = sql`select 1 from ${objectsOf(source, one, compiler)} and ${isRelated}${matches}${limit}`
  return sql`(select ${join(tests.map(compileCountTest), ' and ')} from (${counted}) as counted)`
}

/** ` and …`, or nothing if the condition is always true. */
export function compileAnd(condition: Condition, row: string, compiler: Compiler): Sql {
  return condition.kind === 'always' ? empty : sql` and ${compileCondition(condition, row, compiler)}`
}

const neverNull: ReadonlySet<Condition['kind']> = new Set(['reference', 'related', 'count', 'latest'])

function compileNot(condition: Condition, row: string, compiler: Compiler): Sql {
  const compiled = compileCondition(condition, row, compiler)
  if (condition.kind === 'always') return sql`false`
  // These conditions are never null, and PostgreSQL makes a join only of `not exists`.
  return neverNull.has(condition.kind) ? sql`not ${compiled}` : otherwise(compiled)
}

function compileCountTest({ operator, value }: CountTest): Sql {
  if (operator === 'in' || operator === 'notIn') {
    const isListed = sql`count(*) = any(${[value].flat()}::bigint[])`
    return operator === 'in' ? isListed : sql`not ${isListed}`
  }
  const signs = { equals: sql`=`, not: sql`<>`, lt: sql`<`, lte: sql`<=`, gt: sql`>`, gte: sql`>=` }
  return sql`count(*) ${signs[operator]} ${value}::bigint`
}
