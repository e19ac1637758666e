import type { Metric, Registry } from 'prom-client'
import type { MetricDefinition } from './metric-table.ts'
import { createSeriesMap } from './series.ts'

/** In seconds: from a lookup to the time limit of a statement. */
const bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

interface Series {
  /** How many values each bound is the least of; the last is for those beyond all bounds. */
  readonly counts: number[]
  sum: number
}

/** Sorts values into buckets; returns what takes a value. prom-client prints it. */
export function createHistogram({ name, help }: MetricDefinition, register: Registry) {
  const series = createSeriesMap<Series>(() => ({ counts: Array(bounds.length + 1).fill(0), sum: 0 }))
  const values = () =>
    [...series.all()].flatMap(([labels, { counts, sum }]) => {
      let count = 0
      const buckets = counts.map((own, i) => {
        count += own
        return { metricName: `${name}_bucket`, labels: { le: bounds[i] ?? '+Inf', ...labels }, value: count }
      })
      return [
        ...buckets,
        { metricName: `${name}_sum`, labels, value: sum },
        { metricName: `${name}_count`, labels, value: count },
      ]
    })
  const metric = { name, get: async () => ({ name, help, type: 'histogram', aggregator: 'sum', values: values() }) }
  register.registerMetric(metric as unknown as Metric)
  return (labels: Readonly<Record<string, string>>, value: number): void => {
    const found = series.find(labels)
    let i = 0
    while (i < bounds.length && value > (bounds[i] as number)) i++
    found.counts[i] = (found.counts[i] as number) + 1
    found.sum += value
  }
}
