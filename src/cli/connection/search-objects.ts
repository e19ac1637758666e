import { objectSelection, type SelectedObject, type ShownObject, toShownObject } from '../output/print-object.ts'
import type { Connection } from './connection.ts'
import type { Template, TemplateList } from './template.ts'
import { namesOf } from './template-names.ts'

/** An object that a search has found. */
export interface Found {
  readonly template: Template
  /** The field in which it was found. */
  readonly field: string
  readonly object: ShownObject
}

/** The best objects that have all words of the text; of all templates, unless some are named. */
export async function searchObjects(
  connection: Connection,
  templates: TemplateList,
  wanted: {
    readonly text: string
    readonly templates: readonly string[] | undefined
    readonly first: number | undefined
  },
): Promise<readonly Found[]> {
  // The registry's own name gives way to a template's.
  const isTaken = templates.some((template) => Object.values<string>(namesOf(template).query).includes('search'))
  const query = `query RegistrySearch($text: String!, $templates: [String!], $first: Int) {
  found: ${isTaken ? '_search' : 'search'}(text: $text, templates: $templates, first: $first) {
    nodes { field object { __typename ${objectSelection} } }
  }
}`
  const { found } = await connection.send<{ found: { nodes: readonly SelectedNode[] } }>(query, wanted)
  return found.nodes.flatMap(({ field, object }) => {
    const template = templates.find(({ type }) => type === object.__typename)
    return template ? [{ template, field, object: toShownObject(object) }] : []
  })
}

interface SelectedNode {
  readonly field: string
  readonly object: SelectedObject & { readonly __typename: string }
}
