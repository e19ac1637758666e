import type { Query, QueryArgument, QueryField, QuerySelection } from './query-shape.ts'

/** Queries that select less, have fewer arguments, or are printed in a simpler form. */
export function* smallerQueries({ selection }: Query): IterableIterator<Query> {
  for (const smaller of smallerSelections(selection)) yield { selection: smaller }
}

function* smallerSelections(selection: QuerySelection): IterableIterator<QuerySelection> {
  const { fields, wrap, isSplit, directive } = selection
  if (fields.length > 1) for (const field of fields) yield { ...selection, fields: [field] }
  if (fields.length > 2)
    for (const field of fields) yield { ...selection, fields: fields.filter((other) => other !== field) }
  if (wrap !== 'none') yield { ...selection, wrap: 'none' }
  if (directive) yield { ...selection, directive: undefined }
  if (isSplit) yield { ...selection, isSplit: false }
  for (const field of fields)
    for (const smaller of smallerFields(field, fields))
      yield { ...selection, fields: fields.map((other) => (other === field ? smaller : other)) }
}

function* smallerFields(field: QueryField, siblings: readonly QueryField[]): IterableIterator<QueryField> {
  const { key, name, args, directive, selection, list } = field
  if (directive) yield { ...field, directive: undefined }
  if (key !== name && !siblings.some((other) => other.key === name)) yield { ...field, key: name }
  if (list)
    for (const argument of args)
      yield { ...field, args: args.filter((other) => other !== argument && !needs(other, argument)) }
  for (const argument of args)
    for (const smaller of smallerArguments(argument))
      yield { ...field, args: args.map((other) => (other === argument ? smaller : other)) }
  if (selection) for (const smaller of smallerSelections(selection)) yield { ...field, selection: smaller }
}

/** `whereLatest` is refused without `latestPer`. */
function needs({ name }: QueryArgument, other: QueryArgument): boolean {
  return name === 'whereLatest' && other.name === 'latestPer'
}

function* smallerArguments(argument: QueryArgument): IterableIterator<QueryArgument> {
  const { name, value, form } = argument
  if (form !== 'literal') yield { ...argument, form: 'literal' }
  if (['orderBy', 'latestPer', 'by'].includes(name) && Array.isArray(value) && value.length > 1)
    for (const term of value) yield { ...argument, value: [term] }
  if (name === 'where' || name === 'whereLatest')
    for (const smaller of smallerWheres(value as object)) yield { ...argument, value: smaller }
}

/** Fewer entries side by side, or in a list of `AND`, `OR` and `NOT`: whatever else is left out may make an empty filter. */
function* smallerWheres(where: object): IterableIterator<object> {
  const entries = Object.entries(where)
  if (entries.length > 1) for (const entry of entries) yield Object.fromEntries([entry])
  for (const [name, inner] of entries) {
    if (!['AND', 'OR', 'NOT'].includes(name)) continue
    for (const one of Array.isArray(inner) ? inner : [inner]) yield one
  }
}
