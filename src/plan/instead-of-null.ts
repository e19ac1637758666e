import type { Field, Template } from '../template/model.ts'

/** What to write instead of null for a name in a filter, as the end of a sentence. */
export type InsteadOfNull = (name: string) => string

/** For places that have no isNull, where callers may look for it. */
export const whatIsAbsent = 'isNull: true on a field finds absent values'

/** An entry that contains a filter: `where`, `AND`, `some`. */
export const insteadOfFilter: InsteadOfNull = (name) =>
  `leave ${name} out, or use isNull: true on a field in it to find absent values`

/** `mode`, `path`, `count` and the entries of `count`, which are never absent in an object. */
export const insteadOfOption: InsteadOfNull = (name) => `leave ${name} out; ${whatIsAbsent}`

/** A field, or a value of it. */
export const insteadOfValue: InsteadOfNull = () => 'to find absent values, use isNull: true'

const insteadOfRelated: InsteadOfNull = (name) =>
  `leave ${name} out, or use ${name}: {none: {}} to find objects without any; ${whatIsAbsent}`
const insteadOfNegated: InsteadOfNull = () => 'to find present values, use isNull: false'
const insteadOfBoolean: InsteadOfNull = (name) => `give true or false, or leave ${name} out; ${whatIsAbsent}`

const byName: ReadonlyMap<string, InsteadOfNull> = new Map([
  ...['AND', 'OR', 'NOT', 'some', 'none', 'every', 'where', 'latest', '_meta'].map(
    (name) => [name, insteadOfFilter] as const,
  ),
  ...['not', 'notIn'].map((name) => [name, insteadOfNegated] as const),
  ...['isNull', 'isEmpty'].map((name) => [name, insteadOfBoolean] as const),
  ...['mode', 'path', 'count'].map((name) => [name, insteadOfOption] as const),
])

/** For a name that does not come from the template: an operator, a quantifier, an option. */
export const insteadOfNull: InsteadOfNull = (name) => (byName.get(name) ?? insteadOfValue)(name)

/** For an entry of a template's `where`. */
export function insteadOfEntry({ fieldByName, reverseFields }: Template): InsteadOfNull {
  return (name) => {
    const field = fieldByName.get(name)
    if (field) return (isListOfReferences(field) ? insteadOfRelated : insteadOfValue)(name)
    return (reverseFields.some((one) => one.name === name) ? insteadOfRelated : insteadOfNull)(name)
  }
}

/** For an equality argument. */
export function insteadOfArgument(field: Field): InsteadOfNull {
  return (name) =>
    isListOfReferences(field)
      ? `to find objects without any, use where: {${name}: {none: {}}}; ${whatIsAbsent}`
      : `to find absent values, use where: {${name}: {isNull: true}}`
}

function isListOfReferences({ list, reference }: Field): boolean {
  return list && reference !== undefined
}
