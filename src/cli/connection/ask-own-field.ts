import { type Connection, createAnswerError, type GraphqlAnswer } from './connection.ts'

/**
 * Asks a root field of the registry itself, such as `viewer`, and returns what it gives. Its name gives way to a template's: then it is
 * `_viewer`. Who may not read that template does not know of it, so the names are tried.
 */
export async function askOwnField<Data>(connection: Connection, name: string, selection: string): Promise<Data> {
  const ask = (field: string) => connection.ask(`query RegistryOwn { own: ${field}${selection} }`)
  const first = await ask(name)
  const other = isInvalid(first) ? await ask(`_${name}`) : first
  const { data, errors = [] } = isInvalid(other) ? first : other
  if (errors.length > 0) throw createAnswerError(errors)
  return (data as { own: Data }).own
}

/** Whether the schema has no such field, or another one of this name. */
function isInvalid({ errors = [] }: GraphqlAnswer): boolean {
  return errors.some(({ extensions }) => extensions?.issues?.some(({ code }) => code === 'INVALID_DOCUMENT'))
}
