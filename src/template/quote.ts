/** Prints a given value, in quotes and shortened, for an error message: `"0.0.0…"`, `[1,2]`. */
export function quote(value: unknown): string {
  let text: string | undefined
  try {
    text = typeof value === 'bigint' ? String(value) : JSON.stringify(value, printBigint)
  } catch {
    text = undefined
  }
  if (text === undefined) text = String(value)
  return text.length > 80 ? `${text.slice(0, 78).replace(/[\uD800-\uDBFF]$/, '')}…` : text
}

/** JSON has no bigints: without this, one inside a value would throw. */
function printBigint(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
