/** TEST_SEED repeats a run: the same objects, the same questions. */
export const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** What `fc.assert` is given: `count` runs, unless TEST_RUNS says how many. */
export function runs(count: number): { readonly seed: number; readonly numRuns: number } {
  return { seed, numRuns: Number(process.env['TEST_RUNS'] ?? count) }
}
