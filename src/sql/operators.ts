import type { ValuePlace } from '../plan/condition.ts'
import { derive, type Given, isOpen } from '../plan/open-value.ts'
import type { OperatorName } from '../template/field-types/operators.ts'
import type { Json } from '../template/json.ts'
import type { Field } from '../template/model.ts'
import { metaColumn, metaValues } from './columns.ts'
import { containsAny, exactly, hashedLength, holdsScalars } from './contains-any.ts'
import { foldCase } from './fold-case.ts'
import { slotOf, updateSlot } from './latest/update-time.ts'
import { has, hasEvery, hasSome, isEmpty } from './list-operators.ts'
import { orderingOf } from './ordering.ts'
import { literal, type Sql, sql } from './sql.ts'
import { document, documentOf } from './stored-document.ts'
import {
  canNest,
  compileOtherSide,
  compileOtherSides,
  compileSide,
  compileText,
  compileValue,
  isInside,
  nest,
} from './value-place.ts'

/** Compiles an operator to a condition that is true if the row matches, otherwise false or null. */
type CompileOperator = (place: ValuePlace, row: string, value: Given<Json>) => Sql

/** The SQL of every operator; `template/field-types/operators.ts` has their operands and descriptions. */
export const operators: Readonly<Record<OperatorName, CompileOperator>> = {
  equals,
  not: (place, row, value) => otherwise(equals(place, row, value)),
  in: isIn,
  notIn: (place, row, value) => otherwise(isIn(place, row, value)),
  lt: comparison(sql`<`, sql`<=`),
  lte: comparison(sql`<=`, sql`<=`),
  gt: comparison(sql`>`, sql`>=`),
  gte: comparison(sql`>=`, sql`>=`),
  contains: (place, row, value) => sql`strpos(${compileText(place, row)}, ${givenText(place, value)}) > 0`,
  startsWith: (place, row, value) => sql`starts_with(${compileText(place, row)}, ${givenText(place, value)})`,
  endsWith: (place, row, value) =>
    sql`right(${compileText(place, row)}, length(${givenText(place, value)})) = ${givenText(place, value)}`,
  matches,
  isNull,
  has,
  hasSome,
  hasEvery,
  isEmpty,
}

/** Negates a condition; null counts as false. */
export function otherwise(condition: Sql): Sql {
  return sql`(${condition}) is not true`
}

/**
 * Containment uses the GIN index on whole documents, so that equality on a field needs no index of its own:
 * `o.document @> '{"distr": "ubuntu"}'`. Lists, objects and json are also compared exactly, because they also contain their parts.
 */
function equals(place: ValuePlace, row: string, value: Given<Json>): Sql {
  const { field, isCaseless } = place
  if (isCaseless && isText(value)) return sql`${compileText(place, row)} = ${givenText(place, value)}`
  if (comparesSides(place)) {
    const given = compileOtherSide(place, value)
    return withSlot(place, row, sql`= ${slotOf(given)}`, sql`${compileSide(place, row)} = ${given}`)
  }
  if (!canNest(place)) return sql`${compileValue(place, row)} = ${derive(value, (one) => JSON.stringify(one))}::jsonb`
  const contained = sql`${document(row)} @> ${derive(value, (one) => JSON.stringify(nest(place, one)))}::jsonb`
  // Both indexes can find the value: that of documents, and one of several fields.
  if (field.isIndexedTogether && !place.at)
    return sql`(${contained} and ${compileSide(place, row)} = ${compileOtherSide(place, value)})`
  if (isScalar(field)) return contained
  const exact = sql`${compileValue(place, row)} = ${derive(value, (one) => JSON.stringify(one))}::jsonb`
  return sql`(${contained} and ${exact})`
}

/** Whether `equals` at that place is only a containment. */
export function isContainment(place: ValuePlace): boolean {
  return (
    place.isCaseless !== true &&
    !comparesSides(place) &&
    canNest(place) &&
    isScalar(place.field) &&
    !place.field.isIndexedTogether
  )
}

function isIn(place: ValuePlace, row: string, values: Given<Json>): Sql {
  const { field, isCaseless } = place
  const list = values as readonly Json[]
  if (isCaseless) return isCaselesslyIn(place, row, list)
  if (comparesSides(place)) {
    const one = sql`${compileSide(place, row)} = ${compileOtherSides(place, list)}`
    return withSlot(
      place,
      row,
      sql`= any(array(select ${slotOf(sql`given.time`)} from unnest(${metaValues('updateTime', list)}) as given (time)))`,
      one,
    )
  }
  const exact = sql`${compileValue(place, row)} = any(${list.map((value) => JSON.stringify(value))}::jsonb[])`
  const wholes = canNest(place) ? list.map((value) => nest(place, value)) : undefined
  return wholes && isScalar(field) && list.length < hashedLength
    ? containsAny(wholes, row)
    : exactly(exact, wholes, row)
}

