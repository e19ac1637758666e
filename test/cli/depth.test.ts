import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: item\nkey: [id]\nfields:\n  id: string\n  data: json\n  parent: { type: reference, to: item }\n',
  ])
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const times = 20_000
const deepList = '['.repeat(times) + ']'.repeat(times)
const deepObject = `${'{"a":'.repeat(times)}1${'}'.repeat(times)}`

describe('what is nested too deeply is refused with a sentence', () => {
  test.each([
    ['parentheses', ['item', 'get', '--where', `${'('.repeat(times)}id=a${')'.repeat(times)}`]],
    ['open parentheses', ['item', 'get', '--where', '('.repeat(times)]],
    ['closing parentheses', ['item', 'get', '--where', ')'.repeat(times)]],
    ['not', ['item', 'get', '--where', `${'not '.repeat(times)}id=a`]],
    ['not and parentheses', ['item', 'get', '--where', `${'not ('.repeat(times)}id=a${')'.repeat(times)}`]],
    ['and, with parentheses', ['item', 'get', '--where', `${'(id=a and '.repeat(times / 2)}id=a`]],
    ['a filter as JSON', ['item', 'get', '--where', `${'{"NOT":['.repeat(times / 2)}{}${']}'.repeat(times / 2)}`]],
    ['a filter of columns', ['item', 'matrix', 'rows=id', '--column-where', '('.repeat(times)]],
    ['rows as JSON', ['item', 'matrix', 'rows=id', '--row-in', deepList]],
    ['a value', ['item', 'set', 'id=a', `data:=${deepList}`]],
    ['an object', ['item', 'set', 'id=a', `data:=${deepObject}`]],
    ['a value to find', ['item', 'get', `data:=${deepList}`]],
    ['a variable', ['query', '-', '-v', `x:=${deepList}`]],
    ['a path', ['item', 'get', '--where', `${'parent.'.repeat(times / 2)}id=a`]],
    ['a path of an operand', ['item', 'get', `${'parent.'.repeat(times / 2)}id=a`]],
    ['an order', ['item', 'get', '--order-by', `${'parent.'.repeat(times / 2)}id`]],
  ])('%s: exit 2', async (_, args) => {
    const { code, stdout, stderr } = await program.run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^error: /)
    expect(stderr).not.toMatch(/stack|bug|RangeError|\n\s+at /)
    // No message repeats all of it.
    expect(stderr.length).toBeLessThan(1_000)
  })
})

test.each([200, 1_500, 3_000, 6_000])('a value with %d levels is refused, whoever counts them', async (levels) => {
  const list = '['.repeat(levels) + ']'.repeat(levels)
  for (const args of [
    ['item', 'set', 'id=a', `data:=${list}`],
    ['item', 'get', `data:=${list}`],
    ['item', 'get', '--where', `{"data": {"equals": ${list}}}`],
    ['query', '-', '-v', `x:=${list}`],
  ]) {
    const { code, stdout, stderr } = await program.run(args, {
      input: 'query ($x: JSON) { items(where: { data: { equals: $x } }) { totalCount } }',
    })
    expect({ isRefused: code === 1 || code === 2, stdout }).toEqual({ isRefused: true, stdout: '' })
    expect(stderr).not.toMatch(/bug|RangeError|\n\s+at /)
  }
})

describe('what is long but flat, or nested as people nest, is taken', () => {
  test.each([
    ['parentheses', ['item', 'get', '--where', `${'('.repeat(100)}id=a${')'.repeat(100)}`]],
    ['or', ['item', 'get', '--where', Array.from({ length: 200 }, (_, i) => `id=${i}`).join(' or ')]],
    ['spaces', ['item', 'get', '--where', `id=a${' '.repeat(times)}`]],
    ['a text in quotes', ['item', 'get', '--where', `id='${"x\\'".repeat(1_000)}'`]],
    ['a path', ['item', 'get', '--where', 'parent.parent.parent.id=a']],
  ])('%s', async (_, args) => {
    expect(await program.run(args)).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })
})
