import type { Field } from '../model.ts'
import { fieldTypes } from './field-types.ts'

/** Whether the field's values have an order, so that they can be sorted, compared, grouped, and used in `min` and `max`. */
export function hasOrder({ list, type }: Pick<Field, 'list' | 'type'>): boolean {
  return !list && fieldTypes[type].ordering !== undefined
}
