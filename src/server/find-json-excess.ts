import { randomBytes } from 'node:crypto'
import type { Limits } from '../limits.ts'

const quote = 0x22
const backslash = 0x5c
const colon = 0x3a
const comma = 0x2c

/** The kinds of bytes that have a meaning outside strings; 0 for all others. */
const kinds = new Uint8Array(256)
const [opens, closes, separates, quotes] = [1, 2, 3, 4]
for (const bracket of '{[') kinds[bracket.charCodeAt(0)] = opens
for (const bracket of '}]') kinds[bracket.charCodeAt(0)] = closes
kinds[comma] = separates
kinds[quote] = quotes

/** A random seed, so that nobody outside this process can choose names with equal hashes. */
const seed = randomBytes(4).readInt32LE()

export type JsonLimits = Pick<Limits, 'jsonDepth' | 'jsonValues' | 'jsonShapes'>

/**
 * Finds the limit that a JSON text exceeds, in one pass over its bytes. The time of `JSON.parse` and everything after it
 * depends on these counts, not on the number of bytes. For a text that is not JSON, the result is arbitrary.
 *
 * - `jsonDepth`: nested objects and lists, unless `deepest` is given; all later code recurses.
 * - `jsonValues`: objects, lists, strings, numbers and literals.
 * - `jsonShapes`: names, counted once after each different sequence of names before them in their object. V8 makes a hidden
 *   class for each, which takes at least a microsecond.
 */
export function findJsonExcess(
  json: Uint8Array,
  { jsonDepth, jsonValues, jsonShapes }: JsonLimits,
  deepest = jsonDepth,
): keyof JsonLimits | undefined {
  // `"":1,` is the shortest member.
  const shapes = json.length / 5 > jsonShapes ? new Set<number>() : undefined
  /** For the open object at each depth, the hash of its names so far. */
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
      if (++depth > deepest) return 'jsonDepth'
      if (shapes) rows[depth] = seed
      at = skipSpace(json, at + 1) - 1
      // An empty object or list has no first value.
      if (kinds[json[at + 1] as number] !== closes && ++values > jsonValues) return 'jsonValues'
    } else if (depth > 0) depth--
  }
  return undefined
}

/** The position of the closing quote. */
function findStringEnd(json: Uint8Array, start: number): number {
  let at = start
  while (at < json.length && json[at] !== quote) at += json[at] === backslash ? 2 : 1
  return at
}

/** The position of the next byte that is not a space. */
function skipSpace(json: Uint8Array, from: number): number {
  let at = from
  while (json[at] === 0x20 || json[at] === 0x0a || json[at] === 0x0d || json[at] === 0x09) at++
  return at
}

/** A hash of a name and the names before it, with 30 bits: V8 stores such numbers without allocating an object. */
function hashName(json: Uint8Array, start: number, end: number, before: number): number {
  // An empty name changes the hash, too.
  let hash = Math.imul(before + 1, 0x01000193) ^ (end - start)
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (json[at] as number), 0x01000193) ^ (hash >>> 15)
  return hash & 0x3fffffff
}
