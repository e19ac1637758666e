import { randomUUID } from 'node:crypto'
import type { RuleContext } from '../access/compile-where.ts'
import { createCallerError, hasCode } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import { compileEndLease, compileHoldLease } from '../sql/retention/compile-lease.ts'
import type { Database } from '../store/database.ts'
import type { Feed, Following } from '../store/feed/feed.ts'
import { type Deed, logDeed, recordDeed } from '../store/trail.ts'
import type { WebhookAdministration } from '../store/webhooks/webhook-administration.ts'
import { createWebhookRows, type WebhookRow } from '../store/webhooks/webhook-rows.ts'
import type { Send } from './create-send.ts'
import { type Delivering, deliverDue, deliverNext, notKept } from './deliver.ts'
import { listWebhooks } from './list-webhooks.ts'
import { pageSize } from './read-first.ts'
import { resend } from './resend.ts'
import { type ServedWebhook, serveWebhook } from './served-webhook.ts'
import { countSent, watchWebhooks } from './watch-webhooks.ts'
import type { Webhook } from './webhook.ts'

/** The webhooks of a registry. One server at a time does the work; if it dies, another goes on. */
export interface Webhooks {
  readonly administration: WebhookAdministration
  /** Tells which templates are served from now on, and begins with the first call. */
  readonly serve: (context: RuleContext) => void
  /** Ends what is being sent, and keeps what was not. Call it before the store is closed. */
  readonly close: () => Promise<void>
}

const lease = 'webhooks'
const leaseSeconds = 20
const usualRenewal = 5_000
/** How long before its end the lease counts as lost, in milliseconds. */
const margin = 5_000
/** With more that wait for another attempt, a webhook does not go on in the feed. */
const mostWaiting = 1_000
const hour = 3_600
/** In seconds: a day in all. */
const usualBackoff = [1, 5, 30, 120, 600, 1_800, hour, 2 * hour, 4 * hour, 8 * hour, 8 * hour]

interface Hook {
  readonly webhook: Webhook
  readonly key: Buffer
  served: ServedWebhook | undefined
  isActive: boolean
  /** Whether there may be something in the feed that it has not come to. */
  isBehind: boolean
  following: Promise<void> | undefined
  retrying: Promise<void> | undefined
  /** What the log was told last. */
  failure: string | undefined
  /** Whether what it is at may lack changes. */
  isLacking: boolean
}

