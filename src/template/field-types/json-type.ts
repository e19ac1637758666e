import { comparisonOperators, equalityOperators, type FieldType, textOperators } from './field-type.ts'
import { parseJson } from './parse-json.ts'

/** Any JSON. */
export const jsonType: FieldType = {
  name: 'json',
  scalar: {
    name: 'JSON',
    description: 'Any JSON value.',
    specifiedBy: 'https://www.rfc-editor.org/rfc/rfc8259',
  },
  // The operators of its texts and numbers, and of its lists.
  operators: [...equalityOperators, ...comparisonOperators, ...textOperators, 'has'],
  hasInside: true,
  ordering: undefined,
  canBeKey: false,
  constraints: [],
  parse: (value) => parseJson(value),
}
