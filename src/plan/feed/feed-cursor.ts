import { createInputError, type Path } from '../../errors.ts'
import { quote } from '../../template/quote.ts'
import { decodeCursor } from '../decode-cursor.ts'
import type { FeedPosition } from './feed-position.ts'

/** What cursors of the feed begin with: those of other lists are refused. */
const kind = '_feed'

/** A position as an opaque text. */
export function printFeedCursor({ mark, after, batch }: FeedPosition): string {
  const values = [kind, mark, after, ...(batch ? [batch.until, batch.sequence, batch.last] : [])]
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

/** Parses a cursor that `printFeedCursor` has made. Throws BAD_USER_INPUT for anything else. */
export function parseFeedCursor(cursor: string, path: Path): FeedPosition {
  const [given, mark, after, ...batch] = decodeCursor(cursor)
  const [until, sequence, last] = batch
  if (given === kind && typeof mark === 'string' && /^[0-9a-f]{1,40}$/.test(mark) && isSnapshot(after)) {
    if (batch.length === 0) return { mark, after }
    if (batch.length === 3 && isSnapshot(until) && isSequence(sequence) && isSequence(last))
      return { mark, after, batch: { until, sequence, last } }
  }
  const message = `${path.at(-1)}: ${quote(cursor)} is not a cursor of the feed; use endCursor of changes, or the query { cursor }`
  throw createInputError([{ path, code: 'CURSOR', message }])
}

function isSequence(value: unknown): value is string {
  return typeof value === 'string' && /^(0|[1-9]\d{0,17})$/.test(value)
}

/** PostgreSQL refuses all others by an error: ids begin at 1 and ascend, and those of running transactions lie in between. */
function isSnapshot(value: unknown): value is string {
  if (typeof value !== 'string' || !/^[1-9]\d{0,17}:[1-9]\d{0,17}:(\d{1,18}(,\d{1,18})*)?$/.test(value)) return false
  const [from = '', to = '', between = ''] = value.split(':')
  const running = between === '' ? [] : between.split(',').map(BigInt)
  const [lowest, end] = [BigInt(from), BigInt(to)]
  return (
    lowest <= end && running.every((id, i) => id >= lowest && id < end && (i === 0 || id > (running[i - 1] as bigint)))
  )
}
