import { fieldTypes } from '../../template/field-types/field-types.ts'
import type { Json } from '../../template/json.ts'
import { type Condition, namedKeys } from '../condition.ts'
import { type Binding, bindValue } from '../open-value.ts'

/** A version of an object: as much of its document and of its references as conditions are judged by. */
export interface JudgedVersion {
  readonly document: Readonly<Record<string, Json>>
  /** The canonical keys of the targets of its references, by attribute. */
  readonly refs: Readonly<Record<string, Json>>
}

/** Whether a version matches; undefined where only PostgreSQL knows. */
type Judge = (version: JudgedVersion) => boolean | undefined

/** What is known of a condition without asking PostgreSQL. */
interface Judged {
  readonly judge: Judge
  /** The attributes that it looks at. */
  readonly attributes: ReadonlySet<string>
}

/**
 * Makes a function of a condition. Where it says true or false, SQL says the same (`compileCondition`); it does not know what other objects,
 * keys (`withoutKeys`), the columns of `_meta`, collations or the inside of json would tell. Undefined if it never knows.
 */
export function createJudge(condition: Condition, binding: Binding): Judged | undefined {
  const attributes = new Set<string>()
  const judge = judgeOf(condition, binding, attributes)
  return judge === unknown ? undefined : { judge, attributes }
}

const unknown: Judge = () => undefined

function judgeOf(condition: Condition, binding: Binding, attributes: Set<string>): Judge {
  switch (condition.kind) {
    case 'always':
      return () => true
    case 'and':
    case 'or': {
      const of = condition.of.map((one) => judgeOf(one, binding, attributes))
      if (of.every((judge) => judge === unknown)) return unknown
      return decideBy(
        of.filter((judge) => judge !== unknown),
        {
          decisive: condition.kind === 'or',
          isWhole: !of.includes(unknown),
        },
      )
    }
    case 'not':
      return negated(judgeOf(condition.of, binding, attributes))
    case 'field':
      return judgeOfField(condition, bindValue(condition.value, binding), attributes)
    case 'referenceKey': {
      if (condition.field.list || condition.field.isFilling) return unknown
      const { attribute } = condition.field
      const key = bindValue(condition.key, binding)
      attributes.add(attribute)
      return ({ refs }) => refs[attribute] === key
    }
    case 'reference': {
      // What its target is like, only PostgreSQL knows; but that it is another one is known here.
      const keys = condition.field.list || condition.field.isFilling ? undefined : namedKeys(condition.where)
      if (!keys) return unknown
      const { attribute } = condition.field
      const named = new Set<unknown>(keys.map((key) => bindValue(key, binding)))
      attributes.add(attribute)
      return ({ refs }) => (named.has(refs[attribute]) ? undefined : false)
    }
    default:
      return unknown
  }
}

function negated(judge: Judge): Judge {
  if (judge === unknown) return unknown
  return (version) => {
    const matches = judge(version)
    return matches === undefined ? undefined : !matches
  }
}

/** `and` and `or` of three values; `isWhole` says whether no condition is left out that is not known. */
function decideBy(judges: readonly Judge[], { decisive, isWhole }: { decisive: boolean; isWhole: boolean }): Judge {
  return (version) => {
    let result: boolean | undefined = isWhole ? !decisive : undefined
    for (const judge of judges) {
      const one = judge(version)
      if (one === decisive) return decisive
      if (one === undefined) result = undefined
    }
    return result
  }
}

type Scalar = string | number | boolean

/** A value that is not of the type that it is compared with: PostgreSQL has rules for that. */
const odd = Symbol('odd')

