import { findPath, metaField, type Where } from './condition.ts'
import { type DescribedTemplate, type Operation, targetOf } from './described-template.ts'

/** Objects whose changes may change what a view shows. */
export interface Followed {
  readonly template: DescribedTemplate
  /** Only of those that match, before or after; undefined: of all. */
  readonly where?: Where | undefined
}

/** The subscription that tells of these changes: that there was one, and nothing about it. */
export function planFollowing({ template: { type, plural }, where }: Followed): Operation {
  return {
    query: `subscription ${type}Changes($where: ${type}Where) { ${plural}Changed(where: $where) { __typename } }`,
    variables: where === undefined ? {} : { where },
  }
}

/** The objects that conditions or orders look at through references. Throws `ViewError`. */
export function followReferences(
  paths: readonly string[],
  template: DescribedTemplate,
  templates: readonly DescribedTemplate[],
): readonly Followed[] {
  return paths.flatMap((path) =>
    findPath(path, template, templates)
      .slice(0, -1)
      .filter((field) => field !== metaField && field.type === 'reference')
      .map((field) => ({ template: targetOf(field, templates) })),
  )
}

/** Each only once: who follows all objects of a template need not follow some of them. */
export function mergeFollowed(all: readonly Followed[]): readonly Followed[] {
  const whole = new Set(all.filter(({ where }) => where === undefined).map(({ template }) => template))
  return [...[...whole].map((template) => ({ template })), ...all.filter(({ template }) => !whole.has(template))]
}
