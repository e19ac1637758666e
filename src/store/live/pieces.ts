import { originOf } from '../../template/changes/continue-model.ts'
import type { FeedChange } from '../feed/feed.ts'

type Changes = readonly FeedChange[]

/** How many changes one statement reads. */
export const mostAtATime = 250

const lists = new WeakMap<Changes, Map<string, Changes>>()

/** Those of a template; the same list each time. */
export function changesOf(changes: Changes, origin: string): Changes {
  const known = remember(lists, changes, () => new Map<string, Changes>())
  return remember(known, origin, () => changes.filter(({ template }) => originOf(template) === origin))
}

const pieces = new WeakMap<Changes, Map<number, Changes>>()

/** Some of the changes of a part; the same list each time. */
export function pieceOf(changes: Changes, from: number): Changes {
  if (changes.length <= mostAtATime) return changes
  const known = remember(pieces, changes, () => new Map<number, Changes>())
  return remember(known, from, () => changes.slice(from, from + mostAtATime))
}

const halves = new WeakMap<Changes, readonly Changes[]>()

/** The same two lists each time. */
export function halvesOf(piece: Changes): readonly Changes[] {
  const middle = Math.ceil(piece.length / 2)
  return remember(halves, piece, () => [piece.slice(0, middle), piece.slice(middle)])
}

/** What the map has under a key; made and kept if it has nothing. */
export function remember<Key, Value>(
  map: { readonly get: (key: Key) => Value | undefined; readonly set: (key: Key, value: Value) => unknown },
  key: Key,
  make: () => Value,
): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}
