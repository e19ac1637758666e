import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** Tells people, and programs that look for secrets, whose token it is. */
export const tokenPrefix = 'rgs_'

const digits = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 256 bits, in digits of which each takes 62 values. */
const secretLength = 43
const checksumLength = 6
const form = new RegExp(`^${tokenPrefix}[0-9A-Za-z]{${secretLength + checksumLength}}$`)

/** A new token: the prefix, 256 random bits, and a checksum of both by which a mistyped or shortened token is told. */
export function createTokenText(): string {
  const text = `${tokenPrefix}${toDigits(BigInt(`0x${randomBytes(32).toString('hex')}`), secretLength)}`
  return `${text}${checksumOf(text)}`
}

/** Whether the text may be a token: its form and its checksum are right. */
export function isTokenText(text: string): boolean {
  return form.test(text) && text.slice(-checksumLength) === checksumOf(text.slice(0, -checksumLength))
}

/** What the database keeps of a token. With 256 random bits nothing slower is needed: there is nothing to guess. */
export function hashToken(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

function checksumOf(text: string): string {
  return toDigits(BigInt(crc32(text)), checksumLength)
}

function toDigits(value: bigint, length: number): string {
  let text = ''
  for (let rest = value; rest > 0n; rest /= 62n) text = `${digits[Number(rest % 62n)]}${text}`
  return text.padStart(length, '0')
}
