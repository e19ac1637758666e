import fc from 'fast-check'
import { RE2JS } from 're2js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { runs } from '../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const characters = [
  'a',
  'b',
  'B',
  'z',
  '0',
  '7',
  '_',
  '-',
  '.',
  ' ',
  '\n',
  '\t',
  '{',
  ']',
  '\\',
  '^',
  '$',
  'é',
  'É',
  '𝕏',
  '٣',
  'ß',
  '(',
]
const texts = [
  ...new Set([
    '',
    ...characters,
    ...characters.flatMap((one) => characters.slice(0, 12).map((other) => `${one}${other}`)),
    ...['aab', 'abab', 'a\nb', 'foo bar', 'b_a-0', 'aaaa', '0.7', '{7}', 'a{7}', 'éa', 'a𝕏b'],
  ]),
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([
    'name: entry\nkey: [number]\nfields: { number: int, text: string, release: version, extra: json }\n',
  ])
  await registry.data('mutation ($input: [EntryInput!]!) { upsertEntries(input: $input) { created } }', {
    input: texts.map((text, number) => ({ number, text, release: text, extra: { text } })),
  })
})
afterAll(() => registry?.close())

const quoted = (character: string) => character.replace(/[\\^$.|?*+()[\]{}]/, '\\$&')
const literal = fc.constantFrom(...characters).map(quoted)
const inSet = fc.oneof(
  fc.constantFrom(...characters).map((one) => one.replace(/[\\\]^[-]/, '\\$&')),
  fc.constantFrom(
    'a-c',
    '0-9',
    'A-Z',
    '\\d',
    '\\w',
    '\\s',
    '[:alpha:]',
    '[:space:]',
    '\\x41',
    '\\x{1d54f}',
    '\\t-\\r',
    'à-ÿ',
    '.',
    '*',
  ),
)
const set = fc
  .tuple(fc.constantFrom('', '^'), fc.array(inSet, { minLength: 1, maxLength: 4 }), fc.constantFrom('', '-'))
  .map(([negated, members, dash]) => `[${negated}${members.join('')}${dash}]`)
const atom: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: literal },
  { weight: 2, arbitrary: set },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '.',
      '\\d',
      '\\D',
      '\\w',
      '\\W',
      '\\s',
      '\\S',
      '\\.',
      '\\n',
      '\\x{e9}',
      '{',
      '[]a]',
      '[^]a]',
    ),
  },
)
const anchor = fc.constantFrom('^', '$', '\\A', '\\z', '\\b', '\\B')
const repetition = fc.constantFrom('', '', '', '*', '+', '?', '*?', '+?', '??', '{2}', '{1,}', '{0,2}', '{1,3}?')
const piece: fc.Arbitrary<string> = fc.letrec<{ piece: string; branch: string }>((tie) => ({
  branch: fc.array(tie('piece'), { maxLength: 3 }).map((pieces) => pieces.join('')),
  piece: fc.oneof(
    { depthSize: 'small' },
    { weight: 6, arbitrary: fc.tuple(atom, repetition).map((parts) => parts.join('')) },
    { weight: 2, arbitrary: anchor },
    {
      weight: 2,
      arbitrary: fc
        .tuple(
          fc.constantFrom('(', '(?:', '(?P<n>'),
          fc.array(tie('branch'), { minLength: 1, maxLength: 3 }),
          repetition,
        )
        .map(([open, branches, times]) => `${open}${branches.join('|')})${times}`),
    },
  ),
})).piece
const pattern = fc
  .array(
    fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join('')),
    { minLength: 1, maxLength: 2 },
  )
  .map((branches) => branches.join('|'))

