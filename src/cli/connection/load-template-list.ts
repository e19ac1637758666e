import { isDeepStrictEqual } from 'node:util'
import { CliError, exitCodes } from '../cli-error.ts'
import { type Connection, SchemaChangedError } from './connection.ts'
import type { TemplateList } from './template.ts'
import { readTemplateCache, writeTemplateCache } from './template-cache.ts'

const fieldSelection = 'name type list required key description deprecated default values to reverse'
const query = `query RegistryTemplates {
  templates {
    name plural type description key additionalFields
    fields { ${fieldSelection} fields { ${fieldSelection} fields { ${fieldSelection} fields { ${fieldSelection} } } } }
  }
}`

/** Asks the registry for its templates, and keeps them for the next command. */
export async function loadTemplateList(connection: Connection): Promise<TemplateList> {
  const { templates } = await connection.send<{ templates: TemplateList }>(query)
  const { url, schema } = connection
  if (schema !== undefined) writeTemplateCache({ url, schema, templates })
  return templates
}

/**
 * Calls `run` with the templates, from the cache if there is one. The first operation that `run` sends then names their
 * schema; if the registry has another one by now, it runs nothing, and `run` is called once more with the new templates.
 * So `run` must print nothing before its first operation is answered.
 */
export async function withTemplateList<Result>(
  connection: Connection,
  run: (templates: TemplateList) => Promise<Result>,
): Promise<Result> {
  const cached = readTemplateCache(connection.url)
  if (!cached) return run(await loadTemplateList(connection))
  connection.expectedSchema = cached.schema
  try {
    return await run(cached.templates)
  } catch (error) {
    // A stale cache may have caused the usage error, or one of another caller, who may read others: ask before reporting it.
    if (connection.expectedSchema === undefined) throw error
    connection.expectedSchema = undefined
    const hasChanged = error instanceof SchemaChangedError
    const isUsageError = error instanceof CliError && error.exitCode === exitCodes.usage
    if (!hasChanged && !isUsageError) throw error
    const templates = await loadTemplateList(connection)
    if (!hasChanged && isDeepStrictEqual(templates, cached.templates)) throw error
    return run(templates)
  }
}
