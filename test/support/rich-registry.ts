import fc from 'fast-check'
import type { Template } from '../../src/template/model.ts'
import type { Document, Memory, MemoryObject } from './evaluate.ts'
import { movingUpdateTime } from './move-update-times.ts'
import { startRegistry, type TestRegistry } from './registry.ts'
import { documentOf } from './rich-objects.ts'
import { richTemplates } from './rich-templates.ts'

/** A registry with generated objects, the same for the same seed, and the same objects in memory. */
export interface RichRegistry {
  readonly registry: TestRegistry
  readonly memory: Memory
  readonly templateOf: (name: string) => Template
  readonly objectsOf: (name: string) => readonly MemoryObject[]
  /** The documents as they were given last. */
  readonly written: ReadonlyMap<string, readonly Document[]>
  /** The keys of the objects of a template, as a reference gives them. */
  readonly keys: ReadonlyMap<string, readonly unknown[]>
  /** The values of `_meta` that occur. */
  readonly meta: Readonly<Record<string, readonly unknown[]>>
}

const counts = { place: 6, slot: 8, item: 60, check: 60 } as const
type Name = keyof typeof counts

export const pluralOfRich: Readonly<Record<string, string>> = {
  place: 'places',
  slot: 'slots',
  item: 'items',
  check: 'checks',
}

const authors = [undefined, 'a', 'B', '_%']

/**
 * Every third wish points nowhere, every third list of routes does in part and names the rest twice, and updates fall
 * on so few moments, in different years, quarters, weeks and minutes, that many objects share one. Every third item has
 * been written again, half of those with another text.
 */
export async function startRichRegistry(seed: number): Promise<RichRegistry> {
  const registry = await startRegistry(richTemplates)
  const templateOf = (name: string) => registry.model.byName.get(name) as Template
  const keys = new Map<string, readonly unknown[]>([['item', Array.from({ length: counts.item }, (_, i) => nameOf(i))]])
  const written = new Map<string, readonly Document[]>()
  const write = async (name: string, input: readonly Document[], author: string | undefined) => {
    const { typeName } = templateOf(name)
    const query = `mutation ($input: [${typeName}Input!]!) { upsert${typeName}s(input: $input) { failed } }`
    await registry.data(query, { input }, author === undefined ? {} : { 'x-registry-actor': author })
  }
  for (const name of Object.keys(counts) as Name[]) {
    const documents = generate(name, templateOf(name), keys, seed)
    if (name !== 'item')
      keys.set(
        name,
        documents.map((document) => keyOfDocument(templateOf(name), document)),
      )
    written.set(name, documents)
    // Items refer to each other, so all of them go at once.
    const authorOf = (i: number) => (name === 'item' ? 'a' : authors[i % authors.length])
    for (const author of authors) {
      const part = documents.filter((_, i) => authorOf(i) === author)
      if (part.length > 0) await write(name, part, author)
    }
  }
  const items = (written.get('item') ?? []).map((item, i) => (i % 6 === 0 ? { ...item, text: 'again' } : item))
  const again = items.filter((_, i) => i % 3 === 0)
  await write('item', again, 'B')
  written.set('item', items)
  await registry.sql(
    `update registry_object set ${movingUpdateTime(`(array['${moments.join("','")}'])[1 + abs(hashtext(key || '${seed}')) % ${moments.length}]::timestamptz`)}, version = 1 + abs(hashtext(key)) % 3`,
  )
  const objects = (await Promise.all(Object.keys(counts).map((name) => read(registry, name)))).flat()
  const meta: Record<string, unknown[]> = {}
  for (const object of objects)
    for (const [name, value] of Object.entries(object.meta)) meta[name] = [...(meta[name] ?? []), value ?? 'nobody']
  return {
    registry,
    memory: { model: registry.model, objects },
    templateOf,
    objectsOf: (name) => objects.filter((object) => object.template === name),
    written,
    keys,
    meta,
  }
}

const moments = [
  '2024-02-29T23:59:59.999999Z',
  '2026-11-22T07:57:31.322661Z',
  '2026-11-22T07:57:00Z',
  '2026-11-23T00:00:00Z',
  '2027-01-01T00:00:00Z',
  '2027-01-03T12:00:00.5Z',
]

function nameOf(i: number): string {
  return `${['x', 'X', 'é', 'e\u0301', '"', '\\', '%', '\u{1f600}', '\ue000'][i % 9]}${i}`
}

function keyOfDocument(template: Template, document: Document): unknown {
  return Object.fromEntries(template.key.map((field) => [field.name, document[field.name]]))
}

function generate(
  name: Name,
  template: Template,
  keys: ReadonlyMap<string, readonly unknown[]>,
  seed: number,
): Document[] {
  const serials = new Set<unknown>()
  return fc.sample(documentOf(template, keys), { seed, numRuns: counts[name] }).map((document, i) => {
    const { serial, wish, routes, ...rest } = document
    const isFree = serial !== undefined && !serials.has(serial)
    serials.add(serial)
    const key = {
      place: () => ({ zone: ['é', 'e\u0301', 'a', '"', 'z', '\u{1f600}'][i], rack: i % 2 }),
      slot: () => ({ place: keys.get('place')?.[i % 5], number: i }),
      item: () => ({ name: nameOf(i) }),
      check: () => ({ item: nameOf((i * 7) % 31), name: `c${i % 3}${i > 30 ? i : ''}` }),
    }[name]()
    const nowhere = { zone: 'nowhere', rack: i % 2 }
    const wished = i % 3 === 0 && wish !== undefined ? nowhere : wish
    const routed = i % 3 === 1 && Array.isArray(routes) ? [nowhere, ...routes, ...routes] : routes
    return {
      ...rest,
      ...key,
      ...(isFree && { serial }),
      ...(wished !== undefined && { wish: wished }),
      ...(routed !== undefined && { routes: routed }),
    }
  })
}

async function read(registry: TestRegistry, name: string): Promise<MemoryObject[]> {
  const { all } = await registry.data(
    `{ all: ${pluralOfRich[name]}(first: 1000) { nodes { _document _meta { uuid version createTime updateTime createdBy updatedBy createdFor updatedFor } } } }`,
  )
  return all.nodes.map((node: { _document: Document; _meta: MemoryObject['meta'] }) => ({
    template: name,
    document: node._document,
    meta: node._meta,
  }))
}
