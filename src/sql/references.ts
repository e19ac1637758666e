import { derive, type Given, gather } from '../plan/open-value.ts'
import type { Field } from '../template/model.ts'
import type { TargetKeys } from '../template/object-key.ts'
import type { Compiler } from './compiler.ts'
import { empty, identifier, literal, type Sql, sql } from './sql.ts'
import { documentOf } from './stored-document.ts'

/** Joins a row to the targets of its reference: `select … from ${from}registry_image_objects as o2 where … and ${on}`. */
interface TargetJoin {
  readonly from: Sql
  readonly on: Sql
  /** The target's place in a list. */
  readonly place: Sql | undefined
}

/** The SQL that depends on the form in which `refs` stores the targets of a reference. */
interface ReferenceForm {
  /** Whether the row refers to that key; false or null if it does not. */
  readonly refersTo: (field: Field, row: string, key: Sql) => Sql
  /** The rows among `objects`, a `… where …` over `row`, that refer to that key; can be extended like `objects`. */
  readonly referrers: (field: Field, objects: Sql, row: string, key: Sql) => Sql
  readonly refersToAny: (field: Field, row: string, keys: readonly Given<string>[]) => Sql
  readonly refersToExactly: (field: Field, row: string, keys: Given<TargetKeys>) => Sql
  /** The index for these conditions. */
  readonly index: (field: Field, refs: Sql) => Sql
  /** The same of the past: with the times, since most of what has referred to a key did not at a given time. */
  readonly pastIndex: (field: Field) => Sql
  readonly joinTargets: (field: Field, row: string, target: string, compiler: Compiler) => TargetJoin
  /** The columns `document` and `refs` of a row that refers to these keys, without them. */
  readonly unset: (field: Field, row: string, keys: readonly string[]) => { readonly document: Sql; readonly refs: Sql }
}

/** A text, the canonical key of the target: `{"image": "[\"ubuntu\"]"}`. */
const single: ReferenceForm = {
  refersTo: (field, row, key) => sql`${keyIn(field, refsOf(field, row))} = ${key}`,
  referrers: (field, objects, row, key) => sql`${objects} and ${single.refersTo(field, row, key)}`,
  refersToAny: (field, row, keys) => sql`${keyIn(field, refsOf(field, row))} = any(${gather([...keys])}::text[])`,
  refersToExactly: (field, row, key) => sql`${keyIn(field, refsOf(field, row))} = ${key}`,
  index: (field, refs) => sql`btree (${keyIn(field, refs)}, created_at)`,
  pastIndex: (field) => sql`btree (${keyIn(field, sql`refs`)}, valid_to, valid_from)`,
  joinTargets: (field, row, target) => ({
    from: empty,
    on: sql`${identifier(target)}.key = ${keyIn(field, refsOf(field, row))}`,
    place: undefined,
  }),
  unset: (field, row) => ({
    document: sql`${documentOf(field, row)} - ${literal(field.attribute)}`,
    refs: sql`${refsOf(field, row)} - ${literal(field.attribute)}`,
  }),
}

