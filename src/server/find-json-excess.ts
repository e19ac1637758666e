import { randomBytes } from 'node:crypto'
import type { Limits } from '../limits.ts'

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const comma = 0x2c

/** Of the bytes that mean something outside of strings; 0 for all others. */
const kinds = new Uint8Array(256)
const [opens, closes, separates, quotes] = [1, 2, 3, 4]
for (const bracket of '{[') kinds[bracket.charCodeAt(0)] = opens
for (const bracket of '}]') kinds[bracket.charCodeAt(0)] = closes
kinds[comma] = separates
kinds[quote] = quotes

/** Nobody outside of this process can choose names whose hashes are equal. */
const seed = randomBytes(4).readInt32LE()

export type JsonLimits = Pick<Limits, 'jsonDepth' | 'jsonValues' | 'jsonShapes'>

/**
 * Which limit a JSON text exceeds, found in one pass over its bytes: the time that `JSON.parse` and everything after it
 * take follows these counts and not the number of bytes. A text that is no JSON gives any answer.
 *
 * - `jsonDepth`: objects and lists inside each other; all that follows recurses.
 * - `jsonValues`: objects, lists, strings, numbers and literals.
 * - `jsonShapes`: names that follow another row of names within their object than all before. V8 makes a hidden class
 *   for each, which takes a microsecond and more.
 */
export function findJsonExcess(json: Uint8Array, limits: JsonLimits): keyof JsonLimits | undefined {
  const { jsonDepth, jsonValues, jsonShapes } = limits
  // `"":1,` is the shortest member.
  const shapes = json.length / 5 > jsonShapes ? new Set<number>() : undefined
  /** The hash of the names so far of the object that is open at each depth. */
  const rows: number[] = [seed]
  let depth = 0
  let values = 1
  for (let at = 0; at < json.length; at++) {
    const kind = kinds[json[at] as number]
    if (kind === 0) continue
    if (kind === quotes) {
      const start = at + 1
      const end = findStringEnd(json, start)
      const next = skipSpace(json, end + 1)
      at = next - 1
      if (!shapes || json[next] !== colon) continue
      const row = hashName(json, start, end, rows[depth] as number)
      rows[depth] = row
      shapes.add(row)
      if (shapes.size > jsonShapes) return 'jsonShapes'
    } else if (kind === separates) {
      if (++values > jsonValues) return 'jsonValues'
    } else if (kind === opens) {
      if (++depth > jsonDepth) return 'jsonDepth'
      if (shapes) rows[depth] = seed
      at = skipSpace(json, at + 1) - 1
      // An empty one has no first value.
      if (kinds[json[at + 1] as number] !== closes && ++values > jsonValues) return 'jsonValues'
    } else if (depth > 0) depth--
  }
  return undefined
}

/** Where the closing quote is. */
function findStringEnd(json: Uint8Array, start: number): number {
  let at = start
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1
  return at
}

/** Where the next byte is that is no space. */
function skipSpace(json: Uint8Array, from: number): number {
  let at = from
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at++
  return at
}

/** A hash of a name after those before it, of 30 bits: V8 keeps such numbers without an object around each. */
function hashName(json: Uint8Array, start: number, end: number, before: number): number {
  // An empty name makes another row, too.
  let hash = Math.imul(before + 1, 0x01000193) ^ (end - start)
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (json[at] as number), 0x01000193) ^ (hash >>> 15)
  return hash & 0x3fffffff
}
