import { createUsageError } from '../cli-error.ts'
import { suggest } from '../command-line/suggest.ts'
import type { Template } from '../connection/template.ts'
import { type ShownObject, shownMeta } from '../output/print-object.ts'
import { findField } from './find-template.ts'
import type { Json } from './parse-value.ts'

/** `--fields name,_meta.version`, in this order. */
export function parseColumns(text: string, template: Template): readonly string[] {
  return text.split(',').map((part) => {
    const name = part.trim()
    if (name === '_meta') return name
    if (name.startsWith('_meta.')) {
      const meta = name.slice('_meta.'.length)
      if (shownMeta.some((one) => one === meta)) return name
      throw createUsageError(
        `--fields: _meta has no field ${JSON.stringify(meta)}.${suggest(meta, shownMeta)}\nIts fields are: ${shownMeta.join(', ')}`,
      )
    }
    return template.additionalFields ? name : findField(template, name).name
  })
}

/** The column of all additional attributes, as inputs and imports have it. */
export const additionalColumn = '_additional'

/** The columns of a table if none are named: the fields in the template's order, then additional attributes by name. */
export function columnsOf(template: Pick<Template, 'fields'>, objects: readonly ShownObject[]): readonly string[] {
  const additional = new Set(objects.flatMap((object) => listAdditional(object, template)))
  return [...template.fields.map((field) => field.name), ...[...additional].sort()]
}

/** An object of the additional attributes; undefined if there are none. */
export function readAdditional(object: ShownObject, template: Pick<Template, 'fields'>): Json | undefined {
  const names = listAdditional(object, template)
  return names.length > 0 ? Object.fromEntries(names.map((name) => [name, object[name] as Json])) : undefined
}

function listAdditional(object: ShownObject, { fields }: Pick<Template, 'fields'>): readonly string[] {
  return Object.keys(object).filter((name) => name !== '_meta' && !fields.some((field) => field.name === name))
}

/** The value in a column; undefined if the object has none. */
export function readColumn(object: ShownObject, column: string): Json | undefined {
  if (!column.startsWith('_meta.')) return Object.hasOwn(object, column) ? object[column] : undefined
  return (object['_meta'] as ShownObject)[column.slice('_meta.'.length)]
}

/** Only these columns of an object, or the whole object. */
export function pickColumns(object: ShownObject, columns: readonly string[] | undefined): ShownObject {
  if (!columns) return object
  const picked = new Map<string, Json>()
  for (const column of columns) {
    const value = readColumn(object, column)
    if (value === undefined) continue
    if (!column.startsWith('_meta.')) picked.set(column, value)
    else {
      const meta = picked.get('_meta') as ShownObject | undefined
      picked.set('_meta', { ...meta, [column.slice('_meta.'.length)]: value })
    }
  }
  return Object.fromEntries(picked)
}

/** Columns with a column for each field of `_meta` in its place: `_meta.version`. */
export function expandMeta(columns: readonly string[], object: ShownObject): readonly string[] {
  const names = Object.keys(object['_meta'] ?? {}).map((name) => `_meta.${name}`)
  return columns.flatMap((column) => (column === '_meta' ? names : [column]))
}

/** A value as the text of a cell: empty for no value, JSON for lists and objects. */
export function printCell(value: Json | undefined): string {
  if (value === undefined || value === null) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}
