/** The registry's codes for what is wrong with an input; anything else is the registry, or the way there. */
const refusals: ReadonlySet<string> = new Set([
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'VERSION_CONFLICT',
  'UNIQUE_CONFLICT',
  'REFERENCE_NOT_FOUND',
  'LIMIT_EXCEEDED',
])

/** Whether the input was at fault, so that sending it again would change nothing. */
export function isRefusal(code: string | undefined): boolean {
  return code !== undefined && refusals.has(code)
}
