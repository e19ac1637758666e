/** TEST_SEED gives other objects and other queries. Without it each run has the same, so that only a change of the code fails there. */
export const seed = Number(process.env['TEST_SEED'] ?? 1)

/** The parameters for `fc.assert`: `count` runs, in CI an eighth of them but `least` at least, or the number in TEST_RUNS. */
export function runs(count: number, least = 5): { readonly seed: number; readonly numRuns: number } {
  const usual = process.env['CI'] ? Math.min(count, Math.max(least, Math.ceil(count / 8))) : count
  return { seed, numRuns: Number(process.env['TEST_RUNS'] ?? usual) }
}
