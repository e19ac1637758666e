import { once } from 'node:events'
import { connect } from 'node:net'
import { createResponseReader } from './response-reader.ts'

/** Sends requests on one connection, one after another. */
export interface Asker {
  /** Resolves when the answer is complete. Rejects if it is no success. */
  readonly ask: (request: Buffer) => Promise<void>
  readonly close: () => void
}

/** It shares the machine with the server that is measured, so it does little work: `fetch` takes half the processor time of a write. */
export async function openAsker(port: number): Promise<Asker> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  await once(socket, 'connect')
  let settle: { readonly resolve: () => void; readonly reject: (error: unknown) => void } | undefined
  const reader = createResponseReader(() => settle?.resolve())
  socket.on('data', (chunk) => {
    try {
      reader.read(chunk)
    } catch (error) {
      settle?.reject(error)
    }
  })
  let failure: Error | undefined
  const fail = (error: Error) => {
    failure ??= error
    settle?.reject(error)
  }
  socket.on('error', fail)
  socket.on('close', () => fail(new Error('the server closed a connection')))
  return {
    ask: (request) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure)
        settle = { resolve, reject }
        return socket.write(request)
      }),
    close: () => socket.destroy(),
  }
}
