import type { Json } from '../json.ts'
import { givenNameOf } from '../names/member-named.ts'
import { quote } from '../quote.ts'
import { equalityOperators, type FieldType, ValueError } from './field-type.ts'

/** A group of fields that is written and read as one value. Members that are null are left out; defaults fill those that are not given. */
export const objectType: FieldType = {
  name: 'object',
  scalar: 'own',
  operators: equalityOperators,
  ordering: undefined,
  canBeKey: false,
  constraints: [],
  parse(value, field, context) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ValueError(
        `${quote(value)} is not an object with the fields ${field.members.map((m) => m.name).join(', ')}`,
      )
    }
    const given = new Map(Object.entries(value))
    const stored: [string, Json][] = []
    for (const member of field.members) {
      const name = givenNameOf(member, given)
      const parsed = context.parseMember(given.get(name), member, name)
      if (parsed !== undefined && parsed !== null) stored.push([member.attribute, parsed])
      given.delete(name)
    }
    for (const name of given.keys()) {
      throw new ValueError(
        `${quote(name)} is not one of the fields ${field.members.map((m) => m.name).join(', ')}`,
        'UNKNOWN_FIELD',
      )
    }
    return Object.fromEntries(stored)
  },
}
