import { quote } from '../quote.ts'
import { comparisonOperators, equalityOperators, type FieldType, ValueError } from './field-type.ts'

/** A UUID of any version; stored in lower case. */
export const uuidType: FieldType = {
  name: 'uuid',
  scalar: {
    name: 'UUID',
    description: 'A UUID, such as `b7205949-344b-4e51-a4a8-3d69ef43c8c7`.',
    specifiedBy: 'https://www.rfc-editor.org/rfc/rfc9562#section-4',
    parse: parseUuid,
  },
  operators: [...equalityOperators, ...comparisonOperators],
  ordering: 'text',
  canBeKey: true,
  needsQuotes: true,
  constraints: [],
  parse: (value) => parseUuid(value),
}

/** The stored form of a UUID. Throws `ValueError`. */
export function parseUuid(value: unknown): string {
  if (typeof value !== 'string' || !/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value)) {
    throw new ValueError(`${quote(value)} is not a UUID such as "b7205949-344b-4e51-a4a8-3d69ef43c8c7"`)
  }
  return value.toLowerCase()
}
