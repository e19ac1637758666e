/** A text that is malformed or too large, and the line of the error, counted from 1. */
export class TextReadError extends Error {
  override readonly name = 'TextReadError'
  readonly line: number
  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}
