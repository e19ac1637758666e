import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '../logger.ts'
import { readSendQueues, toConnectionName } from './read-send-queues.ts'

/** How often a socket is looked at before it counts as stalled. */
const looks = 4

interface Mark {
  /** How many bytes the system had taken from us at the last look. */
  readonly sent: number
  /** How many bytes the system itself still held then, if that is known. */
  readonly queued: number | undefined
  /** How many looks ago both were first so. */
  readonly unchanged: number
}

/**
 * Cuts the connections of clients that do not read their answers: bytes wait to be sent, and none of them goes for
 * `stallTime` (ms) or a little longer. A server that is silent has nothing to send and is not cut, nor is a client that
 * reads slowly. Time is counted in looks, so that a suspended process does not cut everybody as it wakes up.
 */
export function cutStalledSockets(http: Server, stallTime: number, logger: Logger): void {
  const marks = new Map<Socket, Mark | undefined>()
  const look = async (): Promise<void> => {
    const waiting = [...marks].filter(([socket]) => socket.writableLength > 0)
    // Linux takes more from us only when a third of its buffer is free, which with a slow client takes a minute and more.
    const queues = waiting.length > 0 ? await readSendQueues() : undefined
    for (const [socket, mark] of marks) {
      if (socket.writableLength === 0 || !queues) marks.set(socket, undefined)
      else {
        const sent = socket.bytesWritten - socket.writableLength
        const queued = queues.get(toConnectionName(socket))
        const same = mark?.sent === sent && mark.queued === queued
        marks.set(socket, { sent, queued, unchanged: same ? mark.unchanged + 1 : 0 })
        if (same && mark.unchanged + 1 === looks) {
          logger.info(`a client that has not read its answer for ${stallTime} ms has been cut off`)
          socket.destroy()
        }
      }
    }
  }
  http.on('connection', (socket: Socket) => {
    marks.set(socket, undefined)
    socket.once('close', () => marks.delete(socket))
  })
  http.on('listening', () => {
    let looking = false
    const timer = setInterval(() => {
      if (looking) return
      looking = true
      void look()
        .catch((error: unknown) => logger.error({ err: error }, 'could not look for stalled clients'))
        .finally(() => {
          looking = false
        })
    }, stallTime / looks).unref()
    http.once('close', () => clearInterval(timer))
  })
}
