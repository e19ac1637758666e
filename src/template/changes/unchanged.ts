import type { Field } from '../model.ts'

/** What only changes of templates give a field. */
export const unchanged = {
  convert: undefined,
  convertsFrom: undefined,
  formers: [],
  fill: undefined,
  isFilling: false,
  isViolated: false,
  removed: [],
} satisfies Partial<Field>
