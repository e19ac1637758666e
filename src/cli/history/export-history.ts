import type { Json } from '../arguments/parse-value.ts'
import { askOwnField } from '../connection/ask-own-field.ts'
import type { Connection } from '../connection/connection.ts'
import type { Template } from '../connection/template.ts'

/** How many versions the registry is asked for at once, and how many a line has at most. */
const pageLength = 200
const longestLine = 500

interface ExportedVersion {
  readonly [name: string]: Json
  readonly key: readonly Json[]
  readonly version: number
}

interface Page {
  readonly nodes: readonly ExportedVersion[]
  readonly since: string | null
  readonly endCursor: string | null
}

/** Some versions of what has been under a key, oldest first. */
interface Line {
  readonly key: string
  /** The version before them, in the line before. */
  readonly after: number | undefined
  readonly versions: ExportedVersion[]
}

/**
 * All that the objects of a template are and were, as lines of ndjson: a line has the versions of one object; very many go on in the next
 * one. The last line says from when on the past is known, if a part of it is not kept.
 */
export async function* exportHistory(connection: Connection, { name }: Template): AsyncGenerator<string> {
  let line: Line | undefined
  let since: string | null = null
  let after: string | null = null
  do {
    const page: Page = await readPage(connection, name, after)
    for (const version of page.nodes) {
      const key = JSON.stringify(version.key)
      const isSame = line?.key === key
      if (line && isSame && line.versions.length < longestLine) line.versions.push(version)
      else {
        if (line) yield printLine(name, line)
        line = { key, after: isSame ? line?.versions.at(-1)?.version : undefined, versions: [version] }
      }
    }
    ;({ since, endCursor: after } = page)
  } while (after !== null)
  if (line) yield printLine(name, line)
  if (since !== null) yield `${JSON.stringify({ _template: name, _since: since })}\n`
}

function readPage(connection: Connection, template: string, after: string | null): Promise<Page> {
  const given = `template: ${JSON.stringify(template)}, first: ${pageLength}${after === null ? '' : `, after: ${JSON.stringify(after)}`}`
  return askOwnField<Page>(connection, 'exportHistory', `(${given}) { nodes since endCursor }`)
}

function printLine(name: string, { key, after, versions }: Line): string {
  const line = {
    _template: name,
    _key: JSON.parse(key) as Json,
    ...(after !== undefined && { _after: after }),
    _versions: versions.map(({ key: _, ...version }) => version),
  }
  return `${JSON.stringify(line)}\n`
}
