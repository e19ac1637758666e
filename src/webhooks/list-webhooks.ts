import { hasCode } from '../errors.ts'
import type { Run } from '../store/database.ts'
import type { Feed } from '../store/feed/feed.ts'
import { readLogged } from '../store/feed/read-feed.ts'
import type { WebhookStatus } from '../store/webhooks/webhook-administration.ts'
import type { WebhookRow, WebhookRows } from '../store/webhooks/webhook-rows.ts'
import type { ServedWebhook } from './served-webhook.ts'
import type { Webhook } from './webhook.ts'

interface Given {
  readonly webhooks: readonly { readonly webhook: Webhook; readonly served: ServedWebhook | undefined }[]
  readonly rows: WebhookRows
  readonly feed: Pick<Feed, 'read' | 'position'>
  readonly run: Run
}

const mostCounted = 1_000
const mostDeadLetters = 100

/** How each webhook stands, in the order in which they are given. */
export async function listWebhooks({ webhooks, rows, feed, run }: Given): Promise<readonly WebhookStatus[]> {
  const names = webhooks.map(({ webhook }) => webhook.name)
  const [found, oldest] = await Promise.all([rows.find(names), rows.oldest(names)])
  return Promise.all(
    webhooks.map(async ({ webhook, served }): Promise<WebhookStatus> => {
      const { name, url, template } = webhook
      const row = found.get(name)
      const behind = row && served ? await readBehind(row, served, feed) : nothing
      const times = [oldest.get(name)?.getTime(), behind.oldest].filter((time) => time !== undefined)
      return {
        ...{ name, url, template },
        state: row?.state ?? 'ACTIVE',
        waiting: (row?.waiting ?? 0) + behind.count,
        oldestWaiting: times.length > 0 ? new Date(Math.min(...times)) : undefined,
        failed: row?.failed ?? 0,
        lastDelivery: row?.lastDelivery,
        lastError: served ? row?.lastError : 'its template, or a field of its condition, is gone',
        deadLetters: () => listDeadLetters(name, { rows, feed, run }),
      }
    }),
  )
}

const nothing = { count: 0, oldest: undefined } as const

/** What it has not come to in the feed. */
async function readBehind(row: WebhookRow, served: ServedWebhook, feed: Given['feed']) {
  try {
    const { changes } = await feed.read(row.position, mostCounted, { origins: [served.origin], passesOver: true })
    return { count: changes.length, oldest: changes[0] && Date.parse(changes[0].time) }
  } catch (error) {
    if (hasCode(error, 'CURSOR_EXPIRED')) return nothing
    throw error
  }
}

async function listDeadLetters(name: string, { rows, feed, run }: Omit<Given, 'webhooks'>) {
  const letters = await rows.deadLetters(name, mostDeadLetters)
  const end = await feed.position()
  const changes = await readLogged(run, new Map(letters.map(({ sequence }) => [sequence, end])))
  const bySequence = new Map(changes.map((change) => [change.sequence, change]))
  return letters.map(({ sequence, ...letter }) => ({ ...letter, change: bySequence.get(sequence) }))
}
