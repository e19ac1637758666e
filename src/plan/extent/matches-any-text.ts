/** `.` as `translatePattern` writes it. */
const anyCharacter = String.raw`\[\^\\n\]`
const atom = String.raw`(?:\[(?:[^\]\\]|\\.)*\]|[0-9A-Za-z_]|\\U[0-9a-f]{8})`
/** What may match nothing. */
const optional = String.raw`(?:${atom}(?:[*?]|\{0(?:,\d*)?\}))`
const open = new RegExp(`^(?:\\^${optional}*|${optional}*\\$?)$`)
const wholeLine = new RegExp(`^\\^${optional}*${anyCharacter}\\*${optional}*\\$$`)

/**
 * Whether a regular expression, as `translatePattern` gives it, matches every text by its form: it may match nothing at all, or it is
 * `.*` from the beginning to the end of a line.
 *
 * @param isSomething the texts are not empty, so that `.+` matches them all
 */
export function matchesAnyText(pattern: string, isSomething: boolean): boolean {
  // A group by itself is what is in it.
  const plain = pattern.replace(/\(\?:([^()|]*)\)(?![*+?{])/g, '$1')
  const alternatives = plain.includes('(') ? [plain] : plain.split('|')
  return alternatives.some((one) => {
    const relaxed = isSomething ? one.replace(new RegExp(`(${anyCharacter})(?:\\+|(?![*+?{]))`), '$1*') : one
    return open.test(relaxed) || wholeLine.test(relaxed)
  })
}
