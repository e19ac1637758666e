import { expect, test, vi } from 'vitest'
import { expire } from '../live/expire.ts'
import { startRegistry } from '../support/registry.ts'
import { openWebhook } from './open-webhook.ts'
import { startReceiver } from './receiver.ts'

const often = { timeout: 10_000, interval: 10 }

test('a webhook is told of all that is kept, also if something that came before it is not', async () => {
  const receiver = await startReceiver()
  const warnings: unknown[] = []
  const logger = { warn: (...words: unknown[]) => void warnings.push(words), info: () => undefined }
  const registry = await startRegistry(
    ['{ name: image, key: [name], history: { keep: 1 }, fields: { name: string, size: int } }'],
    { openWebhooks: openWebhook(receiver.url, { logger }) },
  )
  const write = (name: string, size: number) =>
    registry.data(`mutation { upsertImage(input: { name: "${name}", size: ${size} }) { outcome } }`)
  const told = () => receiver.messages.map((message) => message.told)
  try {
    await vi.waitFor(async () => expect(await registry.sql('select from registry_webhook')).toHaveLength(1), often)
    await registry.data('mutation { pauseWebhook(name: "all") }')
    await write('quiet', 1)
    for (const size of [1, 2, 3]) await write('busy', size)
    await write('late', 1)
    await expire(registry)
    expect((await registry.data('{ webhooks { waiting } }')).webhooks).toEqual([{ waiting: 3 }])
    await registry.data('mutation { resumeWebhook(name: "all") }')
    await vi.waitFor(() => expect(told()).toHaveLength(3), often)
    expect(told().sort()).toEqual(['CREATED late 1', 'CREATED quiet 1', 'UPDATED busy 3'])
    const lastError = 'changes were left out: the registry does not keep them any more'
    await vi.waitFor(
      async () => expect((await registry.data('{ webhooks { lastError } }')).webhooks).toEqual([{ lastError }]),
      often,
    )
    expect(warnings).toEqual([[{ webhook: 'all' }, lastError]])
  } finally {
    await registry.close()
    await receiver.close()
  }
})
