import { parse, validate } from 'graphql'
import { parse as parseYaml, stringify } from 'yaml'
import type { Template, TemplateModel } from '../../src/template/model.ts'
import { type Document, keyOf, keysListed } from './evaluate.ts'
import type { Case } from './generated-cases.ts'
import { type GeneratedObject, objectOf } from './generated-objects.ts'
import { schemaOf } from './generated-registry.ts'
import { printQuery } from './print-query.ts'
import type { Query } from './query-shape.ts'
import { parseTexts } from './registry.ts'
import { smallerQueries } from './shrink-query.ts'

interface TemplateText {
  readonly name: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** Smaller valid cases; those that need no other registry come first. */
export function* smallerCases(one: Case): IterableIterator<Case> {
  const { queries, generated } = one
  const half = Math.ceil(queries.length / 2)
  if (queries.length > 1)
    for (const part of [queries.slice(0, half), queries.slice(half)]) yield { ...one, queries: part }
  if (queries.length === 1)
    for (const query of queries) for (const smaller of smallerQueries(query)) yield { ...one, queries: [smaller] }
  if (queries.length > 1) return
  for (const smaller of smallerSets(one)) if (smaller && isValid(smaller)) yield smaller
  const { objects } = generated
  for (let size = Math.ceil(objects.length / 2); size > 0; size = size > 1 ? Math.ceil(size / 2) : 0)
    for (let start = 0; start < objects.length; start += size)
      yield withObjects(one, without(objects, objects.slice(start, start + size), one.set.model))
  if (objects.some(({ patch }) => patch))
    yield withObjects(
      one,
      objects.map(({ template, input }) => objectOf(templateOf(one.set.model, template), input, undefined)),
    )
}

function* smallerSets(one: Case): IterableIterator<Case | undefined> {
  const { set, generated, queries } = one
  const { model } = set
  const asked = JSON.stringify(queries)
  for (const name of set.order) {
    const others = generated.objects.filter(({ template }) => template === name)
    yield withTexts(withObjects(one, without(generated.objects, others, model)), (text) =>
      text.name === name ? undefined : withoutFields(text, (field) => referenceOf(text, field) === name),
    )
  }
  const isAsked = (field: string) => asked.includes(JSON.stringify(field))
  yield withTexts(one, (text) =>
    withoutFields(text, (field) => !isAsked(field) && !templateOf(model, text.name).fieldByName.get(field)?.isKey),
  )
  for (const { name, fields } of model.templates)
    for (const field of fields.filter(({ isKey }) => !isKey))
      yield withTexts(one, (text) => withoutFields(text, (other) => text.name === name && other === field.name))
}

function withoutFields(text: TemplateText, isGone: (name: string) => boolean): TemplateText {
  return { ...text, fields: Object.fromEntries(Object.entries(text.fields).filter(([name]) => !isGone(name))) }
}

function referenceOf({ fields }: TemplateText, field: string): unknown {
  const written = fields[field]
  return typeof written === 'object' && written !== null ? (written as { readonly to?: unknown }).to : undefined
}

/** With other texts, and objects that have no more than the fields that are left; undefined if nothing would change, or too much. */
function withTexts(one: Case, change: (text: TemplateText) => TemplateText | undefined): Case | undefined {
  const texts = one.set.texts.flatMap((text) => {
    const changed = change(parseYaml(text) as TemplateText)
    return changed ? [stringify(changed, { lineWidth: 0, aliasDuplicateObjects: false })] : []
  })
  if (texts.join() === one.set.texts.join()) return undefined
  try {
    const model = parseTexts(texts)
    const set = { texts, model, order: one.set.order.filter((name) => model.byName.has(name)) }
    const objects = one.generated.objects.map(({ template, input, patch }) => {
      const keep = (document: Document) =>
        Object.fromEntries(
          Object.entries(document).filter(
            ([name]) => name.startsWith('_') || templateOf(model, template).fieldByName.has(name),
          ),
        )
      return objectOf(templateOf(model, template), keep(input), patch && keep(patch))
    })
    return withObjects({ ...one, set }, objects)
  } catch {
    return undefined
  }
}

function withObjects(one: Case, objects: readonly GeneratedObject[]): Case {
  return { ...one, generated: { ...one.generated, objects } }
}

/** Removes objects whose targets have been removed. */
function without(
  objects: readonly GeneratedObject[],
  gone: readonly GeneratedObject[],
  model: TemplateModel,
): readonly GeneratedObject[] {
  const left = objects.filter((object) => !gone.includes(object))
  const keys = new Set(gone.map((object) => keyWithName(object, model)))
  const lost = left.filter(({ template, input, patch }) =>
    templateOf(model, template).fields.some(
      (field) =>
        field.reference?.onMissing === 'reject' &&
        [input[field.name], patch?.[field.name] ?? undefined].some((value) =>
          keysListed(field, value, model).some((key) => keys.has(`${field.reference?.to} ${key}`)),
        ),
    ),
  )
  return lost.length > 0 ? without(left, lost, model) : left
}

function keyWithName({ template, document }: GeneratedObject, model: TemplateModel): string {
  return `${template} ${keyOf(templateOf(model, template), document, model)}`
}

function templateOf(model: TemplateModel, name: string): Template {
  const template = model.byName.get(name)
  if (!template) throw new Error(`no template ${name}`)
  return template
}

/** Whether the queries are still valid for the templates. */
function isValid({ set, queries }: Case): boolean {
  try {
    const schema = schemaOf(set)
    return queries.every((query) => {
      const printed = printQuery(withLiterals(query), schema, () => 'cursor')
      return validate(schema, parse(printed.query)).length === 0
    })
  } catch {
    return false
  }
}

/** GraphQL's validation does not check the values of variables. */
function withLiterals(query: Query): Query {
  return JSON.parse(JSON.stringify(query), (name, value) => (name === 'form' ? 'literal' : value))
}
