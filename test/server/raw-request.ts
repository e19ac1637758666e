import { connect } from 'node:net'

/**
 * Sends bytes as they are and gives back everything the server answers until it closes the connection, or until
 * `hangUp`, on which the client does.
 */
export function sendRaw(port: number, text: string | Buffer, hangUp?: Promise<unknown>): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    const done = () => {
      socket.destroy()
      resolve(Buffer.concat(chunks).toString('utf8'))
    }
    void hangUp?.then(done)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', done)
  })
}

/** The status line's number. */
export function statusOf(answer: string): number {
  return Number(answer.split(' ')[1])
}
