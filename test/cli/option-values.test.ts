import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Command } from '../../src/cli/commands/command.ts'
import { registryCommand } from '../../src/cli/commands/commands.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let program: RegistryProgram
beforeAll(async () => {
  // Nobody listens there: what is sent ends with 6.
  program = await createRegistryProgram('http://127.0.0.1:1/graphql')
})
afterAll(() => program?.remove())

/** Times and numbers. */
const measured = new Set(['time', 'when', 'n', 'seconds'])

/** What else a command needs. */
const needed: Readonly<Record<string, readonly string[]>> = {
  diff: ['--from', 'now-1d'],
  retain: ['--dry-run'],
  restore: ['--version', '1'],
  search: ['text'],
  create: ['name'],
  matrix: ['-o', 'github'],
}

function listOptions(path: readonly string[], { name, commands = [], options = [] }: Command): string[][] {
  const own = [...path, name]
  const others = commands.flatMap((command) => listOptions(own, command))
  const measures = options.filter(({ value }) => value !== undefined && measured.has(value))
  return [...others, ...measures.map(({ long }) => [...own, long])]
}

const all = [
  ...(registryCommand.templateCommands ?? []).flatMap((command) => listOptions(['image'], command)),
  ...(registryCommand.commands ?? []).flatMap((command) => listOptions([], command)),
].map((words) => words.join(' '))

test.each(all)('a value that cannot be read is a usage error, and nothing is sent: registry %s', async (line) => {
  const words = line.split(' ')
  const [long = '', name = ''] = words.toReversed()
  const more = (needed[name] ?? []).join(' ').startsWith(`${long} `) ? [] : (needed[name] ?? [])
  const { code, stderr } = await program.run([...words, 'tomorrow', ...more])
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(`^error: ${long}(:| takes) .*tomorrow`) })
})
