import { readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { printSchema } from 'graphql'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { loadTemplates } from '../../src/template/load-templates.ts'
import { version } from '../../src/version.ts'
import { type Receiver, startReceiver } from '../traces/start-receiver.ts'
import { ask, type RegistryProcess, startProcess, stopProcesses } from './start-process.ts'

let receiver: Receiver
let folder: string
let registry: RegistryProcess
let url: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry compiled '))
  receiver = await startReceiver()
  const traces = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_SERVICE_NAME: 'compiled',
    OTEL_BSP_SCHEDULE_DELAY: '10',
  }
  registry = startProcess({ DATA_DIR: join(folder, '.registry'), ...traces })
  url = await registry.ready()
})
afterAll(async () => {
  await stopProcesses()
  await receiver.close()
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

test('it sends traces under the name that OTEL_SERVICE_NAME gives it', async () => {
  await ask(url, '{ images { totalCount } }')
  while (!receiver.spans.some(({ name }) => name === 'count image')) await sleep(10)
  expect(receiver.resource).toMatchObject({ 'service.name': 'compiled', 'service.version': version })
})

test('a start that sends no traces loads nothing of OpenTelemetry', () => {
  const withOpenTelemetry = (file: string) => /OTEL_BSP|opentelemetry\.js\.api/.test(readFileSync(file, 'utf8'))
  const files = readdirSync('dist').filter((name) => name.endsWith('.js'))
  expect(files.filter((name) => withOpenTelemetry(join('dist', name)))).toContain('create-tracer.js')
  const loaded = new Set<string>()
  const load = (file: string) => {
    if (loaded.has(file)) return
    loaded.add(file)
    for (const [, from] of readFileSync(file, 'utf8').matchAll(
      /^(?:import|export) (?:[^'"\n]* from )?["'](\.[^"']+)["']/gm,
    ))
      load(join(dirname(file), from as string))
  }
  load('dist/main.js')
  expect(loaded).toContain('dist/server.js')
  expect([...loaded].filter(withOpenTelemetry)).toEqual([])
})
