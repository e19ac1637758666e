import { quote } from '../quote.ts'
import { equalityOperators, type FieldType, ValueError } from './field-type.ts'

/** true or false; false orders first. */
export const booleanType: FieldType = {
  name: 'boolean',
  scalar: 'Boolean',
  operators: equalityOperators,
  ordering: 'boolean',
  canBeKey: true,
  constraints: [],
  parse(value) {
    if (typeof value !== 'boolean') throw new ValueError(`${quote(value)} is neither true nor false`)
    return value
  },
}