/** A subquery, because PostgreSQL can hash its rows; it cannot hash a list of folded texts, which are not constants. */
function isCaselesslyIn(place: ValuePlace, row: string, values: readonly Json[]): Sql {
  const texts = values.filter((value) => typeof value === 'string')
  const others = values.filter((value) => typeof value !== 'string').map((value) => JSON.stringify(value))
  const folded = sql`${compileText(place, row)} in (select ${foldCase(sql`given.text`)} from unnest(${texts}::text[]) as given (text))`
  return others.length === 0 ? folded : sql`(${folded} or ${compileValue(place, row)} = any(${others}::jsonb[]))`
}

/**
 * `o1.document->>'size' < $1`, both sides in the form in which the field's values order. `slotSign` is what then holds of the slots of
 * update times.
 */
function comparison(sign: Sql, slotSign: Sql): CompileOperator {
  return (place, row, value) => {
    const [own, given] = sidesOf(place, row, value)
    return withSlot(place, row, sql`${slotSign} ${slotOf(given)}`, sql`${own} ${sign} ${given}`)
  }
}

/** Compares the update time also by its slot, which has an index: `(date_bin(…, o1.updated_at, …) <= date_bin(…, $1, …) and … < $1)`. */
function withSlot({ meta }: ValuePlace, row: string, slot: Sql, condition: Sql): Sql {
  return meta === 'updateTime' ? sql`(${updateSlot(row)} ${slot} and ${condition})` : condition
}

function sidesOf(place: ValuePlace, row: string, value: Given<Json>): readonly [own: Sql, given: Sql] {
  const { field, isCaseless } = place
  if (field.type === 'json' && typeof value === 'number') {
    const own = compileValue(place, row)
    return [sql`(case when jsonb_typeof(${own}) = 'number' then (${own} #>> '{}')::numeric end)`, toNumeric(value)]
  }
  if (field.type !== 'json' && !isCaseless) return [compileSide(place, row), compileOtherSide(place, value)]
  const texts = [compileText(place, row), givenText(place, value)] as const
  const { keyOfText } = field.type === 'json' ? {} : orderingOf(field)
  return keyOfText ? [sql`(${keyOfText(texts[0])} collate "C")`, keyOfText(texts[1])] : texts
}

function toNumeric(value: number): Sql {
  return sql`${String(value)}::numeric`
}

/** The pattern is of ASCII's classes only, so that the collation decides no more than what is upper and lower case. */
function matches(place: ValuePlace, row: string, value: Given<Json>): Sql {
  const text = compileText({ ...place, isCaseless: false }, row)
  return place.isCaseless ? sql`${text} collate "und-x-icu" ~* ${value}::text` : sql`${text} ~ ${value}::text`
}

/** A null in json or in an older document counts as absent, and so does what is no member of its enum any more: it reads as null. */
function isNull(place: ValuePlace, row: string, value: Given<Json>): Sql {
  if (place.meta) {
    const column = metaColumn(place.meta, row)
    return value === true ? sql`${column} is null` : sql`${column} is not null`
  }
  if (place.field.type === 'enum') {
    const fits = sql`${literal(JSON.stringify(place.field.values))}::jsonb @> (${compileValue(place, row)})`
    return value === true ? otherwise(fits) : fits
  }
  if (place.at || isInside(place)) {
    const present = sql`nullif(${compileValue(place, row)}, 'null'::jsonb)`
    return value === true ? sql`${present} is null` : sql`${present} is not null`
  }
  const present = sql`${documentOf(place.field, row)} ? ${literal(place.field.attribute)}`
  return value === true ? sql`not (${present})` : present
}

/** An open value is a text here, because the value of a json field is never open. */
function isText(value: Given<Json>): boolean {
  return isOpen(value) || typeof value === 'string'
}

/** Whether equality uses the field's own index, or a column, instead of containment. */
function comparesSides({ meta, field }: ValuePlace): boolean {
  return meta !== undefined || field.indexed || field.unique
}

function isScalar(field: Field): boolean {
  return !field.list && holdsScalars(field)
}

function givenText({ isCaseless }: ValuePlace, value: Given<Json>): Sql {
  const text = sql`${value}::text`
  return isCaseless ? foldCase(text) : text
}
