import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import type { Field, Template, TemplateModel } from '../../src/template/model.ts'
import { type Document, keyOf, type MemoryObject } from './evaluate.ts'
import type { TemplateSet } from './generated-templates.ts'
import { documentOf, type Keys, targetsOf, valueOfField } from './rich-objects.ts'

export interface GeneratedObject {
  readonly template: string
  /** The first write, with its uuid, times and actors. */
  readonly input: Document
  /** The second write, without the key; null clears. */
  readonly patch: Document | undefined
  /** The document that both writes must result in. */
  readonly document: Document
  readonly meta: MemoryObject['meta']
}

/** The objects of a set of templates, before any of them is written. */
export interface GeneratedObjects {
  readonly objects: readonly GeneratedObject[]
  readonly keys: Keys
  /** Values of `_meta`, of which the objects have some. */
  readonly meta: Readonly<Record<string, readonly unknown[]>>
}

const mostObjects = 12
const people = ['ada', 'B', '_%']
/** So few that objects share them; second writes are later than all first writes. */
const moments = {
  created: ['2024-02-29T23:59:59.999999Z', '2025-11-22T07:57:31.322000Z'],
  updated: ['2025-11-22T07:57:31.322661Z', '2025-11-23T00:00:00.000000Z', '2026-01-01T00:00:00.500000Z'],
  again: ['2026-01-01T00:00:00.500000Z', '2026-01-03T12:00:00.000000Z'],
}

/** Objects of all templates, which refer to each other, and to missing objects if that is allowed. */
export function objectsOf({ model, order }: TemplateSet): fc.Arbitrary<GeneratedObjects> {
  const templates = order.map((name) => model.byName.get(name) as Template)
  const missing = fc.tuple(...templates.map((template) => fc.tuple(keyOfNone(template, model))))
  const start = missing.map(
    (lists): Pick<GeneratedObjects, 'objects' | 'keys'> => ({
      objects: [],
      keys: new Map(templates.map(({ name }, i) => [`missing ${name}`, lists[i] ?? []])),
    }),
  )
  return templates
    .reduce(
      (before, template) =>
        before.chain(({ objects, keys }) =>
          objectsOfTemplate(template, model, keys).map((added) => ({
            objects: [...objects, ...added],
            keys: new Map([
              ...keys,
              [
                template.name,
                referencesTo(
                  template,
                  added.map(({ document }) => document),
                ),
              ],
            ]),
          })),
        ),
      start,
    )
    .map((generated) => ({ ...generated, meta: metaOf(generated.objects) }))
}

function objectsOfTemplate(template: Template, model: TemplateModel, keys: Keys): fc.Arbitrary<GeneratedObject[]> {
  const isImpossible = (field: Field) =>
    field.required && field.reference && !field.list && field.reference.to !== template.name
  if (template.fields.some((field) => isImpossible(field) && targetsOf(field, keys).length === 0))
    return fc.constant([])
  const key = fc.record(Object.fromEntries(template.key.map((field) => [field.name, valueOfField(field, keys)])), {
    noNullPrototype: true,
  }) as fc.Arbitrary<Document>
  const keysOfTemplate = fc.uniqueArray(key, {
    maxLength: mostObjects,
    size: 'max',
    selector: (document) => keyOf(template, document, model),
  })
  return keysOfTemplate.chain((documents) => {
    const all = new Map([...keys, [template.name, referencesTo(template, documents)]])
    const objects = documents.map((document, i) =>
      fc
        .tuple(
          documentOf(template, all),
          additionalOf(template, false),
          patchOf(template, all),
          metaInput(i, model.templates.indexOf(template)),
        )
        .map(([rest, more, patch, _meta]) => objectOf(template, { ...document, ...rest, ...more, _meta }, patch)),
    )
    return fc.tuple(...objects).map((written) => withoutConflicts(template, written))
  })
}

/** Defaults fill what a new object lacks; what is given then replaces, and null clears. What differs is a new version. */
export function objectOf(template: Template, input: Document, patch: Document | undefined): GeneratedObject {
  const defaults = template.fields.flatMap((field) =>
    field.default?.kind === 'literal' ? [[field.name, field.default.value] as const] : [],
  )
  const created = { ...Object.fromEntries(defaults), ...attributesOf(input) }
  const merged = { ...created, ...attributesOf(patch ?? {}) }
  const document = Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== null))
  const {
    uuid = null,
    version = null,
    createTime = null,
    updateTime = null,
  }: MemoryObject['meta'] = { ...(input['_meta'] as object), ...(patch?.['_meta'] as object | undefined) }
  const isChanged = !isDeepStrictEqual(created, document)
  return {
    template: template.name,
    input,
    patch,
    document,
    meta: { uuid, version: Number(version) + (isChanged ? 1 : 0), createTime, updateTime },
  }
}

