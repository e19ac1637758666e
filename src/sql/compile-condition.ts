import { assertNever } from '../errors.ts'
import { type Condition, type CountTest, negate, type RelatedCount } from '../plan/condition.ts'
import type { Aliases } from './aliases.ts'
import { impliedList, impliedValue } from './implied-value.ts'
import { mergeContainments } from './merge-containments.ts'
import { operators, otherwise } from './operators.ts'
import { partitionName } from './partition-name.ts'
import { listedKeys, referenceForm } from './references.ts'
import { empty, identifier, join, literal, type Sql, sql } from './sql.ts'
import { compileAt, compileItems, document } from './value-place.ts'

/**
 * A condition on the row of that alias: true where it holds, false or null where it does not. SQL's null stays
 * harmless because `and` and `or` treat it as false does, and every negation is `is not true`.
 */
export function compileCondition(condition: Condition, row: string, aliases: Aliases): Sql {
  switch (condition.kind) {
    case 'always':
      return sql`true`
    case 'and': {
      const { contained, others } = mergeContainments(condition.of)
      const pieces = others.map((one) => compileCondition(one, row, aliases))
      if (contained !== undefined) pieces.unshift(sql`${document(row)} @> ${JSON.stringify(contained)}::jsonb`)
      return sql`(${join(pieces, ' and ')})`
    }
    case 'or':
      return sql`(${join(
        condition.of.map((one) => compileCondition(one, row, aliases)),
        ' or ',
      )})`
    case 'not':
      return compileNot(condition.of, row, aliases)
    case 'field':
      return operators[condition.operator].compile(condition, row, condition.value)
    case 'items': {
      // (o1.document @> '{"disks": [{"kind": "ssd"}]}' and exists (select 1 from jsonb_array_elements(…) as o2 (document) where …))
      const item = aliases.next()
      const items = compileItems(compileAt(condition.at, row))
      const found = sql`exists (select 1 from ${items} as ${identifier(item)} (document) where ${compileCondition(condition.where, item, aliases)})`
      const implied = impliedValue(condition.where)
      if (implied === undefined) return found
      return sql`(${document(row)} @> ${JSON.stringify(impliedList(condition.at, implied))}::jsonb and ${found})`
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
      const target = aliases.next()
      const { from, on } = referenceForm(condition.field).joinTargets(condition.field, row, target, aliases)
      return sql`exists (select 1 from ${from}${objectsOf(condition.target.name, target)} and ${on}${compileAnd(condition.where, target, aliases)})`
    }
    case 'related': {
      // exists (select 1 from registry_role_objects as o2 where o2.template = 'role' and (o2.refs->>'image') = o1.key and …)
      const from = aliases.next()
      const matches = compileAnd(
        condition.quantifier === 'every' ? negate(condition.where) : condition.where,
        from,
        aliases,
      )
      const refers = referenceForm(condition.field).refersTo(condition.field, from, sql`${identifier(row)}.key`)
      const found = sql`exists (select 1 from ${objectsOf(condition.from.name, from)} and ${refers}${matches})`
      return condition.quantifier === 'some' ? found : sql`not ${found}`
    }
    case 'count':
      return compileCount(condition, row, aliases)
    default:
      return assertNever(condition)
  }
}

/**
 * How many objects match, counted no further than the tests tell apart:
 *
 *     (select count(*) >= $1 from (select 1 from registry_role_objects as o2 where … limit $2) as counted)
 *
 * Those that refer by lists are all counted: for the first few PostgreSQL would not look into the index on the lists.
 */
function compileCount(
  { side, template, field, where, tests, enough }: RelatedCount,
  row: string,
  aliases: Aliases,
): Sql {
  const one = aliases.next()
  const matches = compileAnd(where, one, aliases)
  const isRelated =
    side === 'targets'
      ? sql`${identifier(one)}.key = any(${listedKeys(field, row)})`
      : referenceForm(field).refersTo(field, one, sql`${identifier(row)}.key`)
  const limit = side === 'referrers' && field.list ? empty : sql` limit ${enough}::bigint`
  const counted = sql`select 1 from ${objectsOf(template.name, one)} and ${isRelated}${matches}${limit}`
  return sql`(select ${join(tests.map(compileCountTest), ' and ')} from (${counted}) as counted)`
}

/** ` and …`, or nothing where the condition always holds. */
export function compileAnd(condition: Condition, row: string, aliases: Aliases): Sql {
  return condition.kind === 'always' ? empty : sql` and ${compileCondition(condition, row, aliases)}`
}

function compileNot(condition: Condition, row: string, aliases: Aliases): Sql {
  const compiled = compileCondition(condition, row, aliases)
  if (condition.kind === 'always') return sql`false`
  // These are never null, and only `not exists` becomes a join.
  return condition.kind === 'reference' || condition.kind === 'related' || condition.kind === 'count'
    ? sql`not ${compiled}`
    : otherwise(compiled)
}

/**
 * The objects of a template, up to a `where` that goes on: `registry_role_objects as o1 where o1.template = 'role'`.
 * Planning takes a seventh less time than where the planner has to find the partition; the primary key begins with the template.
 */
export function objectsOf(template: string, row: string): Sql {
  return sql`${identifier(partitionName(template))} as ${identifier(row)} where ${identifier(row)}.template = ${literal(template)}`
}

function compileCountTest({ operator, value }: CountTest): Sql {
  if (operator === 'in' || operator === 'notIn') {
    const isListed = sql`count(*) = any(${[value].flat()}::bigint[])`
    return operator === 'in' ? isListed : sql`not ${isListed}`
  }
  const signs = { equals: sql`=`, not: sql`<>`, lt: sql`<`, lte: sql`<=`, gt: sql`>`, gte: sql`>=` }
  return sql`count(*) ${signs[operator]} ${value}::bigint`
}
