import type { Field } from '../model.ts'
import { hasTextOperators } from './field-type.ts'
import { fieldTypes } from './field-types.ts'

/** The options of a field's filter, in addition to its operators: how or where to compare. */
export function filterOptionsOf({ type, list }: Pick<Field, 'type' | 'list'>): readonly string[] {
  if (list) return []
  const fieldType = fieldTypes[type]
  return [...(hasTextOperators(fieldType) ? ['mode'] : []), ...(fieldType.hasInside ? ['path'] : [])]
}
