import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import type { AwakeClock } from './awake-clock.ts'

/** How many connections PostgreSQL lets the pool have. */
export interface ConnectionRoom {
  /** Call this when PostgreSQL has refused a connection because it has too many. Resolves when the next try makes sense. */
  readonly noteRefusal: () => Promise<void>
}

/** Before the pool asks for more connections again, in milliseconds. */
const restraint = 1_000
/** Before one who finds no connection at all asks again. */
const pause = { shortest: 100, random: 100 }

/** After a refusal, the pool goes on with the connections that it has, for a second: whoever comes next waits for one of them. */
export function createConnectionRoom(pool: pg.Pool, clock: AwakeClock): ConnectionRoom {
  const { options } = pool
  const most = options.max
  let connected = 0
  let cancel = () => {}
  pool.on('connect', () => connected++)
  pool.on('remove', () => connected--)
  return {
    async noteRefusal() {
      options.max = Math.max(connected, 1)
      cancel()
      cancel = clock.schedule(() => {
        options.max = most
      }, restraint)
      if (connected === 0) await sleep(pause.shortest + Math.random() * pause.random)
    },
  }
}
