import { isDeepStrictEqual } from 'node:util'
import { rootFieldNamesOf } from '../../src/template/graphql-names.ts'
import type { Field, Template } from '../../src/template/model.ts'
import type { Document, Memory, MemoryObject } from './evaluate.ts'
import type { GeneratedObjects } from './generated-objects.ts'
import type { TemplateSet } from './generated-templates.ts'
import type { TestRegistry } from './registry.ts'

/** Writes the objects, and reads them all as a memory. */
export async function writeObjects(
  registry: TestRegistry,
  { order }: TemplateSet,
  { objects }: GeneratedObjects,
): Promise<Memory> {
  const { model } = registry
  for (const name of order) {
    const template = model.byName.get(name) as Template
    const upsert = rootFieldNamesOf(template).mutation.upsertMany
    const write = (input: readonly unknown[], actor: string) =>
      registry.data(
        `mutation ($input: [${template.typeName}Input!]!) { ${upsert}(input: $input) { failed } }`,
        { input },
        { 'x-registry-actor': actor },
      )
    const own = objects.filter((object) => object.template === name)
    if (own.length > 0)
      await write(
        own.map(({ input }) => withoutDefaults(input, template.fields)),
        'importer',
      )
    const patched = own.filter(({ patch }) => patch !== undefined)
    const keyOnly = (document: Document) =>
      Object.fromEntries(template.key.map((one) => [one.name, document[one.name]]))
    const patches = patched.map(({ document, patch }) => ({
      ...withoutDefaults(patch ?? {}, template.fields),
      ...keyOnly(document),
    }))
    if (patches.length > 0) await write(patches, 'B')
  }
  return { model, objects: (await Promise.all(order.map((name) => readObjects(registry, name)))).flat() }
}

/** Without the members that have defaults: the registry fills them in again. */
function withoutDefaults(document: Document, fields: readonly Field[]): Document {
  const shorten = (value: unknown, { type, list, members }: Field): unknown => {
    if (type !== 'object' || value === null) return value
    return list ? (value as Document[]).map((item) => leaveOut(item, members)) : leaveOut(value as Document, members)
  }
  const leaveOut = (value: Document, members: readonly Field[]) =>
    Object.fromEntries(
      members
        .filter(({ name }) => Object.hasOwn(value, name))
        .filter((member) => !member.default || !isDeepStrictEqual(literalOf(member), value[member.name]))
        .map((member) => [member.name, shorten(value[member.name], member)]),
    )
  return Object.fromEntries(
    Object.entries(document).map(([name, value]) => {
      const field = fields.find((one) => one.name === name)
      return [name, field ? shorten(value, field) : value]
    }),
  )
}

function literalOf(field: Field): unknown {
  return field.default?.kind === 'literal' ? field.default.value : undefined
}

async function readObjects(registry: TestRegistry, name: string): Promise<MemoryObject[]> {
  const { pluralName } = registry.model.byName.get(name) as Template
  const { all } = await registry.data(
    `{ all: ${pluralName}(first: 1000) { nodes { _document _meta { uuid version createTime updateTime createdBy updatedBy createdFor updatedFor } } } }`,
  )
  return all.nodes.map((node: { _document: Document; _meta: MemoryObject['meta'] }) => ({
    template: name,
    document: node._document,
    meta: node._meta,
  }))
}
