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
  'npm test': async () => expect(await readFile('.ci/run', 'utf8')).toContain('run_tests npm test'),
  // test/package/package.test.ts installs what the first makes like the second does.
  'npm pack': async () =>
    expect(await readFile('test/package/package.test.ts', 'utf8')).toContain("run('npm', ['pack'"),
  'npm install --global ./registry-store-0.1.0.tgz': async () =>
    expect(await readFile('package.json', 'utf8')).toContain('"version": "0.1.0"'),
  'npx registry templates check': async () =>
    expect(await runByNpx('templates', 'check')).toBe('3 templates are in order: image, person, role\n'),
  'registry templates check object-templates': async () =>
    expect(await runByNpx('templates', 'check', 'object-templates')).toBe(
      '3 templates are in order: image, person, role\n',
    ),
  'npx registry image set name=debian_12_v3.image distr=debian version=12': async () =>
    expect(
      JSON.parse(await runByNpx('image', 'set', 'name=debian_12_v3.image', 'distr=debian', 'version=12')),
    ).toMatchObject({ name: 'debian_12_v3.image', distr: 'debian', version: '12' }),
  'npx registry image get distr=debian -o table': async () =>
    expect((await runByNpx('image', 'get', 'distr=debian', '-o', 'table')).split(/\s+/)).toEqual(
      expect.arrayContaining(['NAME', 'debian_12_v3.image', 'debian']),
    ),
}

let folder: string
let server: TestRegistry
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry cache '))
  server = await startRegistry()
})
afterAll(async () => {
  await server?.close()
  await rm(folder, { recursive: true, force: true })
})

async function runByNpx(...args: string[]): Promise<string> {
  const env = { ...process.env, REGISTRY_URL: server.url, XDG_CACHE_HOME: folder }
  return (await execute('npx', ['registry', ...args], { env })).stdout
}

const documents = [
  'README.md',
  'CONTRIBUTING.md',
  'docs/graphql.md',
  'docs/operation.md',
  'docs/templates.md',
  'docs/architecture.md',
]

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
