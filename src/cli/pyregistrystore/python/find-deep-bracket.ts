/** Python's own tokenizer refuses more. */
const limit = 200

/**
 * The line, from 1, of the first bracket that is nested deeper than Python allows; undefined if there is none. Brackets in
 * texts and comments do not count.
 */
export function findDeepBracket(text: string): { readonly line: number; readonly limit: number } | undefined {
  const token =
    /#[^\n]*|("""|''')(?:\\[^]|(?!\1)[^\\])*(?:\1|$)|"(?:\\[^]|[^"\\\n])*"?|'(?:\\[^]|[^'\\\n])*'?|[([{]|[)\]}]/g
  let depth = 0
  for (const match of text.matchAll(token)) {
    if ('([{'.includes(match[0])) depth++
    else if (')]}'.includes(match[0])) depth = Math.max(0, depth - 1)
    if (depth > limit) return { line: text.slice(0, match.index).split('\n').length, limit }
  }
  return undefined
}
