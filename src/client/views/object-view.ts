import type { DescribedField, DescribedTemplate, Operation } from './described-template.ts'
import { type Followed, mergeFollowed } from './followed.ts'
import { type SelectedObject, selectFields, selectKey } from './selection.ts'

/** A field of another template, or of the same one, that leads to an object's template. */
export interface Referrer {
  readonly template: DescribedTemplate
  readonly field: DescribedField
}

export interface ObjectAnswer {
  readonly object: SelectedObject | null
  /** By the place of the referrer: `from0`, … */
  readonly [from: string]: unknown
}

export interface ReferrerAnswer {
  readonly totalCount: number
  readonly nodes: readonly SelectedObject[]
}

/** The most related objects that are shown of each referrer; the rest is behind a link. */
const mostShown = 10

/** Asks of which type an object is. */
export function planObjectType(uuid: string): Operation {
  return { query: 'query ObjectType($uuid: UUID!) { object(uuid: $uuid) { type: __typename } }', variables: { uuid } }
}

/** Everything that refers to objects of a template. */
export function listReferrers(target: DescribedTemplate, templates: readonly DescribedTemplate[]): readonly Referrer[] {
  return templates.flatMap((template) =>
    template.fields
      .filter((field) => field.type === 'reference' && field.to === target.name)
      .map((field) => ({ template, field })),
  )
}

/** The attributes of an object that are no fields of its template, by name. */
export function listAdditional(
  object: SelectedObject,
  template: DescribedTemplate,
): readonly (readonly [string, unknown])[] {
  const names = new Set(template.fields.map(({ name }) => name))
  return Object.entries((object['_document'] ?? {}) as object).filter(([name]) => !names.has(name))
}

/** Reads an object of the template, what it refers to and what refers to it. */
export function planObject(
  uuid: string,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): Operation {
  const referrers = listReferrers(template, templates).map(({ template: from, field }, i) => {
    const target = '{ _meta: { uuid: { equals: $uuid } } }'
    const where = `{ ${field.graphqlName}: ${field.list ? `{ some: ${target} }` : target} }`
    const order = '[{ _meta: { updateTime: desc } }]'
    return `  from${i}: ${from.plural}(where: ${where}, orderBy: ${order}, first: ${mostShown}) {
    totalCount
    nodes { ${selectKey(from, templates)} _meta { uuid updateTime updatedBy } }
  }`
  })
  return {
    query: [
      'query Object($uuid: UUID!) {',
      '  object(uuid: $uuid) {',
      `    ... on ${template.type} { ${selectFields(template, templates)}${template.additionalFields ? ' _document' : ''} }`,
      '  }',
      ...referrers,
      '}',
    ].join('\n'),
    variables: { uuid },
  }
}

/** An object of the template, and what refers to it. */
export function followObject(
  uuid: string,
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): readonly Followed[] {
  const isThis = { _meta: { uuid: { equals: uuid } } }
  const referrers = listReferrers(template, templates).map(({ template: from, field }) => ({
    template: from,
    where: { [field.graphqlName]: field.list ? { some: isThis } : isThis },
  }))
  return mergeFollowed([{ template, where: isThis }, ...referrers])
}

/** A version of an object, and what it changed. */
export interface ShownVersion {
  readonly version: number
  readonly outcome: 'CREATED' | 'UPDATED' | 'DELETED'
  readonly time: string
  readonly actor: string | null
  readonly run: string | null
  /** Null if the version before is not kept any more. */
  readonly changes: readonly { readonly field: string; readonly before: unknown; readonly after: unknown }[] | null
}

export interface VersionsAnswer {
  readonly object: {
    readonly _history: { readonly totalCount: number; readonly nodes: readonly ShownVersion[] }
  } | null
}

/** Reads the versions of an object of the template, newest first. */
export function planVersions(uuid: string, { type }: DescribedTemplate): Operation {
  return {
    query: `query Versions($uuid: UUID!) {
  object(uuid: $uuid) {
    ... on ${type} { _history(first: 20) { totalCount nodes { version outcome time actor run changes { field before after } } } }
  }
}`,
    variables: { uuid },
  }
}
