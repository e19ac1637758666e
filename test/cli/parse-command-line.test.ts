import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseCommandLine } from '../../src/cli/command-line/parse-command-line.ts'
import { printHelp } from '../../src/cli/command-line/print-help.ts'
import type { Command } from '../../src/cli/commands/command.ts'
import { registryCommand } from '../../src/cli/commands/commands.ts'
import { commonOptions } from '../../src/cli/commands/common-options.ts'

/** A command line in one text: words between spaces, `''` for an empty one. */
const parse = (line: string) =>
  parseCommandLine(
    line
      .split(' ')
      .filter((word) => word !== '')
      .map((word) => (word === "''" ? '' : word)),
    registryCommand,
  )

/** The words of the path, then what the command gets. */
function summarize(line: string): unknown {
  const parsed = parse(line)
  if (parsed.kind === 'version') return 'version'
  const words = parsed.path.map(({ name }) => name).join(' ')
  if (parsed.kind === 'help') return `help of ${words}`
  if (parsed.kind === 'mistake') return [words, parsed.mistake.kind]
  return [words, parsed.operands, parsed.options]
}

describe('a call is its command, operands and options, with defaults:', () => {
  const json = { output: 'json' }
  test.each([
    ['ls', 'registry ls', [], {}],
    ['image get', 'registry image get', [], json],
    ['image get name=x lts=true', 'registry image get', ['name=x', 'lts=true'], json],
    ['image get --first 3 name=x --quiet', 'registry image get', ['name=x'], { ...json, first: '3', quiet: true }],
    ['image get --first=3', 'registry image get', [], { ...json, first: '3' }],
    ['image get --first 3 --first 4', 'registry image get', [], { ...json, first: '4' }],
    ['image get -o csv', 'registry image get', [], { output: 'csv' }],
    ['image get -ocsv', 'registry image get', [], { output: 'csv' }],
    ['image get --output=csv', 'registry image get', [], { output: 'csv' }],
    ['image get -qo csv', 'registry image get', [], { output: 'csv', quiet: true }],
    ['image get --order-by -quantity', 'registry image get', [], { ...json, orderBy: '-quantity' }],
    ['image get --order-by=-quantity', 'registry image get', [], { ...json, orderBy: '-quantity' }],
    ['image get --where --first', 'registry image get', [], { ...json, where: '--first' }],
    ['image get --where a=b=c', 'registry image get', [], { ...json, where: 'a=b=c' }],
    ['image get --where=a=b=c', 'registry image get', [], { ...json, where: 'a=b=c' }],
    ["image get --where ''", 'registry image get', [], { ...json, where: '' }],
    ['image get --where=', 'registry image get', [], { ...json, where: '' }],
    ['image set name=-x', 'registry image set', ['name=-x'], json],
    ['image get -- --where -o', 'registry image get', ['--where', '-o'], json],
    ['-- image get', 'registry image get', [], json],
    ['query -', 'registry query', ['-'], {}],
    ['query - -v a=1 -v b:=2', 'registry query', ['-'], { variable: ['a=1', 'b:=2'] }],
    [
      '--url x image --timeout 5 get --retries 0',
      'registry image get',
      [],
      { ...json, url: 'x', timeout: '5', retries: '0' },
    ],
    ['--url x ls --url y', 'registry ls', [], { url: 'y' }],
    ['image help', 'registry image help', [], {}],
    ['import a.json image', 'registry import', ['a.json', 'image'], {}],
    ['import a.json b.csv image', 'registry import', ['a.json', 'b.csv', 'image'], {}],
    ['import help', 'registry import', ['help'], {}],
    ['import pyregistrystore a.yml b.yml', 'registry import pyregistrystore', ['a.yml', 'b.yml'], {}],
    ['import --dry-run pyregistrystore a.yml', 'registry import pyregistrystore', ['a.yml'], { dryRun: true }],
    ['import a.json pyregistrystore', 'registry import', ['a.json', 'pyregistrystore'], {}],
    ['templates check', 'registry templates check', [], {}],
    ['version', 'registry version', [], {}],
    ['init', 'registry init', [], {}],
    ['init folder', 'registry init', ['folder'], {}],
    ['init set name=a', 'registry init set', ['name=a'], json],
    ['version get', 'registry version get', [], json],
    ['token count', 'registry token count', [], json],
    ['export', 'registry export', [], {}],
    ['export export', 'registry export', ['export'], {}],
    ['export get', 'registry export get', [], json],
    ['--quiet export --verbose get', 'registry export get', [], { ...json, quiet: true, verbose: true }],
    ['-o csv image --first 3 get', 'registry image get', [], { output: 'csv', first: '3' }],
    ['export -o csv get', 'registry export get', [], { output: 'csv' }],
    ['export --all image', 'registry export', ['image'], { all: true }],
    ['Image get', 'registry Image get', [], json],
    ['constructor get constructor', 'registry constructor get', ['constructor'], json],
  ])('%s', (line, words, operands, options) => {
    expect(summarize(line)).toEqual([words, operands, options])
  })

  test('whose template is the word in front of it, if it is of a template', () => {
    expect(parse('export get')).toMatchObject({ kind: 'call', template: 'export' })
    expect(parse('export image')).toMatchObject({ kind: 'call', template: '' })
  })
})

