/**
 * What a terminal would obey instead of showing: control characters (escape sequences begin with one), and the marks
 * that turn the direction of text around. Line breaks and tabs apart.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** A text as it may go to a terminal: `\u001b` for what it would obey. In JSON texts, this is the same JSON. */
export function printSafely(text: string): string {
  return text.replace(obeyed, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
