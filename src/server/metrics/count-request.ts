import type { Metrics } from '../../metrics/create-metrics.ts'
import type { LabelsOf } from '../../metrics/metric-table.ts'
import type { ServerContext } from '../server-context.ts'

/** Counts a request that has ended, and its time. */
export function countRequest({ res, route = 'other' }: ServerContext, startedAt: number, metrics: Metrics): void {
  const labels = labelsOf(route)
  metrics.count('requests', labels.ended[res.writableFinished ? Math.floor(res.statusCode / 100) : 0] ?? labels.other)
  metrics.observe('requestDuration', labels.route, (performance.now() - startedAt) / 1_000)
}

interface Labels {
  readonly route: LabelsOf<'requestDuration'>
  /** By the first digit of the status; the first of them for a client that has left. */
  readonly ended: readonly LabelsOf<'requests'>[]
  readonly other: LabelsOf<'requests'>
}

const classes = ['aborted', '1xx', '2xx', '3xx', '4xx', '5xx']
const known = new Map<string, Labels>()

/** The same objects each time: they are found quickest. */
function labelsOf(route: string): Labels {
  const found = known.get(route)
  if (found) return found
  const created = {
    route: { route },
    ended: classes.map((status) => ({ route, status })),
    other: { route, status: 'other' },
  }
  known.set(route, created)
  return created
}
