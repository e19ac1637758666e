import { assertNever } from '../errors.ts'
import type { MemberEntry, MetaEntry, ObjectEntry, ObjectSelection } from '../plan/plan.ts'
import type { Field } from '../template/model.ts'
import type { Aliases } from './aliases.ts'
import { buildObject } from './build-object.ts'
import { metaText } from './columns.ts'
import { objectsOf } from './compile-condition.ts'
import { compileConnection } from './compile-connection.ts'
import { compileNamed } from './compile-named.ts'
import { hasList, referenceForm } from './references.ts'
import { empty, identifier, literal, type Sql, sql } from './sql.ts'

/** What has been made of a selection where the aliases up to `from` were taken. */
interface CompiledObject {
  readonly row: string
  readonly from: number
  readonly to: number
  readonly object: Sql
}

const known = new WeakMap<ObjectSelection, CompiledObject>()

/** The selected fields of the object in that row, as JSON keyed by response key. A selection that comes again is not compiled again. */
export function compileObject(selection: ObjectSelection, row: string, aliases: Aliases): Sql {
  const compiled = known.get(selection)
  const from = aliases.last()
  if (compiled?.row === row && compiled.from === from) {
    aliases.skipTo(compiled.to)
    return compiled.object
  }
  const object = buildObject(selection.entries.map((entry) => [entry.key, compileEntry(entry, row, aliases)]))
  if (selection.isConstant) known.set(selection, { row, from, to: aliases.last(), object })
  return object
}

/** The value of one selected field. */
export function compileEntry(entry: ObjectEntry, row: string, aliases: Aliases): Sql {
  const document = sql`${identifier(row)}.document`
  switch (entry.kind) {
    case 'typename':
      return literal(entry.name)
    case 'field':
    case 'members':
      return compileMember(entry, document, aliases)
    case 'document':
      return compileNamed(document, entry.naming)
    case 'meta':
      return buildObject(entry.entries.map((one) => [one.key, compileMeta(one, row)]))
    case 'reference':
      return compileReference(entry, row, aliases)
    case 'connection':
      return compileConnection(entry.connection, { field: entry.field, row }, aliases)
    default:
      return assertNever(entry)
  }
}

/**
 * The target, or the list of the targets that there are, in the list's order:
 *
 *     (select json_build_object(…) from registry_image_objects as o2 where o2.template = 'image' and o2.key = (o1.refs->>'image'))
 *     (select coalesce(json_agg(json_build_object(…) order by o3.place), '[]') from jsonb_array_elements_text(o1.refs->'needs') with ordinality as o3 (key, place), registry_role_objects as o2 where … and o2.key = o3.key)
 */
function compileReference(
  { field, selection }: Extract<ObjectEntry, { kind: 'reference' }>,
  row: string,
  aliases: Aliases,
): Sql {
  const target = aliases.next()
  const { from, on, place } = referenceForm(field).joinTargets(field, row, target, aliases)
  const object = compileObject(selection, target, aliases)
  const targets = sql`from ${from}${objectsOf(selection.template.name, target)} and ${on}`
  if (!place) return promised(field, sql`(select ${object} ${targets})`, sql`::json`)
  return promised(
    field,
    sql`(case when ${hasList(field, row)} then (select coalesce(json_agg(${object} order by ${place}), '[]'::json) ${targets}) end)`,
    sql`::json`,
  )
}

function compileMeta(entry: MetaEntry, row: string): Sql {
  return entry.kind === 'typename' ? literal(entry.name) : metaText(entry.field, row)
}

/** The attribute of a document, or of an object in it. */
function compileMember(entry: Extract<MemberEntry, { kind: 'field' | 'members' }>, parent: Sql, aliases: Aliases): Sql {
  if (entry.kind === 'members') return promised(entry.field, compileMembers(entry, parent, aliases), sql`::json`)
  return promised(entry.field, sql`${parent}->${literal(entry.field.attribute)}`, empty)
}

/**
 * What the schema calls non-null is there, or the statement fails with a message for the log: an object may have been
 * written before its field was required. PostgreSQL calls the function only where the value is null.
 */
function promised(field: Field, value: Sql, cast: Sql): Sql {
  if (!field.required || field.reference?.onMissing === 'allow') return value
  return sql`coalesce(${value}, registry_absent(${literal(field.name)})${cast})`
}

/** A part of an `object` field, or of each of a list of them. */
function compileMembers(entry: Extract<MemberEntry, { kind: 'members' }>, parent: Sql, aliases: Aliases): Sql {
  const value = sql`${parent}->${literal(entry.field.attribute)}`
  const compileOne = (one: Sql) =>
    buildObject(
      entry.members.map((member) => {
        if (member.kind === 'typename') return [member.key, literal(member.name)]
        return [member.key, compileMember(member, one, aliases)]
      }),
    )
  if (!entry.field.list)
    return sql`(case when jsonb_typeof(${value}) = 'object' then ${compileOne(sql`(${value})`)} end)`
  const item = identifier(aliases.next())
  return sql`(case when jsonb_typeof(${value}) = 'array' then (select coalesce(json_agg(${compileOne(sql`${item}.value`)} order by ${item}.ordinality), '[]'::json) from jsonb_array_elements(${value}) with ordinality as ${item}) end)`
}
