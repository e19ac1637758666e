import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
const servers: Server[] = []
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
})
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

/** A server that replaces the registry, or forwards to it. */
async function listen(listener: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`
}

/** Forwards a request to the registry. */
async function forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  const schema = request.headers['x-registry-schema']
  const answer = await fetch(registry.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(typeof schema === 'string' && { 'X-Registry-Schema': schema }) },
    body: Buffer.concat(chunks),
  })
  response
    .writeHead(answer.status, { 'X-Registry-Schema': answer.headers.get('x-registry-schema') ?? '' })
    .end(await answer.text())
}

const nowhere = 'http://127.0.0.1:1/graphql'

describe('without a registry', () => {
  test('every command says how to start one: exit 6', async () => {
    const message = `error: There is no registry at ${nowhere} (nothing listens there).\nStart one with: registry serve\nOr set REGISTRY_URL, or --url, to the address of another one.\n`
    for (const args of [
      ['ls'],
      ['image', 'get'],
      ['image', 'set', 'name=a'],
      ['image', 'delete', 'name=a'],
      ['image', 'last'],
      ['image', 'help'],
      ['schema'],
    ]) {
      expect(await program.run([...args, '--retries', '0'], { env: { REGISTRY_URL: nowhere } })).toEqual({
        code: 6,
        stdout: '',
        stderr: message,
      })
    }
    expect((await program.run(['ls', '--url', 'http://nowhere.invalid', '--retries', '0'])).stderr).toMatch(
      /^error: There is no registry at http:\/\/nowhere.invalid\/graphql /,
    )
  })

  test('requests are retried, with growing pauses', async () => {
    const started = Date.now()
    const { code, stderr } = await program.run(['ls', '--retries', '3', '--verbose', '--url', nowhere])
    expect(code).toBe(6)
    const pauses = [...stderr.matchAll(/ECONNREFUSED at \S+; trying again in (\d+) ms/g)].map((match) =>
      Number(match[1]),
    )
    expect(pauses).toHaveLength(3)
    expect(pauses[0]).toBeLessThan(pauses[1] as number)
    expect(Date.now() - started).toBeGreaterThan(pauses.reduce((sum, pause) => sum + pause, 0))
  })

  test.each(['no url', 'ftp://x', '127.0.0.1:4000'])('REGISTRY_URL=%j is wrong usage', async (url) => {
    const stderr = `error: REGISTRY_URL: "${url}" is not the address of a registry. It looks like http://127.0.0.1:4000/graphql\n`
    expect(await program.run(['ls'], { env: { REGISTRY_URL: url } })).toEqual({ code: 2, stdout: '', stderr })
  })
})

test('what a command sends after a write brings the position of the write', async () => {
  const brought: (string | undefined)[] = []
  const position = '0123456789ab-0000000000000001'
  const url = await listen((request, response) => {
    brought.push(request.headers['x-registry-position'] as string | undefined)
    response.setHeader('X-Registry-Position', position)
    void forward(request, response)
  })
  const rows = Array.from({ length: 1_001 }, (_, i) => `positioned-${i}`)
  const { code } = await program.run(['import', '-', 'image', '--format', 'csv', '--url', url], {
    input: ['name', ...rows, ''].join('\n'),
  })
  expect(code).toBe(0)
  expect(brought.slice(0, 1)).toEqual([undefined])
  expect(brought.slice(-2)).toEqual([position, position])
})

test('a request is retried if the connection breaks or the registry is not ready', async () => {
  let count = 0
  const url = await listen((request, response) => {
    count++
    if (count === 1) request.socket.destroy()
    else if (count === 2) response.writeHead(503, { 'Retry-After': '1' }).end('{"errors": []}')
    else void forward(request, response)
  })
  const { code, stdout, stderr } = await program.run(['image', 'set', 'name=a', '--url', url, '--fields', 'name'])
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '{"name": "a"}\n', stderr: '' })
})

