import { RE2JS } from 're2js'

const compiled = new Map<string, RE2JS>()

/**
 * Whether a text contains a match of the pattern, in time linear in the text whatever the pattern: RE2 never
 * backtracks. The pattern was compiled once already, when its template was checked.
 */
export function matchesPattern(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern)
  if (!expression) {
    expression = RE2JS.compile(pattern)
    compiled.set(pattern, expression)
  }
  return expression.matcher(text).find()
}
