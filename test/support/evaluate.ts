/**
 * Evaluates filters and orderings over objects in memory, written only from the specification, to compare with the
 * database. Two-valued; text by code point; absent values last in `asc`, first in `desc`.
 */

import { isDeepStrictEqual } from 'node:util'
import type { Field, Template, TemplateModel } from '../../src/template/model.ts'
import {
  type Compare,
  compareAbsentLast,
  compareNumber,
  compareOf,
  compareText,
  metaCompare,
} from './compare-values.ts'

export type Document = Readonly<Record<string, unknown>>
export type Where = Readonly<Record<string, unknown>>

export interface MemoryObject {
  readonly template: string
  readonly document: Document
  readonly meta: Readonly<Record<string, string | number | null>>
}

type Objects = readonly MemoryObject[]

export interface Memory {
  readonly model: TemplateModel
  readonly objects: readonly MemoryObject[]
}

/** The canonical key of an object, and of a reference's target, as the contract tells of it: one text for equal keys. */
export function keyOf(template: Template, document: Document, model: TemplateModel): string {
  return JSON.stringify(template.key.map((field) => keyPart(field, document[field.name], model)))
}

function keyPart(field: Field, value: unknown, model: TemplateModel): unknown {
  if (!field.reference) return typeof value === 'string' ? value.normalize('NFC') : value
  const target = model.byName.get(field.reference.to) as Template
  const [only, ...others] = target.key
  return target.key.map((part) =>
    keyPart(part, others.length === 0 && part === only ? value : (value as Document)[part.name], model),
  )
}

export function matchesWhere(object: MemoryObject, where: Where, memory: Memory): boolean {
  const template = templateOf(object, memory)
  return Object.entries(where).every(([name, filter]) => {
    if (name === 'AND') return listOf(filter).every((one) => matchesWhere(object, one, memory))
    if (name === 'OR') return listOf(filter).some((one) => matchesWhere(object, one, memory))
    if (name === 'NOT') return listOf(filter).every((one) => !matchesWhere(object, one, memory))
    if (name === '_meta') {
      return Object.entries(filter as Where).every(([meta, operators]) =>
        matchesOperators(object.meta[meta] ?? undefined, operators as Where, metaCompare(meta), metaCompare(meta)),
      )
    }
    const field = template.fieldByName.get(name)
    if (field?.reference && !field.list) return matchesReference(object, field, filter as Where, memory)
    if (field && !field.reference) return matchesField(object.document[name], field, filter as Where)
    const others = field ? targetsOf(object, field, memory) : relatedTo(object, name, memory)
    const { where: counted = {}, ...entries } = filter as Where
    return Object.entries(entries).every(([quantifier, inner]) => {
      if (quantifier === 'latest') {
        const { where = {}, per = [], is } = inner as { where?: Where; per?: readonly string[]; is: Where }
        const candidates = others.filter((one) => matchesWhere(one, where, memory))
        return latestPer(candidates, per, memory).some((one) => matchesWhere(one, is, memory))
      }
      const where = (quantifier === 'count' ? counted : inner) as Where
      const matches = others.map((one) => matchesWhere(one, where, memory))
      if (quantifier === 'count')
        return matchesOperators(matches.filter(Boolean).length, inner as Where, compareNumber, compareNumber)
      if (quantifier === 'some') return matches.includes(true)
      if (quantifier === 'none') return !matches.includes(true)
      return !matches.includes(false)
    })
  })
}

/** The latest one: by `latestBy`, where an object without a value comes before all others; then by the update time; then the one whose key comes first. */
export function latestOf(objects: Objects, memory: Memory): MemoryObject {
  const by = memory.model.byName.get(objects[0]?.template ?? '')?.latestBy
  const hasValue = (object: MemoryObject) => Number(by !== undefined && object.document[by] !== undefined)
  const terms: Where[] = [...(by === undefined ? [] : [{ [by]: 'desc' }]), { _meta: { updateTime: 'desc' } }]
  const compare = compareBy(terms, memory)
  return [...objects].sort((a, b) => hasValue(b) - hasValue(a) || compare(a, b))[0] as MemoryObject
}

