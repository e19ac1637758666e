import type { FeedChange } from '../feed/feed.ts'
import type { Doer } from '../trail.ts'

export const webhookStates = ['ACTIVE', 'PAUSED', 'ENDED'] as const
export type WebhookState = (typeof webhookStates)[number]

/** A webhook as administrators see it: all but its secret. */
export interface WebhookStatus {
  readonly name: string
  readonly url: string
  readonly template: string
  readonly state: WebhookState
  /** How many changes it has not been sent, at most 1,000 of those that it has not come to yet. */
  readonly waiting: number
  /** When the oldest of these was made. */
  readonly oldestWaiting: Date | undefined
  /** How many nobody tries any more. */
  readonly failed: number
  readonly lastDelivery: Date | undefined
  readonly lastError: string | undefined
  readonly deadLetters: () => Promise<readonly ShownDeadLetter[]>
}

/** A change that nobody tries to deliver any more. */
export interface ShownDeadLetter {
  /** Undefined if the log does not have it any more. */
  readonly change: FeedChange | undefined
  readonly attempts: number
  readonly reason: string
  readonly time: Date
}

/** What administrators ask and do about webhooks. */
export interface WebhookAdministration {
  /** Those that have files, by name. */
  readonly names: readonly string[]
  readonly list: () => Promise<readonly WebhookStatus[]>
  /** The webhook must be one of `names`. */
  readonly setState: (name: string, state: 'ACTIVE' | 'PAUSED', by: Doer) => Promise<void>
  /** Sends again what the log has of a span of time, both ends included; returns how many changes these are. */
  readonly resend: (name: string, span: TimeSpan, by: Doer, isDryRun: boolean) => Promise<number>
}

/** Both ends are part of it. */
export interface TimeSpan {
  readonly from: string
  readonly to: string
}

/** Of a registry without files of webhooks. */
export const noWebhooks: WebhookAdministration = {
  names: [],
  list: async () => [],
  setState: async () => undefined,
  resend: async () => 0,
}
