import { createHash } from 'node:crypto'
import { printFeedCursor } from '../plan/feed/feed-cursor.ts'
import { differencesOf, type SeenChange } from '../store/feed/see-changes.ts'

/**
 * The id of a message, the same for each attempt: a receiver that has had it can pass over it. Two webhooks may have one receiver, and in a
 * registry that was restored from a backup, another change may have the same version.
 */
export function messageId(webhook: string, { change }: SeenChange): string {
  const identity = JSON.stringify([webhook, change.uuid, change.version, change.time])
  return `msg_${createHash('sha256').update(identity).digest('base64url').slice(0, 27)}`
}

/** `{ type: "role.updated", timestamp, data }`, with a node of `changes` as `data`. */
export function printMessage(seen: SeenChange): string {
  const { change, template, outcome, key, document } = seen
  const data = {
    cursor: printFeedCursor(change.position),
    outcome,
    template: template.name,
    key,
    uuid: change.uuid,
    version: change.version,
    time: change.time,
    actor: change.actor ?? null,
    onBehalfOf: change.onBehalfOf ?? null,
    run: change.run ?? null,
    document: document ?? null,
    changes: differencesOf(seen) ?? null,
  }
  return JSON.stringify({ type: `${template.name}.${outcome.toLowerCase()}`, timestamp: change.time, data })
}
