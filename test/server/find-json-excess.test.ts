import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findJsonExcess, type JsonLimits } from '../../src/server/find-json-excess.ts'

const unlimited: JsonLimits = { jsonDepth: 1_000, jsonValues: 1_000_000, jsonShapes: 1_000_000 }
const find = (text: string, limits: Partial<JsonLimits>) =>
  findJsonExcess(Buffer.from(text), { ...unlimited, ...limits })

/** The same counts, computed from the parsed value. */
function count(value: unknown, shapes = new Set<string>()): { depth: number; values: number; shapes: Set<string> } {
  if (typeof value !== 'object' || value === null) return { depth: 0, values: 1, shapes }
  const names = Array.isArray(value) ? [] : Object.keys(value)
  for (const index of names.keys()) shapes.add(JSON.stringify(names.slice(0, index + 1)))
  const members = Object.values(value).map((member) => count(member, shapes))
  return {
    depth: 1 + Math.max(0, ...members.map((member) => member.depth)),
    values: 1 + members.reduce((sum, member) => sum + member.values, 0),
    shapes,
  }
}

/** Names and texts that look like structure, and many of the same. */
const text = fc.oneof(
  fc.constantFrom('a', 'b', '', '"', '\\', '\\"', '{', '[[', ',', '":', '}', ' : ', '\\u0022', '1', '__proto__'),
  fc.string({ unit: 'binary' }),
)
const { tree: json } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.constantFrom(null, true, false),
    fc.array(tie('tree')),
    fc.dictionary(text, tie('tree'), { noNullPrototype: true }),
  ),
}))

test('the counts are exact for any JSON, written in any way', () => {
  fc.assert(
    fc.property(json, fc.constantFrom(undefined, 1, '\t', '\r\n '), (value, space) => {
      const written = JSON.stringify(value, null, space)
      const { depth, values, shapes } = count(value)
      expect([
        find(written, { jsonDepth: depth, jsonValues: values, jsonShapes: shapes.size }),
        depth > 0 && find(written, { jsonDepth: depth - 1 }),
        values > 1 && find(written, { jsonValues: values - 1 }),
        shapes.size > 0 && find(written, { jsonShapes: shapes.size - 1 }),
      ]).toEqual([undefined, depth > 0 && 'jsonDepth', values > 1 && 'jsonValues', shapes.size > 0 && 'jsonShapes'])
    }),
    { numRuns: 1_000 },
  )
})

test('a name counts once for each sequence of names before it', () => {
  const shapes = (written: string) => {
    for (let most = 0; ; most++) if (find(written, { jsonShapes: most }) === undefined) return most
  }
  expect([
    shapes('[{"a":1,"b":1},{"a":2,"b":2}]'),
    shapes('[{"a":1,"b":1},{"b":2,"a":2}]'),
    shapes('[{"a":1},{"b":1},{"a":1,"c":1}]'),
    shapes('{"a":{"a":{"a":1}}}'),
    shapes('{"a":{"b":1},"c":1}'),
  ]).toEqual([2, 4, 3, 1, 3])
})

test('a text that is not JSON gives some result', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\ 1a'), maxLength: 60 }), (garbage) => {
      find(garbage, { jsonDepth: 3, jsonValues: 5, jsonShapes: 2 })
    }),
  )
})
