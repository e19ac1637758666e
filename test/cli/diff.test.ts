import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(['name: host\nkey: [name]\nfields: { name: string, size: int }'])
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
})

test('a table of a diff shows what changed, also of what was created and deleted', async () => {
  await registry.data(
    'mutation { upsertHosts(input: [{ name: "gone", size: 1 }, { name: "kept", size: 1 }]) { created } }',
  )
  const [row] = await registry.sql('select (max(changed_at) at time zone $1)::text as time from registry_change', [
    'UTC',
  ])
  await registry.data(
    'mutation { deleteHost(name: "gone") { name } upsertHosts(input: [{ name: "kept", size: 2 }, { name: "new" }]) { updated } }',
  )
  const from = `${String(row?.['time']).replace(' ', 'T')}Z`
  const { stdout } = await program.run(['host', 'diff', '--from', from, '-o', 'markdown'])
  const cells = stdout
    .split('\n')
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
  expect(cells).toEqual([
    ['DELETED', '{"name":"gone"}', 'name: "gone" → null, size: 1 → null'],
    ['UPDATED', '{"name":"kept"}', 'size: 1 → 2'],
    ['CREATED', '{"name":"new"}', 'name: null → "new"'],
    [],
  ])
})
