import { printVisibly } from '../../print-visibly.ts'

/** `##[error]` (GitHub, Azure), `##vso[…]` (Azure) and `##teamcity[…]`, which a CI service obeys anywhere in a line of its log. */
export const commandInLine = /##(?=\w*\[)/g

/** `::error::`, which GitHub obeys at the beginning of a line of its log, spaces aside. */
const commandAtStart = /^([^\S\r\n]*):(?=:)/gm

/** Makes a text safe for a terminal and for the log of a CI service. JSON keeps its meaning. */
export function printSafely(text: string): string {
  return printJsonSafely(printVisibly(text).replace(commandAtStart, '$1\\u003a'))
}

/** A text as part of a line, in which line breaks and tabs become `\n` and `\t`. */
export function printInline(text: string): string {
  return printJsonSafely(printVisibly(text.replace(/\n/g, '\\n').replace(/\t/g, '\\t')))
}

/** The beginning of what somebody has written, for a message. */
export function printExcerpt(text: string): string {
  return printInline(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}

/** Makes JSON safe for the log of a CI service. It stays the same JSON: only texts can have two of the character `#`. */
export function printJsonSafely(json: string): string {
  return json.replace(commandInLine, '#\\u0023')
}
