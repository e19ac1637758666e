import { assertNever } from '../errors.ts'
import type { MemberEntry, MetaEntry, ObjectEntry, ObjectSelection } from '../plan/plan.ts'
import { type Source, seesAll } from '../plan/source.ts'
import type { Field } from '../template/model.ts'
import { metaColumnName, metaText } from './columns.ts'
import { compileNamed } from './compile-named.ts'
import type { Compiler } from './compiler.ts'
import { jsonList, jsonObject, jsonOf, jsonOfConstant, jsonOfJsonb, orNull } from './json-text.ts'
import { hasList, referenceForm } from './references.ts'
import { objectsOf } from './source.ts'
import { identifier, literal, type Sql, sql } from './sql.ts'

/** The selected fields of the object in that row, as JSON text keyed by response key. */
export function compileObject(selection: ObjectSelection, row: string, compiler: Compiler): Sql {
  return jsonObject(selection.entries.map((entry) => [entry.key, compileEntry(entry, row, compiler)]))
}

/** The value of one selected field. */
export function compileEntry(entry: ObjectEntry, row: string, compiler: Compiler): Sql {
  const document = sql`${identifier(row)}.document`
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'field':
    case 'members':
      return compileMember(entry, document, compiler)
    case 'document':
      return jsonOfJsonb(compileNamed(document, entry.naming))
    case 'meta':
      return jsonObject(entry.entries.map((one) => [one.key, compileMeta(one, row)]))
    case 'reference':
      return compileReference(entry, row, compiler)
    case 'connection':
      return compiler.connection(entry.connection, { field: entry.field, row })
    default:
      return assertNever(entry)
  }
}

/** The columns of an object's row that a selected field needs. */
export function columnsOfObjectEntry(entry: ObjectEntry): string[] {
  switch (entry.kind) {
    case 'typename':
      return []
    case 'field':
    case 'members':
    case 'document':
      return ['document']
    case 'meta':
      return entry.entries.flatMap((one) => (one.kind === 'meta' ? [metaColumnName(one.field)] : []))
    case 'reference':
      return ['refs']
    case 'connection':
      return ['key']
    default:
      return assertNever(entry)
  }
}

/**
 * The target, or the list of the existing targets, in the list's order:
 *
 *     coalesce((select '{"name":' || … from registry_image_objects as o2 where o2.template = 'image' and o2.key = (o1.refs->>'image')), 'null')
 *     (select '[' || coalesce(string_agg('{"name":' || …, ',' order by o3.place), '') || ']' from jsonb_array_elements_text(o1.refs->'needs') with ordinality as o3 (key, place), registry_role_objects as o2 where … and o2.key = o3.key)
 */
function compileReference(
  { field, selection }: Extract<ObjectEntry, { kind: 'reference' }>,
  row: string,
  compiler: Compiler,
): Sql {
  const target = compiler.next()
  const { from, on, place } = referenceForm(field).joinTargets(field, row, target, compiler)
  const object = compiler.object(selection, target)
  const targets = sql`from ${from}${objectsOf(selection.source, target, compiler)} and ${on}`
  if (!place) return promised(field, sql`(select ${object} ${targets})`, selection.source)
  return promised(
    field,
    sql`(case when ${hasList(field, row)} then (select ${jsonList(object, { order: place })} ${targets}) end)`,
  )
}

function compileMeta(entry: MetaEntry, row: string): Sql {
  return entry.kind === 'typename' ? jsonOfConstant(entry.name) : jsonOf(metaText(entry.field, row))
}

/** The attribute of a document, or of an object in it. */
function compileMember(
  entry: Extract<MemberEntry, { kind: 'field' | 'members' }>,
  parent: Sql,
  compiler: Compiler,
): Sql {
  if (entry.kind === 'members') return promised(entry.field, compileMembers(entry, parent, compiler))
  return promised(entry.field, sql`(${parent}->${literal(entry.field.attribute)})::text`)
}

/**
 * JSON text that may be null. If the schema says non-null and the value is absent, the statement fails with a message for the
 * log: an object may have been written before its field was required. PostgreSQL calls the function only if the value is null.
 */
function promised(field: Field, text: Sql, source?: Source): Sql {
  if (!field.required || field.reference?.onMissing === 'allow' || (source && !seesAll(source))) return orNull(text)
  return sql`coalesce(${text}, registry_absent(${literal(field.name)})::text)`
}

/** The selected members of an `object` field, or of each object of a list; null if absent. */
function compileMembers(entry: Extract<MemberEntry, { kind: 'members' }>, parent: Sql, compiler: Compiler): Sql {
  const value = sql`${parent}->${literal(entry.field.attribute)}`
  const compileOne = (one: Sql) =>
    jsonObject(
      entry.members.map((member) => {
        if (member.kind === 'typename') return [member.key, jsonOfConstant(member.name)]
        return [member.key, compileMember(member, one, compiler)]
      }),
    )
  if (!entry.field.list)
    return sql`(case when jsonb_typeof(${value}) = 'object' then ${compileOne(sql`(${value})`)} end)`
  const item = identifier(compiler.next())
  const list = jsonList(compileOne(sql`${item}.value`), { order: sql`${item}.ordinality` })
  return sql`(case when jsonb_typeof(${value}) = 'array' then (select ${list} from jsonb_array_elements(${value}) with ordinality as ${item}) end)`
}
