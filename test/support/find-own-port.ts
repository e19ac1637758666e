import { createServer } from 'node:net'

/**
 * A free port of 127.0.0.1 for a server that is closed and opened again. It lies below the ports that systems give out by
 * themselves, so that no other server gets it in the meantime.
 */
export async function findOwnPort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000)
    const probe = createServer()
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false)).listen(port, '127.0.0.1', () => resolve(true))
    })
    if (!isFree) continue
    await new Promise((resolve) => probe.close(resolve))
    return port
  }
}
