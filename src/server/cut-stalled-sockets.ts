import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '../logger.ts'

/** How often a socket is looked at before it counts as stalled. */
const looks = 4

interface Mark {
  /** How many bytes the system had taken at the last look. */
  readonly sent: number
  /** How many looks ago that was first so. */
  readonly unchanged: number
}

/**
 * Cuts the connections of clients that do not read their answers: bytes wait to be sent, and the system takes none of
 * them for `stallTime` (ms) or a little longer. A server that is silent has nothing to send and is not cut, nor is a
 * client that reads slowly. Time is counted in looks, so that a suspended process does not cut everybody as it wakes up.
 */
export function cutStalledSockets(http: Server, stallTime: number, logger: Logger): void {
  const marks = new Map<Socket, Mark | undefined>()
  const look = (socket: Socket, mark: Mark | undefined): Mark | undefined => {
    if (socket.writableLength === 0) return undefined
    const sent = socket.bytesWritten - socket.writableLength
    if (mark?.sent !== sent) return { sent, unchanged: 0 }
    if (mark.unchanged + 1 === looks) {
      logger.info(`a client that has not read its answer for ${stallTime} ms has been cut off`)
      socket.destroy()
    }
    return { sent, unchanged: mark.unchanged + 1 }
  }
  http.on('connection', (socket: Socket) => {
    marks.set(socket, undefined)
    socket.once('close', () => marks.delete(socket))
  })
  http.on('listening', () => {
    const timer = setInterval(() => {
      for (const [socket, mark] of marks) marks.set(socket, look(socket, mark))
    }, stallTime / looks).unref()
    http.once('close', () => clearInterval(timer))
  })
}
