import { isUtf8 } from 'node:buffer'
import { TextReadError } from './import/text-read-error.ts'

/** Decodes a piece of a text that may end inside a character. Throws `UndecodableError`. */
type Decoder = (bytes: Buffer, isLast: boolean) => string

/** Bytes that mean nothing in an encoding, and the text before them, as far as it is in the same piece. */
class UndecodableError extends Error {
  readonly before: string
  readonly byte: number | undefined
  constructor(before: string, byte?: number) {
    super('bytes that cannot be decoded')
    this.before = before
    this.byte = byte
  }
}

/**
 * Turns a stream of bytes into text, in pieces. The encoding is that of a byte order mark, or the one that the text declares for itself
 * (`findDeclared` looks for it in the first kilobyte; by default, that of an XML declaration), or UTF-8. A mark is left out.
 * Throws `TextReadError`, with the line, for an unknown encoding and for bytes that cannot be decoded: they would be stored as something else.
 */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  findDeclared: (head: string) => string | undefined = findInXml,
): AsyncGenerator<string> {
  let head: Buffer | undefined = Buffer.alloc(0)
  let decode: Decoder | undefined
  let encoding = ''
  let line = 1
  const read = (given: Buffer, isLast: boolean): string => {
    let piece = given
    if (!decode) {
      const found = findEncoding(piece, findDeclared)
      encoding = found.name
      decode = createDecoder(found.name, found.label)
      piece = piece.subarray(found.mark)
    }
    try {
      const text = decode(piece, isLast)
      line += countLineFeeds(text)
      return text
    } catch (error) {
      if (!(error instanceof UndecodableError)) throw error
      const byte = error.byte === undefined ? '' : ` (byte 0x${error.byte.toString(16)})`
      throw new TextReadError(
        line + countLineFeeds(error.before),
        `this is not ${encoding.toUpperCase()} text${byte}. If the file has another encoding, convert it: iconv -f ENCODING -t UTF-8`,
      )
    }
  }
  for await (const chunk of bytes) {
    let piece = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
    if (head) {
      piece = head.length === 0 ? piece : Buffer.concat([head, piece])
      head = isHeadWhole(piece) ? undefined : piece
      if (head) continue
    }
    const text = read(piece, false)
    if (text !== '') yield text
  }
  const rest = read(head ?? Buffer.alloc(0), true)
  if (rest !== '') yield rest
}

/** The encoding that an XML declaration names. */
function findInXml(head: string): string | undefined {
  return /^\s*<\?xml\s[^>]*?\bencoding\s*=\s*["']([^"'>]*)["']/.exec(head)?.[1]
}

const headBytes = 1_024

/** Whether the first bytes are enough to know the encoding. A pipe may bring them one by one. */
function isHeadWhole(head: Buffer): boolean {
  const mayDeclare = head[0] === 0x3c || head[0] === 0x23
  return head.length >= headBytes || (head.length >= 4 && !mayDeclare && head.includes('\n'))
}

const marks = [
  { name: 'utf-8', bytes: [0xef, 0xbb, 0xbf] },
  // Before UTF-16, with whose mark it begins.
  { name: 'utf-32', bytes: [0xff, 0xfe, 0, 0] },
  { name: 'utf-32', bytes: [0, 0, 0xfe, 0xff] },
  { name: 'utf-16le', bytes: [0xff, 0xfe] },
  { name: 'utf-16be', bytes: [0xfe, 0xff] },
] as const

/** Names of encodings that people write, and `TextDecoder` does not know. ASCII is a part of UTF-8. */
const otherNames: Readonly<Record<string, string>> = {
  'us-ascii': 'utf-8',
  ascii: 'utf-8',
  cp65001: 'utf-8',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
}

interface FoundEncoding {
  /** Of the WHATWG's Encoding Standard, in small letters. */
  readonly name: string
  /** As the file has it. */
  readonly label: string
  /** The number of bytes of the mark. */
  readonly mark: number
}

