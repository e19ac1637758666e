import type { Server } from 'node:http'
import type { Logger } from '../logger.ts'

/** Stops accepting connections, waits for running requests until the deadline (ms), then closes the remaining connections. */
export async function drainServer(http: Server, deadline: number, logger: Logger): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    // This ignores the error of a server that never listened: then there is nothing to do.
    http.close(() => resolve())
  })
  // Connections become idle one by one; without this, each would stay open for its keep-alive time.
  const idle = setInterval(() => http.closeIdleConnections(), 50)
  const cut = setTimeout(() => {
    logger.warn(`requests were still running after ${deadline} ms, and their connections have been closed`)
    http.closeAllConnections()
  }, deadline)
  await closed
  clearInterval(idle)
  clearTimeout(cut)
}
