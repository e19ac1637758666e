import type { Metrics } from '../../metrics/create-metrics.ts'
import type { Streams } from '../live/create-streams.ts'
import type { Waits } from '../live/create-waits.ts'

/** Shows at each scrape how many wait and are told of changes. */
export function watchListeners(
  { waits, streams }: { readonly waits: Pick<Waits, 'count'>; readonly streams: Pick<Streams, 'count'> },
  metrics: Metrics,
): void {
  metrics.onScrape(() => {
    metrics.set('waits', {}, waits.count())
    metrics.set('streams', {}, streams.count())
  })
}
