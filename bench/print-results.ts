import { contenders } from './contenders.ts'
import type { Measurement } from './measure.ts'
import { median, type Results } from './results.ts'
import { workloads } from './workloads.ts'

/** A Markdown table: of each contender its ratio to the first one, and requests a second, as median and range. */
export function printResults(results: Results): string {
  const names = Object.entries(contenders).filter(([name]) => Object.values(results).some((row) => row[name]))
  const rows = Object.entries(results).map(([name, row]) => {
    const base = rateOf(row['raw'] ?? [])
    const cells = names.map(([contender]) => printCell(row[contender], base))
    return [workloads[name as keyof typeof workloads].title, ...cells]
  })
  const header = ['requests a second', ...names.map(([, { title }]) => title)]
  return [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function printCell(measurements: readonly Measurement[] | undefined, base: number): string {
  if (!measurements) return '–'
  const rates = measurements.map(({ perSecond }) => perSecond)
  const range = `${print(Math.min(...rates))} to ${print(Math.max(...rates))}`
  return `**${(median(rates) / base).toFixed(2)}** ${print(median(rates))} (${range})`
}

export function rateOf(measurements: readonly Measurement[]): number {
  return median(measurements.map(({ perSecond }) => perSecond))
}

function print(rate: number): string {
  return rate.toLocaleString('en', { maximumFractionDigits: rate < 100 ? 1 : 0 })
}
