import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { adminTokenSettings } from '../../src/admin-token-settings.ts'
import { missingNodeOptions } from '../../src/cli/serve/run-with-node-options.ts'
import { limits, limitVariable, mapLimits } from '../../src/limits.ts'
import { nodeOptions } from '../../src/node-options.ts'
import { settings } from '../../src/settings.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

/** In place of the server: prints what it was started with, how large its young space may become, and what stops it. */
const standIn = `import { getHeapSpaceStatistics } from 'node:v8'
export async function startApp(flags) {
  let most = 0
  for (let i = 0, kept = []; i < Number(process.env.CHURN ?? 0); i++) {
    if (kept.push({ i }) > 3e5) kept = []
    if (i % 1e4 === 0) most = Math.max(most, getHeapSpaceStatistics().find((one) => one.space_name === 'new_space').space_size)
  }
  const { PORT, HOST, DATA_DIR, TEMPLATES_DIR, PRODUCTION } = process.env
  const started = { pid: process.pid, most, execArgv: process.execArgv, flags: [...flags], PORT, HOST, DATA_DIR, TEMPLATES_DIR, PRODUCTION }
  if (process.env.STAY) {
    const alive = setInterval(() => undefined, 1000)
    process.on('SIGTERM', () => { console.log('stopping'); process.exitCode = 7; clearInterval(alive) })
  }
  console.log(JSON.stringify(started))
}
`

let folder: string
let registry: string
let program: RegistryProgram
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry serve '))
  for (const name of ['package.json', 'dist/bin']) await cp(name, join(folder, name), { recursive: true })
  await writeFile(join(folder, 'dist/start-app.js'), standIn)
  registry = join(folder, 'dist/bin/registry.cjs')
  program = await createRegistryProgram('http://127.0.0.1:1/graphql', registry)
})
afterAll(async () => {
  await program?.remove()
  await rm(folder, { recursive: true, force: true })
})

test('an option wins over the environment, and the server knows by which option a variable was set', async () => {
  const args = ['serve', '--port', '8080', '--templates=my templates', '--data-dir', 'data', '--production']
  const { code, stdout, stderr } = await program.run(args, { env: { PORT: '1', HOST: '::1' } })
  expect([code, stderr]).toEqual([0, ''])
  expect(JSON.parse(stdout)).toMatchObject({
    ...{ PORT: '8080', HOST: '::1', DATA_DIR: 'data', TEMPLATES_DIR: 'my templates', PRODUCTION: 'true' },
    flags: [
      ['PORT', '--port'],
      ['TEMPLATES_DIR', '--templates'],
      ['DATA_DIR', '--data-dir'],
      ['PRODUCTION', '--production'],
    ],
  })
})

test.each([
  [['--port', 'http'], '--port: "http" is not valid; expected a port from 0 to 65535, where 0 means any free port'],
  [['--port', ''], '--port: "" is not valid; expected a port from 0 to 65535, where 0 means any free port'],
  [['--host', 'a b'], '--host: "a b" is not valid; expected the IP address or host name to listen on'],
  [['--data-dir', ' '], '--data-dir: " " is not valid; expected a folder'],
  [['--allowed-hosts', '*'], '--allowed-hosts: "*" is not valid; expected host names and IP addresses'],
  [['--admin-token-file', ''], '--admin-token-file: "" is not valid; expected a file'],
  [['--log-format', 'text'], '--log-format accepts one of json, pretty, not "text".'],
  [['--database-url', 'x'], "unknown option '--database-url'"],
])('a wrong %j starts nothing, and is told of by its option', async (args, message) => {
  const { code, stdout, stderr } = await program.run(['serve', ...args])
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(`error: ${message}`)
})

