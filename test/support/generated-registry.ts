import type { GraphQLSchema } from 'graphql'
import { buildSchema } from '../../src/schema/build-schema.ts'
import type { Memory, MemoryObject } from './evaluate.ts'
import { evaluateQuery } from './evaluate-query.ts'
import type { GeneratedObjects } from './generated-objects.ts'
import type { TemplateSet } from './generated-templates.ts'
import { type PrintedQuery, printQuery } from './print-query.ts'
import { type ListShape, listOf, type Query, type QuerySelection } from './query-shape.ts'
import { startRegistry, type TestRegistry } from './registry.ts'
import { withStoredNames } from './with-stored-names.ts'
import { writeObjects } from './write-objects.ts'

/** A registry of generated templates and objects, and the same objects in memory. */
export interface GeneratedRegistry {
  readonly registry: TestRegistry
  readonly memory: Memory
  prepare(query: Query): Promise<PreparedQuery>
}

/** The text of a query, and its expected answer from memory. */
export interface PreparedQuery extends PrintedQuery {
  readonly expected: unknown
}

/** Limits so high that no query is refused for its size or its nested pages. */
const limits = {
  ...Object.fromEntries(
    (['aliases', 'directives', 'fields', 'fragments', 'spreads', 'tokens', 'variables'] as const).map((name) => [
      name,
      1e6,
    ]),
  ),
  fieldPairs: 1e9,
  nodes: 1e12,
}

export async function startGenerated(set: TemplateSet, generated: GeneratedObjects): Promise<GeneratedRegistry> {
  // Half of the registries store all fields under other names than their own.
  const isRenamed = set.texts.join().length % 2 === 1
  const registry = await startRegistry(set.texts, { limits, ...(isRenamed && { changeModel: withStoredNames }) })
  try {
    const memory = await writeObjects(registry, set, generated)
    const cursors = createCursors(registry, memory)
    const schema = schemaOf(set)
    return {
      registry,
      memory,
      async prepare(query) {
        await cursors.load(query)
        const { cursorOf } = cursors
        return {
          ...printQuery(query, schema, (list, { place }) => cursors.at(list, place)),
          expected: evaluateQuery(query, { ...memory, cursorOf }),
        }
      },
    }
  } catch (error) {
    await registry.close()
    throw error
  }
}

export function schemaOf({ model }: TemplateSet): GraphQLSchema {
  return buildSchema(model)
}

/** The registry's cursors of all objects of a template in an ordering, read once for each ordering. */
function createCursors(registry: TestRegistry, { objects }: Memory) {
  const known = new Map<string, readonly (readonly [uuid: unknown, cursor: string])[]>()
  const keyOf = (list: ListShape) => JSON.stringify([list.template, list.orderBy])

  async function loadList(list: ListShape): Promise<void> {
    const template = registry.model.byName.get(list.template)
    const { all } = await registry.data(
      `query ($orderBy: [${template?.typeName}OrderBy!]) { all: ${template?.pluralName}(first: 1000, orderBy: $orderBy) { edges { cursor node { _meta { uuid } } } } }`,
      { orderBy: list.orderBy },
    )
    const edges: readonly { cursor: string; node: { _meta: { uuid: string } } }[] = all.edges
    known.set(
      keyOf(list),
      edges.map(({ cursor, node }) => [node._meta.uuid, cursor]),
    )
  }

  return {
    async load({ selection }: Query): Promise<void> {
      for (const list of listsIn(selection)) if (!known.has(keyOf(list))) await loadList(list)
    },
    cursorOf(list: ListShape, object: MemoryObject): string | undefined {
      return known.get(keyOf(list))?.find(([uuid]) => uuid === object.meta['uuid'])?.[1]
    },
    at(list: ListShape, place: number): string | undefined {
      const count = objects.filter((object) => object.template === list.template).length
      return known.get(keyOf(list))?.[place % count]?.[1]
    },
  }
}

/** The orderings in which cursors are given or selected. */
function listsIn({ fields }: QuerySelection): ListShape[] {
  return fields.flatMap((field) => {
    const { list, args, selection } = field
    const hasCursors =
      args.some(({ name }) => name === 'after' || name === 'before') ||
      selection?.fields.some(({ name }) => name === 'edges' || name === 'pageInfo')
    return [...(list && hasCursors ? [listOf(field)] : []), ...(selection ? listsIn(selection) : [])]
  })
}
