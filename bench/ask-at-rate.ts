import { setTimeout as sleep } from 'node:timers/promises'
import { openAsker } from './open-asker.ts'

export interface PacedRequest {
  readonly request: Buffer
  /** Is called when the answer is complete. */
  readonly note: (times: { readonly dueAt: number; readonly sentAt: number; readonly answeredAt: number }) => void
}

/**
 * Sends requests at a rate, whatever the server makes of them, until none is left. What a request takes counts from when it was due where a
 * server that falls behind is to be seen. Rejects at the first answer that is no success.
 */
export async function askAtRate(
  port: number,
  perSecond: number,
  connections: number,
  takeRequest: () => PacedRequest | undefined,
): Promise<void> {
  const began = performance.now()
  let sent = 0
  const askNext = async (): Promise<void> => {
    const { ask, close } = await openAsker(port)
    try {
      for (;;) {
        const dueAt = began + (1_000 * sent++) / perSecond
        const wait = dueAt - performance.now()
        if (wait > 0) await sleep(wait)
        const next = takeRequest()
        if (!next) return
        const sentAt = performance.now()
        await ask(next.request)
        next.note({ dueAt, sentAt, answeredAt: performance.now() })
      }
    } finally {
      close()
    }
  }
  await Promise.all(Array.from({ length: connections }, askNext))
}
