/** The last part of a name with dots: `datetime.datetime.now` → `now`. */
export function lastOf(dotted: string): string {
  return dotted.slice(dotted.lastIndexOf('.') + 1).trim()
}
