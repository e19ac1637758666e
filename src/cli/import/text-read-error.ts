/** A source that cannot be read on, and where: it is not what it should be, or too much of it. Lines count from 1. */
export class TextReadError extends Error {
  override readonly name = 'TextReadError'
  readonly line: number
  constructor(line: number, message: string) {
    super(message)
    this.line = line
  }
}
