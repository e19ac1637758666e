/** The registry's codes for a wrong input; any other code means a failure of the registry or the network. */
const refusals: ReadonlySet<string> = new Set([
  'BAD_USER_INPUT',
  'NOT_FOUND',
  'VERSION_CONFLICT',
  'UNIQUE_CONFLICT',
  'REFERENCE_NOT_FOUND',
  'LIMIT_EXCEEDED',
])

/** Whether the input was wrong, so that sending it again would not help. */
export function isRefusal(code: string | undefined): boolean {
  return code !== undefined && refusals.has(code)
}