export function createWebhooks(given: {
  readonly webhooks: readonly Webhook[]
  readonly secrets: ReadonlyMap<string, Buffer>
  readonly database: Database
  readonly feed: Feed
  readonly send: Send
  readonly logger: Pick<Logger, 'warn' | 'info'>
  readonly metrics?: Metrics | undefined
  /** How often to look whether something is due, in milliseconds. Default: each second. */
  readonly pause?: number | undefined
  /** How often to renew the lease, in milliseconds. */
  readonly renewal?: number | undefined
  /** In seconds. */
  readonly backoff?: readonly number[] | undefined
}): Webhooks {
  const { webhooks, secrets, database, feed, logger, metrics } = given
  const { pause = 1_000, renewal = usualRenewal, backoff = usualBackoff } = given
  const stopping = new AbortController()
  const { signal } = stopping
  const holder = randomUUID()
  const rows = createWebhookRows(database, lease, holder)
  const names = webhooks.map(({ name }) => name).sort()
  const nothing = {
    served: undefined,
    isActive: false,
    isBehind: true,
    following: undefined,
    retrying: undefined,
    failure: undefined,
    isLacking: false,
  }
  const hooks = new Map<string, Hook>(
    webhooks.map((webhook) => [webhook.name, { ...nothing, webhook, key: secrets.get(webhook.name) as Buffer }]),
  )
  let working: Promise<void> | undefined
  let wake = () => {}
  let hasBegun = false
  /** While a renewal is on its way, the one before it counts. */
  let heldUntil = 0
  const isHolder = () => performance.now() < heldUntil
  let renewAt = 0
  let listening: Following | undefined

  async function work(): Promise<void> {
    let hasFailed = false
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pause)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
      try {
        await turn()
        hasFailed = false
      } catch (error) {
        if (!hasFailed && !signal.aborted)
          logger.warn({ err: error }, 'webhooks could not be looked after; it is tried again')
        hasFailed = true
      }
      if (signal.aborted) wake()
      await woken
    }
    await Promise.all([...hooks.values()].flatMap(({ following, retrying }) => [following, retrying]))
    listening?.stop()
    if (heldUntil > 0) await database.run(compileEndLease(lease, holder)).catch(() => undefined)
  }

  async function turn(): Promise<void> {
    if (!hasBegun) await rows.begin(names, await feed.position())
    hasBegun = true
    if (performance.now() >= renewAt) {
      const asked = performance.now()
      const isHeld = (await database.run(compileHoldLease(lease, holder, leaseSeconds))).length > 0
      heldUntil = isHeld ? asked + leaseSeconds * 1_000 - margin : 0
      renewAt = performance.now() + renewal
    }
    if (!isHolder()) {
      listening?.stop()
      listening = undefined
      return
    }
    listening ??= await feed.listen({
      onChanges: lookIntoFeed,
      onEnd: () => {
        listening = undefined
        lookIntoFeed()
      },
    })
    for (const row of (await rows.find(names)).values()) start(row)
  }

  function lookIntoFeed(): void {
    for (const hook of hooks.values()) hook.isBehind = true
    wake()
  }

  function start({ name, state, isDue }: WebhookRow): void {
    const hook = hooks.get(name)
    if (!hook) return
    hook.isActive = state === 'ACTIVE'
    if (!hook.isActive || !hook.served || signal.aborted) return
    const { served } = hook
    if (isDue)
      hook.retrying ??= guard(hook, () => deliverDue(delivering(hook, served))).finally(() => {
        hook.retrying = undefined
        wake()
      })
    if (hook.isBehind)
      hook.following ??= guard(hook, () => follow(hook, served)).finally(() => {
        hook.following = undefined
      })
  }

  async function follow(hook: Hook, served: ServedWebhook): Promise<void> {
    const { name } = hook.webhook
    const one = delivering(hook, served)
    hook.isBehind = false
    while (one.mayGoOn()) {
      const row = (await rows.find([name])).get(name)
      if (row?.state !== 'ACTIVE' || row.waiting >= mostWaiting) break
      const end = await deliverNext(one, row).catch((error: unknown) => beginAgain(error, name))
      wake()
      if (end === 'caught up') return
      if (end === 'lost') break
    }
    hook.isBehind = true
  }

  /** After a restore nobody can tell what it has not come to: that is passed over, and the webhook says so. */
  async function beginAgain(error: unknown, name: string): Promise<'more'> {
    if (!hasCode(error, 'CURSOR_EXPIRED')) throw error
    const reason = 'changes may have been left out: the registry was restored'
    logger.warn({ webhook: name }, reason)
    await rows.move(name, { position: await feed.position(), deliveries: [], hasDelivered: false, error: reason })
    return 'more'
  }

  async function guard(hook: Hook, deliver: () => Promise<void>): Promise<void> {
    try {
      await deliver()
      hook.failure = undefined
    } catch (error) {
      hook.isBehind = true
      const { message } = error as Error
      if (signal.aborted || message === hook.failure) return
      hook.failure = message
      logger.warn({ err: error, webhook: hook.webhook.name }, 'a webhook failed; it is tried again')
    }
  }

  function delivering(hook: Hook, served: ServedWebhook): Delivering {
    const { webhook, key } = hook
    const send = metrics ? countSent(given.send, webhook.name, metrics) : given.send
    const mayGoOn = () => isHolder() && hook.isActive && !signal.aborted
    const noteLack = (isLacking: boolean) => {
      if (isLacking && !hook.isLacking) logger.warn({ webhook: webhook.name }, notKept)
      hook.isLacking = isLacking
    }
    return {
      ...{ webhook, key, served, rows, feed, send, signal, backoff, mayGoOn, noteLack },
      run: database.run,
      page: { size: pageSize },
    }
  }

  const list = () => {
    const all = names.map((name) => hooks.get(name) as Hook)
    return listWebhooks({ webhooks: all, rows, feed, run: database.run })
  }
  if (metrics) watchWebhooks(names, list, metrics)
  const administration: WebhookAdministration = {
    names,
    list,
    async setState(name, state, by) {
      const hook = hooks.get(name) as Hook
      const deed = { action: state === 'ACTIVE' ? 'WEBHOOK_RESUMED' : 'WEBHOOK_PAUSED', subject: name, by } as const
      await rows.setStateFor(deed, state)
      hook.isActive = state === 'ACTIVE'
      hook.isBehind = true
      logDeed(logger, deed)
      wake()
    },
    async resend(name, span, by, isDryRun) {
      const { served } = hooks.get(name) as Hook
      if (!served) throw createCallerError('SERVICE_UNAVAILABLE', 'The template of this webhook is not served now.')
      const deed: Deed = { action: 'WEBHOOK_RESENT', subject: name, details: { ...span }, by }
      // It goes on in pieces, some of which may have been sent when it fails.
      if (!isDryRun) await recordDeed(database.run, deed)
      const count = await resend({ name, served, rows, feed, run: database.run, ...span, isDryRun })
      if (!isDryRun) logDeed(logger, { ...deed, details: { ...span, count } })
      wake()
      return count
    },
  }

  return {
    administration,
    serve(context) {
      if (webhooks.length === 0) return
      for (const hook of hooks.values()) {
        hook.served = serveWebhook(hook.webhook, context)
        if (!hook.served)
          logger.warn({ webhook: hook.webhook.name }, 'the template of a webhook, or a field of its condition, is gone')
        hook.isBehind = true
      }
      working ??= work()
      wake()
    },
    async close() {
      stopping.abort()
      wake()
      await working
    },
  }
}
