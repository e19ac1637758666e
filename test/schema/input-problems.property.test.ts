import fc from 'fast-check'
import { buildSchema, coerceInputValue, type GraphQLInputType } from 'graphql'
import { expect, test } from 'vitest'
import { coerceInput, type InputProblem } from '../../src/schema/coerce-input.ts'
import { runs, seed } from '../support/property-runs.ts'

const schema = buildSchema(`
  enum Kind { DISK FAN }
  input By @oneOf { name: String number: Int }
  input Part { name: String! number: Int = 1 kind: Kind! parts: [Part!] by: By rows: [[Int!]!] }
  type Query { part(part: Part): String }
`)
const type = schema.getType('Part') as GraphQLInputType

/** Mostly of the right form, so that what is wrong is found at every depth. */
const { part } = fc.letrec<{ part: unknown; any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom<unknown>(null, true, 7, 1.5, 'a', 'DISK', [], {}, [null], { name: 'a' }),
    tie('part'),
    fc.array(tie('any'), { maxLength: 3 }),
  ),
  part: fc.record(
    {
      name: fc.oneof(fc.constant('a'), tie('any')),
      number: fc.oneof(fc.constant(1), tie('any')),
      kind: fc.oneof(fc.constant('FAN'), tie('any')),
      parts: fc.oneof(fc.array(tie('part'), { maxLength: 3 }), tie('any')),
      by: fc.oneof(
        fc.record({ name: tie('any'), number: tie('any'), other: tie('any') }, { requiredKeys: [] }),
        tie('any'),
      ),
      rows: fc.oneof(fc.array(fc.array(fc.integer({ min: 0, max: 9 })), { maxLength: 3 }), tie('any')),
      other: tie('any'),
    },
    { requiredKeys: [] },
  ),
}))

test(`what is wrong with a value of TEST_SEED=${seed} is found at the places, and in the order, in which graphql-js refuses it`, () => {
  fc.assert(
    fc.property(part, (value) => {
      const refused: [path: readonly (string | number)[], message: string][] = []
      coerceInputValue(value, type, (path, _value, { message }) => {
        // Of several fields where one is wanted, graphql-js says besides that the first is null.
        const [place, said] = refused.at(-1) ?? [[], '']
        const isSaid =
          message.endsWith('must be non-null.') &&
          said.startsWith('Exactly one key') &&
          place.join() === path.slice(0, -1).join()
        if (!isSaid) refused.push([path, message])
      })
      const found: InputProblem[] = []
      coerceInput(value, type, (problem) => found.push(problem))
      expect(found.map(({ path, reason }) => [path, toGraphqlWords(reason)])).toEqual(
        refused.map(([path, message]) => [path, toGraphqlWords(message)]),
      )
      for (const { attribute, reason } of found)
        if (attribute !== undefined) expect(reason).toContain(`Field "${attribute}" `)
    }),
    runs(300),
  )
})

test('the generated values have much that is wrong with them', () => {
  const found: InputProblem[] = []
  for (const value of fc.sample(part, { seed: 1, numRuns: 100 }))
    coerceInput(value, type, (problem) => found.push(problem))
  expect(found.length).toBeGreaterThan(100)
})

/** The sentence of graphql-js where ours differs, and without its suggestions. */
function toGraphqlWords(message: string): string {
  return message
    .replace(/ Did you mean .*$/, '')
    .replace(
      /^Exactly one field of "(\w+)" must be given, not \d+\.$/,
      'Exactly one key must be specified for OneOf type "$1".',
    )
    .replace(/^Field "\w+\.(\w+)" must not be null\.$/, 'Field "$1" must be non-null.')
}
