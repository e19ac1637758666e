import type { Socket } from 'node:net'
import type pg from 'pg'
import { createLimitError } from '../limits.ts'
import { driverConnectionOf } from './driver-connection.ts'

/** How many bytes the answers to some statements may have together, and how many of those are left. */
export interface AnswerBudget {
  readonly allowed: number
  left: number
}

/** What the database sends in answer to a statement, while it comes in. */
export interface AnswerWatch {
  /** Whether anything has come since the watch was begun. */
  readonly hasBegun: () => boolean
  /** Throws LIMIT_EXCEEDED where the last of the answer was more than was left. */
  readonly assertFits: () => void
  readonly end: () => void
}

/** What is known of the answer that a connection is reading. */
interface Watched {
  /** How many bytes the connection had read in its life when they were last counted. */
  bytes: number
  /** How many of those belong to this answer. */
  taken: number
  budget: AnswerBudget | undefined
  refusal: Error | undefined
}

const connections = new WeakMap<pg.ClientBase, Watched>()

/**
 * Counts the answer to the next statement against the budget while it comes in. Where more comes than is left, the
 * connection is broken, the statement fails with LIMIT_EXCEEDED, and what it has taken is given back. pg keeps an answer
 * as one text: one of half a gigabyte would end the process, and a few smaller ones would take all its memory.
 */
export function watchAnswer(client: pg.ClientBase, budget: AnswerBudget): AnswerWatch {
  const { stream } = driverConnectionOf(client)
  const watched = connections.get(client) ?? listenTo(client, stream)
  watched.bytes = stream.bytesRead
  watched.taken = 0
  watched.budget = budget
  return {
    hasBegun: () => watched.taken > 0,
    assertFits() {
      if (watched.refusal) throw watched.refusal
    },
    end() {
      watched.budget = undefined
    },
  }
}

/** One listener for the whole life of a connection: adding and removing one costs more than a small answer does. */
function listenTo(client: pg.ClientBase, stream: Socket): Watched {
  const watched: Watched = { bytes: 0, taken: 0, budget: undefined, refusal: undefined }
  connections.set(client, watched)
  stream.on('data', () => {
    const { budget } = watched
    if (!budget) return
    const read = stream.bytesRead - watched.bytes
    watched.bytes += read
    watched.taken += read
    budget.left -= read
    if (budget.left >= 0) return
    budget.left += watched.taken
    watched.budget = undefined
    watched.refusal = createLimitError('answerBytes', budget.allowed)
    stream.destroy(watched.refusal)
  })
  return watched
}
