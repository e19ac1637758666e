import { quote } from '../quote.ts'
import { comparisonOperators, equalityOperators, type FieldType, ValueError } from './field-type.ts'

/** A finite number of double precision, as GraphQL's Float. */
export const floatType: FieldType = {
  name: 'float',
  scalar: 'Float',
  operators: [...equalityOperators, ...comparisonOperators],
  ordering: 'number',
  canBeKey: false,
  constraints: ['minimum', 'maximum'],
  parse(value) {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new ValueError(`${typeof value === 'number' ? String(value) : quote(value)} is not a finite number`)
    }
    return value === 0 ? 0 : value
  },
}
