import { createHmac } from 'node:crypto'

/** The key of a secret: Base64 after `whsec_`, as the Standard Webhooks have it, or else the text itself. Undefined if it is no Base64. */
export function parseSecret(text: string): Buffer | undefined {
  const prefix = 'whsec_'
  if (!text.startsWith(prefix)) return Buffer.from(text, 'utf8')
  const encoded = text.slice(prefix.length)
  // Four characters are three bytes; one alone, as after a cut, is none.
  const isWhole = encoded.replace(/=+$/, '').length % 4 !== 1
  return isWhole && /^[A-Za-z0-9+/]+={0,2}$/.test(encoded) ? Buffer.from(encoded, 'base64') : undefined
}

/** The headers of a message (https://www.standardwebhooks.com). `time` is in milliseconds since 1970. */
export function signHeaders(key: Buffer, id: string, time: number, body: string): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(time / 1_000))
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` }
}
