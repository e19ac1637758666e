import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const host = '{ name: host, key: [id], fields: { id: string, s: { type: reference, to: server } } }'
const templates = (name: string, n: string) => [
  `{ name: server, key: [name], fields: { name: ${name}, n: ${n}, m: string } }`,
  host,
]

let older: TestRegistry
let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  older = await startRegistry(templates('string', 'int'))
  await older.data(
    'mutation { upsertServers(input: [{name: "A1", n: 200}, {name: "b", n: 300}, {name: "c", n: 1}]) { created } upsertHost(input: {id: "1", s: "A1"}) { outcome } }',
  )
  registry = await startRegistry(templates("{ type: string, pattern: '^[a-z]+$' }", '{ type: int, maximum: 100 }'), {
    databaseUrl: older.databaseUrl,
    consent: 'any',
  })
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
  await older?.close()
})

test('what an export has comes back into the same registry, although values break newer rules', async () => {
  const { code, stdout, stderr } = await program.shell('registry export --all | registry import -')
  expect({ code, stdout, stderr }).toEqual({
    code: 0,
    stdout: '0 created, 0 updated, 4 unchanged, 0 failed\n',
    stderr: '',
  })
})

test('set sends such a value again, and refuses another', async () => {
  expect(await program.run(['server', 'set', 'name=b', 'n=300', 'm=x'])).toMatchObject({ code: 0 })
  expect((await registry.data('{ server(name: "b") { n m } }')).server).toEqual({ n: 300, m: 'x' })
  const { code, stderr } = await program.run(['server', 'set', 'name=b', 'n=301'])
  expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('n: 301 is more than 100') })
})
