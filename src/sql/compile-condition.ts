import { assertNever } from '../errors.ts'
import { type Condition, negate } from '../plan/condition.ts'
import type { Aliases } from './aliases.ts'
import { metaColumn, metaValue, metaValues } from './columns.ts'
import { operators, otherwise } from './operators.ts'
import { referenceForm } from './references.ts'
import { empty, identifier, join, literal, type Sql, sql } from './sql.ts'

/**
 * A condition on the row of that alias: true where it holds, false or null where it does not. SQL's null stays
 * harmless because `and` and `or` treat it as false does, and every negation is `is not true`.
 */
export function compileCondition(condition: Condition, row: string, aliases: Aliases): Sql {
  switch (condition.kind) {
    case 'always':
      return sql`true`
    case 'and':
      return sql`(${join(
        condition.of.map((one) => compileCondition(one, row, aliases)),
        ' and ',
      )})`
    case 'or':
      return sql`(${join(
        condition.of.map((one) => compileCondition(one, row, aliases)),
        ' or ',
      )})`
    case 'not':
      return compileNot(condition.of, row, aliases)
    case 'field':
      return operators[condition.operator].compile(condition.field, row, condition.value)
    case 'meta':
      return compileMeta(condition, row)
    case 'key':
      return sql`${identifier(row)}.key = ${condition.key}`
    case 'keys':
      return sql`${identifier(row)}.key = any(${[...condition.keys]}::text[])`
    case 'referenceKey':
      return referenceForm(condition.field).refersToExactly(condition.field, row, condition.key)
    case 'refersToAny':
      return referenceForm(condition.field).refersToAny(condition.field, row, condition.keys)
    case 'reference': {
      // exists (select 1 from registry_object as o2 where o2.template = 'image' and o2.key = (o1.refs->>'image') and …)
      const target = aliases.next()
      const { from, on } = referenceForm(condition.field).joinTargets(condition.field, row, target, aliases)
      return sql`exists (select 1 from ${from}${objectsOf(condition.target.name, target)} and ${on}${compileAnd(condition.where, target, aliases)})`
    }
    case 'related': {
      // exists (select 1 from registry_object as o2 where o2.template = 'role' and (o2.refs->>'image') = o1.key and …)
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
    default:
      return assertNever(condition)
  }
}

/** ` and …`, or nothing where the condition always holds. */
export function compileAnd(condition: Condition, row: string, aliases: Aliases): Sql {
  return condition.kind === 'always' ? empty : sql` and ${compileCondition(condition, row, aliases)}`
}

function compileNot(condition: Condition, row: string, aliases: Aliases): Sql {
  const compiled = compileCondition(condition, row, aliases)
  if (condition.kind === 'always') return sql`false`
  // These are never null, and only `not exists` becomes a join.
  return condition.kind === 'reference' || condition.kind === 'related' ? sql`not ${compiled}` : otherwise(compiled)
}

/**
 * The objects of a template, up to a `where` that goes on: `registry_object as o1 where o1.template = 'role'`.
 * The template is a constant, so that the planner sees one partition.
 */
export function objectsOf(template: string, row: string): Sql {
  return sql`registry_object as ${identifier(row)} where ${identifier(row)}.template = ${literal(template)}`
}

function compileMeta({ field, operator, value }: Extract<Condition, { kind: 'meta' }>, row: string): Sql {
  const column = metaColumn(field, row)
  switch (operator) {
    case 'equals':
      return sql`${column} = ${metaValue(field, value)}`
    case 'not':
      return otherwise(sql`${column} = ${metaValue(field, value)}`)
    case 'in':
      return sql`${column} = any(${metaValues(field, value)})`
    case 'notIn':
      return otherwise(sql`${column} = any(${metaValues(field, value)})`)
    case 'lt':
      return sql`${column} < ${metaValue(field, value)}`
    case 'lte':
      return sql`${column} <= ${metaValue(field, value)}`
    case 'gt':
      return sql`${column} > ${metaValue(field, value)}`
    case 'gte':
      return sql`${column} >= ${metaValue(field, value)}`
    case 'contains':
      return sql`strpos(${column}, ${value}::text) > 0`
    case 'startsWith':
      return sql`starts_with(${column}, ${value}::text)`
    case 'endsWith':
      return sql`right(${column}, length(${value}::text)) = ${value}::text`
    case 'isNull':
      return value === true ? sql`${column} is null` : sql`${column} is not null`
    default:
      return assertNever(operator)
  }
}
