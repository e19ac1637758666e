import { contenders } from './contenders.ts'
import type { Measurement } from './measure.ts'
import { printNumber, printTable } from './print-table.ts'
import { medianOf, type Results } from './results.ts'
import { workloads } from './workloads.ts'

/** For each contender, its ratio to `raw`, and requests a second, as median and range. */
export function printRates(results: Results): string {
  return printTable([
    ['requests a second', ...contendersOf(results).map(titleOf)],
    ...Object.entries(results).map(([workload, row]) => [
      workloads[workload as keyof typeof workloads].title,
      ...contendersOf(results).map((name) => printRate(row[name], row['raw'])),
    ]),
  ])
}

/** The median and the 99th percentile of a request's time, in milliseconds. */
export function printLatencies(results: Results): string {
  return printTable([
    ['median / p99, in ms', ...contendersOf(results).map(titleOf)],
    ...Object.entries(results).map(([workload, row]) => [
      workloads[workload as keyof typeof workloads].title,
      ...contendersOf(results).map((name) => printLatency(row[name])),
    ]),
  ])
}

export function printLatency(measurements: readonly Measurement[] | undefined): string {
  if (!measurements) return '–'
  return `${printNumber(medianOf(measurements, 'median'))} / ${printNumber(medianOf(measurements, 'p99'))}`
}

export function printRate(measurements: readonly Measurement[] | undefined, base?: readonly Measurement[]): string {
  if (!measurements) return '–'
  const rates = measurements.map(({ perSecond }) => perSecond)
  const median = medianOf(measurements, 'perSecond')
  const ratio = base ? `**${(median / medianOf(base, 'perSecond')).toFixed(2)}** ` : ''
  return `${ratio}${printNumber(median)} (${printNumber(Math.min(...rates))} to ${printNumber(Math.max(...rates))})`
}

function contendersOf(results: Results): string[] {
  return Object.keys(contenders).filter((name) => Object.values(results).some((row) => row[name]))
}

function titleOf(name: string): string {
  return contenders[name as keyof typeof contenders].title
}
