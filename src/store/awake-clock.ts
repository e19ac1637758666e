import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * A clock that stops while the event loop is blocked. Use it for time limits on others: while this process is busy,
 * or not running at all, their answers may have arrived without having been read.
 */
export interface AwakeClock {
  /** Milliseconds since an arbitrary start, exact to a tenth of a second; cheap to read. */
  readonly now: () => number
  /** If the event loop was just blocked: waits until data that arrived in the meantime has been read. */
  readonly catchUp: () => Promise<void> | undefined
  /** Calls back after at least that much time, unless the returned function is called first. */
  readonly schedule: (callback: () => void, milliseconds: number) => () => void
  readonly stop: () => void
}

/** In milliseconds. */
const tickLength = 100
/** The most time between two ticks that counts: a later tick means that nothing was read in between. */
const mostCounted = 300

export function createAwakeClock(): AwakeClock {
  let counted = 0
  let tickedAt = performance.now()
  const alarms = new Set<{ readonly at: number; readonly callback: () => void }>()
  const ticker = setInterval(() => {
    const now = performance.now()
    counted += Math.min(now - tickedAt, mostCounted)
    tickedAt = now
    for (const alarm of alarms) {
      if (alarm.at > counted) continue
      alarms.delete(alarm)
      alarm.callback()
    }
  }, tickLength)
  ticker.unref()
  return {
    now: () => counted,
    catchUp: () => (performance.now() - tickedAt > mostCounted ? readAll() : undefined),
    schedule(callback, milliseconds) {
      const alarm = { at: counted + tickLength + milliseconds, callback }
      alarms.add(alarm)
      return () => alarms.delete(alarm)
    },
    stop: () => clearInterval(ticker),
  }
}

/** Waits two turns of the event loop, because the first may have begun earlier. */
async function readAll(): Promise<void> {
  await nextTurn()
  await nextTurn()
}
