import { createInputError, type Path } from '../errors.ts'
import { parseDatetime } from '../template/field-types/datetime.ts'
import { ValueError } from '../template/field-types/field-type.ts'
import { fieldTypes } from '../template/field-types/field-types.ts'
import { type OrderedAs, orderings } from '../template/field-types/orderings.ts'
import { parseText } from '../template/field-types/parse-text.ts'
import { parseUuid } from '../template/field-types/uuid.ts'
import { type MetaFieldName, metaFields } from '../template/meta-fields.ts'
import type { Template } from '../template/model.ts'
import { quote } from '../template/quote.ts'
import { decodeCursor, largestVersion } from './decode-cursor.ts'
import { settle } from './open-value.ts'
import type { Cursor, OrderTerm, OrderValue } from './plan.ts'
import { describeOrder, printOrder } from './plan-order.ts'
import type { PlanRequest } from './plan-request.ts'

/**
 * Parses a cursor: base64url of a JSON array with the ordering's name, then a text or null for each of its terms, then the time as of
 * which the page was read, if that was not now. Throws BAD_USER_INPUT for anything else, and for a cursor of another ordering or time.
 */
export function parseCursor(
  cursor: unknown,
  order: readonly OrderTerm[],
  template: Template,
  { model, at }: Pick<PlanRequest, 'model' | 'at'>,
  path: Path,
): Cursor {
  const [name, ...ways] = decodeCursor(String(cursor))
  const [rest, [cursorAt, ...others]] = [ways.slice(0, order.length), ways.slice(order.length)]
  const describe = (printed: string) => quote(describeOrder(printed, template, model))
  const problem =
    typeof name !== 'string' ||
    (name === printOrder(order) && !(isPlaceIn(order, rest) && isTimeOrNone(cursorAt) && others.length === 0))
      ? `${path.at(-1)}: ${quote(cursor)} is not a cursor of this registry; use endCursor or startCursor of a page`
      : name !== printOrder(order)
        ? `${path.at(-1)}: the cursor belongs to the ordering ${describe(name)}, not ${describe(printOrder(order))}; use the same orderBy for all pages`
        : undefined
  const message =
    problem ?? refuseTime(cursorAt, at === undefined ? undefined : String(settle(at)), String(path.at(-1)))
  if (message !== undefined) throw createInputError([{ path, code: 'CURSOR', message }])
  return rest as Cursor
}

/** The time as of which the page of a cursor was read; undefined if that was the present, or for what is no cursor. */
export function timeOfCursor(cursor: unknown): string | undefined {
  const last = decodeCursor(String(cursor)).at(-1)
  return isTime(last) ? last : undefined
}

function isTimeOrNone(value: unknown): boolean {
  return value === undefined || isTime(value)
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]{8,15}Z$/.test(value)
}

/** Why a cursor is not of a page that was read as of the same time. */
function refuseTime(cursorAt: unknown, at: string | undefined, name: string): string | undefined {
  if (cursorAt === at) return undefined
  const ofPage = cursorAt === undefined ? 'of the objects as they are now' : `of the objects as of ${quote(cursorAt)}`
  return `${name}: the cursor belongs to a page ${ofPage}; give the same at for all pages`
}

/** Checks the values of a cursor, so that an invented cursor does not cause an error in the database. */
function isPlaceIn(order: readonly OrderTerm[], values: readonly unknown[]): values is Cursor {
  return values.length === order.length && order.every((term, i) => isPlaceOf(term, values[i]))
}

function isPlaceOf(term: OrderTerm, value: unknown): boolean {
  if (value === null) return canBeAbsent(term)
  if (typeof value !== 'string') return false
  try {
    parseText(value)
    if (term.kind === 'related') return /^\d{1,18}$/.test(value)
    return term.kind === 'key' || isPlaceAt(term.kind === 'referenced' ? term.of : term, value)
  } catch (error) {
    if (error instanceof ValueError) return false
    throw error
  }
}

function canBeAbsent(term: OrderTerm): boolean {
  if (term.kind === 'meta') return !metaFields[term.field].required
  return term.kind !== 'key' && term.kind !== 'related'
}

/** Throws `ValueError` if the text looks like a value but is not one. */
function isPlaceAt(of: OrderValue, value: string): boolean {
  if (!patternOf(of).test(value)) return false
  if (of.kind === 'meta' && of.field === 'version') return Number(value) <= largestVersion
  if (of.kind === 'meta' && of.field === 'uuid') parseUuid(value)
  if (of.kind === 'meta' && of.field.endsWith('Time')) parseDatetime(value)
  return true
}

const anyText = /^/

/** The form that a text must have before the database casts it to a type. */
function patternOf(of: OrderValue): RegExp {
  if (of.kind === 'meta') return metaPatterns[of.field]
  const { ordering } = fieldTypes[of.field.type]
  return ordering ? castPatterns[orderings[ordering]] : anyText
}

const metaPatterns: Readonly<Record<MetaFieldName, RegExp>> = {
  uuid: anyText,
  version: /^(\d{1,9}|[12]\d{9})$/,
  createTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  updateTime: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/,
  createdBy: anyText,
  updatedBy: anyText,
  createdFor: anyText,
  updatedFor: anyText,
}

const castPatterns: Readonly<Record<OrderedAs, RegExp>> = {
  text: anyText,
  // The longest numbers that JavaScript prints, without exponents.
  numeric: /^-?\d{1,400}(\.\d{1,1100})?$/,
  boolean: /^(true|false)$/,
  int: /^\d{1,9}$/,
}
