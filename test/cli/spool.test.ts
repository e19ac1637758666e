import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findOwnPort } from '../support/find-own-port.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { versions } from '../support/versions.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
let door: Door
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry?.close())
beforeEach(async () => {
  door = await createDoor(registry.url)
  program = await createRegistryProgram(door.url)
})
afterEach(async () => {
  await door.close()
  await program.remove()
})

function waiting(part = 'waiting'): string[] {
  try {
    return readdirSync(join(program.folder, '.local/state/registry-store/spool', part)).sort()
  } catch {
    return []
  }
}

const set = (...assignments: string[]) => program.run(['image', 'set', '--spool', '--retries', '0', ...assignments])

describe('registry set --spool and flush', () => {
  test('keeps the write while the registry is unavailable, exits with 0, and sends it later with its original values, actor and time', async () => {
    await door.close()
    const away = await program.run(['image', 'set', '--spool', 'name=s1', 'version=0012345'], {
      env: { REGISTRY_ACTOR: 'Jürgen', REGISTRY_RUN: 'https://ci.example.org/7' },
    })
    expect(away).toEqual({
      code: 0,
      stdout: '',
      stderr: expect.stringMatching(
        /^There is no registry at http:.*\nThe write is kept in .*\.json\nSend it with: registry flush\n$/,
      ),
    })
    expect(waiting()).toHaveLength(1)
    expect(await program.run(['flush', '--retries', '0'])).toMatchObject({
      code: 6,
      stdout: '0 sent, 0 refused, 1 waiting\n',
    })
    await door.open()
    expect(await program.run(['flush'])).toEqual({ code: 0, stdout: '1 sent, 0 refused, 0 waiting\n', stderr: '' })
    expect(await program.run(['flush'])).toEqual({ code: 0, stdout: '0 sent, 0 refused, 0 waiting\n', stderr: '' })
    expect(await registry.data('{ image(name: "s1") { version _meta { version createdBy } } }')).toEqual({
      image: { version: '0012345', _meta: { version: 1, createdBy: 'Jürgen' } },
    })
    expect(await registry.sql('select run from registry_change where key = \'["s1"]\'')).toEqual([
      { run: 'https://ci.example.org/7' },
    ])
  })

  test('keeps the order of many writes, including a set after the registry is back', async () => {
    await door.close()
    for (let i = 1; i <= 5; i++) await set('name=s2', `kernel=k${i}`)
    expect(waiting()).toHaveLength(5)
    await door.open()
    expect(await set('name=s2', 'kernel=last')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"kernel": "last"'),
      stderr: '',
    })
    expect(waiting()).toEqual([])
    const kernels = await registry.sql(
      `select document->>'kernel' as kernel from ${versions} as v where key = '["s2"]' order by sequence`,
    )
    expect(kernels.map((row) => row['kernel'])).toEqual(['k1', 'k2', 'k3', 'k4', 'k5', 'last'])
  })

  test('loses and duplicates nothing when many processes write and send at once', async () => {
    await door.close()
    const names = Array.from({ length: 8 }, (_, i) => `p${i}`)
    const kept = await Promise.all(names.map((name) => set(`name=${name}`)))
    expect(kept.filter(({ code }) => code !== 0)).toEqual([])
    expect(waiting()).toHaveLength(8)
    await door.open()
    const flushes = await Promise.all([1, 2, 3].map(() => program.run(['flush'])))
    expect(flushes.map(({ code }) => code)).toEqual([0, 0, 0])
    expect(flushes.map(({ stdout }) => Number(stdout.split(' ')[0])).reduce((a, b) => a + b)).toBe(8)
    expect(await registry.sql("select count(*)::int as changes from registry_change where key like '[\"p%'")).toEqual([
      { changes: 8 },
    ])
  })

  test('leaves alone what another process is still writing down', async () => {
    await door.close()
    await set('name=s4')
    const folder = join(program.folder, '.local/state/registry-store/spool/waiting')
    const [name = ''] = waiting()
    const unfinished = [`.${name}`, `.${name}.unfinished`]
    for (const one of unfinished) writeFileSync(join(folder, one), '')
    await door.open()
    expect(await program.run(['flush'])).toEqual({ code: 0, stdout: '1 sent, 0 refused, 0 waiting\n', stderr: '' })
    expect(waiting()).toEqual(unfinished)
  })

  test('sends a write again if its end was not recorded, and the registry reports it unchanged', async () => {
    await door.close()
    await set('name=s3', 'lts=true')
    const [name = ''] = waiting()
    const file = join(program.folder, '.local/state/registry-store/spool/waiting', name)
    const text = readFileSync(file, 'utf8')
    await door.open()
    await program.run(['flush'])
    writeFileSync(file, text)
    expect(await program.run(['flush'])).toMatchObject({ code: 0, stdout: '1 sent, 0 refused, 0 waiting\n' })
    expect(await registry.data('{ image(name: "s3") { _meta { version } } }')).toEqual({
      image: { _meta: { version: 1 } },
    })
  })

  test('puts refused writes aside with the reason, sends the others, and retries on request', async () => {
    await door.close()
    await program.run(['role', 'set', '--spool', '--retries', '0', 'name=r', 'image=later', 'status=true'])
    await set('name=s4')
    await set('nme=s5')
    await door.open()
    const flushed = await program.run(['flush'])
    expect(flushed).toMatchObject({ code: 1, stdout: '1 sent, 2 refused, 0 waiting\n' })
    expect(flushed.stderr).toMatch(
      /^refused: \/.*\.json: image: there is no image "later".*\nrefused: \/.*\.json: image has no field "nme"\. Did you mean "name"\?\n/,
    )
    expect(flushed.stderr).toMatch(
      /The refused writes are kept; correct them and send them with: registry flush --refused\n$/,
    )
    expect(waiting('refused')).toHaveLength(2)
    expect(
      JSON.parse(
        readFileSync(
          join(program.folder, '.local/state/registry-store/spool/refused', waiting('refused')[0] ?? ''),
          'utf8',
        ),
      ),
    ).toMatchObject({
      template: 'role',
      assignments: ['name=r', 'image=later', 'status=true'],
      refusal: expect.stringContaining('there is no image'),
    })
    expect(await program.run(['flush'])).toMatchObject({ code: 0, stdout: '0 sent, 0 refused, 0 waiting\n' })
    await set('name=later')
    expect(await program.run(['flush', '--refused'])).toMatchObject({
      code: 1,
      stdout: '1 sent, 1 refused, 0 waiting\n',
    })
  })

  test('does not keep a write that the registry refuses at once', async () => {
    expect(await set('name=s6', 'lts=perhaps')).toMatchObject({ code: 2, stdout: '' })
    expect(waiting()).toEqual([])
  })

  test('takes over the lock of a process that is gone', async () => {
    const folder = join(program.folder, '.local/state/registry-store/spool')
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, 'lock'),
      JSON.stringify({ pid: 2 ** 22 + 1, host: (await program.shell('hostname')).stdout.trim() }),
    )
    expect(await program.run(['flush'])).toEqual({ code: 0, stdout: '0 sent, 0 refused, 0 waiting\n', stderr: '' })
    expect(readdirSync(folder).filter((name) => name.startsWith('lock'))).toEqual([])
  })
})

