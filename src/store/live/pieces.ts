import { originOf } from '../../template/changes/continue-model.ts'
import type { FeedChange } from '../feed/feed.ts'

/** How many changes one statement reads. */
export const mostAtATime = 250

const lists = new WeakMap<readonly FeedChange[], Map<string, readonly FeedChange[]>>()

/** Those of a template; the same list each time. */
export function changesOf(changes: readonly FeedChange[], origin: string): readonly FeedChange[] {
  const known = lists.get(changes) ?? new Map<string, readonly FeedChange[]>()
  lists.set(changes, known)
  const own = known.get(origin) ?? changes.filter(({ template }) => originOf(template) === origin)
  known.set(origin, own)
  return own
}

const pieces = new WeakMap<readonly FeedChange[], Map<number, readonly FeedChange[]>>()

/** Some of the changes of a part; the same list each time. */
export function pieceOf(changes: readonly FeedChange[], from: number): readonly FeedChange[] {
  if (changes.length <= mostAtATime) return changes
  const known = pieces.get(changes) ?? new Map<number, readonly FeedChange[]>()
  pieces.set(changes, known)
  const piece = known.get(from) ?? changes.slice(from, from + mostAtATime)
  known.set(from, piece)
  return piece
}

const halves = new WeakMap<readonly FeedChange[], readonly (readonly FeedChange[])[]>()

/** The same two lists each time. */
export function halvesOf(piece: readonly FeedChange[]): readonly (readonly FeedChange[])[] {
  const middle = Math.ceil(piece.length / 2)
  const known = halves.get(piece) ?? [piece.slice(0, middle), piece.slice(middle)]
  halves.set(piece, known)
  return known
}
