import type pg from 'pg'
import type { Metrics } from '../../metrics/create-metrics.ts'

/** Shows at each scrape how the connections are used. `limit` is the most that there may be. */
export function watchPool(pool: pg.Pool, limit: number, metrics: Metrics): void {
  metrics.onScrape(() => {
    const { totalCount, idleCount, waitingCount } = pool
    metrics.set('connections', {}, totalCount)
    metrics.set('connectionsLimit', {}, limit)
    metrics.set('connectionsIdle', {}, idleCount)
    metrics.set('connectionsInUse', {}, totalCount - idleCount)
    metrics.set('connectionsWaiting', {}, waitingCount)
  })
}
