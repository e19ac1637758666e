import { readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { findOwnPort } from '../support/find-own-port.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
let restarting: Server | undefined
beforeAll(async () => {
  registry = await startRegistry(['{ name: item, key: [name], fields: { name: string, status: string } }'])
  program = await createRegistryProgram(registry.url)
})
afterEach(async () => {
  await registry.sql('truncate registry_object')
  restarting?.close()
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
})

/** A server that goes away at the first write, without an answer or with a 503, and comes back when it is told to. */
async function startRestarting(status: number | undefined): Promise<{ readonly url: string; comeBack(): void }> {
  const sockets = new Set<Socket>()
  let isAway = false
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
}

test.each([
  ['import', undefined, 'the registry at http://127.0.0.1:PORT/graphql is away; waiting up to 30 s\n'],
  ['import', 503, 'the registry is not ready; waiting up to 30 s\n'],
  ['junit', undefined, 'the registry at http://127.0.0.1:PORT/graphql is away; waiting up to 30 s\n'],
] as const)(
  'registry %s waits for a registry that restarts (%s), says so once, and goes on',
  async (command, status, line) => {
    writeFileSync(join(program.folder, 'items.ndjson'), '{"name": "a"}\n{"name": "b"}\n')
    writeFileSync(
      join(program.folder, 'results.xml'),
      '<testsuite name="s"><testcase name="a"/><testcase name="b"/></testsuite>',
    )
    const { url, comeBack } = await startRestarting(status)
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

test('an import that has waited in vain says why', async () => {
  writeFileSync(join(program.folder, 'items.ndjson'), '{"name": "a"}\n')
  const { url } = await startRestarting(undefined)
  const { code, stderr } = await program.run(['import', 'items.ndjson', 'item', '--timeout', '3'], {
    env: { REGISTRY_URL: url },
  })
  expect(code).toBe(6)
  expect(stderr).toContain('waiting up to 3 s')
  expect(stderr).toContain('nothing listens there')
})
