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
})
afterEach(() => servers.close())
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const write = (version: string) =>
  registry.data(`mutation { upsertImage(input: { name: "w", version: "${version}" }) { outcome } }`)

test('watch prints a line for each change and goes on after a lost connection, without a gap', async () => {
  let streams = 0
  let isOver = false
  let writing: Promise<void> | undefined
  // Only with a line that comes after it is gone does the reader's end show.
  const writeOn = async () => {
    for (let version = 2; !isOver; version++) await write(String(version))
  }
  const port = await servers.http((request, response) => {
    const isStream = request.headers.accept === 'text/event-stream'
    if (isStream) streams++
    if (isStream && streams === 1) void write('1').then(() => request.socket.destroy())
    else forwardTo(registry.url)(request, response)
    if (isStream && streams === 2) writing = writeOn()
  })
  const env = { REGISTRY_URL: `http://127.0.0.1:${port}/graphql` }
  const { code, stdout, stderr } = await program.shell('registry image watch name=w | head -n 3', { env })
  isOver = true
  await writing
  const lines = stdout.trimEnd().split('\n')
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      kind: 'CREATED',
      cursor: expect.any(String),
      image: { _meta: expect.objectContaining({ version: 1 }), name: 'w', version: '1' },
      before: null,
      changes: [
        { field: 'name', before: null, after: 'w' },
        { field: 'version', before: null, after: '1' },
      ],
    },
    expect.objectContaining({ kind: 'UPDATED', before: { name: 'w', version: '1' } }),
    expect.objectContaining({ kind: 'UPDATED', before: { name: 'w', version: '2' } }),
  ])
  expect(code).toBe(0)
  expect(stderr).toContain('Going on from the last event.')
})

test('watch ends at once where it cannot go on', async () => {
  const expired = Buffer.from(JSON.stringify(['_feed', '0123456789ab', '1:1:'])).toString('base64url')
  const [cursor, field, away] = await Promise.all([
    program.run(['image', 'watch', '--after', 'x']),
    program.run(['image', 'watch', 'nme=a']),
    program.run(['image', 'watch', '--after', expired]),
  ])
  expect(cursor).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining('is not a cursor of the feed') })
  expect(field.code).toBe(2)
  expect(away).toEqual({
    code: 1,
    stdout: '',
    stderr: expect.stringMatching(/^error: The cursor is of another registry/),
  })
})

test.each([
  [403, 'FORBIDDEN', /^error: ci may not\.\n$/],
  [401, 'UNAUTHENTICATED', /HTTP 401, ci may not\./],
])('watch shows the error of a stream that has the status %i', async (status, code, shown) => {
  const port = await servers.http((request, response) => {
    if (request.headers.accept !== 'text/event-stream') return forwardTo(registry.url)(request, response)
    const result = JSON.stringify({ errors: [{ message: 'ci may not.', extensions: { code } }] })
    response.writeHead(status, { 'content-type': 'text/event-stream' })
    return void response.end(`:\n\nevent: next\ndata: ${result}\n\nevent: complete\ndata:\n\n`)
  })
  const env = { REGISTRY_URL: `http://127.0.0.1:${port}/graphql` }
  const watched = await program.run(['image', 'watch'], { env })
  expect(watched).toEqual({ code: 1, stdout: '', stderr: expect.stringMatching(shown) })
})
