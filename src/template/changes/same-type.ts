import { isDeepStrictEqual } from 'node:util'
import type { Field } from '../model.ts'
import { fieldNamed } from '../verdict/field-named.ts'

/** What a member was, whatever it was called, also if it was gone. */
export function formerMember(was: Field, { attribute }: Field): Field | undefined {
  return [...was.members, ...was.removed].find((one) => one.attribute === attribute)
}

/** The types of its members are part of an object's type. */
export function isSameType(was: Field, is: Field): boolean {
  if (was.attribute !== is.attribute || was.type !== is.type || was.list !== is.list) return false
  return is.members.every((member) => {
    const former = formerMember(was, member)
    return !former || isSameType(former, member)
  })
}

/** Whether an object is only another because of new members that are required and have a default. */
export function isFilled(was: Field, is: Field): boolean {
  return isSameType({ ...was, attribute: is.attribute }, is) && is.type === 'object' && hasSameForms(was, is)
}

/** Whether no member has got another form; one that is new has none yet. */
function hasSameForms(was: Field, is: Field): boolean {
  return is.members.every((member) => {
    const former = formerMember(was, member)
    const forms = ({ formers }: Field) => formers.map(({ attribute }) => attribute)
    if (!former) return member.formers.length === 0 && !was.members.some(({ name }) => fieldNamed(name, [member]))
    return isDeepStrictEqual(forms(former), forms(member)) && hasSameForms(former, member)
  })
}
