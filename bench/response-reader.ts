/**
 * Reads the responses of one connection, one after another, and reports when each is complete. `takesErrors`: also those that are no
 * success.
 */
export function createResponseReader(
  onResponse: () => void,
  takesErrors = false,
): {
  /** Throws if the response is not a GraphQL answer without errors, and those are not taken. */
  readonly read: (chunk: Buffer) => void
  readonly isWaiting: () => boolean
} {
  let received: Buffer[] = []
  let size = 0
  let whole: number | 'chunked' | undefined
  return {
    isWaiting: () => size === 0,
    read(chunk) {
      received.push(chunk)
      size += chunk.length
      whole ??= measureResponse(received.length === 1 ? chunk : Buffer.concat(received))
      const isWhole = whole === 'chunked' ? endOf(received).endsWith(lastChunk) : size === whole
      if (!isWhole) return
      if (!takesErrors) assertSuccess(received)
      received = []
      size = 0
      whole = undefined
      onResponse()
    },
  }
}

const lastChunk = '\r\n0\r\n\r\n'

/** The response's length including its head; undefined until the head is complete. */
function measureResponse(bytes: Buffer): number | 'chunked' | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const length = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1]
  return length === undefined ? 'chunked' : end + 4 + Number(length)
}

/** A success ends in `}}`, like data, and not in a list of errors. */
function assertSuccess(received: readonly Buffer[]): void {
  const status = received[0]?.toString('latin1', 9, 12)
  if (status === '200' && /\}\}\s*$/.test(endOf(received).replace(lastChunk, ''))) return
  throw new Error(`not a success: ${Buffer.concat(received).toString().slice(0, 2_000)}`)
}

function endOf(received: readonly Buffer[]): string {
  return Buffer.concat(received.slice(-4).map((chunk) => chunk.subarray(-20))).toString('latin1')
}
