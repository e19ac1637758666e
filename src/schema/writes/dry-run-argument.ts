import type { InputField } from '../lazy/type-definitions.ts'

/** The argument of every mutation that does it all for the answer alone. */
export const dryRun: InputField = {
  type: 'Boolean',
  default: false,
  description: 'Does everything as usual and then rolls it back: the answer shows what a real write would have done.',
}
