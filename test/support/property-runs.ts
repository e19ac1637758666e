/**
 * TEST_SEED repeats a run: the same objects, the same queries. Each run has others, but for those of CI, where only a change of the
 * code shall fail.
 */
export const seed = Number(process.env['TEST_SEED'] ?? (process.env['CI'] ? 1 : Math.floor(Math.random() * 2 ** 31)))

/** The parameters for `fc.assert`: `count` runs, or the number in TEST_RUNS. */
export function runs(count: number): { readonly seed: number; readonly numRuns: number } {
  return { seed, numRuns: Number(process.env['TEST_RUNS'] ?? count) }
}
