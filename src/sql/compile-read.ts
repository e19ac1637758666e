import { assertNever } from '../errors.ts'
import { dependsOnValues } from '../plan/depends-on-values.ts'
import type { ObjectSelection, ReadPlan } from '../plan/plan.ts'
import type { Template } from '../template/model.ts'
import { createAliases } from './aliases.ts'
import { buildObject } from './build-object.ts'
import { compileCondition, objectsOf } from './compile-condition.ts'
import { compileConnection } from './compile-connection.ts'
import { compileObject } from './compile-selection.ts'
import { type Sql, type Statement, identifier, join, literal, sql, toStatement } from './sql.ts'

/** The attribute that names an object's GraphQL type where its field is abstract; no response key can be like it. */
export const typeAttribute = '@type'

/** One read as one statement, whose only row and column `value` holds the response's JSON (no row: null). */
export function compileRead(plan: ReadPlan): Statement {
  return toStatement(compileReadPlan(plan), !dependsOnValues(plan))
}

/** Some views of the objects with these keys: rows of `key`, `version`, `document` and `views`, an object by the views' names. */
export function compileReadMany(template: Template, keys: readonly string[], views: ReadonlyMap<string, ObjectSelection>): Statement {
  const aliases = createAliases()
  const row = aliases.next()
  const o = identifier(row)
  const view = buildObject([...views].map(([name, selection]) => [name, compileObject(selection, row, aliases)]))
  return toStatement(
    sql`select ${o}.key, ${o}.version, ${o}.document, ${view} as views from ${objectsOf(template.name, row)} and ${o}.key = any(${[...keys]}::text[])`,
  )
}

function compileReadPlan(plan: ReadPlan): Sql {
  const aliases = createAliases()
  switch (plan.kind) {
    case 'connection':
      return sql`select ${compileConnection(plan.connection, undefined, aliases)} as value`
    case 'object': {
      const row = aliases.next()
      return sql`select ${compileObject(plan.selection, row, aliases)} as value from ${objectsOf(plan.selection.template.name, row)} and ${compileCondition(plan.where, row, aliases)}`
    }
    case 'uuid': {
      const row = aliases.next()
      const ways = plan.selections.map((selection) => {
        const typed = { ...selection, entries: [{ kind: 'typename', key: typeAttribute, name: selection.template.typeName } as const, ...selection.entries] }
        return sql`when ${literal(selection.template.name)} then ${compileObject(typed, row, aliases)}`
      })
      const names = plan.selections.map((selection) => literal(selection.template.name))
      return sql`select (case ${identifier(row)}.template ${join(ways, ' ')} end) as value from registry_object as ${identifier(row)} where ${identifier(row)}.template in (${join(names, ', ')}) and ${identifier(row)}.uuid = ${plan.uuid}::uuid limit 1`
    }
    case 'counts':
      return sql`select ${buildObject(
        plan.model.templates.map((template) => [template.name, sql`(select count(*) from ${objectsOf(template.name, aliases.next())})`]),
      )} as value`
    default:
      return assertNever(plan)
  }
}
