import { derive, type Given } from '../plan/open-value.ts'
import type { Ordering } from '../template/field-types/orderings.ts'
import type { Json } from '../template/json.ts'
import type { Field } from '../template/model.ts'
import { join, literal, type Sql, sql } from './sql.ts'

/** A value in a document: as jsonb, and as text. */
export interface StoredValue {
  readonly json: Sql
  readonly text: Sql
}

/** The SQL of an ordering. */
export interface OrderingSql {
  /** Whether values are stored as JSON's texts. */
  readonly isText: boolean
  /** An expression that orders like the values; null if a value has another type (it may come from an earlier form of the template). */
  readonly expression: (stored: StoredValue, field: Field) => Sql
  /** A stored value on the other side of a comparison with the expression. */
  readonly parameter: (value: Given<Json>, field: Field) => Sql
  /** Stored values, any of which may be equal: `any($1::text[])`. */
  readonly array: (values: readonly Json[], field: Field) => Sql
  /** Converts a value of the expression back to the form in which the field is returned. */
  readonly output: (expression: Sql, field: Field) => Sql
  /** If groups use the stored text, because the expression is more expensive: the expression that orders such a text. */
  readonly orderOfText?: (text: Sql) => Sql
  /** The order key of a text that was changed, such as to lower case. Default: the text itself. */
  readonly keyOfText?: (text: Sql) => Sql
  /** The aggregates for the least and the greatest value. Default: `min` and `max`. */
  readonly extremes?: Readonly<Record<'min' | 'max', (expression: Sql) => Sql>>
  /** The averages and sums, in the form in which they are returned, if values can be added up. */
  readonly totals?: Readonly<Record<'avg' | 'sum', (expression: Sql) => Sql>>
}

const byCodePoint = (text: Sql) => sql`(${text} collate "C")`
const same = (value: Sql) => value
const texts = (values: readonly Json[]) => values.map(String)

/** Exact, as `numeric` is. */
const average = (expression: Sql) => sql`trim_scale(avg(${expression}))`
const sum = (expression: Sql) => sql`trim_scale(sum(${expression}))`

const number = {
  isText: false,
  expression: ({ json, text }) => sql`(case when jsonb_typeof(${json}) = 'number' then ${text}::numeric end)`,
  parameter: (value) => sql`${derive(value, String)}::numeric`,
  array: (values) => sql`any(${texts(values)}::numeric[])`,
} satisfies Partial<OrderingSql>

/** Every ordering that a field type can have. */
export const orderings: Readonly<Record<Ordering, OrderingSql>> = {
  text: {
    isText: true,
    expression: ({ text }) => byCodePoint(text),
    parameter: (value) => sql`${value}::text`,
    array: (values) => sql`any(${texts(values)}::text[])`,
    output: same,
    orderOfText: same,
  },
  // Without the Z, `…31.322` comes before `…31.322661` as its prefix.
  instant: {
    isText: true,
    expression: ({ text }) => byCodePoint(sql`rtrim(${text}, 'Z')`),
    parameter: (value) => sql`rtrim(${value}::text, 'Z')`,
    array: (values) => sql`any(${texts(values).map((text) => text.replace(/Z+$/, ''))}::text[])`,
    output: (expression) => sql`(${expression} || 'Z')`,
    orderOfText: (text) => byCodePoint(sql`rtrim(${text}, 'Z')`),
  },
  version: {
    isText: true,
    expression: ({ text }) => byCodePoint(versionKey(text)),
    parameter: (value) => versionKey(sql`${value}::text`),
    array: (values) =>
      sql`any(array(select ${versionKey(sql`given.text`)} from unnest(${texts(values)}::text[]) as given (text)))`,
    output: versionOf,
    orderOfText: (text) => byCodePoint(versionKey(text)),
    keyOfText: versionKey,
  },
  integer: {
    ...number,
    // An earlier form of the template may have left numbers with more than 32 bits or a fraction, which Int cannot hold.
    output: (expression) =>
      sql`jsonb_path_query_first(to_jsonb(${expression}), '$ ? (@ == @.floor() && @ >= -2147483648 && @ <= 2147483647)')`,
    totals: { avg: average, sum },
  },
  digits: {
    ...number,
    isText: true,
    expression: ({ text }) => sql`(case when ${text} ~ '^-?[0-9]{1,19}$' then ${text}::numeric end)`,
    output: (expression) => sql`(${expression})::text`,
    totals: { avg: average, sum: (expression) => sql`sum(${expression})::text` },
  },
  float: {
    ...number,
    output: same,
    // A sum that rounds to at most the largest Float is returned; a larger one is null.
    totals: {
      avg: average,
      sum: (expression) =>
        sql`jsonb_path_query_first(to_jsonb(${sum(expression)}), '$ ? (@ >= -1.797693134862315807e308 && @ <= 1.797693134862315807e308)')`,
    },
  },
  boolean: {
    isText: false,
    expression: ({ json, text }) => sql`(case when jsonb_typeof(${json}) = 'boolean' then ${text}::boolean end)`,
    parameter: (value) => sql`${value}::boolean`,
    array: (values) => sql`any(${texts(values)}::boolean[])`,
    output: same,
    // PostgreSQL has no `min` and `max` of booleans.
    extremes: { min: (expression) => sql`bool_and(${expression})`, max: (expression) => sql`bool_or(${expression})` },
  },
  rank: {
    isText: true,
    expression: ({ text }, field) => sql`array_position(${membersOf(field)}, ${text})`,
    parameter: (value, field) => sql`${derive(value, (one) => field.values.indexOf(String(one)) + 1)}::int`,
    array: (values, field) => sql`any(${texts(values).map((text) => field.values.indexOf(text) + 1)}::int[])`,
    output: (expression, field) => sql`(${membersOf(field)})[${expression}]`,
  },
  duration: {
    isText: true,
    expression: ({ text }) => secondsOf(text),
    parameter: (value) => secondsOf(sql`${value}::text`),
    array: (values) =>
      sql`any(array(select ${secondsOf(sql`given.text`)} from unnest(${texts(values)}::text[]) as given (text)))`,
    output: durationOf,
    totals: {
      avg: (expression) => durationOf(sql`avg(${expression})`),
      sum: (expression) => durationOf(sql`sum(${expression})`),
    },
  },
}

/** The number of seconds of a duration; null if it is longer than a duration may be. */
export function secondsOf(duration: Sql): Sql {
  return sql`registry_duration_seconds(${duration})`
}

/** The stored form of a number of seconds. */
export function durationOf(seconds: Sql): Sql {
  return sql`registry_duration_text(${seconds})`
}

function membersOf({ values }: Field): Sql {
  return sql`array[${join(values.map(literal), ', ')}]`
}

function versionKey(text: Sql): Sql {
  return sql`registry_version_key(${text})`
}

/**
 * The version at the end of its order key, after a character U+0001. The version may contain this character itself, and
 * then the order key has it twice: the second half of all parts of the key is the version.
 */
function versionOf(key: Sql): Sql {
  const parts = sql`string_to_array(${key}, E'\\x01')`
  return sql`array_to_string((${parts})[cardinality(${parts}) / 2 + 1 :], E'\\x01')`
}
