import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { startProcess, stopProcesses } from '../app/start-process.ts'
import { withTimeLimits } from '../support/test-connection.ts'
import { holdTasks, releaseTasks } from './hold-tasks.ts'
import { useRegistries } from './use-registries.ts'

const registries = useRegistries()
const { start } = registries
afterEach(stopProcesses)

const image = '{ name: image, key: [name], fields: { name: string } }'
const host = (key: string, size: string) =>
  `{ name: host, key: ${key}, fields: { name: string, zone: { type: string, default: eu }, size: ${size} } }`

test.each([
  ['REKEYING', host('[name, zone]', 'string')],
  ['CONVERTING', host('[name]', 'int')],
])(
  'until a template is served that takes work, the former one is, and is %s for readers of any server',
  async (state, next) => {
    const older = await start([image, host('[name]', 'string')])
    await older.data('mutation { upsertHosts(input: [{name: "a", size: "5"}, {name: "b"}]) { created } }')
    await holdTasks(older)
    const newer = await start([image, next])
    const states = '{ templates { name state } hosts { nodes { name size } } }'
    const hosts = (size: unknown) => ({
      nodes: [
        { name: 'a', size },
        { name: 'b', size: null },
      ],
    })
    for (const registry of [older, newer])
      expect(await registry.data(states)).toEqual({
        templates: [
          { name: 'host', state },
          { name: 'image', state: 'ACTIVE' },
        ],
        hosts: hosts('5'),
      })
    await releaseTasks(newer)
    await expect.poll(() => newer.generation).toBe(2)
    expect(await newer.data(states)).toEqual({
      templates: [
        { name: 'host', state: 'ACTIVE' },
        { name: 'image', state: 'ACTIVE' },
      ],
      hosts: hosts(state === 'CONVERTING' ? 5 : '5'),
    })
  },
)

test('/readyz of a server says that newer templates have been applied since', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'older-templates-'))
  try {
    await writeFile(join(folder, 'image.yaml'), image)
    const older = startProcess({ DATABASE_URL: registries.databaseUrl(), TEMPLATES_DIR: folder })
    const url = await older.ready()
    const read = async () => (await fetch(new URL('/readyz', url))).text()
    expect(await read()).toMatch(/^ready \(registry-store [^)]+\)\n$/)
    await start([image.replace('name: string', 'name: string, arch: string')])
    expect(await read()).toMatch(
      /^ready, with older templates than those that were applied last \(registry-store [^)]+\)\n$/,
    )
  } finally {
    await rm(folder, { recursive: true })
  }
})

test('a plan takes longer than a statement may', async () => {
  const databaseUrl = withTimeLimits(registries.databaseUrl(), { statement_timeout: 1_000 })
  const templates = [host('[name]', 'string')]
  const next = host('[name]', 'int')
  const registry = await start(templates, '', { databaseUrl })
  await registry.data(
    'mutation { upsertHosts(input: [{name: "a", size: "5"}, {name: "b", size: "7"}, {name: "c", size: "large"}]) { created } }',
  )
  await registry.sql('alter function registry_convert(jsonb, jsonb) rename to registry_convert_soon')
  await registry.sql(
    "create function registry_convert(value jsonb, form jsonb) returns jsonb language plpgsql immutable as 'begin perform pg_sleep(0.5); return registry_convert_soon(value, form); end'",
  )
  await expect(registry.database.run({ text: 'select pg_sleep(1.5)', values: [] })).rejects.toThrow('time')
  const plan = 'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { entries { effect objects samples } } }'
  expect(await registry.data(plan, { files: [{ name: 'host.yaml', text: next }] })).toEqual({
    templatePlan: {
      entries: [
        { effect: 'CONVERTS', objects: 3, samples: ['["a"]', '["b"]', '["c"]'] },
        { effect: 'VIOLATES', objects: 1, samples: ['["c"]'] },
      ],
    },
  })
  await expect(start([next], '', { databaseUrl })).rejects.toThrow('these values do not convert (1 object: "c")')
})