/** The references of the document that an input creates. */
function attributesOf({ _meta, _additional, ...fields }: Document): Document {
  return { ...fields, ...(_additional as Document | undefined) }
}

/** Additional attributes, if the template allows them; null removes one. */
function additionalOf({ additionalFields }: Template, canClear: boolean): fc.Arbitrary<Document> {
  const json = valueOfField({ type: 'json', list: false, values: [], members: [], reference: undefined }, new Map())
  const value = canClear ? fc.option(json, { freq: 2 }) : json
  const attributes = fc.record({ extra: value, 'odd name': value }, { requiredKeys: [], noNullPrototype: true })
  return additionalFields ? attributes.map((_additional) => ({ _additional })) : fc.constant({})
}

/** Some of the fields, to be written a second time. */
function patchOf(template: Template, keys: Keys): fc.Arbitrary<Document | undefined> {
  const fields = template.fields.filter(
    (field) => !field.isKey && !field.unique && (!field.reference || targetsOf(field, keys).length > 0),
  )
  const patch = fc.record(
    Object.fromEntries(
      fields.map((field) => {
        const value = valueOfField(field, keys)
        return [field.name, field.required ? value : fc.option(value, { freq: 2 })]
      }),
    ),
    { requiredKeys: [], noNullPrototype: true },
  )
  const times = fc.constantFrom(...moments.again).map((updateTime) => ({ _meta: { updateTime } }))
  return fc.option(
    fc.tuple(patch, additionalOf(template, true), times).map(([one, more, time]) => ({ ...one, ...more, ...time })),
    { nil: undefined, freq: 2 },
  )
}

/** Leaves out a value of a unique field that another object of the template has. */
function withoutConflicts(template: Template, objects: readonly GeneratedObject[]): GeneratedObject[] {
  return template.fields
    .filter((field) => field.unique)
    .reduce<readonly GeneratedObject[]>((list, { name }) => {
      const seen = new Set<unknown>()
      return list.map((object) => {
        const value = object.document[name]
        if (value === undefined || !seen.has(value)) {
          seen.add(value)
          return object
        }
        const { [name]: _, ...input } = object.input
        return objectOf(template, input, object.patch)
      })
    }, objects)
    .slice()
}

function metaInput(place: number, template: number): fc.Arbitrary<Document> {
  // The order of the uuids differs from the order of the objects.
  const uuid = `${((place * 7) % 16).toString(16)}000000${template}-0000-4000-8000-${String(place).padStart(12, '0')}`
  return fc.record(
    {
      uuid: fc.constant(uuid),
      version: fc.integer({ min: 1, max: 3 }),
      createTime: fc.constantFrom(...moments.created),
      updateTime: fc.constantFrom(...moments.updated),
      createdBy: fc.constantFrom(...people),
      updatedBy: fc.constantFrom(...people),
      createdFor: fc.constantFrom(...people),
      updatedFor: fc.constantFrom(...people),
    },
    { requiredKeys: ['uuid', 'version', 'createTime', 'updateTime'], noNullPrototype: true },
  )
}

function metaOf(objects: readonly GeneratedObject[]): Record<string, readonly unknown[]> {
  const uuids = objects.map(({ meta }) => meta['uuid'])
  return {
    uuid: [...uuids, '00000000-0000-0000-0000-000000000000'],
    version: [1, 2, 3, 4],
    createTime: moments.created,
    updateTime: [...moments.updated, ...moments.again],
    createdBy: people,
    updatedBy: people,
    createdFor: people,
    updatedFor: people,
  }
}

/**
 * As references give them: in the form as written, and in another Unicode form of the same key. The first are there
 * several times, so that some objects have many others that refer to them.
 */
function referencesTo(template: Template, documents: readonly Document[]): unknown[] {
  return documents.flatMap((document, i) => {
    const key = referenceTo(template, document)
    const other = decompose(key)
    return [...Array<unknown>(i < 2 ? 6 : 1).fill(key), ...(isDeepStrictEqual(key, other) ? [] : [other])]
  })
}

/** The key field's own value if the key is one field, otherwise an object. */
function referenceTo({ key }: Template, document: Document): unknown {
  const [only, ...others] = key
  if (only && others.length === 0) return document[only.name]
  return Object.fromEntries(key.map(({ name }) => [name, document[name]]))
}

function decompose(value: unknown): unknown {
  if (typeof value === 'string') return value.normalize('NFD')
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, decompose(inner)]))
}

/** A key that no object has, except by chance. */
function keyOfNone(template: Template, model: TemplateModel): fc.Arbitrary<unknown> {
  const parts = template.key.map((field) => {
    const target = field.reference && model.byName.get(field.reference.to)
    return [field.name, target ? keyOfNone(target, model) : valueOfField(field, new Map())] as const
  })
  return fc
    .record(Object.fromEntries(parts), { noNullPrototype: true })
    .map((document) => referenceTo(template, document))
}
