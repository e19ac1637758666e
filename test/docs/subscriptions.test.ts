import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { follow } from '../support/follow.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { listBlocks } from './list-blocks.ts'
import { listSteps, runSteps } from './run-console.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await registry?.close()
  await program?.remove()
})

test('docs/subscriptions.md shows the events that come, and what watch prints', async () => {
  const blocks = listBlocks(await readFile('docs/subscriptions.md', 'utf8'))
  const textOf = (language: string) => blocks.find((block) => block.language === language)?.text ?? ''
  const shown = JSON.parse(textOf('json'))
  const stream = await follow(registry.url, textOf('graphql'))
  for (const input of ['lts: true', 'version: "12"', 'lts: false'])
    await registry.data(`mutation { upsertImage(input: { name: "alpha", ${input} }) { outcome } }`)
  const events = []
  while (events.length < shown.length) events.push(await stream.next())
  stream.close()
  expect(events).toEqual(shown)
  const steps = listSteps(textOf('console'))
  const printed = await runSteps(
    steps.map(({ command }) => command),
    program,
  )
  expect(printed).toEqual(steps.map(({ output }) => output))
})
