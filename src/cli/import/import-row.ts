import type { Json } from '../arguments/parse-value.ts'
import { type MetaName, metaNames } from '../connection/meta-names.ts'
import type { Template, TemplateList } from '../connection/template.ts'

export type Input = Readonly<Record<string, Json>>

/** One object of an imported file, or why there is none. */
export type ImportRow =
  | {
      readonly line: number
      readonly error?: undefined
      /** The template that the row names itself. */
      readonly template: string | undefined
      /** Its length in characters, if known. */
      readonly size?: number | undefined
      /** The input of an upsert. Throws an error that says what is wrong with the row. */
      readonly toInput: (template: Template, templates: TemplateList) => Input
    }
  | { readonly line: number; readonly error: string }

/** The input of an upsert. It separates additional attributes from the fields, because `get` prints both together. */
export function toInput(attributes: Input, template: Template): Input {
  const { _meta: meta, _additional: additional, ...values } = attributes
  const isField = ([name]: [string, Json]) => template.fields.some((field) => field.name === name)
  const all = Object.entries(values)
  const others = template.additionalFields ? all.filter((entry) => !isField(entry)) : []
  const beside = { ...(additional as object), ...Object.fromEntries(others) }
  return {
    ...(others.length === 0 ? values : Object.fromEntries(all.filter(isField))),
    ...((others.length > 0 || additional !== undefined) && { _additional: beside }),
    ...(meta !== undefined && meta !== null && { _meta: toMetaInput(meta) }),
  }
}

/** Accepts `create_time`, the form of the command line, and `createTime`, the form of GraphQL. */
function toMetaInput(meta: Json): Json {
  if (typeof meta !== 'object' || Array.isArray(meta)) throw new Error('_meta is not an object')
  return Object.fromEntries(Object.entries(meta as object).map(([name, value]) => [toMetaName(name), value as Json]))
}

function toMetaName(name: string): string {
  return Object.hasOwn(metaNames, name) ? metaNames[name as MetaName] : name
}
