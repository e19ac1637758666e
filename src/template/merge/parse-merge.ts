import type { Merge } from '../model.ts'
import { quote } from '../quote.ts'
import { isMapping } from '../source.ts'
import { didYouMean } from '../suggest.ts'

const kinds = ['latest', 'first', 'min', 'max'] as const

/** What is wrong with a `merge`, and what to write. */
interface WrongMerge {
  readonly message: string
  readonly suggestion: string
}

/** Parses the key `merge` of a field; undefined stands for `latest`, which is how fields without the key are merged. */
export function parseMerge(written: unknown): Merge | undefined | WrongMerge {
  const known = kinds.find((kind) => kind === written)
  if (known) return known === 'latest' ? undefined : { kind: known }
  const forms = `Write one of ${kinds.join(', ')}, or { maxBy: finished_at } with the name of a field.`
  const wrong = (suggestion = forms) => ({ message: `${quote(written)} is no way to merge values.`, suggestion })
  if (typeof written === 'string') return wrong(didYouMean(written, kinds))
  if (!isMapping(written)) return wrong()
  const { maxBy, ...others } = written
  if (typeof maxBy !== 'string' || maxBy === '' || Object.keys(others).length > 0) return wrong()
  return { kind: 'maxBy', by: maxBy }
}
