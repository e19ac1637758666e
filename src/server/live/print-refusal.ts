export interface Refusal {
  readonly status: number
  /** What to do about it, for people. */
  readonly text?: string
}

/** The whole answer: Node has no response for a request that asks for another protocol. */
export function printRefusal({ status, text = '' }: Refusal): string {
  const lines = [`HTTP/1.1 ${status} Refused`, 'Connection: close', `Content-Length: ${Buffer.byteLength(text)}`]
  if (text !== '') lines.push('Content-Type: text/plain; charset=utf-8')
  return `${lines.join('\r\n')}\r\n\r\n${text}`
}
