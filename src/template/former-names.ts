import type { Path } from '../errors.ts'

/** A name in `renamedFrom`, with its place. */
export interface FormerName {
  readonly name: string
  readonly path: Path
}

/** The former names that `renamedFrom` gives, one name or a list of them, without those that are not texts. */
export function readFormerNames(written: unknown, path: Path): FormerName[] {
  if (typeof written === 'string') return [{ name: written, path }]
  if (!Array.isArray(written)) return []
  return written.flatMap((name, index) => (typeof name === 'string' ? [{ name, path: [...path, index] }] : []))
}
