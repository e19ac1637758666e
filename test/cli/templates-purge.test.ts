import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const image = 'name: image\nkey: [name]\nfields:\n  name: string\n'
const role = 'name: role\nkey: [name]\nfields:\n  name: string\n'
const away = { REGISTRY_URL: 'http://127.0.0.1:1/graphql' }
let before: TestRegistry
let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  before = await startRegistry([image, role])
  await before.data('mutation { upsertRoles(input: [{ name: "a" }, { name: "b" }]) { __typename } }')
  registry = await startRegistry([image], { databaseUrl: before.databaseUrl, consent: 'any' })
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
  await before.close()
})

test('a removed template is not listed', async () => {
  expect(await program.run(['ls'])).toEqual({ code: 0, stdout: 'image\n', stderr: '' })
  expect((await program.run(['role', 'get'])).stderr).toBe(
    'error: There is no template "role", or you may not read it.\nThe registry has: image\n',
  )
})

test('deletes what a removed template left, prints how many objects, and finds it no more', async () => {
  const run = () => program.run(['templates', 'purge', 'role'])
  expect(await run()).toEqual({ code: 0, stdout: '2\n', stderr: '' })
  expect(await run()).toEqual({ code: 3, stdout: '', stderr: 'error: no removed template is called "role"\n' })
})

test('refuses a template that is in use', async () => {
  expect(await program.run(['templates', 'purge', 'image'])).toEqual({
    code: 1,
    stdout: '',
    stderr: 'error: the template "image" is in use; only what a removed template left can be purged\n',
  })
})

test('exits with 6 if the registry is away, and with 2 without a name', async () => {
  expect((await program.run(['templates', 'purge', 'role', '--retries', '0'], { env: away })).code).toBe(6)
  expect((await program.run(['templates', 'purge'])).code).toBe(2)
})
