import type { Socket } from 'node:net'
import type pg from 'pg'
import { createLimitError } from '../limits.ts'

/** What the database sends in answer to a statement, while it comes in. */
export interface AnswerWatch {
  /** Whether anything has come since the watch was begun. */
  readonly hasBegun: () => boolean
}

/** The bytes that a connection had read when its statement began. */
interface Start {
  bytes: number
}

const starts = new WeakMap<pg.ClientBase, Start>()

/**
 * Breaks the connection, and with it the statement that begins, once its answer has more bytes; LIMIT_EXCEEDED is then its
 * error. The answer's text is kept whole: one of half a gigabyte would end the process, a few of less its memory.
 */
export function watchAnswer(client: pg.ClientBase, answerBytes: number): AnswerWatch {
  const { stream } = connectionOf(client)
  const start = starts.get(client) ?? startOf(client, stream, answerBytes)
  start.bytes = stream.bytesRead
  return { hasBegun: () => stream.bytesRead > start.bytes }
}

/** One listener a connection: to add and to take away one costs more than a small statement's answer. */
function startOf(client: pg.ClientBase, stream: Socket, answerBytes: number): Start {
  const start = { bytes: 0 }
  starts.set(client, start)
  stream.on('data', () => {
    if (stream.bytesRead - start.bytes > answerBytes) stream.destroy(createLimitError('answerBytes', answerBytes))
  })
  return start
}

/** Known to `pg` only, which hides it from its types. */
function connectionOf(client: pg.ClientBase): { readonly stream: Socket } {
  return (client as unknown as { readonly connection: { readonly stream: Socket } }).connection
}
