import { CliError } from '../cli-error.ts'
import type { Connection } from './connection.ts'

/**
 * Asks a root field of the registry itself, such as `viewer`, and returns what it gives. Its name gives way to a template's: then it is
 * `_viewer`. Who may not read that template cannot know of it, so the name is tried.
 */
export async function askOwnField<Data>(connection: Connection, name: string, selection: string): Promise<Data> {
  const ask = async (field: string) =>
    (await connection.send<{ own: Data }>(`query RegistryOwn { own: ${field}${selection} }`)).own
  try {
    return await ask(name)
  } catch (error) {
    if (!isInvalid(error)) throw error
    return ask(`_${name}`).catch((other: unknown) => {
      throw isInvalid(other) ? error : other
    })
  }
}

function isInvalid(error: unknown): boolean {
  return error instanceof CliError && error.code === 'GRAPHQL_VALIDATION_FAILED'
}
