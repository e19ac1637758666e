import { buildSchema } from '../schema/build-schema.ts'
import type { Config } from '../settings.ts'
import type { TemplateModel } from '../template/model.ts'
import { createSend } from './create-send.ts'
import { createWebhooks, type Webhooks } from './create-webhooks.ts'
import { isPublicAddress } from './is-public-address.ts'
import { loadWebhooks, readSecrets } from './load-webhooks.ts'

type Open = (given: Pick<Parameters<typeof createWebhooks>[0], 'database' | 'feed' | 'logger' | 'metrics'>) => Webhooks

/**
 * Reads the webhooks of WEBHOOKS_DIR and their secrets; what it returns opens them on a store. Throws `TemplateError` and `ConfigError`,
 * whose messages have no secrets.
 */
export async function readWebhooks(
  { webhooksDir, webhooksAllowPrivate, limits }: Config,
  model: TemplateModel,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Open> {
  const webhooks = await loadWebhooks(webhooksDir, () => ({ model, schema: buildSchema(model), limits }))
  const secrets = readSecrets(webhooks, env)
  const send = createSend({ mayConnect: webhooksAllowPrivate ? () => true : isPublicAddress })
  return (given) => createWebhooks({ ...given, webhooks, secrets, send })
}
