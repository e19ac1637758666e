import type { Measurement } from './measure.ts'

/** Workload → contender → one measurement per round. Workloads that a contender cannot run are absent. */
export type Results = Readonly<Record<string, Readonly<Record<string, readonly Measurement[]>>>>

/** Statistics of one figure over all rounds. */
export function medianOf(measurements: readonly Measurement[], figure: keyof Measurement): number {
  const sorted = measurements.map((one) => one[figure]).sort((a, b) => a - b)
  const [low = Number.NaN, high = low] = [
    sorted[Math.ceil(sorted.length / 2) - 1],
    sorted[Math.floor(sorted.length / 2)],
  ]
  return (low + high) / 2
}
