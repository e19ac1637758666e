import type { Json } from '../arguments/parse-value.ts'
import { type MetaName, type SelectedMeta, selectMeta, toShownMeta } from '../connection/meta-names.ts'

/** The fields of `_meta` that are printed. */
export const shownMeta: readonly MetaName[] = ['create_time', 'update_time', 'version', 'uuid']

/** The selection that `toShownObject` needs, for an object of any template. */
export const objectSelection = `_document ${selectMeta(shownMeta)}`

export interface SelectedObject {
  readonly _document: { readonly [name: string]: Json }
  readonly _meta: SelectedMeta
}

/** An object as the command line shows it. */
export interface ShownObject {
  readonly [name: string]: Json
}

/** An object as pyRegistryStore shows it: `_meta`, then the fields by name, references as keys. */
export function toShownObject({ _document, _meta }: SelectedObject): ShownObject {
  const names = Object.keys(_document).sort((a, b) => (a < b ? -1 : 1))
  return {
    _meta: toShownMeta(_meta, shownMeta),
    ...Object.fromEntries(names.map((name) => [name, _document[name] as Json])),
  }
}

/** One line of JSON with pyRegistryStore's spaces, `{"name": "a", "lts": true}`, which scripts may look for. */
export function printJson(value: Json): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(printJson).join(', ')}]`
  return `{${Object.entries(value)
    .map(([name, one]) => `${JSON.stringify(name)}: ${printJson(one)}`)
    .join(', ')}}`
}