/** An array of such texts, in the order of the document's list: `{"needs": ["[\"db\"]", "[\"queue\"]"]}`. */
const list: ReferenceForm = {
  refersTo: (field, row, key) => sql`${keysIn(field, refsOf(field, row))} ? ${key}`,
  // For a key that it does not know, PostgreSQL assumes that a hundredth of all rows list it, and would walk all rows in the
  // order of the page to find the first few. `offset 0` prevents that: the index finds the rows, then they are sorted.
  referrers: (field, objects, row, key) =>
    sql`(select * from ${objects} and ${list.refersTo(field, row, key)} offset 0) as ${identifier(row)} where true`,
  refersToAny: (field, row, keys) => sql`${keysIn(field, refsOf(field, row))} ?| ${gather([...keys])}::text[]`,
  refersToExactly(field, row, keys) {
    const value = sql`${derive(keys, (all) => JSON.stringify(all))}::jsonb`
    return sql`(${keysIn(field, refsOf(field, row))} @> ${value} and ${keysIn(field, refsOf(field, row))} = ${value})`
  },
  index: (field, refs) => sql`gin (${keysIn(field, refs)})`,
  pastIndex: (field) => list.index(field, sql`refs`),
  joinTargets(field, row, target, compiler) {
    const listed = identifier(compiler.next())
    return {
      from: sql`${elements(field, row)} as ${listed} (key, place), `,
      on: sql`${identifier(target)}.key = ${listed}.key`,
      place: sql`${listed}.place`,
    }
  },
  unset(field, row, keys) {
    const path = sql`array[${literal(field.attribute)}]`
    const kept = (item: Sql) =>
      sql`(select coalesce(jsonb_agg(${item} order by listed.place), '[]') from ${elements(field, row)} as listed (key, place) where listed.key <> all(${[...keys]}::text[]))`
    const item = sql`${documentOf(field, row)}->${literal(field.attribute)}->(listed.place::int - 1)`
    return {
      document: sql`jsonb_set(${documentOf(field, row)}, ${path}, ${kept(item)})`,
      refs: sql`jsonb_set(${refsOf(field, row)}, ${path}, ${kept(sql`to_jsonb(listed.key)`)})`,
    }
  },
}

/** The SQL for the references of a field, for connections, conditions, deletes and indexes. */
export function referenceForm(field: Field): ReferenceForm {
  return field.list ? list : single
}

/** The keys that a list of references names, as an array: `array(select listed.key from jsonb_array_elements_text(…) as listed (key, place))`. */
export function listedKeys(field: Field, row: string): Sql {
  return sql`array(select listed.key from ${elements(field, row)} as listed (key, place))`
}

/** Whether the row has the list, even an empty one. */
export function hasList(field: Field, row: string): Sql {
  return sql`jsonb_typeof${keysIn(field, refsOf(field, row))} = 'array'`
}

/** The canonical key of the target of a single reference, in the form of its index; null if it is absent. */
export function targetKey(field: Field, row: string): Sql {
  return keyIn(field, refsOf(field, row))
}

/** The same for an index, without an alias. */
export function indexedKey(field: Field, refs: Sql): Sql {
  return keyIn(field, refs)
}

/** The canonical key of the target, null if the reference is absent: `((o1.refs->>'image') collate "C")`. */
function keyIn(field: Field, refs: Sql): Sql {
  return sql`((${refs}->>${literal(field.attribute)}) collate "C")`
}

function keysIn(field: Field, refs: Sql): Sql {
  return sql`(${refs}->${literal(field.attribute)})`
}

/** The listed keys as rows, with their places; none if an earlier form of the template has left another type of value. */
function elements(field: Field, row: string): Sql {
  return sql`jsonb_array_elements_text(case when ${hasList(field, row)} then ${keysIn(field, refsOf(field, row))} else '[]' end) with ordinality`
}

/** The column with the field's reference: `o1.refs`, or `('{"image": "[\"ubuntu\"]"}'::jsonb || o1.refs)` until all objects are filled. */
function refsOf(field: Field, row: string): Sql {
  return filledRefs([field], sql`${identifier(row)}.refs`)
}

/** The column with the references of all these fields, also in objects that have not been filled. */
export function filledRefs(fields: readonly Field[], refs: Sql): Sql {
  const fills = fields.flatMap((field) =>
    hasFilledRefs(field) && field.fill?.kind === 'literal' ? [[field.attribute, field.fill.keys] as const] : [],
  )
  return fills.length > 0 ? sql`(${literal(JSON.stringify(Object.fromEntries(fills)))}::jsonb || ${refs})` : refs
}

/** Whether objects may lack the reference, and are read as if they had it. */
export function hasFilledRefs({ isFilling, fill }: Field): boolean {
  return isFilling && fill?.kind === 'literal' && fill.keys !== undefined
}
