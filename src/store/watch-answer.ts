import type { Socket } from 'node:net'
import type pg from 'pg'
import { createLimitError } from '../limits.ts'

/** How many bytes the answers to some statements may have together, and how many of those are left. */
export interface AnswerBudget {
  readonly allowed: number
  left: number
}

/** What the database sends in answer to a statement, while it comes in. */
export interface AnswerWatch {
  /** Whether anything has come since the watch was begun. */
  readonly hasBegun: () => boolean
  /** Throws LIMIT_EXCEEDED where the answers to other statements have left too little. */
  readonly assertFits: () => void
  /** Ends the watch, and takes what has come from the budget. */
  readonly end: () => void
}

/** The statement that a connection is at: the bytes that had been read when it began, and what it may add to them. */
interface Watched {
  bytes: number
  budget: AnswerBudget | undefined
}

const connections = new WeakMap<pg.ClientBase, Watched>()

/**
 * Breaks the connection, and with it the statement that begins, once its answer has more bytes than are left;
 * LIMIT_EXCEEDED is then its error. The answer's text is kept whole: one of half a gigabyte would end the process, a few
 * of less its memory.
 */
export function watchAnswer(client: pg.ClientBase, budget: AnswerBudget): AnswerWatch {
  const { stream } = connectionOf(client)
  const watched = connections.get(client) ?? listenTo(client, stream)
  const before = stream.bytesRead
  watched.bytes = before
  watched.budget = budget
  return {
    hasBegun: () => stream.bytesRead > before,
    assertFits() {
      if (stream.bytesRead - before > budget.left) throw createLimitError('answerBytes', budget.allowed)
    },
    end() {
      watched.budget = undefined
      budget.left -= stream.bytesRead - before
    },
  }
}

/** One listener a connection: to add and to take away one costs more than a small statement's answer. */
function listenTo(client: pg.ClientBase, stream: Socket): Watched {
  const watched: Watched = { bytes: 0, budget: undefined }
  connections.set(client, watched)
  stream.on('data', () => {
    const { bytes, budget } = watched
    if (budget && stream.bytesRead - bytes > budget.left)
      stream.destroy(createLimitError('answerBytes', budget.allowed))
  })
  return watched
}

/** Known to `pg` only, which hides it from its types. */
function connectionOf(client: pg.ClientBase): { readonly stream: Socket } {
  return (client as unknown as { readonly connection: { readonly stream: Socket } }).connection
}
