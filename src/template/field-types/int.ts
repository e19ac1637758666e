import { quote } from '../quote.ts'
import { comparisonOperators, equalityOperators, type FieldType, ValueError } from './field-type.ts'

/** A whole number of 32 bits, as GraphQL's Int. */
export const intType: FieldType = {
  name: 'int',
  scalar: 'Int',
  operators: [...equalityOperators, ...comparisonOperators],
  ordering: 'integer',
  totals: { avg: 'Float', sum: 'Float' },
  canBeKey: true,
  constraints: ['minimum', 'maximum'],
  parse(value) {
    if (typeof value !== 'number' || !Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 31) {
      throw new ValueError(`${quote(value)} is not a whole number from -2147483648 to 2147483647`)
    }
    return value === 0 ? 0 : value
  },
}
