import { createCallerError } from '../errors.ts'
import type { AwakeClock } from './awake-clock.ts'
import { createBoundedMap } from './bounded-map.ts'

/** Keeps some connections for statements that are usually quick. */
export interface SlowStatements {
  /** Does the work at once if the statement is usually quick; else when there is a place for a slow one. `timed` is its time in the database. */
  readonly run: <Result>(
    text: string,
    work: (timed: <Answer>(send: () => Promise<Answer>) => Promise<Answer>) => Promise<Result>,
  ) => Promise<Result>
}

/** The mean from which on a statement is slow, in milliseconds. */
const slow = 250
/** How much the last time counts. */
const weight = 0.3
/** The connections that slow statements leave. */
const kept = 2
const longestWait = 4_000
const mostWaiting = 1_000
/** In texts and characters. */
const remembered = { entries: 2_000, weight: 2_000_000 }

/** Whether a statement is slow is measured, by its text. One that has not run yet counts as quick. */
export function createSlowStatements(connections: number, clock: AwakeClock): SlowStatements {
  const places = Math.max(connections - kept, 1)
  const means = createBoundedMap<{ mean: number }>(remembered)
  const waiting: (() => void)[] = []
  let running = 0
  return {
    async run(text, work) {
      const known = means.get(text)
      const timed = async <Answer>(send: () => Promise<Answer>): Promise<Answer> => {
        const started = performance.now()
        try {
          return await send()
        } finally {
          const time = performance.now() - started
          if (known) known.mean += weight * (time - known.mean)
          else means.set(text, { mean: time }, text.length)
        }
      }
      if (!known || known.mean < slow) return work(timed)
      if (running < places) running++
      else await waitForPlace()
      try {
        return await work(timed)
      } finally {
        const next = waiting.shift()
        if (next) next()
        else running--
      }
    },
  }

  function waitForPlace(): Promise<void> {
    if (waiting.length >= mostWaiting) throw createBusyError()
    return new Promise((resolve, reject) => {
      const go = () => {
        cancel()
        resolve()
      }
      const cancel = clock.schedule(() => {
        waiting.splice(waiting.indexOf(go), 1)
        reject(createBusyError())
      }, longestWait)
      waiting.push(go)
    })
  }
}

function createBusyError() {
  return createCallerError(
    'SERVICE_UNAVAILABLE',
    'Too many slow requests run at the moment; try again shortly, or ask for less at a time.',
  )
}
