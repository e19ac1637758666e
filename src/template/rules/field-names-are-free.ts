import { reservedFieldNames, reservedMemberNames } from '../graphql-names.ts'
import { issueAt } from '../source.ts'
import { fieldRule } from './rule.ts'

/** A filter has entries other than those of fields, such as `AND` and `isNull`; a field must not have their names. */
export const fieldNamesAreFree = fieldRule((field, template) => {
  if (!(field.isMember ? reservedMemberNames : reservedFieldNames).has(field.name)) return []
  const message = `A field cannot be called ${field.name}: filters have an entry with that name.`
  return [
    issueAt(template.source, field.path, 'RESERVED_NAME', message, { suggestion: 'Rename the field.', part: 'key' }),
  ]
})
