import { setImmediate as nextTurn } from 'node:timers/promises'

/**
 * A clock that stands still while the event loop does. Time limits on others are kept by it: while this process is busy,
 * or not running at all, their answers may have arrived long ago without having been read.
 */
export interface AwakeClock {
  /** Milliseconds since some moment, exact to a tenth of a second: reading it costs nothing. */
  readonly now: () => number
  /** Where the event loop has just stood still: waits until what arrived meanwhile has been read. */
  readonly catchUp: () => Promise<void> | undefined
  /** Calls back once at least that much time has passed, unless the function that it returns is called before. */
  readonly schedule: (callback: () => void, milliseconds: number) => () => void
  readonly stop: () => void
}

/** In milliseconds. */
const tickLength = 100
/** As much of the time between two ticks counts: a late tick means that nothing was read in between. */
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

/** The first turn may be the rest of one that began before. */
async function readAll(): Promise<void> {
  await nextTurn()
  await nextTurn()
}