function judgeOfField(condition: Extract<Condition, { kind: 'field' }>, value: Json, attributes: Set<string>): Judge {
  const { field, operator, at, meta, path, isCaseless, filling } = condition
  const { ordering } = fieldTypes[field.type]
  // Their forms in a document are scalars whose equality is that of their texts, or numbers.
  if (meta || path || isCaseless || field.isFilling || filling || field.list || ordering === undefined) return unknown
  const [attribute = field.attribute, ...members] = at ?? []
  if (at?.length === 0) return unknown
  const read = (version: JudgedVersion) => valueIn(version.document, attribute, members)
  const byStored = (test: (stored: Scalar) => boolean | undefined, types: readonly string[]): Judge => {
    attributes.add(attribute)
    return (version) => {
      const stored = read(version)
      if (stored === undefined || stored === null) return false
      if (stored === odd || typeof stored === 'object' || !types.includes(typeof stored)) return undefined
      // Beyond these, a number may be another one than in PostgreSQL.
      if (ordering === 'integer' && !Number.isSafeInteger(stored)) return undefined
      return test(stored)
    }
  }
  const isOneOf = (values: readonly Json[]): Judge => {
    if (values.length === 0) return () => false
    const types = new Set(values.map((one) => typeof one))
    const isOrdered = field.indexed || field.unique || field.isIndexedTogether
    if (types.size > 1 || types.has('object') || (isOrdered && !equalAsText.has(ordering))) return unknown
    const wanted = new Set<unknown>(values)
    return byStored((stored) => wanted.has(stored), [...types])
  }
  switch (operator) {
    case 'equals':
      return isOneOf([value])
    case 'not':
      return negated(isOneOf([value]))
    case 'in':
      return isOneOf(value as readonly Json[])
    case 'notIn':
      return negated(isOneOf(value as readonly Json[]))
    case 'isNull': {
      attributes.add(attribute)
      return (version) => {
        const stored = read(version)
        if (stored === odd) return undefined
        if (field.type === 'enum') return !(typeof stored === 'string' && field.values.includes(stored)) === value
        // A field of the template is absent only if its document lacks it.
        return (stored === undefined || (stored === null && at !== undefined)) === value
      }
    }
    case 'contains':
      return isPlainText(value) ? byStored((stored) => String(stored).includes(value), ['string']) : unknown
    case 'startsWith':
      return isPlainText(value) ? byStored((stored) => String(stored).startsWith(value), ['string']) : unknown
    case 'endsWith':
      return isPlainText(value) ? byStored((stored) => String(stored).endsWith(value), ['string']) : unknown
    case 'lt':
    case 'lte':
    case 'gt':
    case 'gte': {
      const sideOf = sides[ordering]
      const given = sideOf?.(value)
      if (!sideOf || given === undefined) return unknown
      const compare = comparisons[operator]
      return byStored(
        (stored) => {
          const own = sideOf(stored)
          return own === undefined ? undefined : compare(own, given)
        },
        [typeof value],
      )
    }
    default:
      return unknown
  }
}

/** Where two values are equal if and only if their stored forms are. */
const equalAsText: ReadonlySet<string> = new Set(['text', 'boolean', 'integer', 'float', 'rank'])

const comparisons = {
  lt: (a: string | number, b: string | number) => a < b,
  lte: (a: string | number, b: string | number) => a <= b,
  gt: (a: string | number, b: string | number) => a > b,
  gte: (a: string | number, b: string | number) => a >= b,
}

/** A value in the form in which it orders here as in PostgreSQL; undefined for one that does not. */
const sides: Readonly<Record<string, ((value: Json) => string | number | undefined) | undefined>> = {
  integer: (value) => (typeof value === 'number' ? value : undefined),
  float: (value) => (typeof value === 'number' ? value : undefined),
  text: (value) => (isPlainText(value) ? value : undefined),
  instant: (value) => (isPlainText(value) ? value.replace(/Z+$/, '') : undefined),
}

/** JavaScript orders by units of UTF-16, PostgreSQL by code points: the same order below the surrogates. */
function isPlainText(value: Json): value is string {
  return typeof value === 'string' && !/[\ud800-\uffff]/.test(value)
}

function valueIn(
  document: Readonly<Record<string, Json>>,
  attribute: string,
  members: readonly string[],
): Json | typeof odd | undefined {
  let value: Json | undefined = Object.hasOwn(document, attribute) ? document[attribute] : undefined
  for (const member of members) {
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'object' || Array.isArray(value)) return odd
    const holder = value as Readonly<Record<string, Json>>
    value = Object.hasOwn(holder, member) ? holder[member] : undefined
  }
  return value
}
