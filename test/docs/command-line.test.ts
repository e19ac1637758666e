import { cpSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { listBlocks } from './list-blocks.ts'
import { listSteps, runSteps, withoutChance } from './run-console.ts'

const blocks = listBlocks(readFileSync('docs/command-line.md', 'utf8'))
const stepsOf = (language: string) =>
  blocks.filter((block) => block.language === language).flatMap((block) => listSteps(block.text))

describe('docs/command-line.md', () => {
  let registry: TestRegistry
  let program: RegistryProgram
  beforeAll(async () => {
    registry = await startRegistry()
    program = await createRegistryProgram(registry.url)
    cpSync('object-templates', `${program.folder}/object-templates`, { recursive: true })
    cpSync('test/cli/fixtures/pyregistrystore', `${program.folder}/pyregistrystore`, { recursive: true })
  })
  afterAll(async () => {
    await program.remove()
    await registry.close()
  })

  test('the first session, in a terminal, looks as it shows', async () => {
    const steps = stepsOf('text')
    const outputs = await runSteps(
      steps.map((step) => step.command),
      program,
      { isTerminal: true },
    )
    for (const [i, step] of steps.entries())
      expect(withoutChance(outputs[i] ?? ''), step.command).toBe(withoutChance(step.output))
    expect(steps.length).toBeGreaterThan(4)
    // The other session begins without objects, and without their history.
    for (const table of ['object', 'past', 'change']) await registry.sql(`delete from registry_${table}`)
  })

  test('its commands, run in their order on a new registry, print what it shows', async () => {
    const steps = stepsOf('console')
    const outputs = await runSteps(
      steps.map((step) => step.command),
      program,
    )
    for (const [i, step] of steps.entries())
      expect(withoutChance(outputs[i] ?? ''), step.command).toBe(withoutChance(step.output))
    expect(steps.length).toBeGreaterThan(20)
  })
})