test('matches finds the texts in which RE2 finds the pattern, in text, version and json', async () => {
  await fc.assert(
    fc.asyncProperty(pattern, fc.constantFrom('default', 'insensitive'), async (given, mode) => {
      const compiled = compile(given, mode === 'insensitive' ? RE2JS.CASE_INSENSITIVE : 0)
      fc.pre(compiled !== undefined)
      const query = `query ($pattern: String!, $mode: QueryMode!) {
        text: entries(first: 1000, where: {text: {matches: $pattern, mode: $mode}}) { nodes { number } }
        release: entries(first: 1000, where: {release: {matches: $pattern, mode: $mode}}) { nodes { number } }
        extra: entries(first: 1000, where: {extra: {path: ["text"], matches: $pattern, mode: $mode}}) { nodes { number } } }`
      const expected = {
        nodes: texts.flatMap((text, number) => (compiled?.matcher(text).find() ? [{ number }] : [])),
      }
      expect(await registry.data(query, { pattern: given, mode })).toEqual({
        text: expected,
        release: expected,
        extra: expected,
      })
    }),
    runs(300),
  )
})

/** Undefined for a pattern that RE2 does not take, such as two groups of one name. */
function compile(given: string, flags: number): RE2JS | undefined {
  try {
    return RE2JS.compile(given, flags)
  } catch {
    return undefined
  }
}

const otherwise = (given: string, what: string, instead: string) =>
  `where.text.matches: matches: ${JSON.stringify(given)} has ${what}, which the database would read otherwise; ${instead}`

test.each([
  [
    'a(?=b)',
    'where.text.matches: matches: "a(?=b)" cannot be matched: RE2 has no lookahead or lookbehind, because they cannot be matched in linear time',
  ],
  [
    '(a)\\1',
    'where.text.matches: matches: "(a)\\\\1" cannot be matched: RE2 has no backreferences, because they cannot be matched in linear time',
  ],
  ['(', 'where.text.matches: matches: "(" is not a regular expression of RE2: missing closing ): `(`'],
  ['(?i)a', otherwise('(?i)a', 'flags', 'for letters of either case, write mode: insensitive beside matches')],
  ['\\pL', otherwise('\\pL', '\\pL', 'write the characters themselves, or a set such as [A-Za-z]')],
  ['[[:punct:]]', otherwise('[[:punct:]]', '[:punct:]', 'list the characters')],
  ['[\\D]', otherwise('[\\D]', '\\D', 'list the characters')],
  ['^*', otherwise('^*', 'a repeated anchor or boundary', 'leave the repetition out')],
  ['a{256}', otherwise('a{256}', 'a repetition of more than 255', 'write a smaller count')],
  ['\\x00', otherwise('\\x00', 'the character 0', 'no stored text has it')],
  ['a'.repeat(1_001), 'where.text.matches: matches: the pattern has 1001 characters; at most 1000 are allowed'],
])('%s is refused', async (given, message) => {
  const query = (value: string) => `{ entries(where: {text: {matches: ${value}}}) { totalCount } }`
  expect(await listErrors(registry, query(JSON.stringify(given)))).toEqual([`BAD_USER_INPUT ${message}`])
  const variable = 'query ($pattern: String!) { entries(where: {text: {matches: $pattern}}) { totalCount } }'
  expect(await listErrors(registry, variable, { pattern: given })).toEqual([`BAD_USER_INPUT ${message}`])
})

test('a pattern that takes too much memory in the database is refused by it', async () => {
  const query = '{ entries(where: {text: {matches: "(?:\\\\b|\\\\B|a){100}c"}}) { totalCount } }'
  expect(await listErrors(registry, query)).toEqual([
    'LIMIT_EXCEEDED A regular expression in a filter is too complex for the database; repeat less in it, most of all \\b and \\B.',
  ])
})

test('a request has at most 20 regular expressions', async () => {
  const ask = (count: number) =>
    `{ entries(where: {OR: [${Array.from({ length: count }, () => '{text: {matches: "a"}}').join(' ')}]}) { totalCount } }`
  expect((await registry.data(ask(20))).entries.totalCount).toBeGreaterThan(0)
  expect(await listErrors(registry, ask(21))).toEqual([
    'LIMIT_EXCEEDED The request has 21 regular expressions in its filters; at most 20 are allowed (limit "patterns"). Join them with |, or send several requests.',
  ])
})
