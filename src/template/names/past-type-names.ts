import { giveWay, lateTypeNameOf, type NamedTemplate } from '../graphql-names.ts'

/** The types of the past of a template. */
export function pastTypeNamesOf(
  template: Pick<NamedTemplate, 'typeName'>,
  model: { readonly templates: readonly NamedTemplate[] },
) {
  return {
    history: lateTypeNameOf(template, 'History', model),
    version: lateTypeNameOf(template, 'Version', model),
    diff: lateTypeNameOf(template, 'Diff', model),
    diffNode: lateTypeNameOf(template, 'DiffNode', model),
  } as const
}

/** The type of a change of one field, which all templates share. */
export function fieldChangeType(model: { readonly templates: readonly NamedTemplate[] }): string {
  return giveWay('FieldChange', 'type', model)
}
