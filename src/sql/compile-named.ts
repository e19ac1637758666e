import { type Naming, straysOf } from '../template/naming.ts'
import { identifier, join, literal, type Sql, sql } from './sql.ts'

/**
 * A stored object with its fields' names, if those differ from its attributes; attributes of no field stay as they are:
 *
 *     (case when jsonb_typeof(o1.document) = 'object' then
 *       (select coalesce(jsonb_object_agg(case n0.key when 'distribution' then 'distr' else n0.key end, n0.value), '{}')
 *        from jsonb_each(o1.document) as n0 (key, value) where n0.key <> all(array['distr'])) else o1.document end)
 */
export function compileNamed(stored: Sql, naming: Naming | undefined, depth = 0): Sql {
  if (!naming) return stored
  // `compiler.ts` gives no alias that begins with n.
  const each = identifier(`n${depth}`)
  const [key, value] = [sql`${each}.key`, sql`${each}.value`]
  const renamed = naming.attributes.filter(({ attribute, name }) => attribute !== name)
  const names = renamed.map(({ attribute, name }) => [attribute, literal(name)] as const)
  const values = naming.attributes.flatMap(({ attribute, list, inner }) =>
    inner ? [[attribute, (list ? compileNamedItems : compileNamed)(value, inner, depth + 1)] as const] : [],
  )
  const strays = straysOf(naming)
  const others = strays.length > 0 ? sql` where ${key} <> all(array[${join(strays.map(literal), ', ')}])` : sql``
  const object = sql`select coalesce(jsonb_object_agg(${byKey(key, names, key)}, ${byKey(key, values, value)}), '{}') from jsonb_each(${stored}) as ${each} (key, value)${others}`
  return sql`(case when jsonb_typeof(${stored}) = 'object' then (${object}) else ${stored} end)`
}

/** The same for the value of a field. */
export function compileNamedValue(stored: Sql, naming: Naming | undefined, list: boolean): Sql {
  return naming && list ? compileNamedItems(stored, naming, 0) : compileNamed(stored, naming)
}

/** The same for each item of a list. */
function compileNamedItems(stored: Sql, naming: Naming, depth: number): Sql {
  const item = identifier(`n${depth}`)
  const items = sql`select coalesce(jsonb_agg(${compileNamed(sql`${item}.value`, naming, depth + 1)} order by ${item}.place), '[]') from jsonb_array_elements(${stored}) with ordinality as ${item} (value, place)`
  return sql`(case when jsonb_typeof(${stored}) = 'array' then (${items}) else ${stored} end)`
}

function byKey(key: Sql, cases: readonly (readonly [attribute: string, value: Sql])[], otherwise: Sql): Sql {
  if (cases.length === 0) return otherwise
  const ways = cases.map(([attribute, value]) => sql`when ${literal(attribute)} then ${value}`)
  return sql`(case ${key} ${join(ways, ' ')} else ${otherwise} end)`
}
