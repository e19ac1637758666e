import type { Socket } from 'node:net'
import type pg from 'pg'
import { createAnswerError, largestAnswer } from './database-error.ts'

/** What the database sends in answer to a statement, while it comes in. */
export interface AnswerWatch {
  /** Whether anything has come. */
  readonly hasBegun: () => boolean
  readonly end: () => void
}

/** Breaks the connection, and with it the statement, once an answer grows too large; LIMIT_EXCEEDED is then its error. */
export function watchAnswer(client: pg.ClientBase): AnswerWatch {
  const socket = socketOf(client)
  const before = socket.bytesRead
  const measure = () => {
    if (socket.bytesRead - before > largestAnswer) socket.destroy(createAnswerError())
  }
  socket.on('data', measure)
  return {
    hasBegun: () => socket.bytesRead > before,
    end: () => socket.off('data', measure),
  }
}

/** Known to `pg` only, which hides it from its types. */
function socketOf(client: pg.ClientBase): Socket {
  return (client as unknown as { readonly connection: { readonly stream: Socket } }).connection.stream
}
