import type { IncomingMessage } from 'node:http'

const mostBytes = 1_000_000
const mostMilliseconds = 1_000

/** Whether a part of the request's body has not arrived yet. */
export function isBodyPending(request: IncomingMessage): boolean {
  if (request.complete) return false
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers
  return coding !== undefined || (length !== undefined && Number(length) > 0)
}

/**
 * Reads at most 1 MB of the rest of an unwanted body, and calls `done` at its end, when the client disconnects,
 * or after a second. If a connection is closed with unread bytes, it is reset, and a client that is still sending may lose
 * its answer. This gives the client time to read the answer.
 */
export function dropRest(request: IncomingMessage, done: () => void): void {
  let left = mostBytes
  const onData = (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) request.pause()
  }
  const stop = () => {
    clearTimeout(timer)
    request.off('data', onData).off('end', stop).off('close', stop).pause()
    done()
  }
  const timer = setTimeout(stop, mostMilliseconds)
  request.on('data', onData).on('end', stop).on('close', stop).resume()
}
