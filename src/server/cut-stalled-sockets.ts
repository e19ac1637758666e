import type { Server } from 'node:http'
import type { Socket } from 'node:net'
import type { Logger } from '../logger.ts'
import { readSendQueues, toConnectionName } from './read-send-queues.ts'
import { hasEvents } from './send/event-sockets.ts'

/** The number of checks before a socket counts as stalled. */
const looks = 4
/**
 * How much longer the client of a stream of events may pause. What it is not sent meanwhile takes no memory, since the stream waits for it; if
 * that was too much, the stream itself ends with SLOW_CONSUMER, which the client finds behind what is on its way.
 */
const patience = 20

interface Mark {
  /** The bytes that the system had accepted from us at the last check. */
  readonly sent: number
  /** The bytes that the system itself still held then, if known. */
  readonly queued: number | undefined
  /** The number of checks for which both have been unchanged. */
  readonly unchanged: number
}

/**
 * Closes the connections of clients that do not read their answers: bytes wait to be sent, and none are sent for
 * `stallTime` (ms) or a little longer, and `patience` times as long where they are events. It does not close connections with nothing to send, or those of clients that
 * read slowly. Time is counted in checks, so that a suspended process does not close all connections when it wakes up.
 */
export function cutStalledSockets(http: Server, stallTime: number, logger: Logger): void {
  const marks = new Map<Socket, Mark | undefined>()
  const look = async (): Promise<void> => {
    const waiting = [...marks].filter(([socket]) => socket.writableLength > 0)
    // Linux accepts more bytes only when a third of its buffer is free, which takes a minute or more with a slow client.
    const queues = waiting.length > 0 ? await readSendQueues() : undefined
    for (const [socket, mark] of marks) {
      if (socket.writableLength === 0 || !queues) marks.set(socket, undefined)
      else {
        const sent = socket.bytesWritten - socket.writableLength
        const queued = queues.get(toConnectionName(socket))
        const factor = hasEvents(socket) ? patience : 1
        const same = mark?.sent === sent && mark.queued === queued
        marks.set(socket, { sent, queued, unchanged: same ? mark.unchanged + 1 : 0 })
        if (same && mark.unchanged + 1 === looks * factor) {
          logger.info(`closed the connection of a client that has not read its answer for ${stallTime * factor} ms`)
          socket.destroy()
        }
      }
    }
  }
  http.on('connection', (socket: Socket) => {
    // One that is handed back to the server comes again.
    if (marks.has(socket)) return
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
