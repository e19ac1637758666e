import { noSnapshot } from '../plan/feed/feed-position.ts'
import type { Run } from '../store/database.ts'
import type { Feed, FeedChange } from '../store/feed/feed.ts'
import type { WebhookRows } from '../store/webhooks/webhook-rows.ts'
import { createLanes, laneOfKey } from './create-lanes.ts'
import { toDelivery } from './deliver.ts'
import { pageSize, readFirst } from './read-first.ts'
import type { ServedWebhook } from './served-webhook.ts'

/**
 * Has sent again what the log has of a span of time, both ends included, as far as the webhook has come: the rest is sent anyway, after what
 * comes before it. Returns how many changes these are.
 */
export async function resend(given: {
  readonly name: string
  readonly served: ServedWebhook
  readonly rows: WebhookRows
  readonly feed: Pick<Feed, 'read' | 'position'>
  readonly run: Run
  readonly from: string
  readonly to: string
  readonly isDryRun: boolean
}): Promise<number> {
  const { name, served, rows, feed, run, from, to, isDryRun } = given
  const row = (await rows.find([name])).get(name)
  // Before the end of the log is found, so that it sees nothing behind that.
  const { mark, after } = await feed.position()
  const span = row && (await rows.changedIn(served.storages, from, to))
  if (!span) return 0
  const isAsked = ({ time }: FeedChange) => Date.parse(time) >= Date.parse(from) && Date.parse(time) <= Date.parse(to)
  // The span ends there, not what a receiver may go on with.
  const leadingOn = (change: FeedChange): FeedChange => {
    const { position } = change
    return { ...change, position: { ...position, batch: position.batch && { ...position.batch, last: span.newest } } }
  }
  const laneOf = served.storages.length > 1 ? createLanes(await rows.waitingLanes(name)) : laneOfKey
  const page = { size: pageSize }
  let count = 0
  for (let batch = { until: after, sequence: span.before, last: span.last }; ; ) {
    const place = { mark, after: noSnapshot, batch }
    const { changes, end } = await feed.read(place, 1_000, { origins: [served.origin], passesOver: true })
    const asked = changes.filter(isAsked)
    const passed = await rows.passed(asked.map(sequenceOf), row.position)
    for (let rest = asked.filter((change) => passed.has(sequenceOf(change))); rest.length > 0; ) {
      const { own, found, failure } = await readFirst(rest, page, async (some) =>
        served.select(run, await served.see(run, some)),
      )
      // What cannot be read even alone becomes a dead letter as it is tried.
      const told = failure ? own : (found ?? []).map(({ change }) => change)
      if (!isDryRun)
        await rows.add(
          name,
          told.map((change) => toDelivery(leadingOn(change), laneOf(change))),
        )
      count += told.length
      rest = rest.slice(own.length)
    }
    if (!end.batch) return count
    batch = end.batch
  }
}

function sequenceOf({ sequence }: FeedChange): string {
  return sequence
}
