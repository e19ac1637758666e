import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: build\nkey: [name]\nlatestBy: number\nretain: { last: 1, per: [branch] }\nfields: { name: string, branch: string, number: int }',
    'name: retention\nkey: [reason, build]\nfields: { reason: { type: enum, values: [too-old, other] }, build: { type: reference, to: build } }',
  ])
  program = await createRegistryProgram(registry.url)
  await registry.data(
    'mutation { upsertBuilds(input: [{ name: "a", branch: "main", number: 1 }, { name: "b", branch: "main", number: 2 }, { name: "c", branch: "main", number: 3 }]) { created } upsertRetention(input: { reason: too_old, build: "a" }) { outcome } }',
  )
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
})

test('retain --dry-run prints what would go, by the rule of the template or another one', async () => {
  expect(await program.run(['build', 'retain', '--dry-run'])).toEqual({
    code: 0,
    stdout: '{"objects": 1, "kept_by_references": 1, "keys": [{"name": "b"}]}\n',
    stderr: '',
  })
  const other = await program.run(['build', 'retain', '--dry-run', '--last', '1', '--per', 'name,branch'])
  expect(other.stdout).toBe('{"objects": 0, "kept_by_references": 0, "keys": []}\n')
  expect(await program.run(['build', 'retain', '--dry-run', '--first', '0'])).toMatchObject({
    stdout: '{"objects": 1, "kept_by_references": 1, "keys": []}\n',
    stderr: '1 more keys; --first prints them\n',
  })
})

test('retain without --dry-run says that the registry deletes by itself', async () => {
  const { code, stderr } = await program.run(['build', 'retain'])
  expect(code).toBe(2)
  expect(stderr).toContain('Add --dry-run to see what that is.')
})

test('purge takes the key and a reason, and tells if there is nothing', async () => {
  const withoutReason = await program.run(['build', 'purge', 'name=c'])
  expect([withoutReason.code, withoutReason.stderr]).toEqual([2, expect.stringContaining('--reason is missing')])
  expect(await program.run(['build', 'purge', 'name=a', '--reason', 'r'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('still referred to'),
  })
  const key = ['reason=too-old', 'build=a']
  expect(await program.run(['retention', 'purge', ...key, '--reason', 'r'])).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  })
  expect(await program.run(['build', 'purge', 'name=a', '--reason', 'r'])).toMatchObject({ code: 0 })
  expect(await registry.sql(`select from registry_change where key = '["a"]'`)).toEqual([])
  expect(await program.run(['build', 'purge', 'name=a', '--reason', 'r'])).toMatchObject({ code: 3 })
})