export function latestPer(objects: Objects, fields: readonly string[], memory: Memory): Objects {
  const groups = groupsOf(objects, (object) => fields.map((name) => groupValueOf(object, name, memory)))
  const kept = new Set([...groups.values()].map((group) => latestOf(group, memory)))
  return objects.filter((object) => kept.has(object))
}

export function groupsOf(objects: Objects, keyOfGroup: (object: MemoryObject) => unknown): Map<string, MemoryObject[]> {
  const groups = new Map<string, MemoryObject[]>()
  for (const object of objects) {
    const key = JSON.stringify(keyOfGroup(object))
    groups.set(key, [...(groups.get(key) ?? []), object])
  }
  return groups
}

/** A field's value; for a reference, the canonical key of its target. */
export function groupValueOf(object: MemoryObject, name: string, { model }: Memory): unknown {
  const field = model.byName.get(object.template)?.fieldByName.get(name) as Field
  const value = object.document[name]
  if (value === undefined) return null
  return field.reference ? keysListed(field, value, model)[0] : value
}

/** The equality arguments of a list. */
export function matchesArguments(object: MemoryObject, args: Document, { model, objects }: Memory): boolean {
  const template = templateOf(object, { model, objects })
  return Object.entries(args).every(([name, value]) => {
    const field = template.fieldByName.get(name) as Field
    const stored = object.document[name]
    if (!field.reference) return matchesField(stored, field, { equals: value })
    const keysOf = (given: unknown) => keysListed(field, given, model)
    return stored !== undefined && isDeepStrictEqual(keysOf(stored), keysOf(value))
  })
}

/** An `orderBy` list as a comparison of objects; ties end in the key, ascending. */
export function compareBy(orderBy: readonly Where[], { model }: Memory): (a: MemoryObject, b: MemoryObject) => number {
  const terms = orderBy.length > 0 ? orderBy : [{ _meta: { createTime: 'asc' } }]
  const comparisons = terms.map((term) => {
    const [name, value] = Object.entries(term)[0] as [string, unknown]
    const [meta, direction] =
      name === '_meta' ? (Object.entries(value as Where)[0] as [string, unknown]) : [undefined, value]
    return (a: MemoryObject, b: MemoryObject) => {
      const field = model.byName.get(a.template)?.fieldByName.get(name) as Field
      const valueIn = (one: MemoryObject) => (meta ? (one.meta[meta] ?? undefined) : one.document[name])
      return directed(compareAbsentLast(valueIn(a), valueIn(b), meta ? metaCompare(meta) : compareOf(field)), direction)
    }
  })
  const byKey = (a: MemoryObject, b: MemoryObject) => {
    const key = (one: MemoryObject) => keyOf(model.byName.get(one.template) as Template, one.document, model)
    return compareText(key(a), key(b))
  }
  return (a, b) => [...comparisons, byKey].reduce((result, compare) => result || compare(a, b), 0)
}

function directed(result: number, direction: unknown): number {
  return direction === 'desc' ? -result : result
}

function matchesReference(object: MemoryObject, field: Field, filter: Where, memory: Memory): boolean {
  const [target] = targetsOf(object, field, memory)
  const { isNull, ...rest } = filter
  if (isNull !== undefined && isNull !== (target === undefined)) return false
  if (isNull !== undefined && Object.keys(rest).length === 0) return true
  return target !== undefined && matchesWhere(target, rest, memory)
}

/** The existing targets. */
export function targetsOf(object: MemoryObject, field: Field, { model, objects }: Memory): readonly MemoryObject[] {
  const target = model.byName.get(field.reference?.to ?? '') as Template
  const wanted = keysListed(field, object.document[field.name], model)
  return objects.filter((one) => one.template === target.name && wanted.includes(keyOf(target, one.document, model)))
}

/** The keys that a reference names: all keys of a list, otherwise at most one. */
export function keysListed(field: Field, value: unknown, model: TemplateModel): readonly string[] {
  const values = value === undefined ? [] : field.list ? (value as unknown[]) : [value]
  return values.map((one) => JSON.stringify(keyPart(field, one, model)))
}

/** The objects of a reverse side. */
export function relatedTo(object: MemoryObject, name: string, { model, objects }: Memory): readonly MemoryObject[] {
  const template = model.byName.get(object.template) as Template
  const reverse = template.reverseFields.find((one) => one.name === name)
  if (!reverse) throw new Error(`no field ${name}`)
  const field = model.byName.get(reverse.from)?.fieldByName.get(reverse.field) as Field
  const key = keyOf(template, object.document, model)
  return objects.filter((one) => {
    const value = one.template === reverse.from ? one.document[reverse.field] : undefined
    return keysListed(field, value, model).includes(key)
  })
}

