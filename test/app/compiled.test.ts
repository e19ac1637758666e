import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { printSchema } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { loadTemplates } from '../../src/template/load-templates.ts'
import { ask, type RegistryProcess, startProcess, stopProcesses } from './start-process.ts'

const run = promisify(execFile)

let folder: string
let registry: RegistryProcess
let url: string
beforeAll(async () => {
  await run('npm', ['run', '--silent', 'build'])
  folder = await mkdtemp(join(tmpdir(), 'registry compiled '))
  registry = startProcess({ DATA_DIR: join(folder, '.registry') }, ['dist/main.js'])
  url = await registry.ready()
})
afterAll(async () => {
  await stopProcesses()
  await rm(folder, { recursive: true, force: true })
})

test('the compiled program applies the migrations and answers', async () => {
  await ask(url, 'mutation { upsertImage(input: {name: "a"}) { outcome } }')
  expect(await ask(url, '{ images { nodes { name } } }')).toEqual({ images: { nodes: [{ name: 'a' }] } })
})

test('it serves GraphiQL to a browser, with queries made from the templates', async () => {
  const response = await fetch(url, { headers: { accept: 'text/html' } })
  expect(response.headers.get('content-type')).toContain('text/html')
  expect(await response.text()).toContain('ImagesWithoutRoles')
})

test('it serves the schema of the templates', async () => {
  const schema = printSchema(buildSchema(await loadTemplates('object-templates')))
  expect((await (await fetch(new URL('/schema.graphql', url))).text()).trim()).toBe(schema.trim())
})
