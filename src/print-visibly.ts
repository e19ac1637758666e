/**
 * Characters that control a terminal instead of being shown: control characters other than line breaks and tabs (escape
 * sequences begin with one), and marks that change the direction of text.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const obeyedByTerminals = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g

/** Makes a text safe for a terminal, with `\u001b` and the like in place of characters that control it. JSON keeps its meaning. */
export function printVisibly(text: string): string {
  return text.replace(obeyedByTerminals, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
