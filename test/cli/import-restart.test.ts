import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { findOwnPort } from '../support/find-own-port.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'
import { createServers } from './servers.ts'

let registry: TestRegistry
let program: RegistryProgram
let restarting: Server | undefined
const servers = createServers()
beforeAll(async () => {
  registry = await startRegistry(['{ name: item, key: [name], fields: { name: string, status: string } }'])
  program = await createRegistryProgram(registry.url)
})
afterEach(async () => {
  await registry.sql('truncate registry_object')
  restarting?.close()
  await servers.close()
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
})

/**
 * A server that goes away, without an answer or with a 503, at the first write, or is away from the beginning, and comes back when it
 * is told to.
 */
async function startRestarting(
  status: number | undefined,
  isAwayFirst = false,
): Promise<{ readonly url: string; comeBack(): void }> {
  const sockets = new Set<Socket>()
  let isAway = isAwayFirst
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (Buffer.concat(chunks).includes('upsert') && !hasRestarted) {
        isAway = true
        if (status === undefined) {
          server.close()
          for (const socket of sockets) socket.destroy()
        }
      }
      if (isAway) response.writeHead(status ?? 500).end()
      else forwardBody(request.method ?? '', request.headers, Buffer.concat(chunks), response)
    })
  })
  let hasRestarted = false
  const forwardBody = (method: string, headers: object, body: Buffer, response: ServerResponse) => {
    void fetch(registry.url, {
      method,
      body: body.toString(),
      headers: { ...(headers as Record<string, string>), connection: 'close' },
    }).then(async (answer) => {
      response.writeHead(
        answer.status,
        Object.fromEntries(['content-type', 'x-registry-schema'].map((name) => [name, answer.headers.get(name) ?? ''])),
      )
      response.end(await answer.text())
    })
  }
  server.on('connection', (socket) => {
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)))
  })
  const port = await findOwnPort()
  if (!isAwayFirst || status !== undefined)
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  restarting = server
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    comeBack() {
      hasRestarted = true
      isAway = false
      if (!server.listening) server.listen(port, '127.0.0.1')
    },
  }
}

const commands = {
  import: 'import items.ndjson item',
  junit: 'junit item results.xml',
  pyregistrystore: 'import pyregistrystore items.yml',
}

const isAway = 'the registry at http://127.0.0.1:PORT/graphql is away; waiting up to 30 s\n'
const isNotReady = 'the registry is not ready; waiting up to 30 s\n'

test.each([
  ['import', 'has begun', undefined, isAway],
  ['import', 'has begun', 503, isNotReady],
  ['junit', 'has begun', undefined, isAway],
  ['import', 'begins', undefined, isAway],
  ['import', 'begins', 503, isNotReady],
  ['junit', 'begins', undefined, isAway],
  ['pyregistrystore', 'begins', undefined, isAway],
] as const)(
  'registry %s, when it %s, waits for a registry that restarts (%s), says so once, and goes on',
  async (command, when, status, line) => {
    writeFileSync(join(program.folder, 'items.ndjson'), '{"name": "a"}\n{"name": "b"}\n')
    writeFileSync(
      join(program.folder, 'results.xml'),
      '<testsuite name="s"><testcase name="a"/><testcase name="b"/></testsuite>',
    )
    writeFileSync(
      join(program.folder, 'items.yml'),
      ['a', 'b'].map((name) => `- !!python/object:registry.Item\n  name: ${name}\n`).join(''),
    )
    const { url, comeBack } = await startRestarting(status, when === 'begins')
    const said = join(program.folder, 'said')
    writeFileSync(said, '')
    let isOver = false
    const running = program
      .shell(`registry ${commands[command]} --verbose 2> said`, { env: { REGISTRY_URL: url } })
      .finally(() => {
        isOver = true
      })
    const readSaid = () => readFileSync(said, 'utf8')
    // Longer than the few attempts of other commands.
    await expect.poll(() => isOver || readSaid().split('trying again').length > 4, { timeout: 60_000 }).toBe(true)
    comeBack()
    expect(await running).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 created, 0 updated, 0 unchanged, 0 failed'),
    })
    const port = new URL(url).port
    expect(readSaid().split(line.replace('PORT', port))).toHaveLength(2)
    expect(await registry.data('{ items { totalCount } }')).toEqual({ items: { totalCount: 2 } })
  },
  120_000,
)

test('with --retries, an import tries as often as it says', async () => {
  writeFileSync(join(program.folder, 'items.ndjson'), '{"name": "a"}\n')
  const { url } = await startRestarting(undefined)
  const { code, stderr } = await program.run(['import', 'items.ndjson', 'item', '--retries', '1'], {
    env: { REGISTRY_URL: url },
  })
  expect(code).toBe(6)
  expect(stderr).toContain('nothing listens there')
  expect(stderr).not.toContain('waiting')
})

test.each([
  ['has begun', undefined, 'nothing listens there'],
  ['has begun', 503, 'is not ready'],
  ['begins', undefined, 'nothing listens there'],
  ['begins', 503, 'is not ready'],
] as const)('an import that, when it %s, has waited in vain (%s) says why', async (when, status, why) => {
  writeFileSync(join(program.folder, 'items.ndjson'), '{"name": "a"}\n')
  const { url } = await startRestarting(status, when === 'begins')
  const { code, stderr } = await program.run(['import', 'items.ndjson', 'item', '--timeout', '3'], {
    env: { REGISTRY_URL: url },
  })
  expect(code).toBe(6)
  expect(stderr).toContain('waiting up to 3 s')
  expect(stderr.split('\n').slice(1).join('\n')).toContain(why)
})

test.each([
  ['a host that does not exist', async () => 'http://nowhere.invalid/graphql', 'there is no such host'],
  [
    'the wrong scheme',
    async () => `http://127.0.0.1:${await servers.https('valid', () => undefined)}/graphql`,
    'speaks HTTPS, not plain HTTP',
  ],
  ['a wrong path', async () => `${registry.url}/wrong`, 'does not answer like a registry: HTTP 404'],
])('an import does not wait for %s', async (_, findUrl, message) => {
  writeFileSync(join(program.folder, 'items.ndjson'), '{"name": "a"}\n')
  const { code, stderr } = await program.run(['import', 'items.ndjson', 'item'], {
    env: { REGISTRY_URL: await findUrl() },
  })
  expect(code).not.toBe(0)
  expect(stderr).toContain(message)
  expect(stderr).not.toContain('waiting')
})
