import { createUsageError } from '../cli-error.ts'

/** How many come at most, as `--first` says; undefined if it is not given. */
export function parseFirst(text: string | undefined): number | undefined {
  return parseNumber('--first', text, /^(?=.*[1-9])\d{1,9}$/, 'a number from 1 on')
}

/** The number that is the value of an option, in a form that `what` describes. Undefined if the option is not given. */
export function parseNumber(
  option: string,
  text: string | undefined,
  form: RegExp,
  what: string,
  largest = Number.POSITIVE_INFINITY,
): number | undefined {
  if (text === undefined) return undefined
  const value = Number(text)
  if (form.test(text) && value <= largest) return value
  throw createUsageError(`${option} takes ${what}, not ${JSON.stringify(text)}.`)
}
