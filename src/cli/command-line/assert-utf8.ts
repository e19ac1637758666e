import { isUtf8 } from 'node:buffer'
import { readFileSync } from 'node:fs'
import { createUsageError } from '../cli-error.ts'

/**
 * Throws a usage error for an argument whose bytes are not UTF-8. Node has then put U+FFFD in place of them, and what they were is
 * lost; call this for arguments that contain it. Linux still has the bytes. Where it cannot be found out, the argument is refused.
 */
export function assertUtf8Arguments(args: readonly string[]): void {
  const given = readParts('/proc/self/cmdline')?.slice(-args.length)
  for (const [i, text] of args.entries()) {
    if (text.includes('\ufffd')) assertUtf8(`argument ${i + 1}, ${JSON.stringify(text)},`, given?.[i])
  }
}

/** The same for the value of an environment variable, which the message names but does not show. */
export function assertUtf8Variable(name: string): void {
  const prefix = Buffer.from(`${name}=`)
  const given = readParts('/proc/self/environ')?.find((part) => part.subarray(0, prefix.length).equals(prefix))
  assertUtf8(name, given)
}

function assertUtf8(name: string, bytes: Buffer | undefined): void {
  if (bytes && isUtf8(bytes)) return
  throw createUsageError(
    `${name} is not UTF-8, so that its text is lost on the way here. Convert it, as with: iconv -f ISO-8859-1 -t UTF-8`,
  )
}

/** The parts of a file in which each ends with a zero byte. Undefined where there is no such file. */
function readParts(file: string): readonly Buffer[] | undefined {
  let bytes: Buffer
  try {
    bytes = readFileSync(file)
  } catch {
    return undefined
  }
  const parts: Buffer[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start)
    const stop = end === -1 ? bytes.length : end
    parts.push(bytes.subarray(start, stop))
    start = stop + 1
  }
  return parts
}
