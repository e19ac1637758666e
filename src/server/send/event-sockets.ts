import type { Socket } from 'node:net'

const sockets = new WeakSet<Socket>()

/** Notes that events are sent on a connection, until the function that it returns is called. */
export function noteEvents(socket: Socket | null): () => void {
  if (!socket) return () => undefined
  sockets.add(socket)
  return () => void sockets.delete(socket)
}

/** Whether events are sent on it, one after another, so that its client may pause. */
export function hasEvents(socket: Socket): boolean {
  return sockets.has(socket)
}
