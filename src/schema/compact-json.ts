const quote = 0x22
const backslash = 0x5c
const space = 0x20

/** JSON text without the spaces that PostgreSQL prints between the parts of jsonb; spaces inside texts stay. */
export function compactJson(text: string): string {
  let compact = ''
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const character = text.charCodeAt(at)
    if (character === quote) at = endOfText(text, at)
    else if (character === space) {
      compact += text.slice(start, at)
      start = at + 1
    }
  }
  return compact + text.slice(start)
}

/** The position of the quote that ends the text starting at `start`. */
function endOfText(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); ; end = text.indexOf('"', end + 1)) {
    if (end < 0) return text.length
    let before = end - 1
    while (text.charCodeAt(before) === backslash) before--
    if ((end - before) % 2 === 1) return end
  }
}
