import fc from 'fast-check'
import { groupFieldsOf } from '../../src/plan/group-fields.ts'
import type { Field, Template, TemplateModel } from '../../src/template/model.ts'
import type { Where } from './evaluate.ts'
import { itemOf, type Keys, text, valueOfField } from './rich-objects.ts'

const equality = ['equals', 'not', 'in', 'notIn', 'isNull']
const comparison = ['lt', 'lte', 'gt', 'gte']
const textual = ['contains', 'startsWith', 'endsWith']
/** Most of them match some of the texts that occur. */
const patterns = ['^a', 'a$', '[A-Z]', '\\d', '^[^a-c]*$', '.', '^.{2,}$', 'b|B', '^$', '\\W', '\\ba', '(?:a|é)+?']
const listed = ['has', 'hasSome', 'hasEvery', 'isEmpty']

function operatorsOf({ type, list }: Pick<Field, 'type' | 'list'>): readonly string[] {
  if (list) return [...equality, ...(type === 'object' ? ['isEmpty'] : listed)]
  if (type === 'json') return [...equality, ...comparison, ...textual, 'matches', 'has']
  if (['boolean', 'enum', 'object'].includes(type)) return equality
  return [...equality, ...comparison, ...(['string', 'version'].includes(type) ? [...textual, 'matches'] : [])]
}

/** Forms that a caller may give for a stored value: other time zones, other decimals of a second, upper case. */
function spellingsOf(type: string, value: unknown): readonly unknown[] {
  if (type === 'datetime' && value === '2026-11-22T07:57:31.000Z')
    return [value, '2026-11-22T08:57:31+01:00', '2026-11-22t07:57:31.0z', 'Sun Nov 22 08:57:31 2026 +0100']
  if (type === 'duration' && value === 'PT1H30M') return [value, '90m', '1h30m', 'PT5400S', '5400.0s']
  if (type === 'duration' && value === 'P9D') return [value, '1w2d', 'P1W2D', '216h']
  if (type === 'uuid') return [value, String(value).toUpperCase()]
  if (type === 'bigint' && value === '10') return [value, 10]
  return [value]
}

const mode = fc.constantFrom('default', 'insensitive', 'insensitive')
const path = fc.oneof(
  fc.constantFrom(['a'], ['a'], ['a', 'b'], ['a', '0'], ['0'], ['-1'], ['b'], [], ['a', '3', 'b'], ['2', 'b']),
  fc.array(fc.constantFrom('a', 'b', '0', '1', '-1', '', 'constructor', '__proto__'), { maxLength: 3 }),
)

/** Operators on a value, or on a list and its items, with their options. */
function filterOf(
  { type, list }: Pick<Field, 'type' | 'list'>,
  value: fc.Arbitrary<unknown>,
  item: fc.Arbitrary<unknown>,
): fc.Arbitrary<Where> {
  const isText = type === 'string' || type === 'version'
  const spelled = list ? value : value.chain((one) => fc.constantFrom(...spellingsOf(type, one)))
  const spelledItem = item.chain((one) => fc.constantFrom(...spellingsOf(type, one)))
  const ordered = type === 'json' ? fc.oneof(text, fc.constantFrom(0, 1, 9.5, 10)) : spelled
  const entry = fc.constantFrom(...operatorsOf({ type, list })).chain((operator): fc.Arbitrary<[string, unknown]> => {
    if (operator === 'isNull' || operator === 'isEmpty') return fc.boolean().map((is) => [operator, is])
    if (operator === 'in' || operator === 'notIn')
      return fc.array(spelled, { maxLength: 4 }).map((values) => [operator, values])
    // Lists of nine and more values use another SQL.
    if (operator === 'hasSome' || operator === 'hasEvery')
      return fc
        .oneof(fc.array(spelledItem, { maxLength: 3 }), fc.array(spelledItem, { maxLength: 12 }))
        .map((values) => [operator, values])
    if (operator === 'has') return spelledItem.map((one) => [operator, one])
    if (operator === 'matches') return fc.constantFrom(...patterns).map((one) => [operator, one])
    if (textual.includes(operator)) return (isText ? fc.oneof(text, value) : text).map((part) => [operator, part])
    return (comparison.includes(operator) ? ordered : spelled).map((one) => [operator, one])
  })
  const entries = fc.array(entry, { minLength: 1, maxLength: 2, size: 'max' }).map((some) => Object.fromEntries(some))
  const options: Record<string, fc.Arbitrary<unknown>> = {
    ...(!list && (isText || type === 'json') && { mode }),
    ...(!list && type === 'json' && { path }),
  }
  return fc
    .tuple(entries, fc.record(options, { requiredKeys: [], noNullPrototype: true }))
    .map(([operators, some]) => ({ ...operators, ...some }))
}

