const longest = 80

/** Prints a given value, in quotes and shortened, for an error message: `"0.0.0…"`, `[1,2]`. A large value takes no longer. */
export function quote(value: unknown): string {
  let text: string | undefined
  try {
    text = isNumber(value) ? String(value) : JSON.stringify(beginningOf(value, { left: longest }), printBigint)
  } catch {
    text = undefined
  }
  if (text === undefined) text = String(value)
  return text.length > longest ? `${text.slice(0, longest - 2).replace(/[\uD800-\uDBFF]$/, '')}…` : text
}

/** The part of a value that is printed: each value inside has at least one character. */
function beginningOf(value: unknown, room: { left: number }): unknown {
  if (typeof value === 'string') {
    room.left -= value.length + 1
    return value.slice(0, longest)
  }
  room.left--
  if (typeof value !== 'object' || value === null || isJsonable(value)) return value
  if (Array.isArray(value)) {
    const items: unknown[] = []
    for (const item of value) {
      items.push(beginningOf(item, room))
      if (room.left < 0) break
    }
    return items
  }
  const members: [string, unknown][] = []
  for (const name of Object.keys(value)) {
    room.left -= name.length
    members.push([name.slice(0, longest), beginningOf((value as Readonly<Record<string, unknown>>)[name], room)])
    if (room.left < 0) break
  }
  return Object.fromEntries(members)
}

/** JSON has no form for bigints and for the numbers that are not finite. */
function isNumber(value: unknown): boolean {
  return typeof value === 'bigint' || typeof value === 'number'
}

function isJsonable(value: object): boolean {
  return 'toJSON' in value && typeof value.toJSON === 'function'
}

/** JSON has no bigints: without this, one inside a value would throw. */
function printBigint(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
