import type { DeclaredField } from '../declared-template.ts'

/** What a field's values are, for a message: `a list`, `an object`, `json`. */
export function describeForm({ list, type }: Pick<DeclaredField, 'list' | 'type'>): string {
  if (list) return 'a list'
  return type === 'object' ? 'an object' : String(type)
}
