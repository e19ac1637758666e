/** Evaluates a whole query over objects in memory, using evaluate.ts and evaluate-groups.ts for its parts. */

import { typeNamesOf, typeNamesOfField } from '../../src/template/graphql-names.ts'
import type { Field, Template } from '../../src/template/model.ts'
import {
  type Document,
  keyOf,
  keysListed,
  latestOf,
  latestPer,
  type Memory,
  type MemoryObject,
  matchesArguments,
  matchesWhere,
  relatedTo,
  type Where,
} from './evaluate.ts'
import { compareByPaths, extremeMetaOf, extremeOf, groupBy, type MemoryGroup, sumOf } from './evaluate-groups.ts'
import {
  argumentOf,
  askedFields,
  isCursorPlace,
  type ListShape,
  listOf,
  type Query,
  type QueryField,
  type QuerySelection,
} from './query-shape.ts'

/** The memory, and the registry's name for the place of an object in an ordering. */
export interface QueryMemory extends Memory {
  readonly cursorOf: (list: ListShape, object: MemoryObject) => unknown
}

type Answer = Readonly<Record<string, unknown>>

/** Page sizes if none is given: at the root, and inside another list. */
const pageSizes = { root: 100, nested: 20 }

export function evaluateQuery({ selection }: Query, memory: QueryMemory): Answer {
  return answer(selection, (field) => {
    if (field.name === '__typename') return 'Query'
    const template = memory.model.templates.find(({ fieldName, pluralName }) =>
      [fieldName, pluralName].includes(field.name),
    ) as Template
    const objects = memory.objects.filter((object) => object.template === template.name)
    if (field.name === template.pluralName) return evaluateList(objects, field, pageSizes.root, memory)
    const key = keyOf(template, Object.fromEntries(field.args.map(({ name, value }) => [name, value])), memory.model)
    const found = objects.find((object) => keyOf(template, object.document, memory.model) === key)
    return found ? evaluateObject(found, selectionOf(field), memory) : null
  })
}

function answer(selection: QuerySelection, evaluate: (field: QueryField) => unknown): Answer {
  return Object.fromEntries(askedFields(selection).map((field) => [field.key, evaluate(field)]))
}

function selectionOf({ name, selection }: QueryField): QuerySelection {
  if (!selection) throw new Error(`nothing is selected of ${name}`)
  return selection
}

function evaluateObject(object: MemoryObject, selection: QuerySelection, memory: QueryMemory): Answer {
  const { model, objects } = memory
  const template = model.byName.get(object.template) as Template
  return answer(selection, (field) => {
    if (field.name === '__typename') return template.typeName
    if (field.name === '_document') return object.document
    if (field.name === '_meta')
      return answer(selectionOf(field), ({ name }) => (name === '__typename' ? 'Meta' : (object.meta[name] ?? null)))
    const own = template.fieldByName.get(field.name)
    if (!own) return evaluateList(relatedTo(object, field.name, memory), field, pageSizes.nested, memory)
    const value = object.document[own.name]
    if (!own.reference) return evaluateValue(value, own, field, template.typeName)
    const target = model.byName.get(own.reference.to) as Template
    const targets = keysListed(own, value, model).flatMap((key) =>
      objects.filter((one) => one.template === target.name && keyOf(target, one.document, model) === key),
    )
    const answers = targets.map((one) => evaluateObject(one, selectionOf(field), memory))
    if (own.list) return value === undefined ? null : answers
    return answers[0] ?? null
  })
}

/** A value as it is stored, or what is selected of an object and of each of a list of them; `parent` is a GraphQL type. */
function evaluateValue(value: unknown, own: Field, field: QueryField, parent: string): unknown {
  if (value === undefined) return null
  if (own.type !== 'object') return value
  const type = typeNamesOfField(parent, own).output
  const evaluateItem = (item: unknown) =>
    answer(selectionOf(field), (inner) => {
      if (inner.name === '__typename') return type
      const member = own.members.find(({ name }) => name === inner.name) as Field
      return evaluateValue((item as Document)[inner.name], member, inner, type)
    })
  return own.list ? (value as unknown[]).map(evaluateItem) : evaluateItem(value)
}

function evaluateList(
  related: readonly MemoryObject[],
  field: QueryField,
  defaultSize: number,
  memory: QueryMemory,
): Answer {
  const list = listOf(field)
  const template = memory.model.byName.get(list.template) as Template
  const names = typeNamesOf(template)
  const objects = matching(related, field, template, memory)
  const { page, pageInfo } = pageOf(objects, field, defaultSize, memory)
  const cursorOf = (object: MemoryObject | undefined) => (object ? memory.cursorOf(list, object) : null)
  return answer(selectionOf(field), (part) => {
    switch (part.name) {
      case '__typename':
        return names.connection
      case 'totalCount':
        return objects.length
      case 'nodes':
        return page.map((object) => evaluateObject(object, selectionOf(part), memory))
      case 'edges':
        return page.map((object) =>
          answer(selectionOf(part), (one) => {
            if (one.name === '__typename') return names.edge
            return one.name === 'cursor' ? cursorOf(object) : evaluateObject(object, selectionOf(one), memory)
          }),
        )
      case 'pageInfo':
        return answer(selectionOf(part), ({ name }) => {
          if (name === '__typename') return 'PageInfo'
          if (name === 'startCursor') return cursorOf(page[0])
          return name === 'endCursor' ? cursorOf(page.at(-1)) : pageInfo[name as keyof typeof pageInfo]
        })
      case 'aggregate':
        return evaluateAggregate(objects, part, template)
      case 'groupBy':
        return evaluateGroups(objects, part, template, memory)
      default:
        throw new Error(`a list has no ${part.name}`)
    }
  })
}

