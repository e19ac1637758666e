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
import { identifier, join, literal, type Sql, type Statement, sql, toStatement } from './sql.ts'
import { typeAttribute } from './type-attribute.ts'

/** One read as one statement, whose only row and column `value` holds the response's JSON (no row: null). */
export function compileRead(plan: ReadPlan): Statement {
  if (plan.kind === 'object') return compileObjectRead(plan)
  return toStatement(compileReadPlan(plan), !dependsOnValues(plan))
}

const knownLookups = new WeakMap<ObjectSelection, Statement>()

/** Lookups of one selection differ in the key alone, which is the last value. */
function compileObjectRead({ key, selection }: Extract<ReadPlan, { kind: 'object' }>): Statement {
  const statement = knownLookups.get(selection) ?? compileLookup(selection)
  if (selection.isConstant) knownLookups.set(selection, statement)
  return { ...statement, values: [...statement.values.slice(0, -1), key] }
}

function compileLookup(selection: ObjectSelection): Statement {
  const aliases = createAliases()
  const row = aliases.next()
  const key = sql`${identifier(row)}.key = ${''}`
  const text = sql`select ${compileObject(selection, row, aliases)} as value from ${objectsOf(selection.template.name, row)} and ${key}`
  return toStatement(text, !selectionDepends(selection))
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
  return toStatement(
    sql`select ${o}.key, ${o}.version, ${o}.document, ${view} as views from ${objectsOf(template.name, row)} and ${o}.key = any(${[...keys]}::text[])`,
  )
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