/** The filter of a field that is not a reference, or of a member; objects `depth` levels deep. */
function filterOfField(field: Field, keys: Keys, depth: number): fc.Arbitrary<Where> {
  const own = filterOf(field, valueOfField(field, keys), itemOf(field, keys))
  if (field.type !== 'object' || depth === 0) return own
  if (field.list) {
    const items = fc.oneof(
      { weight: 1, arbitrary: fc.constant<Where>({}) },
      { weight: 6, arbitrary: filterOfField({ ...field, list: false }, keys, depth) },
    )
    const quantified = fc
      .array(fc.tuple(fc.constantFrom('some', 'none', 'every'), items), { minLength: 1, maxLength: 2 })
      .map((entries): Where => Object.fromEntries(entries))
    return fc.oneof({ weight: 1, arbitrary: own }, { weight: 4, arbitrary: quantified })
  }
  const members = fc
    .constantFrom(...field.members)
    .chain((member) => filterOfField(member, keys, depth - 1).map((filter): Where => ({ [member.name]: filter })))
  return fc.oneof(
    { weight: 1, arbitrary: own },
    { weight: 5, arbitrary: members },
    { weight: 2, arbitrary: fc.tuple(members, members).map(([a, b]): Where => ({ ...a, ...b })) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('AND', 'OR', 'NOT'), fc.array(fc.oneof(own, members), { maxLength: 3, size: 'max' }))
        .map(([name, list]): Where => ({ [name]: list })),
    },
  )
}

/** A number of related objects. */
const countFilter = fc
  .array(
    fc.constantFrom(...equality.slice(0, 4), ...comparison).chain((operator) => {
      const number = fc.integer({ min: -1, max: 4 })
      return (['in', 'notIn'].includes(operator) ? fc.array(number, { maxLength: 3 }) : number).map(
        (one) => [operator, one] as const,
      )
    }),
    { minLength: 1, maxLength: 2 },
  )
  .map((entries): Where => Object.fromEntries(entries))

const metaTypes = {
  uuid: 'uuid',
  version: 'int',
  createTime: 'datetime',
  updateTime: 'datetime',
  createdBy: 'string',
  updatedBy: 'string',
  createdFor: 'string',
  updatedFor: 'string',
} as const

