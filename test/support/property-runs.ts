/** TEST_SEED repeats a run of a property test. */
export const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** The seed, and how often a property is tried: `count` times unless TEST_RUNS says otherwise. */
export function runs(count: number): { readonly seed: number; readonly numRuns: number } {
  return { seed, numRuns: Number(process.env['TEST_RUNS'] ?? count) }
}
