/** The lists of a filter, whose items are never null. */
const filterLists: ReadonlySet<unknown> = new Set(['in', 'notIn', 'hasSome', 'hasEvery', 'AND', 'OR', 'NOT'])

/** GraphQL's message of a null among the items of a filter's list, with what to write instead; any other as it is. */
export function explainNull(message: string, path: readonly (string | number)[]): string {
  const isInFilter = typeof path.at(-1) === 'number' && filterLists.has(path.at(-2))
  return isInFilter && /found null|not to be null/.test(message)
    ? `${message.replace(/\.?$/, '.')} To find what is absent, use isNull: true.`
    : message
}
