import { setTimeout as sleep } from 'node:timers/promises'
import { openAsker } from './open-asker.ts'

/**
 * Sends requests at a rate, whatever the server makes of them, until none is left. Notes the milliseconds from when each was due, so that a
 * server which falls behind is seen. Rejects at the first answer that is no success.
 */
export async function askAtRate(
  port: number,
  perSecond: number,
  connections: number,
  takeRequest: () => Buffer | undefined,
  note: (latency: number) => void,
): Promise<void> {
  const began = performance.now()
  let sent = 0
  const askNext = async (): Promise<void> => {
    const { ask, close } = await openAsker(port)
    try {
      for (;;) {
        const due = began + (1_000 * sent++) / perSecond
        const wait = due - performance.now()
        if (wait > 0) await sleep(wait)
        const request = takeRequest()
        if (!request) return
        await ask(request)
        note(performance.now() - due)
      }
    } finally {
      close()
    }
  }
  await Promise.all(Array.from({ length: connections }, askNext))
}
