import { connect } from 'node:net'

/** Sends bytes as they are and gives back everything the server answers until it closes or `wait` ms are over. */
export function sendRaw(port: number, text: string | Buffer, wait = 300): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    const done = () => {
      socket.destroy()
      resolve(Buffer.concat(chunks).toString('utf8'))
    }
    const timer = setTimeout(done, wait)
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.on('error', () => {})
    socket.on('close', () => {
      clearTimeout(timer)
      done()
    })
  })
}

/** The status line's number. */
export function statusOf(answer: string): number {
  return Number(answer.split(' ')[1])
}