/** `value` is the value of a field, of a member of an object, or an item of a list of objects. */
function matchesField(value: unknown, field: Field, filter: Where): boolean {
  const compare = compareOf(field)
  if (field.type !== 'object')
    return matchesOperators(valueAt(value, filter), filter, compare, compareOf(itemOf(field)))
  return Object.entries(filter).every(([name, inner]) => {
    const ofInner = (one: unknown) => matchesField(value, field, one as Where)
    if (name === 'AND') return listOf(inner).every(ofInner)
    if (name === 'OR') return listOf(inner).some(ofInner)
    if (name === 'NOT') return !listOf(inner).some(ofInner)
    const items = (field.list ? (value ?? []) : []) as unknown[]
    const matches = (item: unknown) => matchesField(item, itemOf(field), inner as Where)
    if (name === 'some') return items.some(matches)
    if (name === 'none') return !items.some(matches)
    if (name === 'every') return items.every(matches)
    const member = field.list ? undefined : field.members.find((one) => one.name === name)
    if (member) return matchesField((value as Document | undefined)?.[name], member, inner as Where)
    return matchesOperators(value, { [name]: inner }, compare, compare)
  })
}

function itemOf(field: Field): Field {
  return { ...field, list: false }
}

/** The value at the filter's path, if it has one; null counts as absent. */
function valueAt(value: unknown, { path }: Where): unknown {
  if (path === undefined) return value
  const found = (path as string[]).reduce<unknown>((whole, name) => {
    if (Array.isArray(whole)) return /^-?\d+$/.test(name) ? whole.at(Number(name)) : undefined
    return typeof whole === 'object' && whole !== null && Object.hasOwn(whole, name)
      ? (whole as Document)[name]
      : undefined
  }, value)
  return found ?? undefined
}

function matchesOperators(value: unknown, filter: Where, compare: Compare, compareItem: Compare): boolean {
  const { mode, path: _, ...operators } = filter
  const fold = (one: unknown) => (mode === 'insensitive' && typeof one === 'string' ? toLowerCase(one) : one)
  const is = (other: unknown) => value !== undefined && compare(fold(value), fold(other)) === 0
  const order = (other: unknown) => (value === undefined ? Number.NaN : compare(fold(value), fold(other)))
  const has = (other: unknown) =>
    Array.isArray(value) && value.some((item) => compareItem(fold(item), fold(other)) === 0)
  const [text, part] = [fold(value), (other: unknown) => String(fold(other))]
  return Object.entries(operators).every(([operator, other]) => {
    switch (operator) {
      case 'equals':
        return is(other)
      case 'not':
        return !is(other)
      case 'in':
        return (other as unknown[]).some(is)
      case 'notIn':
        return !(other as unknown[]).some(is)
      case 'isNull':
        return (value === undefined) === other
      case 'lt':
        return order(other) < 0
      case 'lte':
        return order(other) <= 0
      case 'gt':
        return order(other) > 0
      case 'gte':
        return order(other) >= 0
      case 'contains':
        return typeof text === 'string' && text.includes(part(other))
      case 'startsWith':
        return typeof text === 'string' && text.startsWith(part(other))
      case 'endsWith':
        return typeof text === 'string' && text.endsWith(part(other))
      case 'has':
        return has(other)
      case 'hasSome':
        return (other as unknown[]).some(has)
      case 'hasEvery':
        return (other as unknown[]).every(has)
      case 'isEmpty':
        return Array.isArray(value) && (value.length === 0) === other
      default:
        throw new Error(`no operator ${operator}`)
    }
  })
}

/** A final sigma is a sigma. */
function toLowerCase(text: string): string {
  return text.toLowerCase().replaceAll('ς', 'σ')
}

function listOf(filter: unknown): readonly Where[] {
  return (Array.isArray(filter) ? filter : [filter]) as readonly Where[]
}

function templateOf(object: MemoryObject, { model }: Memory): Template {
  return model.byName.get(object.template) as Template
}
