import { tokenProgram, tokenStyle } from './graphiql-token.ts'

/**
 * What runs in the page before GraphiQL: the address follows the query and its variables, so that it can be copied as a link,
 * and a link opens as a tab of its own. Plain JavaScript, as text. An address that a server could refuse for its length is
 * not shown.
 */
export const pageProgram = `(options) => {
  ;(${tokenProgram})()
  const longestAddress = 8000
  const given = new URL(location.href).searchParams
  const query = given.get('query') ?? undefined
  const variables = given.get('variables') ?? undefined
  const defaultTabs = query === undefined
    ? options.defaultTabs
    : [{ query, variables }, ...(options.defaultTabs ?? []).filter((tab) => tab.query !== query)]
  return {
    ...options,
    ...(defaultTabs && { defaultTabs }),
    variables,
    onEditQuery() {},
    onTabChange({ tabs, activeTabIndex }) {
      const address = new URL(location.href)
      for (const name of ['query', 'variables']) {
        const text = tabs[activeTabIndex]?.[name]
        if (text?.trim()) address.searchParams.set(name, text)
        else address.searchParams.delete(name)
      }
      if (address.href.length > longestAddress) address.search = ''
      history.replaceState(null, '', address)
    },
  }
}`

/** A small screen shows the page at its own size; and tabs stay where they are when they are pressed, or a click misses them. */
export const pageHead = `<meta name="viewport" content="width=device-width, initial-scale=1" />
      <style>.graphiql-tab { transform: none !important }
      ${tokenStyle}</style>`