test.each([
  ['--help', 'registry'],
  ['-h', 'registry'],
  ['help', 'registry'],
  ['help help', 'registry'],
  ['--help ls', 'registry ls'],
  ['ls --help', 'registry ls'],
  ['ls extra --help', 'registry ls'],
  ['help image', 'registry image'],
  ['image --help', 'registry image'],
  ['help image get', 'registry image get'],
  ['image get name=x --nothing -h', 'registry image get'],
  ['image get -qh', 'registry image get'],
  ['image help --help', 'registry image help'],
  ['help get', 'registry TEMPLATE get'],
  ['templates help', 'registry templates'],
  ['templates help check', 'registry templates check'],
  ['help templates check', 'registry templates check'],
  ['query --help', 'registry query'],
])('%s asks for help of: %s', (line, words) => {
  expect(summarize(line)).toBe(`help of ${words}`)
})

test.each(['--version', '-V', '-v', 'ls --version', 'image get -V', '--url x --version'])(
  '%s asks for the version',
  (line) => {
    expect(summarize(line)).toBe('version')
  },
)

test.each([
  ['', 'registry', 'commandMissing'],
  ['--quiet', 'registry', 'commandMissing'],
  ['image', 'registry image', 'commandMissing'],
  ['shcema', 'registry shcema', 'commandMissing'],
  ['templates', 'registry templates', 'commandMissing'],
  ['im-age get', 'registry', 'unknownCommand'],
  ["''", 'registry', 'unknownCommand'],
  ['image gte', 'registry image', 'unknownCommand'],
  ['image gte --help', 'registry image', 'unknownCommand'],
  ['help templates chekc', 'registry templates', 'unknownCommand'],
  ['set name=a', 'registry set', 'unknownCommand'],
  ['--nothing', 'registry', 'unknownOption'],
  ['--nothing x ls', 'registry', 'unknownOption'],
  ['--nothing --help', 'registry', 'unknownOption'],
  ['lss -o json', 'registry lss', 'commandMissing'],
  ['export --all get', 'registry export get', 'unknownOption'],
  ['image get --wher x', 'registry image get', 'unknownOption'],
  ['image get -where x', 'registry image get', 'unknownOption'],
  ['image get -1', 'registry image get', 'unknownOption'],
  ['image get --__proto__ x', 'registry image get', 'unknownOption'],
  ['image get --toString', 'registry image get', 'unknownOption'],
  ['ls --where x', 'registry ls', 'unknownOption'],
  ['image get --where', 'registry image get', 'valueMissing'],
  ['image get -qo', 'registry image get', 'valueMissing'],
  ['ls --quiet=yes', 'registry ls', 'valueUnexpected'],
  ['image get -o jsn', 'registry image get', 'wrongValue'],
  ['image get --output=jsn', 'registry image get', 'wrongValue'],
  ['image get -o=json', 'registry image get', 'wrongValue'],
  ['query', 'registry query', 'operandMissing'],
  ['junit role', 'registry junit', 'operandMissing'],
  ['import pyregistrystore', 'registry import pyregistrystore', 'operandMissing'],
  ['completion tcsh', 'registry completion', 'wrongOperand'],
  ["image get ''", 'registry image get', 'operandEmpty'],
  ["backup --data-dir ''", 'registry backup', 'valueMissing'],
  ['ls extra', 'registry ls', 'tooManyOperands'],
  ['version extra', 'registry version', 'tooManyOperands'],
  ['-v name=a', 'registry', 'commandMissing'],
  ['image help get', 'registry image help', 'tooManyOperands'],
  ['image set name=a --version 20.04', 'registry image set', 'versionNotAlone'],
  ['image set --version=20.04', 'registry image set', 'versionNotAlone'],
])('%s is a mistake: %s, %s', (line, words, kind) => {
  expect(summarize(line)).toEqual([words, kind])
})

