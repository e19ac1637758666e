import { giveWay, type NamedTemplate } from '../graphql-names.ts'

/** The types of the past of a template. They give way to the types of all templates. */
export function pastTypeNamesOf(
  { typeName }: Pick<NamedTemplate, 'typeName'>,
  model: { readonly templates: readonly NamedTemplate[] },
) {
  return {
    history: giveWay(`${typeName}History`, 'type', model),
    version: giveWay(`${typeName}Version`, 'type', model),
    diff: giveWay(`${typeName}Diff`, 'type', model),
    diffNode: giveWay(`${typeName}DiffNode`, 'type', model),
  } as const
}

/** The type of a change of one field, which all templates share. */
export function fieldChangeType(model: { readonly templates: readonly NamedTemplate[] }): string {
  return giveWay('FieldChange', 'type', model)
}
