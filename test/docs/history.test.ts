import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { databaseTime } from '../support/database-time.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Block, listBlocks } from './list-blocks.ts'
import { listSteps, runSteps, withoutChance } from './run-console.ts'

/** The time of the document that lies between its first two mutations. */
const nine = '2026-11-22T09:00:00Z'

let registry: TestRegistry
let program: RegistryProgram
let blocks: readonly Block[]
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
  blocks = listBlocks(await readFile('docs/history.md', 'utf8'))
})
afterAll(async () => {
  await registry?.close()
  await program?.remove()
})

test('each question of docs/history.md has the answer that it shows', async () => {
  let time = ''
  for (const [i, { language, text, line }] of blocks.entries()) {
    if (language === 'graphql') {
      if (text.startsWith('mutation Changes')) time = await databaseTime(registry)
      const data = await registry.data(text.replaceAll(nine, time))
      const shown = blocks[i + 1]
      if (shown?.language === 'json') expect(data, `docs/history.md:${line}`).toEqual(JSON.parse(shown.text))
    }
    if (language === 'console') {
      const steps = listSteps(text)
      const printed = await runSteps(
        steps.map(({ command }) => command.replaceAll(nine, time)),
        program,
      )
      expect(printed.map(withoutChance)).toEqual(steps.map(({ output }) => withoutChance(output)))
    }
  }
  expect(time).not.toBe('')
})