function findEncoding(bytes: Buffer, findDeclared: (head: string) => string | undefined): FoundEncoding {
  const mark = marks.find((one) => one.bytes.every((byte, i) => bytes[i] === byte))
  if (mark) return { name: mark.name, label: mark.name, mark: mark.bytes.length }
  // Text has no zero bytes, except UTF-16, whose first character is nearly always of ASCII.
  if (bytes.length >= 2 && (bytes[0] === 0) !== (bytes[1] === 0)) {
    const name = bytes[0] === 0 ? 'utf-16be' : 'utf-16le'
    return { name, label: name, mark: 0 }
  }
  const label = findDeclared(bytes.subarray(0, headBytes).toString('latin1'))?.trim() ?? 'utf-8'
  const name = nameOf(label)
  // The declaration was read byte by byte: .NET's StringWriter writes utf-16 there, whatever the file has.
  return { name: name.startsWith('utf-16') ? 'utf-8' : name, label, mark: 0 }
}

function nameOf(label: string): string {
  const lower = label.toLowerCase()
  const names = [otherNames[lower], lower, lower.replaceAll('_', '-'), lower.replace(/^(cp|ms|x-cp)-?/, 'windows-')]
  for (const name of names) {
    if (name === undefined) continue
    try {
      return new TextDecoder(name).encoding
    } catch {
      // It is another name.
    }
  }
  return lower
}

function createDecoder(name: string, label: string): Decoder {
  if (name === 'utf-8') return createUtf8Decoder()
  // Node 20 reads the bytes 0x80 to 0x9f of windows-1252 as those of ISO 8859-1 (nodejs/node#56542).
  if (name === 'windows-1252') return (bytes) => bytes.toString('latin1').replace(/[\x80-\x9f]/g, toWindows1252)
  try {
    const strict = new TextDecoder(name, { fatal: true, ignoreBOM: true })
    const tolerant = new TextDecoder(name, { ignoreBOM: true })
    return (bytes, isLast) => {
      const text = tolerant.decode(bytes, { stream: !isLast })
      try {
        strict.decode(bytes, { stream: !isLast })
        return text
      } catch {
        throw new UndecodableError(text.slice(0, Math.max(text.indexOf('\uFFFD'), 0)))
      }
    }
  } catch {
    throw new TextReadError(
      1,
      `the encoding ${JSON.stringify(label)} is unknown here. Convert the file: iconv -f ${/^[\w:.-]+$/.test(label) ? label : 'ENCODING'} -t UTF-8`,
    )
  }
}

const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

function toWindows1252(character: string): string {
  return windows1252[character.charCodeAt(0) - 0x80] as string
}

/** Faster than `TextDecoder`, by far the most for ASCII, and it knows where the fault is. */
function createUtf8Decoder(): Decoder {
  let rest: Buffer = Buffer.alloc(0)
  return (bytes, isLast) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    const end = isLast ? all.length : lengthOfWholeCharacters(all)
    const whole = all.subarray(0, end)
    rest = Buffer.from(all.subarray(end))
    if (isUtf8(whole)) return whole.toString('utf8')
    let start = 0
    for (
      let next = whole.indexOf(10);
      next >= 0 && isUtf8(whole.subarray(start, next));
      next = whole.indexOf(10, start)
    )
      start = next + 1
    const line = whole.subarray(start)
    let good = 0
    // The first byte that begins no character.
    while (good < line.length && isUtf8(line.subarray(good, good + characterLength(line[good] as number))))
      good += characterLength(line[good] as number)
    throw new UndecodableError(whole.toString('latin1', 0, start), line[good])
  }
}

/** How many bytes a character of UTF-8 has, by its first. */
function characterLength(first: number): number {
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4
}

/** The length without a character that is not complete at the end. */
function lengthOfWholeCharacters(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number
    if (byte < 0x80) break
    if (byte >= 0xc0) return characterLength(byte) > back ? bytes.length - back : bytes.length
  }
  return bytes.length
}

function countLineFeeds(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
