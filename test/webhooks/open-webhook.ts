import type { Logger } from '../../src/logger.ts'
import { createSend } from '../../src/webhooks/create-send.ts'
import { createWebhooks, type Webhooks } from '../../src/webhooks/create-webhooks.ts'
import type { Webhook } from '../../src/webhooks/webhook.ts'

type Given = Pick<Parameters<typeof createWebhooks>[0], 'database' | 'feed'>

/** A webhook on the images of a registry, which tells everything at once. */
export function openWebhook(
  url: string,
  {
    backoff = [0.01],
    logger = { warn: () => undefined, info: () => undefined },
  }: {
    readonly backoff?: readonly number[]
    readonly logger?: Pick<Logger, 'warn' | 'info'>
  },
): (given: Given) => Webhooks {
  const webhook: Webhook = {
    ...{ name: 'all', url, secret: { kind: 'env', name: 'S' }, template: 'image' },
    ...{ where: undefined, on: ['CREATED', 'UPDATED', 'DELETED'], fields: undefined },
  }
  const secrets = new Map([[webhook.name, Buffer.from('secret')]])
  const send = createSend({ mayConnect: () => true })
  return ({ database, feed }) =>
    createWebhooks({
      ...{ database, feed, logger, backoff, secrets, send },
      webhooks: [webhook],
      pause: 10,
      renewal: 10,
    })
}
