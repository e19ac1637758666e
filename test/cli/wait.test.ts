import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'
import { createServers, forwardTo } from './servers.ts'

let registry: TestRegistry
let program: RegistryProgram
const servers = createServers()
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
  await registry.data('mutation { upsertImage(input: { name: "a" }) { outcome } }')
})
afterEach(() => servers.close())
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const write = (name: string) =>
  registry.data(`mutation { upsertRole(input: { name: "${name}", image: "a", status: true }) { outcome } }`)

test('wait goes on over answers with 503 and lost connections, and exits with 0 once enough match', async () => {
  let requests = 0
  const port = await servers.http((request, response) => {
    requests++
    // The first one asks for the templates; then the registry is away for a while.
    if (requests === 2) return void response.writeHead(503).end()
    if (requests === 3) return void request.socket.destroy()
    if (requests === 4) void write('later')
    forwardTo(registry.url)(request, response)
  })
  const env = { REGISTRY_URL: `http://127.0.0.1:${port}/graphql` }
  const { code, stdout, stderr } = await program.run(
    ['role', 'wait', 'name=later', '--timeout', '5m', '--retries', '0'],
    { env },
  )
  expect({ code, stdout }).toEqual({ code: 0, stdout: '1\n' })
  expect(stderr).toContain('Going on until the time is over.')
})

test('wait goes on if its first question is cut off, although it has the templates from its cache', async () => {
  let isCut = false
  const port = await servers.http(async (request, response) => {
    const body = await text(request)
    if (JSON.parse(body).variables.timeout > 0 && !isCut) {
      isCut = true
      await write('cut')
      return void request.socket.destroy()
    }
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(registry.url, { method: 'POST', body, headers })
    const schema = answer.headers.get('x-registry-schema') ?? ''
    response.writeHead(answer.status, { ...headers, 'x-registry-schema': schema }).end(await answer.text())
  })
  const env = { REGISTRY_URL: `http://127.0.0.1:${port}/graphql` }
  await program.run(['role', 'count'], { env })
  const waited = await program.run(['role', 'wait', 'name=cut', '--timeout', '5m', '--retries', '0'], { env })
  expect(waited).toMatchObject({ code: 0, stdout: '1\n' })
})

test('wait ends at once where there is nothing, and with 5 when the time is over', async () => {
  const env = { REGISTRY_URL: 'http://127.0.0.1:1/graphql' }
  const [nothing, never, over, wrong] = await Promise.all([
    program.run(['role', 'wait', 'name=a', '--timeout', '5m', '--retries', '0'], { env }),
    program.run(['role', 'wait', 'name=a', '--timeout', '0.2'], { env }),
    program.run(['role', 'wait', 'name=never', '--count', '2', '--timeout', '0.2']),
    program.run(['role', 'wait', 'name=never', '--timeout', 'long']),
  ])
  expect(nothing.code).toBe(6)
  expect(never).toEqual(nothing)
  expect(over).toEqual({ code: 5, stdout: '', stderr: 'error: After 0.2, 0 of 2 match.\n' })
  expect(wrong).toEqual({
    code: 2,
    stdout: '',
    stderr: 'error: --timeout takes a time, such as 90s, 30m or 2h, not "long".\n',
  })
})

test('matrix --wait prints the matrix at the end: 0 if every pair has passed, 3 if not, 5 if there was none', async () => {
  await write('passed')
  const matrix = (...args: string[]) => program.run(['role', 'matrix', 'rows=name', ...args])
  const [passed, failed, none, github, past] = await Promise.all([
    matrix('--row-in', 'passed', '--wait', '5m', '-o', 'github'),
    matrix('--row-in', 'passed,open', '--wait', '0.1', '-o', 'table'),
    matrix('--row-in', '[]', '--wait', '0s', '-o', 'table'),
    matrix('--row-in', 'open', '--wait', '0', '-o', 'github'),
    matrix('--wait', '1m', '--at', 'now-1d'),
  ])
  expect([passed.code, passed.stdout]).toEqual([0, '{"include":[]}\n'])
  expect([failed.code, failed.stdout]).toEqual([3, 'name    a\npassed  P\nopen    M\n'])
  const noPairs = 'error: After 0s, there are no pairs: the matrix has no rows, or no columns.\n'
  expect([none.code, none.stderr]).toEqual([5, noPairs])
  expect([github.code, github.stdout]).toEqual([0, '{"include":[{"name":"open","image":"a"}]}\n'])
  expect(past.code).toBe(2)
})

test('matrix --wait of which no question was answered has not passed if there are no cells', async () => {
  const port = await servers.http((request, response) => {
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', async () => {
      if (body.includes('awaitRoleMatrix')) return void response.writeHead(503).end()
      const { headers } = request
      const answer = await fetch(registry.url, {
        method: 'POST',
        body,
        headers: { 'content-type': String(headers['content-type']) },
      })
      response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text())
    })
  })
  const env = { REGISTRY_URL: `http://127.0.0.1:${port}/graphql` }
  const { code } = await program.run(['role', 'matrix', 'rows=name', '--row-in', '[]', '--wait', '0.2'], { env })
  expect(code).toBe(5)
})
