import { assertNever } from '../errors.ts'
import type { MemberEntry, MetaEntry, ObjectEntry, ObjectSelection } from '../plan/plan.ts'
import { seesAll } from '../plan/source.ts'
import type { Field, Template } from '../template/model.ts'
import { metaColumnNames, metaText } from './columns.ts'
import type { Compiler } from './compiler.ts'
import { jsonList, jsonObject, jsonOf, jsonOfConstant, jsonOfJsonb, orNull } from './json-text.ts'
import { jsonOfMembers } from './member-names.ts'
import { compileHistory } from './past/compile-history.ts'
import { namedDocument } from './past/named-document.ts'
import { hasList, referenceForm, targetKey } from './references.ts'
import { objectsOf } from './source.ts'
import { identifier, join, literal, type Sql, sql } from './sql.ts'
import { columnsOfFill, documentOf, hasFormerOnly } from './stored-document.ts'

/** The selected fields of the object in that row, as JSON text keyed by response key. */
export function compileObject(selection: ObjectSelection, row: string, compiler: Compiler): Sql {
  const { template } = selection.source
  return jsonObject(selection.entries.map((entry) => [entry.key, compileEntry(entry, template, row, compiler)]))
}

/** The value of one selected field. */
export function compileEntry(entry: ObjectEntry, template: Template, row: string, compiler: Compiler): Sql {
  switch (entry.kind) {
    case 'typename':
      return jsonOfConstant(entry.name)
    case 'field':
    case 'members':
      return compileMember(entry, documentOf(entry.field, row), { template, row }, compiler)
    case 'document':
      return jsonOfJsonb(namedDocument(entry, template, row))
    case 'id':
      return jsonOf(metaText('uuid', row))
    case 'meta':
      return jsonObject(entry.entries.map((one) => [one.key, compileMeta(one, row)]))
    case 'reference':
      return compileReference(entry, template, row, compiler)
    case 'connection':
      return compiler.connection(entry.connection, { field: entry.field, row })
    case 'history':
      return compileHistory(
        entry.history,
        { key: sql`${identifier(row)}.key`, uuid: sql`${identifier(row)}.uuid` },
        compiler,
      )
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
      return ['document', ...columnsOfFill(entry.field), ...(mayBeUnfit(entry.field) ? ['key'] : [])]
    case 'document':
      return ['document', 'uuid', 'created_by']
    case 'id':
      return [...metaColumnNames('uuid')]
    case 'meta':
      return entry.entries.flatMap((one) => (one.kind === 'meta' ? metaColumnNames(one.field) : []))
    case 'reference':
      return ['refs', 'document', 'key']
    case 'connection':
      return ['key']
    case 'history':
      return ['key', 'uuid']
    default:
      return assertNever(entry)
  }
}

/**
 * The target, or the list of the existing targets, in the list's order. A target that must exist and does not is unfit, also where
 * the reference is optional: it may be older than `onMissing: reject`, or a server with older templates has deleted the target.
 *
 *     coalesce((select '{"name":' || … from registry_image_objects as o2 where o2.template = 'image' and o2.key = (o1.refs->>'image')), case when o1.refs->>'image' is not null then registry_unfit(…) end, 'null')
 *     (select '[' || coalesce(string_agg('{"name":' || …, ',' order by o3.place), '') || ']' from jsonb_array_elements_text(o1.refs->'needs') with ordinality as o3 (key, place), registry_role_objects as o2 where … and o2.key = o3.key)
 */
function compileReference(
  { field, selection }: Extract<ObjectEntry, { kind: 'reference' }>,
  template: Template,
  row: string,
  compiler: Compiler,
): Sql {
  const isPromised = field.reference?.onMissing !== 'allow'
  const target = compiler.next()
  const { from, on, place } = referenceForm(field).joinTargets(field, row, target, compiler)
  const shown = compiler.object(selection, target)
  const targets = sql`from ${from}${objectsOf(selection.source, target, compiler)} and ${on}`
  const found = place
    ? sql`(case when ${hasList(field, row)} then (select ${jsonList(shown, { order: place })} ${targets}) end)`
    : sql`(select ${shown} ${targets})`
  const object = { template, row }
  const isCertain = !field.list && isPromised && seesAll(selection.source)
  if (isPromised && isPromisedBy(field) && !field.list && !isCertain)
    // A target that the request cannot see is null; what lacks the reference itself does not fit.
    return sql`coalesce(${found}, case when ${targetKey(field, row)} is null then ${unfit(field, object)} end, 'null')`
  return fitting(field, found, isPromised, object, isCertain ? sql`${targetKey(field, row)} is not null` : undefined)
}

