/**
 * The value of an HTTP header that a registry reads as UTF-8. Both `fetch` and `node:http` take the bytes of a header, one
 * character each, and refuse characters beyond Latin-1.
 */
export function toHeaderBytes(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}
