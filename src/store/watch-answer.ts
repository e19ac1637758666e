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

/** What a connection is at. */
interface Watched {
  /** That the connection has read, as far as it is accounted for. */
  bytes: number
  /** Of those, the answer's. */
  taken: number
  budget: AnswerBudget | undefined
  refusal: Error | undefined
}

const connections = new WeakMap<pg.ClientBase, Watched>()

/**
 * Takes the answer to the statement that begins from the budget as it comes in. Where more comes than is left, the connection
 * is broken, LIMIT_EXCEEDED is the statement's error, and what it has taken is given back. An answer's text is kept whole: one
 * of half a gigabyte would end the process, a few of less its memory.
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

/** One listener a connection: to add and to take away one costs more than a small statement's answer. */
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
