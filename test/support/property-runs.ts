/** TEST_SEED repeats a run: the same objects, the same queries. */
export const seed = Number(process.env['TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** The parameters for `fc.assert`: `count` runs, or the number in TEST_RUNS. */
export function runs(count: number): { readonly seed: number; readonly numRuns: number } {
  return { seed, numRuns: Number(process.env['TEST_RUNS'] ?? count) }
}
