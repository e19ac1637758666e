import { type ContenderName, contenders } from './contenders.ts'
import type { Measurement } from './measure.ts'
import { printLatency, printRate } from './print-results.ts'
import { printTable } from './print-table.ts'
import { medianOf } from './results.ts'

export interface SizeResult {
  readonly title: string
  readonly objects: number
  readonly contender: ContenderName
  readonly measurements: readonly Measurement[]
}

/** A row for each workload and contender: one column per size, and the ratio between the best and the worst size. */
export function printSizes(results: readonly SizeResult[]): string {
  const sizes = [...new Set(results.map(({ objects }) => objects))]
  const titles = [...new Set(results.map(titleOf))]
  return printTable([
    [
      'requests a second; median / p99, in ms',
      ...sizes.map((size) => `${size.toLocaleString('en')} images`),
      'most / least',
    ],
    ...titles.map((title) => {
      const row = results.filter((result) => titleOf(result) === title)
      const rates = row.map(({ measurements }) => medianOf(measurements, 'perSecond'))
      const cells = row.map(({ measurements }) => `${printRate(measurements)}; ${printLatency(measurements)}`)
      return [title, ...cells, (Math.max(...rates) / Math.min(...rates)).toFixed(2)]
    }),
  ])
}

function titleOf({ title, contender }: SizeResult): string {
  return `${title}, ${contenders[contender].title}`
}
