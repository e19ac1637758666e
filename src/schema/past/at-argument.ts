import type { InputField } from '../lazy/type-definitions.ts'

/** The argument of root fields that read the past. */
export const atArgument: InputField = {
  type: 'DateTime',
  description:
    'As of that time: what the objects, and all that hangs below, were then. Their update time is that of the version.',
}
