/** Evaluates the paths of groups over objects in memory. */

import type { Field, Template } from '../../src/template/model.ts'
import { type Compare, compareOf, metaCompare } from './compare-values.ts'
import { type Document, type Memory, type MemoryObject, targetsOf, valueAt } from './evaluate.ts'

export type PathNames = readonly string[]

/** The different values that an object has at a path; undefined if it has none. */
export function valuesAtPath(object: MemoryObject, path: PathNames, memory: Memory): readonly unknown[] {
  const values = valuesOfObject(object, path, memory)
  const different = new Map(values.map((value) => [canonical(value), value]))
  return different.size > 0 ? [...different.values()] : [undefined]
}

/** How values at a path compare; undefined for json, which has no order between its kinds. */
export function compareAtPath(template: Template, path: PathNames, memory: Memory): Compare | undefined {
  const [name = '', next = ''] = path
  if (name === '_meta') return metaCompare(next)
  let field = template.fieldByName.get(name) as Field
  if (field.reference)
    return compareAtPath(memory.model.byName.get(field.reference.to) as Template, path.slice(1), memory)
  for (const member of path.slice(1))
    if (field.type === 'object') field = field.members.find((one) => one.name === member) as Field
  return field.type === 'json' ? undefined : compareOf({ ...field, list: false })
}

/** One text for equal values, whatever the order of their names. */
export function canonical(value: unknown): string {
  return JSON.stringify(value ?? null, (_, one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )
}

function valuesOfObject(object: MemoryObject, [name = '', ...rest]: PathNames, memory: Memory): readonly unknown[] {
  if (name === '_meta') return [object.meta[rest[0] ?? ''] ?? undefined]
  const field = memory.model.byName.get(object.template)?.fieldByName.get(name) as Field
  if (field.reference) return targetsOf(object, field, memory).flatMap((one) => valuesOfObject(one, rest, memory))
  return valuesInside(object.document[name], field, rest)
}

function valuesInside(value: unknown, field: Field, path: PathNames): readonly unknown[] {
  if (field.list) {
    const items = Array.isArray(value) ? value : []
    return items.flatMap((item) => valuesInside(item, { ...field, list: false }, path))
  }
  if (field.type === 'json') return [valueAt(value ?? undefined, { path }) ?? undefined]
  if (field.type !== 'object') return [value]
  const [name = '', ...rest] = path
  const member = field.members.find((one) => one.name === name) as Field
  return valuesInside((value as Document | undefined)?.[name], member, rest)
}
