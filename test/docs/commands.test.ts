import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { listBlocks } from './list-blocks.ts'

const execute = promisify(execFile)

/** A check for each command in a document. docs/command-line.md has its own test for the commands of the command line. */
const checks: Readonly<Record<string, () => Promise<void>>> = {
  'npm ci': async () => expect(await readFile('.ci/run', 'utf8')).toMatch(/run npm ci\b/),
  'npm start': startByNpm,
  'npm link': async () => expect(await runLinked('--version')).toMatch(/^\d+\.\d+\.\d+\n$/),
  'registry templates check': async () =>
    expect(await runLinked('templates', 'check')).toBe('3 templates are in order: image, person, role\n'),
  'registry templates check object-templates': async () =>
    expect(await runLinked('templates', 'check', 'object-templates')).toBe(
      '3 templates are in order: image, person, role\n',
    ),
  'registry image set name=debian_12_v3.image distr=debian version=12': async () =>
    expect(
      JSON.parse(await runLinked('image', 'set', 'name=debian_12_v3.image', 'distr=debian', 'version=12')),
    ).toMatchObject({ name: 'debian_12_v3.image', distr: 'debian', version: '12' }),
  'registry image get distr=debian -o table': async () =>
    expect((await runLinked('image', 'get', 'distr=debian', '-o', 'table')).split(/\s+/)).toEqual(
      expect.arrayContaining(['NAME', 'debian_12_v3.image', 'debian']),
    ),
}

let folder: string
let server: TestRegistry
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry link '))
  await execute('npm', ['run', '--silent', 'build'])
  await execute('npm', ['link'], { env: { ...process.env, npm_config_prefix: folder } })
  server = await startRegistry()
})
afterAll(async () => {
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

async function runLinked(...args: string[]): Promise<string> {
  const env = { ...process.env, REGISTRY_URL: server.url, XDG_CACHE_HOME: folder }
  return (await execute(join(folder, 'bin/registry'), args, { env })).stdout
}

const documents = ['README.md', 'docs/graphql.md', 'docs/operation.md', 'docs/templates.md', 'docs/architecture.md']

test('every command that the documents show has a check here', async () => {
  const shown = await Promise.all(
    documents.map(async (file) =>
      listBlocks(await readFile(file, 'utf8')).flatMap(({ language, text }) =>
        language === 'sh' ? text.split('\n') : [],
      ),
    ),
  )
  expect([...new Set(shown.flat())].sort()).toEqual(Object.keys(checks).sort())
})

for (const [command, check] of Object.entries(checks)) test(`it works: ${command}`, check)

test('npm test, which the README names, is what CI runs', async () => {
  expect(await readFile('.ci/run', 'utf8')).toContain('run_tests npm test')
})

async function startByNpm(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'registry npm '))
  const { DATABASE_URL: _, ...env } = process.env
  const child = spawn('npm', ['start'], {
    env: { ...env, PORT: '0', DATA_DIR: join(folder, '.registry') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const url = await new Promise<string>((resolve, reject) => {
      let output = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        output += text
        const found = /listening on (http:[^"]+)"/.exec(output)?.[1]
        if (found) resolve(found)
      })
      child.once('exit', () => reject(new Error(`npm start ended: ${output}`)))
    })
    expect((await fetch(new URL('/livez', url))).status).toBe(200)
  } finally {
    child.kill('SIGTERM')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    await rm(folder, { recursive: true, force: true })
  }
}
