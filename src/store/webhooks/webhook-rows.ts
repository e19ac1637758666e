import type { FeedPosition } from '../../plan/feed/feed-position.ts'
import {
  compileAddDeliveries,
  compileBeginWebhooks,
  compileChangedIn,
  compileDeadLetters,
  compileDueDeliveries,
  compileEndDelivery,
  compileFailDelivery,
  compileMoveWebhook,
  compileOldestDeliveries,
  compilePassed,
  compileSetWebhookState,
  compileWaitingLanes,
  compileWebhooks,
  type NewDelivery,
} from '../../sql/webhooks/compile-webhooks.ts'
import type { Database } from '../database.ts'
import { type Deed, recordDeed } from '../trail.ts'
import type { WebhookState } from './webhook-administration.ts'

/** What is kept of a webhook between two deliveries. */
export interface WebhookRow {
  readonly name: string
  /** All before it has been delivered, or is kept as a delivery. */
  readonly position: FeedPosition
  readonly state: WebhookState
  readonly lastDelivery: Date | undefined
  readonly lastError: string | undefined
  /** How many deliveries wait for another attempt, and how many are dead. */
  readonly waiting: number
  readonly failed: number
  readonly isDue: boolean
}

/** A change that is to be delivered, after those of the same lane that come before it. */
export interface Delivery {
  readonly sequence: string
  readonly lane: string
  readonly position: FeedPosition
  readonly attempts: number
}

/** An object of which a change waits. */
export interface WaitingLane {
  readonly lane: string
  /** Undefined if the log does not have the change any more. */
  readonly uuid: string | undefined
  /** Where and under which key the object was then. */
  readonly template: string
  readonly key: string
}

export interface DeadLetter {
  readonly sequence: string
  readonly attempts: number
  readonly reason: string
  readonly time: Date
}

export interface Move {
  readonly position: FeedPosition
  readonly deliveries: readonly NewDelivery[]
  readonly hasDelivered: boolean
  readonly error: string | undefined
  /** Default: the same as before. */
  readonly state?: WebhookState
}

/** The rows of webhooks, on the primary. */
export type WebhookRows = ReturnType<typeof createWebhookRows>

export function createWebhookRows(database: Pick<Database, 'run' | 'transaction'>, lease: string, holder: string) {
  const { run } = database
  return {
    async begin(names: readonly string[], position: FeedPosition): Promise<void> {
      await run(compileBeginWebhooks(names, JSON.stringify(position)))
    },
    /** By name; those that have not begun are missing. */
    async find(names: readonly string[]): Promise<ReadonlyMap<string, WebhookRow>> {
      const rows = await run(compileWebhooks(names))
      return new Map(
        rows.map((row) => [
          String(row.name),
          {
            name: String(row.name),
            position: row.position as FeedPosition,
            state: row.state as WebhookState,
            lastDelivery: (row.last_delivery as Date | null) ?? undefined,
            lastError: (row.last_error as string | null) ?? undefined,
            waiting: Number(row.waiting),
            failed: Number(row.failed),
            isDue: row.is_due === true,
          },
        ]),
      )
    },
    /** Goes on in the feed, and keeps what could not be delivered; false if another server has the lease. */
    move(name: string, { position, deliveries, hasDelivered, error, state }: Move): Promise<boolean> {
      return database.transaction(async (own) => {
        const move = { name, position: JSON.stringify(position), hasDelivered, error, state, lease, holder }
        if ((await own(compileMoveWebhook(move))).length === 0) return false
        if (deliveries.length > 0) await own(compileAddDeliveries(name, deliveries))
        return true
      })
    },
    /** Whether there is such a webhook. */
    async setState(name: string, state: WebhookState, error?: string): Promise<boolean> {
      return (await run(compileSetWebhookState(name, state, error ?? null))).length > 0
    },
    /** The same, by the will of an operator. */
    async setStateFor(deed: Deed, state: WebhookState): Promise<void> {
      await database.transaction(async (own) => {
        await own(compileSetWebhookState(deed.subject, state, null))
        await recordDeed(own, deed)
      })
    },
    async add(name: string, deliveries: readonly NewDelivery[]): Promise<void> {
      if (deliveries.length > 0) await run(compileAddDeliveries(name, deliveries))
    },
    async waitingLanes(name: string): Promise<readonly WaitingLane[]> {
      const rows = await run(compileWaitingLanes(name))
      return rows.map((row) => ({
        lane: String(row.lane),
        uuid: typeof row.uuid === 'string' ? row.uuid : undefined,
        template: String(row.template),
        key: String(row.key),
      }))
    },
    async due(name: string, first: number): Promise<readonly Delivery[]> {
      const rows = await run(compileDueDeliveries(name, first))
      return rows.map((row) => ({
        sequence: String(row.sequence),
        lane: String(row.lane),
        position: row.position as FeedPosition,
        attempts: Number(row.attempts),
      }))
    },
    /** It has been delivered. */
    async end(name: string, sequence: string): Promise<void> {
      await run(compileEndDelivery(name, sequence))
    },
    /** `wait` is in seconds; without it, the delivery is dead. */
    async fail(name: string, sequence: string, reason: string, wait: number | undefined): Promise<void> {
      await run(compileFailDelivery(name, sequence, reason, wait))
    },
    async deadLetters(name: string, first: number): Promise<readonly DeadLetter[]> {
      const rows = await run(compileDeadLetters(name, first))
      return rows.map((row) => ({
        sequence: String(row.sequence),
        attempts: Number(row.attempts),
        reason: String(row.reason),
        time: row.time as Date,
      }))
    },
    /** When the oldest change was made that waits for another attempt, by the webhook. */
    async oldest(names: readonly string[]): Promise<ReadonlyMap<string, Date>> {
      const rows = await run(compileOldestDeliveries(names))
      return new Map(rows.map((row) => [String(row.webhook), row.time as Date]))
    },
    /** Where in the log the changes of a span of time are: after `before`, up to `last`; and `newest`, its end. */
    async changedIn(storages: readonly string[], from: string, to: string) {
      const [row] = await run(compileChangedIn(storages, from, to))
      if (typeof row?.before !== 'string') return undefined
      return { before: row.before, last: String(row.last), newest: String(row.newest) }
    },
    /** Those of these changes that come before the position. */
    async passed(sequences: readonly string[], position: FeedPosition): Promise<ReadonlySet<string>> {
      return new Set((await run(compilePassed(sequences, position))).map((row) => String(row.sequence)))
    },
  }
}
