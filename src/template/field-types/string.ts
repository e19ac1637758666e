import { comparisonOperators, equalityOperators, type FieldType, textOperators } from './field-type.ts'
import { parseText } from './parse-text.ts'

/** Text, kept byte for byte; ordered by code point. */
export const stringType: FieldType = {
  name: 'string',
  scalar: 'String',
  operators: [...equalityOperators, ...comparisonOperators, ...textOperators],
  ordering: 'text',
  canBeKey: true,
  needsQuotes: true,
  constraints: ['pattern', 'minLength', 'maxLength'],
  parse: (value) => parseText(value),
}
