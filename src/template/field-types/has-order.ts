import type { Field } from '../model.ts'
import { fieldTypes } from './field-types.ts'

/** Whether the field's values have an order: they are sorted and compared by it, have a least and a greatest one, and make groups. */
export function hasOrder({ list, type }: Pick<Field, 'list' | 'type'>): boolean {
  return !list && fieldTypes[type].ordering !== undefined
}
