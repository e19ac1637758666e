import type { Field } from '../template/model.ts'
import { memberNameInGraphql } from '../template/names/name-in-graphql.ts'
import type { Compiler } from './compiler.ts'
import { jsonList } from './json-text.ts'
import { identifier, literal, type Sql, sql } from './sql.ts'

/**
 * The members of an enum are stored by their texts, and typed fields of GraphQL have their names. Where all texts are names, nothing
 * is to be done.
 */

/** The name of a member, whose text is a value of type text: `coalesce('{"20.04":"_20_04"}'::jsonb ->> …, …)`; other fields' values stay. */
export function nameOfMember(field: Field, text: Sql): Sql {
  const names = otherNames(field)
  return names ? sql`coalesce(${names} ->> ${text}, ${text})` : text
}

/** A jsonb value of an enum, or a list of them, as JSON text with names. */
export function jsonOfMembers(field: Field, value: Sql, compiler: Compiler): Sql {
  const names = otherNames(field)
  if (!names) return sql`${value}::text`
  const jsonOfOne = (text: Sql) => sql`coalesce(${names} -> ${text}, to_jsonb(${text}))::text`
  if (!field.list) return jsonOfOne(sql`(${value} #>> '{}')`)
  const item = identifier(compiler.next())
  const list = jsonList(jsonOfOne(sql`${item}.text`), { order: sql`${item}.place` })
  return sql`(case when jsonb_typeof(${value}) = 'array' then (select ${list} from jsonb_array_elements_text(${value}) with ordinality as ${item} (text, place)) else ${value}::text end)`
}

/** The names that differ from their texts, as a jsonb object by these; undefined if there are none. */
function otherNames({ type, values }: Field): Sql | undefined {
  const names = values.map((text) => [text, memberNameInGraphql(text)] as const).filter(([text, name]) => text !== name)
  return type === 'enum' && names.length > 0
    ? sql`${literal(JSON.stringify(Object.fromEntries(names)))}::jsonb`
    : undefined
}
