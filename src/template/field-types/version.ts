import { comparisonOperators, equalityOperators, type FieldType, textOperators, ValueError } from './field-type.ts'
import { parseText } from './parse-text.ts'

/** A text that orders naturally: runs of digits as numbers, so `5.4.0-73` < `5.15.0-2`; kept byte for byte. */
export const versionType: FieldType = {
  name: 'version',
  scalar: 'String',
  filterName: 'Version',
  operators: [...equalityOperators, ...comparisonOperators, ...textOperators],
  ordering: 'version',
  canBeKey: true,
  needsQuotes: true,
  longestIndexed: 128,
  constraints: ['pattern', 'minLength', 'maxLength'],
  parse(value) {
    const text = parseText(value)
    // The order key of a version in the database grows with the version, and must fit into an index entry.
    if (text.length > 128)
      throw new ValueError(`a version may have at most 128 characters; this one has ${text.length}`, 'MAX_LENGTH')
    return text
  },
}