function matching(
  related: readonly MemoryObject[],
  field: QueryField,
  template: Template,
  memory: Memory,
): readonly MemoryObject[] {
  const where = (argumentOf(field, 'where') ?? {}) as Where
  const own = ['where', 'orderBy', 'latestPer', 'whereLatest', 'first', 'after', 'last', 'before']
  const equal = Object.fromEntries(
    field.args.filter(({ name }) => !own.includes(name)).map(({ name, value }) => [name, value]),
  )
  const matches = related.filter(
    (object) => matchesArguments(object, equal, memory) && matchesWhere(object, where, memory),
  )
  const fields = argumentOf(field, 'latestPer') as readonly string[] | undefined
  if (!fields) return matches
  if (fields.some((name) => !template.fieldByName.has(name))) throw new Error(`no fields ${fields}`)
  const whereLatest = (argumentOf(field, 'whereLatest') ?? {}) as Where
  return latestPer(matches, fields, memory).filter((object) => matchesWhere(object, whereLatest, memory))
}

function pageOf(objects: readonly MemoryObject[], field: QueryField, defaultSize: number, memory: Memory) {
  const { template, orderBy } = listOf(field)
  const compare = compareByPaths(orderBy, memory)
  const all = memory.objects.filter((object) => object.template === template).sort(compare)
  const at = (name: string) => {
    const cursor = argumentOf(field, name)
    return isCursorPlace(cursor) ? all[cursor.place % all.length] : undefined
  }
  const [after, before] = [at('after'), at('before')]
  const between = [...objects]
    .sort(compare)
    .filter((object) => (!after || compare(object, after) > 0) && (!before || compare(object, before) < 0))
  const last = argumentOf(field, 'last') as number | undefined
  const size = last ?? (argumentOf(field, 'first') as number | undefined) ?? defaultSize
  const hasMore = between.length > size
  return last === undefined
    ? { page: between.slice(0, size), pageInfo: { hasNextPage: hasMore, hasPreviousPage: after !== undefined } }
    : {
        page: between.slice(Math.max(0, between.length - size)),
        pageInfo: { hasNextPage: before !== undefined, hasPreviousPage: hasMore },
      }
}

function evaluateAggregate(objects: readonly MemoryObject[], field: QueryField, template: Template): Answer {
  const names = typeNamesOf(template)
  return answer(selectionOf(field), (part) => {
    if (part.name === '__typename') return names.aggregate
    if (part.name === 'count') return objects.length
    const kind = part.name as 'min' | 'max' | 'sum'
    const direction = kind === 'min' ? 'asc' : 'desc'
    return answer(selectionOf(part), (one) => {
      if (one.name === '__typename') return names[kind]
      if (one.name === '_meta')
        return answer(selectionOf(one), ({ name }) =>
          name === '__typename' ? 'MetaRange' : extremeMetaOf(objects, name, direction),
        )
      const own = template.fieldByName.get(one.name) as Field
      return kind === 'sum' ? sumOf(objects, own) : extremeOf(objects, own, direction)
    })
  })
}

function evaluateGroups(
  objects: readonly MemoryObject[],
  field: QueryField,
  template: Template,
  memory: QueryMemory,
): readonly Answer[] {
  const request = {
    by: argumentOf(field, 'by') as readonly string[],
    buckets: [],
    orderBy: String(argumentOf(field, 'orderBy') ?? 'KEY'),
    first: (argumentOf(field, 'first') as number | undefined) ?? pageSizes.root,
  }
  const names = typeNamesOf(template)
  return groupBy(objects, request, memory).map((group) =>
    answer(selectionOf(field), (part) => {
      if (part.name === '__typename') return names.group
      if (part.name === 'count') return group.objects.length
      if (part.name === 'aggregate') return evaluateAggregate(group.objects, part, template)
      if (part.name === 'latest') return evaluateObject(latestOf(group.objects, memory), selectionOf(part), memory)
      return evaluateKey(group, part, template, memory)
    }),
  )
}

function evaluateKey({ key }: MemoryGroup, field: QueryField, template: Template, memory: QueryMemory): Answer {
  return answer(selectionOf(field), (part) => {
    if (part.name === '__typename') return typeNamesOf(template).groupKey
    const value = key[part.name] ?? null
    const { reference } = template.fieldByName.get(part.name) as Field
    if (!reference || value === null) return value
    const target = memory.objects.find((one) => one.template === reference.to && one.meta['uuid'] === value)
    return target ? evaluateObject(target, selectionOf(part), memory) : null
  })
}