const listAll = (commands: readonly Command[], words: readonly string[]): { words: string[]; command: Command }[] =>
  commands.flatMap((command) => [
    { words: [...words, command.name], command },
    ...listAll(command.commands ?? [], [...words, command.name]),
  ])
const all = [...listAll(registryCommand.commands, []), ...listAll(registryCommand.templateCommands, ['image'])]

test.each(
  all
    .filter(({ command }) => command.run && command.operands && !command.isHidden)
    .map(({ words, command }) => [words.join(' '), command] as const),
)('an empty operand of %s is a mistake, wherever it stands', (line, { operands = [] }) => {
  const required = operands.filter(({ isRequired }) => isRequired).map(({ choices = ['x'] }) => choices[0])
  const filled = [...required, ...operands.slice(required.length, 1).map(() => 'x')]
  expect(filled.length).toBeGreaterThan(0)
  for (const [i] of filled.entries())
    expect(summarize(`${line} ${filled.map((word, j) => (i === j ? "''" : word)).join(' ')}`)).toEqual([
      expect.any(String),
      'operandEmpty',
    ])
  expect(summarize(`${line} ${filled.join(' ')}`)).not.toEqual([expect.any(String), 'operandEmpty'])
})

test.each(all.map(({ words, command }) => [words.join(' '), command] as const))(
  'the help of %s names every option, operand and command that it has',
  async (line, command) => {
    const parsed = parse(`${line} --help`)
    if (parsed.kind !== 'help') throw new Error(`${line} --help is ${parsed.kind}`)
    const help = await printHelp(parsed.path)
    const { operands = [], options = [], commands = [], examples = [] } = command
    const longs = [...options, ...commonOptions].map(({ long }) => long)
    for (const name of [...operands.map((one) => one.name), ...longs, ...commands.map((one) => one.name), ...examples])
      expect(help).toContain(name)
  },
)

test('an option of one name takes a value with all commands, or with none', () => {
  const uses = all
    .flatMap(({ command }) => [...(command.options ?? []), ...commonOptions])
    .flatMap(({ long, short, value }) => [long, short ?? long].map((name) => ({ name, long, isSwitch: !value })))
  for (const { name, long, isSwitch } of uses)
    expect(uses.find((use) => use.name === name)).toEqual({ name, long, isSwitch })
})

const options = [...all.flatMap(({ command }) => command.options ?? []), ...commonOptions]
const flags = [...options.flatMap(({ long, short }) => [long, short ?? long]), '--help', '-V', '--nothing', '-x', '-qx']
const values = ['a', 'name=x', 'tags:=[1]', '', '-', '--', '-1', '-quantity', 'json', 'a b', 'bash', 'é\n', '=', '-=']
const argument = fc.oneof(
  fc.constantFrom(...all.flatMap(({ words }) => words)),
  fc.constantFrom(...flags, ...values),
  fc.tuple(fc.constantFrom(...flags), fc.constantFrom(...values)).map(([flag, value]) => `${flag}=${value}`),
  fc.string(),
)

test('whatever is written is a call of a command that can run, or help, or a mistake, and a call has what it requires', () => {
  fc.assert(
    fc.property(fc.array(argument, { maxLength: 7 }), (args) => {
      const parsed = parseCommandLine(args, registryCommand)
      if (parsed.kind !== 'call') return
      const { command, operands } = parsed
      expect(command.run).toBeDefined()
      expect(operands.length).toBeGreaterThanOrEqual(command.operands?.filter((one) => one.isRequired).length ?? 0)
      for (const operand of operands) expect(args).toContain(operand)
    }),
    { numRuns: 3_000 },
  )
})
