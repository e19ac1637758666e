import { quote } from '../quote.ts'
import { equalityOperators, type FieldType, ValueError } from './field-type.ts'

/** One of the members that the template lists, in that order. */
export const enumType: FieldType = {
  name: 'enum',
  scalar: 'own',
  operators: equalityOperators,
  ordering: 'rank',
  canBeKey: true,
  needsQuotes: true,
  constraints: [],
  parse(value, field) {
    if (typeof value !== 'string' || !field.values.includes(value)) {
      throw new ValueError(`${quote(value)} is not one of ${field.values.join(', ')}`)
    }
    return value
  },
}
