import type { Field, Template } from '../template/model.ts'

/** What to write instead of null behind a name in a filter, as the end of a sentence. */
export type InsteadOfNull = (name: string) => string

/** Said wherever the place itself has no isNull: callers look for it there. */
export const whatIsAbsent = 'isNull: true finds what is absent in a field'

/** A filter of its own: `where`, `AND`, `some`. */
export const insteadOfFilter: InsteadOfNull = (name) =>
  `leave ${name} out, or use isNull: true on a field in it to find what is absent`

/** `mode`, `path`, `count` and what stands in it: they are never absent. */
export const insteadOfOption: InsteadOfNull = (name) => `leave ${name} out; ${whatIsAbsent}`

/** A field, or a value of it. */
export const insteadOfValue: InsteadOfNull = () => 'to find what is absent, use isNull: true'

const insteadOfRelated: InsteadOfNull = (name) =>
  `leave ${name} out, or use ${name}: {none: {}} to find what has none; ${whatIsAbsent}`
const insteadOfNegated: InsteadOfNull = () => 'to find what is present, use isNull: false'
const insteadOfBoolean: InsteadOfNull = (name) => `give true or false, or leave ${name} out; ${whatIsAbsent}`

const byName: ReadonlyMap<string, InsteadOfNull> = new Map([
  ...['AND', 'OR', 'NOT', 'some', 'none', 'every', 'where', '_meta'].map((name) => [name, insteadOfFilter] as const),
  ...['not', 'notIn'].map((name) => [name, insteadOfNegated] as const),
  ...['isNull', 'isEmpty'].map((name) => [name, insteadOfBoolean] as const),
  ...['mode', 'path', 'count'].map((name) => [name, insteadOfOption] as const),
])

/** A name that is none of the template's: an operator, a quantifier, an option. */
export const insteadOfNull: InsteadOfNull = (name) => (byName.get(name) ?? insteadOfValue)(name)

/** An entry of a template's `where`. */
export function insteadOfEntry({ fieldByName, reverseFields }: Template): InsteadOfNull {
  return (name) => {
    const field = fieldByName.get(name)
    if (field) return (isListOfReferences(field) ? insteadOfRelated : insteadOfValue)(name)
    return (reverseFields.some((one) => one.name === name) ? insteadOfRelated : insteadOfNull)(name)
  }
}

/** An equality argument. */
export function insteadOfArgument(field: Field): InsteadOfNull {
  return (name) =>
    isListOfReferences(field)
      ? `to find what has none, use where: {${name}: {none: {}}}; ${whatIsAbsent}`
      : `to find what is absent, use where: {${name}: {isNull: true}}`
}

function isListOfReferences({ list, reference }: Field): boolean {
  return list && reference !== undefined
}
