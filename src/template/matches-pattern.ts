import { RE2JS } from 're2js'

const compiled = new Map<string, RE2JS>()

/**
 * Whether a text contains a match of the pattern. It takes linear time with any pattern, because RE2 never
 * backtracks. The pattern is known to compile, because its template has been checked.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern)
  if (!expression) {
    expression = RE2JS.compile(pattern)
    compiled.set(pattern, expression)
  }
  return expression.matcher(text).find()
}
