import { quote } from '../quote.ts'
import { comparisonOperators, equalityOperators, type FieldType, ValueError } from './field-type.ts'

const lowest = -(2n ** 63n)
const highest = 2n ** 63n - 1n

/**
 * A whole number of 64 bits. It is stored and returned, and best written, as text of digits: most readers of JSON, including
 * JavaScript, round numbers beyond 2^53.
 */
export const bigintType: FieldType = {
  name: 'bigint',
  scalar: {
    name: 'BigInt',
    description:
      'A whole number of 64 bits. Give it as text of digits, or as a number if that is exact; it is returned as text.',
    specifiedBy: 'https://www.w3.org/TR/xmlschema11-2/#long',
    parse: parseBigint,
  },
  operators: [...equalityOperators, ...comparisonOperators],
  ordering: 'digits',
  totals: { avg: 'Float', sum: 'BigInt' },
  canBeKey: true,
  constraints: ['minimum', 'maximum'],
  parse: (value) => parseBigint(value),
}

/** The stored form of a 64-bit number. Throws `ValueError`. */
function parseBigint(value: unknown): string {
  if (typeof value === 'number' && Number.isInteger(value) && !Number.isSafeInteger(value)) {
    throw new ValueError(`${quote(value)} may have been rounded in transit; write it as a text of digits`)
  }
  const digits = typeof value === 'bigint' || Number.isInteger(value) ? String(value) : value
  if (typeof digits === 'string' && /^[+-]?\d{1,40}$/.test(digits)) {
    const whole = BigInt(digits.replace(/^\+/, ''))
    if (whole >= lowest && whole <= highest) return String(whole)
  }
  throw new ValueError(`${quote(value)} is not a whole number from ${lowest} to ${highest}`)
}
