import { randomBytes } from 'node:crypto'
import { compileInsertTimeline, compilePosition } from '../../sql/replicas/compile-positions.ts'
import type { Run } from '../database.ts'
import { digitsOfNext, type Position } from './position.ts'

/**
 * Returns a function that finds out where the primary's log ends. What was committed before the call is before that position. One
 * statement runs at a time: calls that come meanwhile share the next one.
 */
export function createPositions(run: Run): () => Promise<Position> {
  let running: Promise<unknown> = Promise.resolve()
  let next: Promise<Position> | undefined
  return () => {
    next ??= running.then(() => {
      next = undefined
      const position = loadPosition(run)
      running = position.catch(() => undefined)
      return position
    })
    return next
  }
}

/** Gives the timeline a mark if it has none: it is new. */
async function loadPosition(run: Run): Promise<Position> {
  for (let attempt = 1; ; attempt++) {
    const [row] = await run(compilePosition())
    const { lsn, system, timeline, mark } = row as Readonly<Record<string, string | null>>
    if (mark != null) return { mark, digits: digitsOfNext(String(lsn)) }
    if (attempt === 3) throw new Error('the timeline of the log changes again and again')
    const given = { mark: randomBytes(6).toString('hex'), system: String(system), timeline: String(timeline) }
    await run(compileInsertTimeline(given))
  }
}
