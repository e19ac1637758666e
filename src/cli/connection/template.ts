export interface TemplateField {
  readonly name: string
  /** One of string, int, bigint, float, boolean, datetime, date, uuid, version, enum, json, object, reference. */
  readonly type: string
  readonly list: boolean
  readonly required: boolean
  readonly key: boolean
  readonly description: string | null
  readonly deprecated: string | null
  readonly default: unknown
  /** The members of an enum. */
  readonly values: readonly string[]
  /** The members of an object, three levels deep. */
  readonly fields: readonly TemplateField[]
  /** The template that a reference leads to. */
  readonly to: string | null
  /** The name of a reference's other side. */
  readonly reverse?: string | null
}

/** A template, as the registry describes it. */
export interface Template {
  readonly name: string
  /** The field of `Query` for many. */
  readonly plural: string
  /** The GraphQL type. */
  readonly type: string
  readonly description: string | null
  readonly key: readonly string[]
  readonly additionalFields: boolean
  readonly fields: readonly TemplateField[]
}

export type TemplateList = readonly Template[]
