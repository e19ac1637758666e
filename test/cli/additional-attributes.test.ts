import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: item\nkey: [id]\nadditionalFields: true\nfields: { id: string, text: string }\n',
  ])
  program = await createRegistryProgram(registry.url)
  await registry.data(`mutation { upsertItems(input: [
    { id: "a", text: "x", _additional: { owner: "ada", racks: [1, 2] } }
    { id: "b" }
    { id: "c", _additional: { cores: 4, owner: "7" } }
  ]) { created } }`)
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
})

test.each([
  ['table', 'ID  TEXT  CORES  OWNER  RACKS\na   x            ada    [1,2]\nb\nc         4      7\n'],
  [
    'markdown',
    '| id | text | cores | owner | racks   |\n| -- | ---- | ----- | ----- | ------- |\n| a  | x    |       | ada   | \\[1,2\\] |\n| b  |      |       |       |         |\n| c  |      | 4     | 7     |         |\n',
  ],
  ['csv', 'id,text,_additional\na,x,"{""owner"":""ada"",""racks"":[1,2]}"\nb,,\nc,,"{""cores"":4,""owner"":""7""}"\n'],
])('%s shows them behind the fields', async (output, stdout) => {
  expect(await program.run(['item', 'get', '-o', output])).toEqual({ code: 0, stdout, stderr: '' })
})

test('--fields chooses some of them, or in CSV all', async () => {
  const csv = await program.run(['item', 'get', '-o', 'csv', '--fields', 'id,owner,_additional'])
  expect(csv.stdout).toBe(
    'id,owner,_additional\na,ada,"{""owner"":""ada"",""racks"":[1,2]}"\nb,,\nc,7,"{""cores"":4,""owner"":""7""}"\n',
  )
  expect((await program.run(['item', 'get', '-o', 'table', '--fields', 'id,owner'])).stdout).toBe(
    'ID  OWNER\na   ada\nb\nc   7\n',
  )
})

test('--github-output has an output for each', async () => {
  const file = join(program.folder, 'outputs')
  await program.run(['item', 'last', 'id=c', '--github-output'], { env: { GITHUB_OUTPUT: file } })
  expect(readFileSync(file, 'utf8').match(/^[a-z]+(?=<<)/gm)).toEqual(['id', 'text', 'cores', 'owner'])
})

test('a column _additional is imported as JSON, other columns as text', async () => {
  writeFileSync(
    join(program.folder, 'items.csv'),
    'id,_additional,cores\nd,"{""racks"": [1], ""big"": 9007199254740993}",4\ne,"",\n',
  )
  expect(await program.run(['import', 'items.csv', 'item'])).toMatchObject({ code: 0, stderr: '' })
  const { d, e } = await registry.data('{ d: item(id: "d") { _document } e: item(id: "e") { _document } }')
  expect([d._document, e._document]).toEqual([
    { id: 'd', racks: [1], big: '9007199254740993', cores: '4' },
    { id: 'e' },
  ])
  writeFileSync(join(program.folder, 'items.csv'), 'id,_additional\nf,owner\n')
  expect(await program.run(['import', 'items.csv', 'item'])).toMatchObject({
    code: 1,
    stderr: 'items.csv:2: _additional is not an object\n',
  })
})
