import { createHash } from 'node:crypto'
import type { FeedChange } from '../store/feed/feed.ts'
import type { WaitingLane } from '../store/webhooks/webhook-rows.ts'
import { originOf } from '../template/changes/continue-model.ts'

/**
 * The lane of a change: the same for all changes of an object, and of others that have its key later. Ask for it in the order of the changes:
 * after another key of the template, an object goes on in the lane in which it waits.
 */
export function createLanes(waiting: readonly WaitingLane[]): (change: FeedChange) => string {
  const byObject = new Map<string, string>()
  const byKey = new Map<string, string>()
  for (const { lane, uuid, template, key } of waiting)
    if (uuid !== undefined) {
      byObject.set(uuid, lane)
      byKey.set(laneOfKey({ template, key }), lane)
    }
  return (change) => {
    const own = laneOfKey(change)
    const lane = byObject.get(change.uuid) ?? byKey.get(own) ?? own
    byObject.set(change.uuid, lane)
    byKey.set(own, lane)
    return lane
  }
}

/** The lane of an object that has had one key alone. */
export function laneOfKey({ template, key }: Pick<FeedChange, 'template' | 'key'>): string {
  return createHash('sha256')
    .update(`${originOf(template)} ${key}`)
    .digest('base64url')
    .slice(0, 22)
}
