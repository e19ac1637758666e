import { ViewError } from '../../client/views/described-template.ts'
import type { Problem } from '../ask.ts'

/** The value, or why what the address asks for has none. */
export function attempt<Value>(make: () => Value): { readonly value?: Value; readonly problem?: Problem } {
  try {
    return { value: make() }
  } catch (error) {
    if (!(error instanceof ViewError)) throw error
    return { problem: { code: 'BAD_USER_INPUT', messages: [error.message] } }
  }
}
