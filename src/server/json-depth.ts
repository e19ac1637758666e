const quote = 0x22
const backslash = 0x5c

/**
 * Whether JSON text nests deeper than a limit, without parsing it: `JSON.parse` and everything after it recurse.
 * One pass over the bytes, which stops at the first bracket too many. Text that is no JSON gives any answer.
 */
export function isJsonDeeperThan(json: Uint8Array, limit: number): boolean {
  let depth = 0
  for (let at = 0; at < json.length; at++) {
    const byte = json[at]
    if (byte === quote) {
      at++
      while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1
    } else if (byte === 0x7b || byte === 0x5b) {
      if (++depth > limit) return true
    } else if (byte === 0x7d || byte === 0x5d) depth--
  }
  return false
}
