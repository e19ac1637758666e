import { assertNever } from '../errors.ts'
import type { Ordering } from '../template/field-types/field-type.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import type { Json } from '../template/json.ts'
import type { Field } from '../template/model.ts'
import { join, literal, type Sql, sql } from './sql.ts'

/** How a field orders; every field that is asked here has an ordering, validation has seen to it. */
function orderingOf(field: Field): Ordering {
  const { ordering } = fieldTypes[field.type]
  if (!ordering || field.list) throw new Error(`"${field.name}" has no order`)
  return ordering
}

/**
 * An expression over a document that orders as the field's type does, null for what is absent or of another type
 * (a template's earlier form may have left it). Indexes are made of the very same expression.
 *
 * A number: `(case when jsonb_typeof(document->'f') = 'number' then (document->>'f')::numeric end)`
 */
export function compileOrdering(field: Field, document: Sql): Sql {
  const name = literal(field.attribute)
  const text = sql`(${document}->>${name})`
  const ordering = orderingOf(field)
  switch (ordering) {
    case 'text':
      return sql`(${text} collate "C")`
    case 'instant':
      // Without the Z, `…31.322` comes before `…31.322661` as its prefix.
      return sql`(rtrim(${text}, 'Z') collate "C")`
    case 'version':
      return sql`(registry_version_key(${text}) collate "C")`
    case 'number':
      return field.type === 'bigint'
        ? sql`(case when ${text} ~ '^-?[0-9]{1,19}$' then ${text}::numeric end)`
        : sql`(case when jsonb_typeof(${document}->${name}) = 'number' then ${text}::numeric end)`
    case 'boolean':
      return sql`(case when jsonb_typeof(${document}->${name}) = 'boolean' then ${text}::boolean end)`
    case 'rank':
      return sql`array_position(array[${join(field.values.map(literal), ', ')}], ${text})`
    default:
      return assertNever(ordering)
  }
}

/** A stored value on the other side of a comparison with `compileOrdering`. */
export function compileOrderingValue(field: Field, value: Json): Sql {
  const ordering = orderingOf(field)
  switch (ordering) {
    case 'text':
      return sql`${value}::text`
    case 'instant':
      return sql`rtrim(${value}::text, 'Z')`
    case 'version':
      return sql`registry_version_key(${value}::text)`
    case 'number':
      return sql`${String(value)}::numeric`
    case 'boolean':
      return sql`${value}::boolean`
    case 'rank':
      return sql`${field.values.indexOf(String(value)) + 1}::int`
    default:
      return assertNever(ordering)
  }
}

/** Stored values, any of which may stand on the other side: `any($1::text[])`. */
export function compileOrderingValues(field: Field, values: readonly Json[]): Sql {
  const ordering = orderingOf(field)
  const texts = values.map(String)
  switch (ordering) {
    case 'text':
      return sql`any(${texts}::text[])`
    case 'instant':
      return sql`any(${texts.map((text) => text.replace(/Z+$/, ''))}::text[])`
    case 'version':
      return sql`any(array(select registry_version_key(given.text) from unnest(${texts}::text[]) as given (text)))`
    case 'number':
      return sql`any(${texts}::numeric[])`
    case 'boolean':
      return sql`any(${texts}::boolean[])`
    case 'rank':
      return sql`any(${texts.map((text) => field.values.indexOf(text) + 1)}::int[])`
    default:
      return assertNever(ordering)
  }
}

/** A cursor's value, the text of what `compileOrdering` gave. */
export function compileOrderingText(field: Field, text: string): Sql {
  const ordering = orderingOf(field)
  const types = {
    text: 'text',
    instant: 'text',
    version: 'text',
    number: 'numeric',
    boolean: 'boolean',
    rank: 'int',
  } as const
  return sql`cast(${text} as ${literalType(types[ordering])})`
}

function literalType(type: 'text' | 'numeric' | 'boolean' | 'int'): Sql {
  return { text: sql`text`, numeric: sql`numeric`, boolean: sql`boolean`, int: sql`int` }[type]
}
