import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const may = '  - read: "*"\n  - write: image\n    where: { name: { startsWith: "ntp-" } }\n'
let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(['name: image\nkey: [name]\nfields: { name: string, lts: boolean }\n'], {
    access: [`name: ntp\ncontact: platform@example.org\nwho:\n  - token: jenkins\nmay:\n${may}`],
  })
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await registry?.close()
  await program?.remove()
})

const run = (...args: readonly string[]) => program.run(args, { env: { REGISTRY_TOKEN: 'test:jenkins' } })
const printed = async (...args: readonly string[]) => {
  const { code, stdout, stderr } = await run(...args)
  return [code, `${stdout}${stderr}`]
}

test('what a caller may not write, import or delete is told with the right that is lacking, and the lines of files', async () => {
  const lines = [{ name: 'ntp-a' }, { name: 'web' }, { name: 'ntp-b', _meta: { created_by: 'ann' } }]
  writeFileSync(join(program.folder, 'some.ndjson'), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  const whom = 'Ask platform@example.org.'
  const outside = `jenkins may write image only where {"name":{"startsWith":"ntp-"}}. ${whom}`
  const imported = `jenkins may not import image (give _meta in an input). ${whom}`
  const whole = '0 created, 0 updated, 0 unchanged, 3 failed'
  expect(await printed('import', 'some.ndjson', 'image')).toEqual([
    1,
    `${whole}\nsome.ndjson:2: ${outside}\nsome.ndjson:3: ${imported}\nsome.ndjson:1: nothing from here on was written\n`,
  ])
  expect(await printed('import', '--independent', 'some.ndjson', 'image')).toEqual([
    1,
    `1 created, 0 updated, 0 unchanged, 2 failed\nsome.ndjson:2: ${outside}\nsome.ndjson:3: ${imported}\n`,
  ])
  expect(await printed('image', 'set', 'name=web', 'lts=true')).toEqual([1, expect.stringContaining(outside)])
  expect(await printed('image', 'delete', 'name=ntp-a')).toEqual([
    1,
    expect.stringContaining('jenkins may not delete image'),
  ])
})
