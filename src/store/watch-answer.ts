import type { Socket } from 'node:net'
import type pg from 'pg'
import { createLimitError } from '../limits.ts'
import { driverConnectionOf } from './driver-connection.ts'

/** The most bytes that the answers to some statements may have together, and the bytes that remain. */
export interface AnswerBudget {
  readonly allowed: number
  left: number
}

/** Watches the answer to a statement while it arrives. */
export interface AnswerWatch {
  /** Whether any data has arrived since the watch started. */
  readonly hasBegun: () => boolean
  /** Throws LIMIT_EXCEEDED if the end of the answer exceeded the budget. */
  readonly assertFits: () => void
  readonly end: () => void
}

/** The state of the answer that a connection is reading. */
interface Watched {
  /** The bytes that the connection had read in total when they were last counted. */
  bytes: number
  /** The bytes of these that belong to this answer. */
  taken: number
  budget: AnswerBudget | undefined
  refusal: Error | undefined
}

const connections = new WeakMap<pg.ClientBase, Watched>()

/**
 * Counts the answer to the next statement against the budget while it arrives. If it exceeds the budget, the
 * connection is broken, the statement fails with LIMIT_EXCEEDED, and its bytes are returned to the budget. pg keeps an answer
 * as one text: a text of half a gigabyte would end the process, and a few smaller ones would use up its memory.
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

/** Adds one listener for the whole life of a connection: adding and removing one for each answer would cost more than a small answer. */
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
