import { quote } from '../quote.ts'
import { comparisonOperators, equalityOperators, type FieldType, ValueError } from './field-type.ts'

/** A finite number of double precision, as GraphQL's Float. */
export const floatType: FieldType = {
  name: 'float',
  scalar: 'Float',
  operators: [...equalityOperators, ...comparisonOperators],
  ordering: 'float',
  totals: { avg: 'Float', sum: 'Float' },
  canBeKey: false,
  constraints: ['minimum', 'maximum'],
  parse(value) {
    // A default with many digits is rounded, like any number that a double cannot hold.
    const number = typeof value === 'bigint' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isFinite(number)) {
      throw new ValueError(`${typeof value === 'number' ? String(value) : quote(value)} is not a finite number`)
    }
    return number === 0 ? 0 : number
  },
}
