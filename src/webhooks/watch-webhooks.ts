import type { Metrics } from '../metrics/create-metrics.ts'
import type { WebhookStatus } from '../store/webhooks/webhook-administration.ts'
import type { Send, Sent } from './create-send.ts'

const results: readonly Sent['kind'][] = ['delivered', 'failed', 'gone']

/** Shows how webhooks stand. A scrape waits for nothing: it shows what was found last, and asks anew for the next one. */
export function watchWebhooks(
  names: readonly string[],
  list: () => Promise<readonly WebhookStatus[]>,
  metrics: Metrics,
): void {
  for (const webhook of names) for (const result of results) metrics.count('webhookDeliveries', { webhook, result }, 0)
  let isRunning = false
  metrics.onScrape(() => {
    if (isRunning || names.length === 0) return
    isRunning = true
    const refresh = async () => {
      for (const { name: webhook, waiting, failed, oldestWaiting } of await list()) {
        const lag = oldestWaiting ? Math.max(0, Date.now() - oldestWaiting.getTime()) / 1_000 : 0
        metrics.set('webhookWaiting', { webhook }, waiting)
        metrics.set('webhookDead', { webhook }, failed)
        metrics.set('webhookLag', { webhook }, lag)
      }
    }
    // Without the database, the figures stay as they are, and registry_database_up says so.
    void refresh()
      .catch(() => undefined)
      .finally(() => {
        isRunning = false
      })
  })
}

/** Counts what comes of the messages of a webhook. */
export function countSent(send: Send, webhook: string, metrics: Metrics): Send {
  return async (...message) => {
    const sent = await send(...message)
    metrics.count('webhookDeliveries', { webhook, result: sent.kind })
    return sent
  }
}
