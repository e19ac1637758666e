import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { errorCodes } from '../errors.ts'
import { createHistogram } from './create-histogram.ts'
import { type CounterName, type GaugeName, type HistogramName, type LabelsOf, metricTable } from './metric-table.ts'
import { createSeriesMap } from './series.ts'

/** What the registry counts and measures. The same object of labels, used again, is found quickest. */
export interface Metrics {
  readonly count: <Name extends CounterName>(name: Name, labels: LabelsOf<Name>, by?: number) => void
  /** In seconds. */
  readonly observe: <Name extends HistogramName>(name: Name, labels: LabelsOf<Name>, value: number) => void
  readonly set: <Name extends GaugeName>(name: Name, labels: LabelsOf<Name>, value: number) => void
  /** Forgets the values of a gauge whose labels come and go. */
  readonly clear: (name: GaugeName) => void
  /** Calls back before each scrape, to set gauges. It must not wait for anything. */
  readonly onScrape: (update: () => void) => void
  /** All metrics in the text format of Prometheus. */
  readonly print: () => Promise<string>
}

/** The media type of what `print` gives. */
export const metricsType = Registry.PROMETHEUS_CONTENT_TYPE

/** Gauges of prom-client whose names end as only those of counters may. */
const misnamed = ['nodejs_active_resources_total', 'nodejs_active_handles_total', 'nodejs_active_requests_total']

/** Creates the metrics, and begins to watch the process. */
export function createMetrics(version: string): Metrics {
  const register = new Registry()
  collectDefaultMetrics({ register })
  for (const name of misnamed) register.removeSingleMetric(name)
  const updates: (() => void)[] = []
  const created = Object.fromEntries(
    Object.entries(metricTable).map(([key, definition]) => {
      const { name, help, labels, type } = definition
      const configuration = { name, help, labelNames: [...labels], registers: [register] }
      if (type === 'histogram') return [key, createHistogram(definition, register)]
      return [key, type === 'counter' ? createCounter(new Counter(configuration), updates) : new Gauge(configuration)]
    }),
  ) as { readonly [Name in CounterName]: ReturnType<typeof createCounter> } & {
    readonly [Name in GaugeName]: Gauge
  } & { readonly [Name in HistogramName]: ReturnType<typeof createHistogram> }
  created.build.set({ version }, 1)
  // A counter that begins at 1 has no increase to alert on.
  for (const code of Object.keys(errorCodes)) created.errors({ code }, 0)
  return {
    count: (name, labels, by = 1) => created[name](labels, by),
    observe: (name, labels, value) => created[name](labels, value),
    set: (name, labels, value) => created[name].set(labels, value),
    clear: (name) => created[name].reset(),
    onScrape(update) {
      updates.push(update)
    },
    print() {
      for (const update of updates) update()
      return register.metrics()
    },
  }
}

/** Counts by itself, and tells prom-client at each scrape; returns what adds to it. */
function createCounter(counter: Counter, updates: (() => void)[]) {
  const series = createSeriesMap(() => ({ since: 0 }))
  updates.push(() => {
    for (const [labels, one] of series.all()) {
      counter.inc(labels, one.since)
      one.since = 0
    }
  })
  return (labels: Readonly<Record<string, string>>, by: number): void => {
    series.find(labels).since += by
  }
}
