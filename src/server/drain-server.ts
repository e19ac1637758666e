import type { Server } from 'node:http'
import type { Logger } from '../logger.ts'

/** Stops accepting, waits for what runs until the deadline (ms), then cuts what is left. */
export async function drainServer(http: Server, deadline: number, logger: Logger): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // The error of a server that never listened: then nothing is left to do.
    http.close(() => resolve())
  })
  // Connections turn idle one by one; without this each would stay for the time of its keep-alive.
  const idle = setInterval(() => http.closeIdleConnections(), 50)
  const cut = setTimeout(() => {
    logger.warn(`requests were still running after ${deadline} ms, and their connections have been closed`)
    http.closeAllConnections()
  }, deadline)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
}
