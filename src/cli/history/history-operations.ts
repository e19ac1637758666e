import { ownArgumentOf } from '../../template/names/argument-names.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { Where } from '../arguments/parse-where.ts'
import type { Connection } from '../connection/connection.ts'
import type { Upserted } from '../connection/operations.ts'
import type { Template } from '../connection/template.ts'
import { namesOf } from '../connection/template-names.ts'
import { objectSelection, type SelectedObject, type ShownObject, toShownObject } from '../output/print-object.ts'

/** How many versions or differences the registry is asked for at once. */
const pageLength = 100

interface Page<Node> {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

const changes = 'changes { field before after }'

/** The versions of the objects that have or had a key, newest first, a page at a time. `key` are arguments. */
export function readVersions(
  connection: Connection,
  template: Template,
  key: string,
  first: number | undefined,
): AsyncGenerator<readonly ShownObject[]> {
  const query = `query RegistryHistory($first: Int!, $after: String) {
  page: ${namesOf(template).query.history}(${key}, ${argumentOf('first', template)}: $first, ${argumentOf('after', template)}: $after) {
    nodes { version outcome time actor run ${changes} document }
    pageInfo { hasNextPage endCursor }
  }
}`
  return readPages(connection, query, {}, first)
}

/** What was created, updated and deleted between two times, a page at a time. */
export function readDifferences(
  connection: Connection,
  template: Template,
  given: { readonly from: string; readonly to: string | undefined; readonly where: Where | undefined },
  first: number | undefined,
): AsyncGenerator<readonly ShownObject[]> {
  const { types, query: fields } = namesOf(template)
  const query = `query RegistryDiff($from: DateTime!, $to: DateTime, $where: ${types.where}, $first: Int!, $after: String) {
  page: ${fields.diffMany}(from: $from, to: $to, where: $where, first: $first, after: $after) {
    nodes { outcome key ${changes} before after }
    pageInfo { hasNextPage endCursor }
  }
}`
  return readPages(connection, query, given, first)
}

async function* readPages(
  connection: Connection,
  query: string,
  variables: object,
  first = Number.POSITIVE_INFINITY,
): AsyncGenerator<readonly ShownObject[]> {
  let after: string | null | undefined
  for (let left = first; ; ) {
    const { page } = await connection.send<{ page: Page<ShownObject> }>(query, {
      ...variables,
      first: Math.min(left, pageLength),
      after,
    })
    yield page.nodes
    left -= page.nodes.length
    if (!page.pageInfo.hasNextPage || left <= 0) return
    after = page.pageInfo.endCursor
  }
}

/** An argument of the registry beside those of the key, which it gives way to. */
function argumentOf(name: string, { key }: Template): string {
  return ownArgumentOf({ key: key.map((field) => ({ name: field })) }, name)
}

/** Writes a former version again. `key` are arguments. */
export async function restoreVersion(
  connection: Connection,
  template: Template,
  key: string,
  version: number,
  ifVersion: number | undefined,
): Promise<Upserted> {
  const { mutation, payloadObject } = namesOf(template)
  const query = `mutation RegistryRestore($version: Int!, $ifVersion: Int) {
  restored: ${mutation.restoreOne}(${key}, ${argumentOf('version', template)}: $version, ${argumentOf('ifVersion', template)}: $ifVersion) { outcome object: ${payloadObject} { ${objectSelection} } }
}`
  const { restored } = await connection.send<{
    restored: { readonly outcome: Upserted['outcome']; readonly object: SelectedObject }
  }>(query, { version, ifVersion }, { isRepeatable: ifVersion === undefined })
  return { outcome: restored.outcome, object: toShownObject(restored.object) }
}

/** What changed, in one line: `status: false → true, tags`. Long values are left out. */
export function printChanges(changed: Json): string {
  return (changed as unknown as readonly Change[])
    .map(({ field, before, after }) => {
      const values = [before, after].map((value) => JSON.stringify(value ?? null))
      return values.some((value) => value.length > longestValue) ? field : `${field}: ${values.join(' → ')}`
    })
    .join(', ')
}

interface Change {
  readonly field: string
  readonly before: Json
  readonly after: Json
}

/** In characters, of a value that a table shows. */
const longestValue = 40
