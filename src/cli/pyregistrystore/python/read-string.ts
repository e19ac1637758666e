const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['a', '\x07'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['\n', ''],
])

/** The text of a string literal of Python, `r'a\b'`. Undefined for bytes, for f-strings, and where a character has a name alone. */
export function readString(written: string): string | undefined {
  const match = /^([A-Za-z]*)('''|"""|'|")([^]*)\2$/.exec(written)
  if (!match) return undefined
  const [, prefix = '', , body = ''] = match
  if (/[bBfFtT]/.test(prefix)) return undefined
  if (/[rR]/.test(prefix)) return body
  let known = true
  const value = body.replace(
    /\\(x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|[0-7]{1,3}|N\{[^}]*\}|[^])/g,
    (whole, code: string) => {
      const short = escapes.get(code)
      if (short !== undefined) return short
      if (/^[xuU]./.test(code)) {
        const point = Number.parseInt(code.slice(1), 16)
        if (point <= 0x10ffff) return String.fromCodePoint(point)
      }
      if (/^[0-7]+$/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8))
      if (code.startsWith('N{')) known = false
      return whole
    },
  )
  return known && value.isWellFormed() ? value : undefined
}
