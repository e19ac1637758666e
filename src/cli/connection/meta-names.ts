import type { Json } from '../arguments/parse-value.ts'

/** The fields of `_meta`: the names that the command line prints, and those of GraphQL. */
export const metaNames = {
  create_time: 'createTime',
  update_time: 'updateTime',
  version: 'version',
  uuid: 'uuid',
  created_by: 'createdBy',
  updated_by: 'updatedBy',
  created_for: 'createdFor',
  updated_for: 'updatedFor',
} as const

export type MetaName = keyof typeof metaNames

/** `_meta` in an answer. */
export type SelectedMeta = Readonly<Record<string, Json>>

/** `_meta { createTime version }` */
export function selectMeta(names: readonly MetaName[]): string {
  return `_meta { ${names.map((name) => metaNames[name]).join(' ')} }`
}

/** The selected fields, by the names that the command line prints. */
export function toShownMeta(meta: SelectedMeta, names: readonly MetaName[]): SelectedMeta {
  return Object.fromEntries(names.map((name) => [name, meta[metaNames[name]] as Json]))
}
