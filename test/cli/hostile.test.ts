import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: item\nkey: [name]\nfields:\n  name: string\n  share: float\n  count: int\n  data: json\n  quantity: int\n',
  ])
  program = await createRegistryProgram(registry.url)
  await program.run(['item', 'set', 'name=a', 'share=0.5', 'count=1', 'data:=[1]', 'quantity=7'])
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

describe('a number that is too large for JSON', () => {
  const digits = '9'.repeat(400)
  test.each([
    [['item', 'set', 'name=a', 'share=1e400'], 2, /share is a number/],
    [['item', 'set', 'name=a', `count=${digits}`], 2, /count is a whole number/],
    [['item', 'set', 'name=a', 'share:=1e400'], 2, /not JSON \(a number is too large\)/],
    [['item', 'set', 'name=a', `data:=[-${digits}]`], 2, /not JSON \(a number is too large\)/],
    [['item', 'get', '--where', '{"share": {"lt": 1e400}}'], 2, /a number is too large/],
    [['query', '-', '-v', 'share:=1e400'], 2, /a number is too large/],
    [
      ['item', 'set', 'name=a', 'count=99999999999999999999'],
      2,
      /count is a whole number from -2147483648 to 2147483647/,
    ],
  ])('is refused, and clears nothing: %j', async (args, code, message) => {
    const run = await program.run(args, { input: 'query ($share: Float) { items(share: $share) { totalCount } }' })
    expect(run).toEqual({ code, stdout: '', stderr: expect.stringMatching(message) })
    const { stdout } = await program.run(['item', 'last', '--fields', 'share,count,data'])
    expect(JSON.parse(stdout)).toEqual({ share: 0.5, count: 1, data: [1] })
  })
})

test('a value that begins like another option is a value', async () => {
  const { stdout } = await program.run(['item', 'get', '--order-by', '-quantity', '--fields', 'quantity'])
  expect(JSON.parse(stdout)).toEqual([{ quantity: 7 }])
})

test('an error of the operating system is one line, without a stack trace', async () => {
  expect(await program.shell('registry item get > /dev/full')).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: ENOSPC: no space left on device, write\n',
  })
  const { code, stderr } = await program.run(['flush'], { env: { XDG_STATE_HOME: '/dev/null' } })
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/^error: ENOTDIR: .*\n$/) })
})

test('a write fails for an unusable spool only if the registry is not available, and the error says both', async () => {
  const env = { XDG_STATE_HOME: '/dev/null' }
  expect((await program.run(['item', 'set', 'name=b', '--spool', '--quiet'], { env })).code).toBe(0)
  const away = ['item', 'set', 'name=c', '--spool', '--retries', '0', '--url', 'http://127.0.0.1:1/graphql']
  const { code, stderr } = await program.run(away, { env })
  expect({ code, lines: stderr.split('\n') }).toEqual({
    code: 6,
    lines: [
      'error: There is no registry at http://127.0.0.1:1/graphql (nothing listens there).',
      expect.stringMatching(/^The write cannot be kept here either: ENOTDIR/),
      '',
    ],
  })
})

test('an answer without data does not come from a registry', async () => {
  const server = createServer((_request, response) => response.end('{"data": null}')).listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
  expect(await program.run(['item', 'get', '--url', url])).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: ${url} answered without data.\nCheck REGISTRY_URL, or --url.\n`,
  })
  server.close()
})

test('proxies of the environment are not used for a registry that `registry serve` has started on this machine', async () => {
  const nowhere = 'http://127.0.0.1:1'
  const env = { http_proxy: nowhere, HTTP_PROXY: nowhere, https_proxy: nowhere, ALL_PROXY: nowhere }
  expect((await program.run(['item', 'get', 'name=a', '--retries', '0'], { env })).code).toBe(0)
})

test('a home that cannot be written to makes no difference', async () => {
  for (const HOME of ['', '/dev/null', join(program.folder, 'nothing/here')]) {
    const { code, stderr } = await program.run(['item', 'get', 'name=a'], { env: { HOME, XDG_CACHE_HOME: '' } })
    expect({ HOME, code, stderr }).toEqual({ HOME, code: 0, stderr: '' })
  }
})

test.each([
  ['help', 'item'],
  ['item', '--help'],
])('help in front of a template is the same as --help behind it', async (...args) => {
  const { code, stdout } = await program.run(args)
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('Usage: registry item') })
})

test('--timeout 0 is wrong usage', async () => {
  const { code, stderr } = await program.run(['item', 'get', '--timeout', '0'])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: --timeout takes seconds, such as 30 or 0.5, not "0".\n',
  })
})
