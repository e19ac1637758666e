import { expect, test, vi } from 'vitest'
import type { Webhooks } from '../../src/webhooks/create-webhooks.ts'
import { useRegistries } from '../changes/use-registries.ts'
import { openWebhook } from './open-webhook.ts'
import { ok, startReceiver } from './receiver.ts'

const { start } = useRegistries()
const often = { timeout: 10_000, interval: 10 }

test('an object that gets another key goes on behind what waits of it', async () => {
  const receiver = await startReceiver()
  const opened: Webhooks[] = []
  const serve = (template: string, backoff: readonly number[]) =>
    start([template], 'any', {
      openWebhooks(given) {
        const webhooks = openWebhook(receiver.url, { backoff })(given)
        opened.push(webhooks)
        return webhooks
      },
    })
  const told = () => receiver.messages.map((message) => message.told)
  const fields = 'fields: { name: string, arch: string, distr: string }'
  try {
    const older = await serve(`{ name: image, key: [name], ${fields} }`, [3_600])
    await vi.waitFor(async () => expect(await older.sql('select from registry_webhook')).toHaveLength(1), often)
    receiver.answer = (_, response) => response.writeHead(503).end()
    const write = (registry: typeof older, input: string) =>
      registry.data(`mutation { upsertImage(input: { name: "stuck", arch: "arm", ${input} }) { outcome } }`)
    await write(older, 'distr: "1"')
    await vi.waitFor(() => expect(told()).toEqual(['CREATED stuck 1']), often)
    await vi.waitFor(
      async () => expect((await older.data('{ webhooks { waiting } }')).webhooks).toEqual([{ waiting: 1 }]),
      often,
    )
    await opened[0]?.close()
    receiver.messages.length = 0
    receiver.answer = ok
    const newer = await serve(`{ name: image, key: [name, arch], ${fields} }`, [0])
    await write(newer, 'distr: "2"')
    await newer.data('mutation { upsertImage(input: { name: "free", arch: "arm" }) { outcome } }')
    await newer.data('mutation { deleteImage(name: "stuck", arch: "arm") { name } }')
    await write(newer, 'distr: "3"')
    await vi.waitFor(() => expect(told()).toContain('CREATED free 1'), often)
    // Until the position is behind all of it.
    await vi.waitFor(
      async () => expect((await newer.data('{ webhooks { waiting } }')).webhooks).toEqual([{ waiting: 4 }]),
      often,
    )
    expect(told()).toEqual(['CREATED free 1'])
    await newer.sql('update registry_delivery set next_at = clock_timestamp()')
    const ofStuck = ['CREATED stuck 1', 'UPDATED stuck 2', 'DELETED stuck 3', 'CREATED stuck 4']
    await vi.waitFor(() => expect(told()).toEqual(['CREATED free 1', ...ofStuck]), often)
  } finally {
    await receiver.close()
  }
})
