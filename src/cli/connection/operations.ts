import { atArgumentOf } from '../../template/names/argument-names.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { Where } from '../arguments/parse-where.ts'
import { objectSelection, type SelectedObject, type ShownObject, toShownObject } from '../output/print-object.ts'
import type { Connection } from './connection.ts'
import type { Template, TemplateList } from './template.ts'
import { namesOf } from './template-names.ts'
import { toGraphqlInput } from './to-graphql.ts'
import { toOwnError } from './to-own-issue.ts'

/** Which objects of a template to read. */
export interface Reading {
  readonly where?: Where | undefined
  readonly orderBy?: readonly Json[] | undefined
  /** Only the latest match for each combination of values of these fields. */
  readonly latestPer?: readonly string[] | undefined
  /** At most this many; all if not given. */
  readonly first?: number | undefined
  /** As of that time; as they are now if not given. */
  readonly at?: string | undefined
}

/** The most objects that the registry returns in one answer. */
const pageLength = 1_000

/** The matching objects, a page at a time; the first page comes even if nothing matches. */
export async function* readObjects(
  connection: Connection,
  template: Template,
  reading: Reading,
): AsyncGenerator<readonly ShownObject[]> {
  for await (const objects of readPages(connection, template, reading, 'RegistryGet', objectSelection))
    yield objects.map(toShownObject)
}

/** The same as they are selected, by an operation of this name. */
export async function* readPages(
  connection: Connection,
  template: Template,
  { where, orderBy, latestPer, first, at }: Reading,
  operation: string,
  selection: string,
): AsyncGenerator<readonly SelectedObject[]> {
  const { types, query: fields } = namesOf(template)
  const asOf = asOfArgument(at, template)
  const query = `query ${operation}($where: ${types.where}, $orderBy: [${types.orderBy}!], $latestPer: [${types.field}!], $first: Int, $after: String${asOf.variable}) {
  page: ${fields.many}(where: $where, orderBy: $orderBy, latestPer: $latestPer, first: $first, after: $after${asOf.argument}) {
    nodes { ${selection} }
    pageInfo { hasNextPage endCursor }
  }
}`
  let after: string | undefined
  let left = first ?? Number.POSITIVE_INFINITY
  for (;;) {
    const variables = { where, orderBy, latestPer, first: Math.min(left, pageLength), after, at }
    const { page } = await connection.send<{ page: Page }>(query, variables)
    yield page.nodes
    left -= page.nodes.length
    if (!page.pageInfo.hasNextPage || left <= 0) return
    after = page.pageInfo.endCursor
  }
}

interface Page {
  readonly nodes: readonly SelectedObject[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string }
}

/** How many objects match; all if `where` is not given. */
export async function countObjects(
  connection: Connection,
  template: Template,
  { where, at }: Pick<Reading, 'where' | 'at'>,
): Promise<number> {
  const { types, query: fields } = namesOf(template)
  const asOf = asOfArgument(at, template)
  const query = `query RegistryCount($where: ${types.where}${asOf.variable}) { matches: ${fields.many}(where: $where${asOf.argument}) { totalCount } }`
  const { matches } = await connection.send<{ matches: { totalCount: number } }>(query, { where, at })
  return matches.totalCount
}

/** What a list of the template needs to be read as of the time `$at`: nothing if that is not given. */
function asOfArgument(at: string | undefined, { fields }: Template) {
  if (at === undefined) return { variable: '', argument: '' }
  return { variable: ', $at: DateTime', argument: `, ${atArgumentOf(fields)}: $at` }
}

export interface Upserted {
  readonly outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED'
  readonly object: ShownObject
}

/** Creates or updates one object. The input has the names of files. */
export async function upsertObject(
  connection: Connection,
  template: Template,
  templates: TemplateList,
  input: { readonly [name: string]: Json },
  ifVersion?: number,
): Promise<Upserted> {
  const { types, mutation, payloadObject } = namesOf(template)
  const query = `mutation RegistrySet($input: ${types.input}!, $ifVersion: Int) {
  upserted: ${mutation.upsertOne}(input: $input, ifVersion: $ifVersion) { outcome object: ${payloadObject} { ${objectSelection} } }
}`
  // If an upsert is sent again, it is UNCHANGED; with `ifVersion`, it would be refused.
  const isRepeatable = ifVersion === undefined
  const { upserted } = await connection.send<{ upserted: { outcome: Upserted['outcome']; object: SelectedObject } }>(
    query,
    { input: toGraphqlInput(input, template, templates), ifVersion },
    { isRepeatable, reword: (error) => toOwnError(error, template, templates, input) },
  )
  return { outcome: upserted.outcome, object: toShownObject(upserted.object) }
}

/** Deletes the matching objects. Returns how many. A filter that excludes nothing is refused unless `all` is true. */
export async function deleteObjects(
  connection: Connection,
  template: Template,
  where: Where,
  all: boolean,
): Promise<number> {
  const { types, mutation } = namesOf(template)
  const query = `mutation RegistryDelete($where: ${types.where}!, $all: Boolean) {
  deleted: ${mutation.deleteMany}(where: $where, all: $all)
}`
  // A second run would count only what the first left.
  const { deleted } = await connection.send<{ deleted: number }>(query, { where, all }, { isRepeatable: false })
  return deleted
}
