import { equalityOperators, type FieldType } from './field-type.ts'
import { parseJson } from './parse-json.ts'

/** Any JSON. */
export const jsonType: FieldType = {
  name: 'json',
  scalar: 'JSON',
  operators: equalityOperators,
  ordering: undefined,
  canBeKey: false,
  constraints: [],
  parse: (value) => parseJson(value),
}
