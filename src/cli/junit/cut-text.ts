import { splitCharacters } from '../split-characters.ts'

/** More than any character takes that is written by people: families of emoji, letters with several accents, flags. */
const longestCharacter = 200

/**
 * The beginning of a text, at most so many UTF-16 units of it. It never ends inside what people see as one character, such as a letter and
 * its accent.
 */
export function cutText(text: string, length: number): string {
  if (text.length <= length) return text
  const near = text.slice(0, length + longestCharacter)
  const { index = length } = splitCharacters(near).containing(length) ?? {}
  if (length - index < longestCharacter) return text.slice(0, index)
  // A heap of accents is no character. A surrogate pair is one.
  const last = text.charCodeAt(length - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length)
}
