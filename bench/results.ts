import type { Measurement } from './measure.ts'

/** Workload → contender → a measurement a round. What a contender cannot do is not there. */
export type Results = Readonly<Record<string, Readonly<Record<string, readonly Measurement[]>>>>

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}