function compileMeta(entry: MetaEntry, row: string): Sql {
  return entry.kind === 'typename' ? jsonOfConstant(entry.name) : jsonOf(metaText(entry.field, row))
}

/** The attribute of a document, or of an object in it. */
function compileMember(
  entry: Extract<MemberEntry, { kind: 'field' | 'members' }>,
  parent: Sql,
  object: StoredObject,
  compiler: Compiler,
): Sql {
  const { field } = entry
  if (entry.kind === 'members') return fitting(field, compileMembers(entry, parent, object, compiler), true, object)
  const value = sql`(${parent}->${literal(field.attribute)})`
  if (field.type !== 'enum') return fitting(field, sql`${value}::text`, true, object)
  // An earlier form of the template, or a server that still has it, may have left another member.
  const fits = sql`${literal(JSON.stringify(field.values))}::jsonb @> ${value}`
  return sql`(case when ${value} is null then ${fitting(field, sql`null`, true, object)} when ${fits} then ${jsonOfMembers(field, value, compiler)} else ${unfit(field, object)} end)`
}

/** The object whose value is shown. */
interface StoredObject {
  readonly template: Template
  readonly row: string
}

/**
 * JSON text that may be null. In place of a value that does not fit the template as it is now, it has a mark, of which
 * `schema/unfit-values.ts` makes an error at that place: a value that is required and absent, or that has only a form of a
 * former type; or else where `isUnfit` holds.
 */
function fitting(field: Field, text: Sql, isPromised: boolean, object: StoredObject, isUnfit?: Sql): Sql {
  if (isPromised && isPromisedBy(field)) return sql`coalesce(${text}, ${unfit(field, object)})`
  const formerOnly = field.formers.length > 0 ? [hasFormerOnly(field, object.row)] : []
  const cases = isUnfit ? [isUnfit, ...formerOnly] : formerOnly
  if (cases.length === 0) return orNull(text)
  return sql`coalesce(${text}, case when ${join(cases, ' or ')} then ${unfit(field, object)} end, 'null')`
}

/** A field of the key that is not a reference is always there: it is part of the key. */
function isPromisedBy(field: Field): boolean {
  return field.required && (!field.isKey || field.reference !== undefined)
}

function mayBeUnfit(field: Field): boolean {
  return isPromisedBy(field) || field.type === 'enum' || field.formers.length > 0 || field.members.some(mayBeUnfit)
}

function unfit(field: Field, { template, row }: StoredObject): Sql {
  return sql`registry_unfit(${literal(template.name)}, ${identifier(row)}.key, ${literal(field.name)})`
}

/** The selected members of an `object` field, or of each object of a list; null if absent. */
function compileMembers(
  entry: Extract<MemberEntry, { kind: 'members' }>,
  parent: Sql,
  object: StoredObject,
  compiler: Compiler,
): Sql {
  const value = sql`${parent}->${literal(entry.field.attribute)}`
  const compileOne = (one: Sql) =>
    jsonObject(
      entry.members.map((member) => {
        if (member.kind === 'typename') return [member.key, jsonOfConstant(member.name)]
        return [member.key, compileMember(member, one, object, compiler)]
      }),
    )
  if (!entry.field.list)
    return sql`(case when jsonb_typeof(${value}) = 'object' then ${compileOne(sql`(${value})`)} end)`
  const item = identifier(compiler.next())
  const list = jsonList(compileOne(sql`${item}.value`), { order: sql`${item}.ordinality` })
  return sql`(case when jsonb_typeof(${value}) = 'array' then (select ${list} from jsonb_array_elements(${value}) with ordinality as ${item}) end)`
}