test('the help lists every setting and every limit, with its default', async () => {
  const { stdout } = await program.run(['serve', '--help'])
  const rows = stdout.replaceAll(/\n {4,}/g, ' ')
  const names = [...Object.values(settings), ...adminTokenSettings].map(({ name }) => name)
  for (const name of names) expect(rows).toMatch(new RegExp(`^ {2}${name} `, 'm'))
  expect(rows).toMatch(/^ {2}PORT +the port to listen on \(default: 4000\)$/m)
  expect(rows).toMatch(/^ {2}DATABASE_URL .* \(default: an embedded PostgreSQL\)$/m)
  const shown = mapLimits(
    (name) => `${limitVariable(name)} ${limits[name].description} (default: ${limits[name].default})`,
  )
  for (const row of Object.values(shown)) expect(rows.replaceAll(/ +/g, ' ')).toContain(row)
})

describe('the options of Node', () => {
  test('reach the server of `registry serve`, and its young space becomes as large as they say', async () => {
    const [plain, own] = await Promise.all(
      [{}, { NODE_OPTIONS: '--max-semi-space-size=2' }].map(async (own) =>
        JSON.parse((await program.run(['serve'], { env: { CHURN: '2000000', ...own } })).stdout),
      ),
    )
    expect(plain.execArgv).toEqual(nodeOptions)
    // Both halves of it. Without the options it is 32 MB at most.
    expect(plain.most).toBeGreaterThan(40 * 2 ** 20)
    // The operator's own value stays.
    expect(own.most).toBeLessThan(40 * 2 ** 20)
  })

  test('are the same for `npm start` and the image', async () => {
    const { scripts } = JSON.parse(await readFile('package.json', 'utf8'))
    const image = JSON.parse(/^CMD (\[.*\])$/m.exec(await readFile('Dockerfile', 'utf8'))?.[1] ?? '')
    const folder = join(program.folder, 'built')
    await mkdir(join(folder, 'dist'), { recursive: true })
    await mkdir(join(folder, 'bin'))
    const built = spawn(process.execPath, ['.ci/write-node-options.js', join(folder, 'dist')], { stdio: 'inherit' })
    await once(built, 'close')
    await writeFile(join(folder, 'bin/node'), '#!/bin/sh\necho "$@"\n')
    await chmod(join(folder, 'bin/node'), 0o755)
    const started = [['sh', '-c', scripts.start], image].map(async ([file, ...args]) => {
      const env = { ...process.env, PATH: `${join(folder, 'bin')}:${process.env['PATH']}` }
      const { stdout } = spawn(file, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] })
      return (await text(stdout as NonNullable<typeof stdout>)).trim().split('\n').at(-1)
    })
    const line = [...nodeOptions, 'dist/main.js'].join(' ')
    expect(await Promise.all(started)).toEqual([line, line])
  })

  test.each([
    [[], undefined, nodeOptions],
    [nodeOptions, undefined, []],
    [['--max_semi_space_size=64'], '--min-semi-space-size=1', ['--no-allocation-site-pretenuring']],
  ])('that are missing beside %j and %j are %j', (execArgv, variable, missing) => {
    expect(missingNodeOptions(execArgv, variable)).toEqual(missing)
  })
})

describe('the server of `registry serve`, which is a process of its own', () => {
  test.each([
    ['SIGTERM stops it, and its exit code is that of the command', 'SIGTERM', [7, null]],
    ['it stops if the command is killed', 'SIGKILL', [null, 'SIGKILL']],
  ] as const)('%s', async (_, signal, end) => {
    const child = spawn(process.execPath, [registry, 'serve'], {
      env: { PATH: process.env['PATH'], STAY: '1' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const exited = once(child, 'exit')
    let printed = ''
    const closed = new Promise<void>((resolve) => child.stdout.once('close', resolve))
    await new Promise<void>((resolve) => {
      child.stdout.setEncoding('utf8').on('data', (part: string) => {
        printed += part
        if (printed.includes('\n')) resolve()
      })
    })
    expect(JSON.parse(printed).pid).not.toBe(child.pid)
    child.kill(signal)
    expect(await exited).toEqual(end)
    // Both processes have the pipe.
    await closed
    expect(printed).toContain('stopping')
  })
})
