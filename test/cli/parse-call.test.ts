import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseCall } from '../../src/cli/command-line/parse-call.ts'
import { parsePlainCall } from '../../src/cli/command-line/parse-plain-call.ts'
import { commands, templateCommands } from '../../src/cli/commands/commands.ts'
import { commonOptions } from '../../src/cli/commands/common-options.ts'

const all = [...commands, ...commands.flatMap((command) => command.commands ?? []), ...templateCommands]
const options = [...all.flatMap((command) => command.options ?? []), ...commonOptions]
const words = [...all.map(({ name }) => name), 'image', 'role', 'Image']
const flags = [
  ...options.flatMap(({ long, short }) => [long, short ?? long]),
  '--help',
  '-V',
  '--version',
  '--nothing',
  '-x',
]
const values = ['a', 'name=x', 'tags:=[1]', '', '-', '--', '-q', '-1', '-quantity', 'json', 'a b', 'bash', 'é\n']

const argument = fc.oneof(
  fc.constantFrom(...words),
  fc.constantFrom(...values),
  fc.constantFrom(...flags),
  fc.tuple(fc.constantFrom(...flags), fc.constantFrom(...values)).map(([flag, value]) => `${flag}=${value}`),
)
const first = fc.oneof(
  fc.constantFrom(...templateCommands.map(({ name }) => ['image', name])),
  fc.constantFrom(...words.map((word) => [word])),
)
const commandLine = fc.tuple(first, fc.array(argument, { maxLength: 5 })).map(([begin, rest]) => [...begin, ...rest])

test('what the quick reader of command lines understands, commander understands in the same way', async () => {
  let understood = 0
  await fc.assert(
    fc.asyncProperty(commandLine, async (args) => {
      const plain = parsePlainCall(args)
      if (plain === undefined) return
      understood++
      expect(await parseCall(args)).toEqual({ ...plain, options: { ...plain.options } })
    }),
    { numRuns: 3_000 },
  )
  expect(understood).toBeGreaterThan(200)
})

test.each([
  'image get name=x',
  'image get distr=ubuntu --where lts=true --order-by -name --first=3 -o csv --quiet',
  'image set name=x lts=true --timeout 5 --spool',
  'image help',
  'ls',
  'query - -v a=1 -v b:=2',
  'templates check',
])('the quick reader understands: registry %s', (line) => {
  expect(parsePlainCall(line.split(' '))).toBeDefined()
})
