import { giveWay } from '../template/graphql-names.ts'
import type { TemplateModel } from '../template/model.ts'

/** The names of a root field of ours, and of the types that are for it alone. */
export interface OwnNames<Type extends string> {
  readonly field: string
  readonly types: Readonly<Record<Type, string>>
}

/**
 * These names, if no template has one of them; otherwise all give way together, because the templates were there first: `_search`, and
 * `RegistrySearchConnection`. If only a type's name is taken, the field keeps its own.
 */
export function ownNamesOf<Type extends string>(
  field: string,
  types: readonly Type[],
  model: TemplateModel,
): OwnNames<Type> {
  const ownField = giveWay(field, 'field', model)
  const isTaken = ownField !== field || types.some((type) => giveWay(type, 'type', model) !== type)
  const entries = types.map((type) => [type, isTaken ? giveWay(`Registry${type}`, 'type', model) : type])
  return { field: ownField, types: Object.fromEntries(entries) }
}