interface Door {
  readonly url: string
  readonly open: () => Promise<void>
  readonly close: () => Promise<void>
}

/** A proxy to the registry that can be closed, as in a restart, and opened again at the same address. */
async function createDoor(target: string): Promise<Door> {
  let server: Server | undefined
  const port = await findOwnPort()
  const open = async () => {
    server = createServer(async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const headers = Object.entries(request.headers).filter(
        ([name]) => !['host', 'connection', 'content-length', 'transfer-encoding', 'accept-encoding'].includes(name),
      ) as [string, string][]
      const answer = await fetch(new URL(request.url ?? '/', target), {
        method: request.method ?? 'GET',
        headers,
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      })
      const schema = answer.headers.get('x-registry-schema')
      response.writeHead(answer.status, {
        'content-type': answer.headers.get('content-type') ?? '',
        ...(schema && { 'x-registry-schema': schema }),
      })
      response.end(Buffer.from(await answer.arrayBuffer()))
    })
    await new Promise<void>((done) => server?.listen(port, '127.0.0.1', done))
  }
  await open()
  return {
    url: `http://127.0.0.1:${port}/graphql`,
    open,
    close: async () => {
      const closing = server
      server = undefined
      closing?.closeAllConnections()
      if (closing) await new Promise((done) => closing.close(done))
    },
  }
}
