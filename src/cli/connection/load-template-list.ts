import { type Connection, SchemaChangedError } from './connection.ts'
import type { TemplateList } from './template.ts'
import { readTemplateCache, writeTemplateCache } from './template-cache.ts'

const fieldSelection = 'name type list required key description deprecated default values to'
const query = `query RegistryTemplates {
  templates {
    name plural type description key additionalFields
    fields { ${fieldSelection} fields { ${fieldSelection} fields { ${fieldSelection} fields { ${fieldSelection} } } } }
  }
}`

/** The templates of the registry, from the registry itself; they are kept for the next command. */
export async function loadTemplateList(connection: Connection): Promise<TemplateList> {
  const { templates } = await connection.send<{ templates: TemplateList }>(query)
  const { schema } = connection
  if (schema !== undefined) writeTemplateCache(connection.url, { url: connection.url, schema, templates })
  return templates
}

/**
 * Runs what needs to know the templates. They come from the cache if there is one: the first operation that `run`
 * sends then tells the registry so, and if its templates have changed since, nothing has run, and `run` is called once
 * more with the new ones. So `run` prints nothing before its first operation has answered.
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
    // A usage error may come from the cache being stale: ask before saying so.
    const isUnchecked = connection.expectedSchema !== undefined
    if (!isUnchecked) throw error
    connection.expectedSchema = undefined
    if (!(error instanceof SchemaChangedError) && !isUsageError(error)) throw error
    const templates = await loadTemplateList(connection)
    if (!(error instanceof SchemaChangedError) && connection.schema === cached.schema) throw error
    return run(templates)
  }
}

function isUsageError(error: unknown): boolean {
  return (error as { exitCode?: number }).exitCode === 2
}
