import type { ValuePlace } from '../condition.ts'

/** Whether every object that fits its template has a value at that place. */
export function isCertain({ field, at, path }: ValuePlace): boolean {
  return field.required && !field.list && at === undefined && path === undefined
}