/** A `where` of a template, `depth` levels deep. `meta` has the `_meta` values that occur. */
export function whereOf(
  template: Template,
  model: TemplateModel,
  keys: Keys,
  meta: Readonly<Record<string, readonly unknown[]>>,
  depth: number,
  known = new Map<string, fc.Arbitrary<Where>>(),
): fc.Arbitrary<Where> {
  // Each template occurs repeatedly at deeper levels.
  const inner = (name: string) => {
    const where =
      known.get(`${name} ${depth}`) ?? whereOf(model.byName.get(name) as Template, model, keys, meta, depth - 1, known)
    known.set(`${name} ${depth}`, where)
    return where
  }
  const leaves: fc.Arbitrary<Where>[] = template.fields
    .filter((field) => !field.reference)
    .map((field) => filterOfField(field, keys, 3).map((filter) => ({ [field.name]: filter })))
  const metaLeaves = Object.entries(metaTypes).map(([name, type]) => {
    const stored = (meta[name] ?? []).map((value) => fc.constant(value))
    const values = fc.oneof(...stored, ...(type === 'string' ? [text] : []))
    return filterOf({ type, list: false }, values, values).map((filter) => ({ _meta: { [name]: filter } }))
  })
  const references = template.fields.filter((field) => field.reference)
  const single = references.filter((field) => !field.list)
  const comparisons = template.fields.flatMap((field) =>
    comparableWith(field, template).map((others) =>
      fc
        .tuple(
          fc.constantFrom(...['equals', 'not', ...(operatorsOf(field).includes('lt') ? comparison : [])]),
          fc.constantFrom(...others),
          operatorsOf(field).includes('contains') ? mode : fc.constant(undefined),
        )
        .map(
          ([operator, other, how]): Where => ({
            [field.name]: { field: { [operator]: other }, ...(how && { mode: how }) },
          }),
        ),
    ),
  )
  const isNull = single.map((field) => fc.boolean().map((is): Where => ({ [field.name]: { isNull: is } })))
  if (depth === 0)
    return fc.oneof(
      { weight: 6, arbitrary: oneOf(leaves) },
      { weight: 1, arbitrary: fc.oneof(...metaLeaves) },
      { weight: 1, arbitrary: fc.oneof(fc.constant({}), ...isNull) },
      { weight: 1, arbitrary: oneOf(comparisons) },
    )
  const self = inner(template.name)
  const others = [
    ...references.filter((field) => field.list).map((field) => [field.name, field.reference?.to ?? ''] as const),
    ...template.reverseFields.map(({ name, from }) => [name, from] as const),
  ]
  const groupable = (name: string) => groupFieldsOf(model.byName.get(name) as Template).map((field) => field.name)
  const latest = others.map(([name, other]) =>
    fc
      .record(
        {
          where: inner(other),
          per: fc.subarray(groupable(other), { minLength: 1, maxLength: 2 }),
          is: inner(other),
        },
        { requiredKeys: ['is'], noNullPrototype: true },
      )
      .map((filter): Where => ({ [name]: { latest: filter } })),
  )
  const nested = [
    ...latest,
    ...single.map((field) =>
      fc
        .tuple(inner(field.reference?.to ?? ''), fc.constantFrom(undefined, undefined, true, false))
        .map(([where, is]): Where => ({ [field.name]: is === undefined ? where : { ...where, isNull: is } })),
    ),
    ...others.map(([name, other]) =>
      fc
        .array(fc.tuple(fc.constantFrom('some', 'none', 'every'), inner(other)), { minLength: 1, maxLength: 2 })
        .map((entries): Where => ({ [name]: Object.fromEntries(entries) })),
    ),
    ...others.map(([name, other]) =>
      fc
        .record(
          { count: countFilter, where: inner(other), some: inner(other) },
          { requiredKeys: ['count'], noNullPrototype: true },
        )
        .map((filter): Where => ({ [name]: filter })),
    ),
  ]
  return fc.oneof(
    { weight: 2, arbitrary: oneOf(leaves) },
    { weight: 1, arbitrary: fc.oneof(...metaLeaves) },
    { weight: 4, arbitrary: oneOf(nested) },
    {
      weight: 2,
      arbitrary: fc
        .tuple(fc.constantFrom('AND', 'OR', 'NOT'), fc.array(self, { maxLength: 3, size: 'max' }))
        .map(([name, list]): Where => ({ [name]: list })),
    },
    { weight: 1, arbitrary: self.map((where): Where => ({ NOT: where })) },
    { weight: 1, arbitrary: fc.tuple(self, self).map(([a, b]): Where => ({ ...a, ...b })) },
  )
}

/** The names of the fields that a field's values can be compared with, itself among them, as a list of one list; none if it has no order. */
function comparableWith(field: Field, { fields }: Template): readonly (readonly string[])[] {
  const isNumber = ({ type }: Field) => ['int', 'bigint', 'float'].includes(type)
  if (field.list || ['json', 'object', 'reference'].includes(field.type)) return []
  const others = fields.filter(
    (one) =>
      !one.list &&
      ((isNumber(one) && isNumber(field)) || (one.type === field.type && one.values.join() === field.values.join())),
  )
  return [others.map((one) => one.name)]
}

/** A filter that matches everything, if a template has no field of a kind. */
function oneOf(filters: readonly fc.Arbitrary<Where>[]): fc.Arbitrary<Where> {
  return filters.length > 0 ? fc.oneof(...filters) : fc.constant({})
}

/** An `orderBy` of a template, of no, one or several terms. */
export function orderByOf(template: Template): fc.Arbitrary<readonly Where[]> {
  const direction = fc.constantFrom('asc', 'desc')
  const ordered = template.fields.filter(
    (field) => !field.list && !['json', 'object', 'reference'].includes(field.type),
  )
  const term = fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(fc.constantFrom(...ordered.map((field) => field.name)), direction)
        .map(([name, to]): Where => ({ [name]: to })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.constantFrom(...Object.keys(metaTypes)), direction)
        .map(([name, to]): Where => ({ _meta: { [name]: to } })),
    },
  )
  return fc.array(term, { maxLength: 3, size: 'max' })
}
