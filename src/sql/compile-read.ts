import { assertNever } from '../errors.ts'
import { dependsOnValues, selectionDepends } from '../plan/depends-on-values.ts'
import type { ObjectSelection, ReadPlan } from '../plan/plan.ts'
import type { Template } from '../template/model.ts'
import { type Aliases, createAliases } from './aliases.ts'
import { buildObject } from './build-object.ts'
import { objectsOf } from './compile-condition.ts'
import { compileConnection } from './compile-connection.ts'
import { compileMatrix } from './compile-matrix.ts'
import { compileEntry, compileObject } from './compile-selection.ts'
import {
  identifier,
  join,
  literal,
  type Sql,
  type Statement,
  sql,
  toStatement,
  toStatementPlannedForValues,
} from './sql.ts'
import { typeAttribute } from './type-attribute.ts'

/** One read as one statement, whose only row and column `value` holds the response's JSON (no row: null). */
export function compileRead(plan: ReadPlan): Statement {
  if (plan.kind === 'object') return compileObjectRead(plan)
  const read = compileReadPlan(plan)
  return dependsOnValues(plan) ? toStatementPlannedForValues(read) : toStatement(read)
}

/** A statement, but for one of its values. */
interface Lookup {
  readonly statement: Statement
  readonly keyPlace: number
}

const knownLookups = new WeakMap<ObjectSelection, Lookup>()

/** Lookups of one selection differ in the key alone. */
function compileObjectRead({ key, selection }: Extract<ReadPlan, { kind: 'object' }>): Statement {
  const lookup = knownLookups.get(selection) ?? compileLookup(selection)
  if (selection.isConstant) knownLookups.set(selection, lookup)
  const { text, values } = lookup.statement
  return { text, values: values.with(lookup.keyPlace, key) }
}

function compileLookup(selection: ObjectSelection): Lookup {
  const aliases = createAliases()
  const row = aliases.next()
  const key = sql`${identifier(row)}.key = ${''}`
  const read = sql`select ${compileObject(selection, row, aliases)} as value from ${objectsOf(selection.template.name, row)} and ${key}`
  return {
    statement: selectionDepends(selection) ? toStatementPlannedForValues(read) : toStatement(read),
    keyPlace: read.values.length - 1,
  }
}

/** Some views of the objects with these keys: rows of `key`, `version`, `document` and `views`, an object by the views' names. */
export function compileReadMany(
  template: Template,
  keys: readonly string[],
  views: ReadonlyMap<string, ObjectSelection>,
): Statement {
  const aliases = createAliases()
  const row = aliases.next()
  const o = identifier(row)
  const view = buildObject([...views].map(([name, selection]) => [name, compileObject(selection, row, aliases)]))
  const read = sql`select ${o}.key, ${o}.version, ${o}.document, ${view} as views from ${objectsOf(template.name, row)} and ${o}.key = any(${[...keys]}::text[])`
  return [...views.values()].some(selectionDepends) ? toStatementPlannedForValues(read) : toStatement(read)
}

function compileReadPlan(plan: Exclude<ReadPlan, { kind: 'object' }>): Sql {
  const aliases = createAliases()
  switch (plan.kind) {
    case 'connection':
      return compileConnection(plan.connection, undefined, aliases)
    case 'uuid':
      return compileUuidRead(plan, aliases)
    case 'counts':
      return sql`select ${buildObject(
        plan.model.templates.map((template) => [
          template.name,
          sql`(select count(*) from ${objectsOf(template.name, aliases.next())})`,
        ]),
      )} as value`
    case 'matrix':
      return compileMatrix(plan.matrix, aliases)
    default:
      return assertNever(plan)
  }
}

/**
 * An object of whatever template. The row is found first, else PostgreSQL would plan the whole selection once for each
 * partition; and templates of which the same is selected share a branch, else 200 of them make a long text.
 *
 *     select (case when o1.template in ('image', 'role') then json_build_object('@type', o1.type, …) end) as value
 *     from (select *, '{"image": "Image", …}'::jsonb->>template as type
 *           from (select * from registry_object where uuid = $1 limit 1) as found) as o1
 */
function compileUuidRead({ uuid, selections }: Extract<ReadPlan, { kind: 'uuid' }>, aliases: Aliases): Sql {
  const row = aliases.next()
  const type = sql`${identifier(row)}.type`
  const branches = new Map<string, { readonly object: Sql; readonly templates: Sql[] }>()
  for (const { template, entries } of selections) {
    const object = buildObject([
      [typeAttribute, type],
      ...entries.map(
        (entry) => [entry.key, entry.kind === 'typename' ? type : compileEntry(entry, row, aliases)] as const,
      ),
    ])
    const same = JSON.stringify([object.strings, object.values])
    const branch = branches.get(same) ?? { object, templates: [] }
    branches.set(same, branch)
    branch.templates.push(literal(template.name))
  }
  const ways = [...branches.values()].map(
    ({ object, templates }) => sql`when ${identifier(row)}.template in (${join(templates, ', ')}) then ${object}`,
  )
  const types = JSON.stringify(Object.fromEntries(selections.map(({ template }) => [template.name, template.typeName])))
  const found = sql`select * from registry_object where uuid = ${uuid}::uuid limit 1`
  return sql`select (case ${join(ways, ' ')} end) as value from (select *, ${literal(types)}::jsonb->>template as type from (${found}) as found) as ${identifier(row)}`
}
