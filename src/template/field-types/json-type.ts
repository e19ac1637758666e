import { comparisonOperators, equalityOperators, type FieldType, textOperators } from './field-type.ts'
import { parseJson } from './parse-json.ts'

/** Any JSON. */
export const jsonType: FieldType = {
  name: 'json',
  scalar: { name: 'JSON', description: 'Any JSON value.' },
  // What its texts and numbers, or its lists, have.
  operators: [...equalityOperators, ...comparisonOperators, ...textOperators, 'has'],
  hasInside: true,
  ordering: undefined,
  canBeKey: false,
  constraints: [],
  parse: (value) => parseJson(value),
}
