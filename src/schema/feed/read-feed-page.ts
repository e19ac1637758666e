import type { FeedPosition } from '../../plan/feed/feed-position.ts'
import { readFeed } from '../../store/feed/read-feed.ts'
import { type SeenChange, seeChanges } from '../../store/feed/see-changes.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import type { Template } from '../../template/model.ts'
import type { RequestContext } from '../request-context.ts'

export interface FeedPage {
  readonly nodes: readonly SeenChange[]
  readonly end: FeedPosition
  readonly caughtUp: boolean
}

interface AskedPage {
  readonly after: FeedPosition | undefined
  readonly templates: readonly Template[]
  readonly size: number
  /** Whether what differs from the version before is asked for. */
  readonly withFormer: boolean
}

/** For a caller who sees only some objects, more is read at a time than is asked for, but not more often than this. */
const mostReads = 10
const fewestAtATime = 100

/** Whether there is anything that the caller sees, without reading it. */
async function peek(context: RequestContext, asked: AskedPage): Promise<FeedPage> {
  const page = await readFeedPage(context, { ...asked, size: 1, withFormer: false })
  const position = page.nodes[0]?.change.position
  if (!position) return page
  const { batch } = position
  return {
    nodes: [],
    end: asked.after ?? { ...position, batch: batch && { ...batch, sequence: '0' } },
    caughtUp: false,
  }
}

/**
 * The first changes after a position that the caller sees. If there are few among many, it may have less than `size` and yet not be caught up.
 * All is read on the primary: a standby does not know which transactions are running.
 */
export async function readFeedPage(context: RequestContext, asked: AskedPage): Promise<FeedPage> {
  const { database, request } = context
  const { after, templates, size, withFormer } = asked
  if (size === 0) return peek(context, asked)
  const origins = templates.map(({ stored }) => originOf(stored))
  const nodes: SeenChange[] = []
  let at = after
  for (let reads = 1; ; reads++) {
    const wanted = size - nodes.length
    const part = await readFeed(database.run, at, Math.max(wanted, reads === 1 ? 1 : fewestAtATime), { origins })
    const seen = await seeChanges(database.run, request, part.changes, withFormer)
    nodes.push(...seen.slice(0, wanted))
    const isCut = seen.length > wanted
    at = isCut ? (seen[wanted - 1]?.change.position ?? at) : part.end
    if (at === undefined) throw new Error('a part of the feed has an end')
    if (isCut || part.isCaughtUp || nodes.length === size || reads === mostReads)
      return { nodes, end: at, caughtUp: part.isCaughtUp && !isCut }
  }
}