test('a request of too many at a time is sent again, not before the time that the answer says, whatever it does', async () => {
  const sent: number[] = []
  const url = await listen((request, response) => {
    sent.push(Date.now())
    const errors = [{ message: 'Too much.', extensions: { code: 'LIMIT_EXCEEDED' } }]
    if (sent.length === 2) response.writeHead(429, { 'Retry-After': '1' }).end(JSON.stringify({ errors }))
    else void forward(request, response)
  })
  await program.run(['image', 'set', 'name=twice'])
  const done = await program.run(['image', 'delete', 'name=twice', '--url', url, '--verbose'])
  expect(done).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('the registry has received too much at a time'),
  })
  expect(sent).toHaveLength(3)
  expect((sent[2] ?? 0) - (sent[1] ?? 0)).toBeGreaterThanOrEqual(1_000)
})

test('a request of too many at a time is no mistake in what was sent', async () => {
  const errors = [{ message: 'Too many requests of this caller.', extensions: { code: 'LIMIT_EXCEEDED' } }]
  const url = await listen((_, response) => response.writeHead(429).end(JSON.stringify({ errors })))
  expect(await program.run(['ls', '--url', url, '--retries', '0'])).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: ${url} has received too many requests: HTTP 429, Too many requests of this caller.\nWait, and send fewer at a time.\n`,
  })
})

test('an operation that must not run twice is not sent again if it may have run', async () => {
  await program.run(['ls'])
  let deletes = 0
  const url = await listen((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (!Buffer.concat(chunks).includes('RegistryDelete')) {
        response.end(
          JSON.stringify({
            data: {
              templates: [
                {
                  name: 'image',
                  plural: 'images',
                  type: 'Image',
                  key: ['name'],
                  fields: [{ name: 'name', type: 'string', list: false, values: [], fields: [] }],
                },
              ],
            },
          }),
        )
        return
      }
      deletes++
      request.socket.destroy()
    })
  })
  const { code } = await program.run(['image', 'delete', 'name=a', '--url', url])
  expect({ code, deletes }).toEqual({ code: 6, deletes: 1 })
})

test('if the registry does not answer within --timeout, the command ends with exit 5', async () => {
  const url = await listen(() => undefined)
  expect(await program.run(['ls', '--timeout', '0.3', '--url', url])).toEqual({
    code: 5,
    stdout: '',
    stderr: `error: The registry at ${url} has not answered within 0.3 s. Wait longer with --timeout SECONDS.\n`,
  })
})

test.each([
  ['NOT_FOUND', 3],
  ['VERSION_CONFLICT', 4],
  ['UNIQUE_CONFLICT', 4],
  ['TIMEOUT', 5],
  ['SERVICE_UNAVAILABLE', 6],
  ['BAD_USER_INPUT', 1],
  ['REFERENCE_NOT_FOUND', 1],
  ['STILL_REFERENCED', 1],
  ['LIMIT_EXCEEDED', 1],
  ['FORBIDDEN', 1],
  ['INTERNAL_SERVER_ERROR', 1],
])('the error %s ends with exit code %i', async (code, exitCode) => {
  const url = await listen((_request, response) =>
    response.end(JSON.stringify({ errors: [{ message: 'No.', extensions: { code } }] })),
  )
  expect(await program.run(['ls', '--url', url, '--retries', '0'])).toEqual({
    code: exitCode,
    stdout: '',
    stderr: 'error: No.\n',
  })
})

test('a server that is not a registry is reported as such', async () => {
  const url = await listen((_request, response) => response.writeHead(404).end('<h1>\u001b[31mNot here</h1>\n'))
  expect(await program.run(['ls', '--url', url])).toEqual({
    code: 1,
    stdout: '',
    stderr: `error: ${url} does not answer like a registry: HTTP 404, <h1>\\u001b[31mNot here</h1>\nThe path may be wrong: a registry has GraphQL at /graphql. Check REGISTRY_URL, or --url.\n`,
  })
})

test('--verbose reports each request on stderr; --quiet still prints the requested output', async () => {
  expect((await program.run(['image', 'get', 'name=none', '--verbose'])).stderr).toMatch(
    /^http:\S+ answered 200 in \d+ ms\n$/,
  )
  expect(await program.run(['image', 'get', 'name=none', '--quiet'])).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
})

describe('the cache of templates', () => {
  const cacheOf = async (folder: string) => {
    const names = await readdir(join(program.folder, folder, 'registry-store'))
    return join(program.folder, folder, 'registry-store', names[0] as string)
  }
  const countRequests = (stderr: string) => stderr.match(/ answered /g)?.length

  test('saves a request, and is replaced if the registry has other templates', async () => {
    const env = { XDG_CACHE_HOME: join(program.folder, 'one') }
    const get = () => program.run(['image', 'get', 'lts=true', '--verbose'], { env })
    expect(countRequests((await get()).stderr)).toBe(2)
    expect(countRequests((await get()).stderr)).toBe(1)
    // Written by a registry in which `lts` was a text: with it, the filter would be refused.
    const file = await cacheOf('one')
    const cached = JSON.parse(await readFile(file, 'utf8')) as {
      schema: string
      templates: { name: string; fields: { name: string; type: string }[] }[]
    }
    const stale = {
      ...cached,
      schema: 'another',
      templates: cached.templates.map((template) => ({
        ...template,
        fields: template.fields.map((field) => ({ ...field, type: 'string' })),
      })),
    }
    await writeFile(file, JSON.stringify(stale))
    const refreshed = await get()
    expect({ code: refreshed.code, requests: countRequests(refreshed.stderr) }).toEqual({ code: 0, requests: 3 })
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(cached)
    expect(countRequests((await get()).stderr)).toBe(1)
  })

  test('that lacks a new field is checked against the registry before anything is refused', async () => {
    const env = { XDG_CACHE_HOME: join(program.folder, 'two') }
    await program.run(['ls'], { env })
    const file = await cacheOf('two')
    const cached = JSON.parse(await readFile(file, 'utf8')) as { templates: unknown[] }
    await writeFile(file, JSON.stringify({ ...cached, schema: 'another', templates: [] }))
    expect(await program.run(['image', 'set', 'name=new', 'kernel=5', '--fields', 'kernel'], { env })).toEqual({
      code: 0,
      stdout: '{"kernel": "5"}\n',
      stderr: '',
    })
  })

  test.each(['', '{', '[]', '{"schema": 1}', 'null'])('that contains %j is ignored', async (text) => {
    const env = { XDG_CACHE_HOME: join(program.folder, 'three') }
    await program.run(['ls'], { env })
    await writeFile(await cacheOf('three'), text)
    expect((await program.run(['image', 'get', 'name=none'], { env })).stdout).toBe('[]\n')
  })

  test('that cannot be written does no harm', async () => {
    await mkdir(join(program.folder, 'four'))
    await writeFile(join(program.folder, 'four/registry-store'), 'a file')
    expect(
      await program.run(['image', 'get', 'name=none'], { env: { XDG_CACHE_HOME: join(program.folder, 'four') } }),
    ).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })
})

test('an operation for another schema is not run: 412', async () => {
  const answer = await fetch(registry.url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Registry-Schema': 'another' },
    body: JSON.stringify({ query: 'mutation { upsertImage(input: { name: "never" }) { outcome } }' }),
  })
  expect(answer.status).toBe(412)
  const hash = answer.headers.get('x-registry-schema') as string
  expect(hash).toMatch(/^[\w-]{43}$/)
  expect(
    (await registry.query('{ images(name: "never") { totalCount } }', {}, { 'X-Registry-Schema': hash })).data,
  ).toEqual({ images: { totalCount: 0 } })
})
