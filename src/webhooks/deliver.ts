import { hasCode } from '../errors.ts'
import type { Run } from '../store/database.ts'
import type { Feed, FeedChange } from '../store/feed/feed.ts'
import { readLogged } from '../store/feed/read-feed.ts'
import type { SeenChange } from '../store/feed/see-changes.ts'
import type { WebhookRow, WebhookRows } from '../store/webhooks/webhook-rows.ts'
import { version } from '../version.ts'
import { createLanes } from './create-lanes.ts'
import type { Send, Sent } from './create-send.ts'
import { messageId, printMessage } from './message.ts'
import { type Page, pageSize, readFirst } from './read-first.ts'
import type { ServedWebhook } from './served-webhook.ts'
import { signHeaders } from './sign.ts'
import type { Webhook } from './webhook.ts'

/** What it takes to deliver to one receiver. */
export interface Delivering {
  readonly webhook: Webhook
  readonly key: Buffer
  readonly served: ServedWebhook
  readonly rows: WebhookRows
  readonly feed: Pick<Feed, 'read'>
  readonly run: Run
  readonly send: Send
  readonly signal: AbortSignal
  /** Before each further attempt, in seconds. After the last one, a delivery is dead. */
  readonly backoff: readonly number[]
  /** Whether to go on: this server has the lease, and nobody has paused the webhook. */
  readonly mayGoOn: () => boolean
  readonly page: Page
  /** Is told of each part whether it may lack changes that are not kept any more. */
  readonly noteLack: (isLacking: boolean) => void
}

export const notKept = 'changes were left out: the registry does not keep them any more'

/** How many objects are told of at a time. */
const lanesAtATime = 8

/**
 * Sends the next changes of the feed, those of each object in order. What cannot be delivered is kept, with all that comes after it of the same
 * object, so that others are not held up; then the webhook goes on in the feed.
 */
export async function deliverNext(hook: Delivering, row: WebhookRow): Promise<'more' | 'caught up' | 'lost'> {
  const { webhook, served, feed, rows, run, backoff } = hook
  const part = await feed.read(row.position, pageSize, { origins: [served.origin], passesOver: true })
  const { own, found, failure } = await readFirst(part.changes, hook.page, async (changes) =>
    served.select(run, await served.see(run, changes)),
  )
  const selected = found ?? []
  const waiting = selected.length > 0 || failure ? await rows.waitingLanes(webhook.name) : []
  const blocked = new Set(waiting.map(({ lane }) => lane))
  const laneOf = createLanes(waiting)
  // What cannot be read even alone is kept, and tried as what is due.
  const deliveries = failure ? own.map((change) => toDelivery(change, laneOf(change))) : []
  let hasDelivered = false
  const isLacking = part.isLacking === true
  hook.noteLack(isLacking)
  let error = isLacking ? notKept : undefined
  let isGone = false
  const lanes = groupBy(selected, ({ change }) => laneOf(change))
  await inLanes(lanes, async (lane, inLane) => {
    let isHeld = blocked.has(lane)
    for (const seen of inLane) {
      const mayTry = !isHeld && !isGone && hook.mayGoOn()
      const sent = mayTry ? await attempt(hook, seen) : undefined
      if (sent?.kind === 'delivered') {
        hasDelivered = true
        continue
      }
      isHeld = true
      if (sent) error = sent.reason
      isGone ||= sent?.kind === 'gone'
      const hasFailed = sent?.kind === 'failed'
      deliveries.push(
        toDelivery(
          seen.change,
          lane,
          hasFailed ? { reason: sent.reason, wait: waitAfter(sent, backoff[0] ?? 0) } : undefined,
        ),
      )
    }
  })
  const isWhole = own.length === part.changes.length
  const end = isWhole ? part.end : (own.at(-1)?.position ?? row.position)
  const state = isGone ? { state: 'ENDED' as const } : {}
  const move = { position: end, deliveries, hasDelivered, error, ...state }
  if (!(await rows.move(webhook.name, move))) return 'lost'
  return isWhole && part.isCaughtUp ? 'caught up' : 'more'
}

/** Tries again what is due, and what waits behind it. */
export async function deliverDue(hook: Delivering): Promise<void> {
  const { webhook, served, rows, run, backoff } = hook
  const due = await rows.due(webhook.name, pageSize)
  const changes = await readLogged(run, new Map(due.map(({ sequence, position }) => [sequence, position])))
  const {
    own: readable,
    found,
    failure,
  } = await readFirst(due, hook.page, (some) => {
    const asked = new Set(some.map(({ sequence }) => sequence))
    return served.see(
      run,
      changes.filter(({ sequence }) => asked.has(sequence)),
    )
  })
  const [alone] = readable
  if (failure && alone) {
    // The database may be busy just now.
    const wait = hasCode(failure, 'TIMEOUT') ? backoff[alone.attempts] : undefined
    await rows.fail(webhook.name, alone.sequence, `the change cannot be read: ${failure.message}`, wait)
  }
  if (!found) return
  const seen = new Map(found.map((one) => [one.change.sequence, one]))
  let isGone = false
  const lanes = groupBy(readable, ({ lane }) => lane)
  await inLanes(lanes, async (_, own) => {
    for (const { sequence, attempts } of own) {
      if (isGone || !hook.mayGoOn()) return
      const one = seen.get(sequence)
      if (!one) {
        await rows.fail(webhook.name, sequence, 'the registry does not keep this change any more', undefined)
        continue
      }
      const sent = await attempt(hook, one)
      if (!sent) return
      if (sent.kind === 'delivered') {
        await rows.end(webhook.name, sequence)
        continue
      }
      isGone ||= sent.kind === 'gone'
      if (sent.kind === 'gone') await rows.setState(webhook.name, 'ENDED', sent.reason)
      else {
        const wait = backoff[attempts]
        await rows.fail(webhook.name, sequence, sent.reason, wait === undefined ? undefined : waitAfter(sent, wait))
      }
      return
    }
  })
}

/** How long (s) to wait after a failure: as long as the receiver asks, and never less than usual, so that it cannot use up its attempts. */
function waitAfter({ pause = 0 }: Extract<Sent, { kind: 'failed' }>, usual: number): number {
  return Math.max(pause, usual)
}

/** Undefined if the server stops meanwhile. */
async function attempt({ webhook, key, send, signal }: Delivering, seen: SeenChange): Promise<Sent | undefined> {
  const body = printMessage(seen)
  const headers = {
    'content-type': 'application/json',
    'user-agent': `registry-store/${version}`,
    ...signHeaders(key, messageId(webhook.name, seen), Date.now(), body),
  }
  try {
    return await send(webhook.url, { headers, body }, signal)
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  }
}

/** A change that is to be delivered later: after a failure, or as soon as what comes before it is. */
export function toDelivery(
  change: FeedChange,
  lane: string,
  failure?: { readonly reason: string; readonly wait: number },
) {
  const { sequence, position } = change
  return {
    ...{ sequence, position, lane },
    attempts: failure ? 1 : 0,
    wait: failure?.wait ?? 0,
    reason: failure?.reason ?? null,
  }
}

function groupBy<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group) group.push(item)
    else groups.set(keyOf(item), [item])
  }
  return groups
}

/** Does the work of each lane, of some lanes at a time. */
async function inLanes<Item>(
  lanes: ReadonlyMap<string, readonly Item[]>,
  work: (lane: string, items: readonly Item[]) => Promise<void>,
): Promise<void> {
  const rest = lanes.entries()
  await Promise.all(
    Array.from({ length: lanesAtATime }, async () => {
      for (const [lane, items] of rest) await work(lane, items)
    }),
  )
}
