import { whatIsAbsent } from '../plan/instead-of-null.ts'

/** Operators whose list may have been meant to hold "absent". */
const insteadOf: ReadonlyMap<unknown, string> = new Map([
  ['in', 'Leave it out; to find what is absent, use isNull: true.'],
  ['notIn', 'Leave it out; to find what is present, use isNull: false.'],
])

/**
 * GraphQL's message of a null among the items of a list that is asked for, which have none, with what to do instead;
 * any other as it is.
 */
export function explainNull(message: string, path: readonly (string | number)[]): string {
  const isItem = typeof path.at(-1) === 'number' && path[0] !== 'input'
  if (!isItem || !/found null|not to be null/.test(message)) return message
  if (path[0] !== 'where' && path[0] !== 'columnWhere') return `${message.replace(/\.?$/, '.')} Leave it out.`
  // The number of related objects, or a field that is called so.
  const instead = path.at(-3) === 'count' ? undefined : insteadOf.get(path.at(-2))
  return `${message.replace(/\.?$/, '.')} ${instead ?? `Leave it out; ${whatIsAbsent}.`}`
}
