import type { ValuePlace } from '../plan/condition.ts'
import { derive, type Given, isOpen } from '../plan/open-value.ts'
import type { Json } from '../template/json.ts'
import { containsAny, exactly, hashedLength, holdsScalars } from './contains-any.ts'
import { foldCase } from './fold-case.ts'
import { type Sql, sql } from './sql.ts'
import { document } from './stored-document.ts'
import { canNest, compileItems, compileJsonText, compileValue, nest } from './value-place.ts'

/**
 * `o1.document @> '{"tags": ["a"]}'`, which uses the GIN index on documents. json items are also compared exactly,
 * because lists and objects also contain their parts.
 */
export function has(place: ValuePlace, row: string, value: Given<Json>): Sql {
  const isFolded = place.isCaseless && (isOpen(value) || typeof value === 'string')
  const exact = isFolded
    ? hasItem(place, row, sql`${foldCase(compileJsonText(sql`item.value`))} = ${foldCase(sql`${value}::text`)}`)
    : hasItem(place, row, sql`item.value = ${derive(value, (one) => JSON.stringify(one))}::jsonb`)
  if (isFolded || !canNest(place)) return exact
  const whole = derive(value, (one) => JSON.stringify(nest(place, [one])))
  return both(place, sql`${document(row)} @> ${whole}::jsonb`, exact)
}

/** `o1.document @> any('{…}')`; a longer list is looked up by hash. */
export function hasSome(place: ValuePlace, row: string, values: Given<Json>): Sql {
  const list = values as readonly Json[]
  const exact = hasItem(place, row, sql`item.value = any(${toTexts(list)}::jsonb[])`)
  const wholes = canNest(place) ? list.map((value) => nest(place, [value])) : undefined
  return wholes && holdsScalars(place.field) && list.length < hashedLength
    ? containsAny(wholes, row)
    : exactly(exact, wholes, row)
}

/** `o1.document @> '{"tags": ["a", "b"]}'` */
export function hasEvery(place: ValuePlace, row: string, values: Given<Json>): Sql {
  const list = values as readonly Json[]
  const missing = sql`not ${hasItem(place, row, sql`item.value = wanted.value`)}`
  const exact = sql`not exists (select 1 from unnest(${toTexts(list)}::jsonb[]) as wanted (value) where ${missing})`
  if (!canNest(place)) return exact
  return both(place, sql`${document(row)} @> ${JSON.stringify(nest(place, list))}::jsonb`, exact)
}

export function isEmpty(place: ValuePlace, row: string, value: Given<Json>): Sql {
  const list = compileValue(place, row)
  if (value === true) return sql`${list} = '[]'::jsonb`
  return sql`(jsonb_typeof(${list}) = 'array' and ${list} <> '[]'::jsonb)`
}

/** For scalars, containment is enough. */
function both(place: ValuePlace, contained: Sql, exact: Sql): Sql {
  return holdsScalars(place.field) ? contained : sql`(${contained} and ${exact})`
}

function hasItem(place: ValuePlace, row: string, condition: Sql): Sql {
  return sql`exists (select 1 from ${compileItems(compileValue(place, row))} as item (value) where ${condition})`
}

function toTexts(values: readonly Json[]): string[] {
  return values.map((value) => JSON.stringify(value))
}
