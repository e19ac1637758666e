import { TextReadError } from './text-read-error.ts'

/** A piece of a text and the line on which it begins, from 1. */
export interface TextPiece {
  readonly line: number
  readonly text: string
}

/** The most characters of one object, which is also the limit of a request. */
const longestPiece = 10_000_000

/** The lines that are not blank, each without its end. Holds one chunk and one line at a time. */
export async function* splitLines(chunks: AsyncIterable<string>): AsyncGenerator<TextPiece> {
  let rest = ''
  let line = 1
  for await (const chunk of chunks) {
    const text = rest + chunk
    let start = 0
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', start)) {
      if (end > start) {
        const piece = text.slice(start, text[end - 1] === '\r' ? end - 1 : end)
        if (piece.trim() !== '') yield { line, text: piece }
      }
      line++
      start = end + 1
    }
    rest = text.slice(start)
    if (rest.length > longestPiece) throw new TextReadError(line, `this line has more than ${longestPiece} characters`)
  }
  if (rest.trim() !== '') yield { line, text: rest }
}

/**
 * The items of a JSON array, or JSON texts one after another, with one in memory at a time. The reader checks whether each
 * is valid JSON.
 */
export async function* splitJsonItems(chunks: AsyncIterable<string>): AsyncGenerator<TextPiece> {
  const state = { line: 1, depth: 0, inText: false, escaped: false, inArray: false, piece: '', pieceLine: 1 }
  for await (const chunk of chunks) {
    let start = state.piece === '' ? -1 : 0
    const take = (end: number): TextPiece => {
      const text = state.piece + (start < 0 ? '' : chunk.slice(start, end))
      state.piece = ''
      start = -1
      return { line: state.pieceLine, text }
    }
    for (let i = 0; i < chunk.length; i++) {
      const character = chunk[i] as string
      const isOpen = start >= 0 || state.piece !== ''
      if (character === '\n') state.line++
      if (state.inText) {
        if (state.escaped) state.escaped = false
        else if (character === '\\') state.escaped = true
        else if (character === '"') {
          state.inText = false
          if (state.depth === 0) yield take(i + 1)
        }
        continue
      }
      if (state.depth === 0) {
        const isBlank = ' \n\r\t\uFEFF'.includes(character)
        if (isBlank || (state.inArray && (character === ',' || character === ']'))) {
          if (isOpen) yield take(i)
          if (character === ']') state.inArray = false
          continue
        }
        if (character === '[' && !state.inArray && !isOpen) {
          state.inArray = true
          continue
        }
        if (!isOpen) {
          start = i
          state.pieceLine = state.line
        }
      }
      if (character === '"') state.inText = true
      else if (character === '{' || character === '[') state.depth++
      else if (character === '}' || character === ']') {
        if (state.depth === 0) throw new TextReadError(state.line, `this is not JSON: "${character}" closes nothing`)
        if (--state.depth === 0) yield take(i + 1)
      }
    }
    if (start >= 0) state.piece += chunk.slice(start)
    if (state.piece.length > longestPiece)
      throw new TextReadError(state.pieceLine, `the value that begins here has more than ${longestPiece} characters`)
  }
  if (state.piece !== '') yield { line: state.pieceLine, text: state.piece }
  if (state.inArray)
    throw new TextReadError(state.line, 'the array is not closed; the end of the file seems to be missing')
}
