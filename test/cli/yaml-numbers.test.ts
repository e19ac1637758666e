import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(['name: item\nkey: [id]\nfields: { id: string, float: float }\n'])
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
})

/** What PyYAML, which reads YAML 1.1, takes for a number. */
const ofPython =
  /^(?:[-+]?(?:0|[1-9][0-9_]*)|[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|[-+]?\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?)$/

const numbers: readonly (readonly [number: number, printed: string])[] = [
  [1e300, '1.0e+300'],
  [-1e300, '-1.0e+300'],
  [1e21, '1.0e+21'],
  [1e-7, '1.0e-7'],
  [-1e-7, '-1.0e-7'],
  [1.5e300, '1.5e+300'],
  [-2.5e-9, '-2.5e-9'],
  [5e-324, '5.0e-324'],
  [1e20, '100000000000000000000'],
  [0.1, '0.1'],
  [-7, '-7'],
  [0, '0'],
]

test('YAML 1.1 and YAML 1.2 read the same numbers', async () => {
  const input = numbers.map(([float], i) => ({ id: String(i).padStart(2, '0'), float }))
  await registry.data('mutation ($input: [ItemInput!]!) { upsertItems(input: $input) { created } }', { input })
  const { stdout } = await program.run(['item', 'get', '-o', 'yaml', '--fields', 'float'])
  expect(stdout).toBe(numbers.map(([, printed]) => `- float: ${printed}\n`).join(''))
  expect(numbers.filter(([, printed]) => !ofPython.test(printed))).toEqual([])
  for (const version of ['1.1', '1.2'] as const)
    expect(parse(stdout, { version })).toEqual(numbers.map(([float]) => ({ float })))
})
