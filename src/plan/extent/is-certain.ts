import type { ValuePlace } from '../condition.ts'

/** Whether every object has one value at that place. Objects that are older than the field's rules may have none. */
export function isCertain({ field, at, path }: ValuePlace): boolean {
  return field.required && !field.isViolated && !field.list && at === undefined && path === undefined
}
