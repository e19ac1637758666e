import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { listBlocks } from './list-blocks.ts'
import { listSteps, runSteps, withoutChance } from './run-console.ts'

const document = readFileSync('docs/from-pyregistrystore.md', 'utf8')
const steps = listBlocks(document)
  .filter(({ language }) => language === 'console')
  .flatMap(({ text }) => listSteps(text))

describe('docs/from-pyregistrystore.md', () => {
  let registry: TestRegistry | undefined
  let program: RegistryProgram
  let outputs: string[]
  beforeAll(async () => {
    // The templates are made by the page's own first steps, and a registry on them takes the rest.
    const first = await createRegistryProgram('http://127.0.0.1:1/graphql')
    const isOffline = ({ command }: { readonly command: string }) => /templates|object-templates/.test(command)
    try {
      copyFolders(first.folder)
      outputs = await runSteps(
        steps.filter(isOffline).map(({ command }) => command),
        first,
      )
      const folder = `${first.folder}/object-templates`
      registry = await startRegistry(readdirSync(folder).map((name) => readFileSync(`${folder}/${name}`, 'utf8')))
    } finally {
      await first.remove()
    }
    program = await createRegistryProgram(registry.url)
    copyFolders(program.folder)
    const online = steps.filter((step) => !isOffline(step)).map(({ command }) => command)
    outputs.push(...(await runSteps(online, program)))
  })
  afterAll(async () => {
    await program?.remove()
    await registry?.close()
  })

  function copyFolders(folder: string): void {
    cpSync('test/cli/fixtures/pyregistrystore/objects', `${folder}/objects`, { recursive: true })
    for (const name of ['image', 'role', 'person'])
      cpSync(`test/cli/fixtures/pyregistrystore/${name}.yml`, `${folder}/registry/${name}.yml`)
  }

  test('its commands, run in their order, print what it shows', () => {
    expect(steps.length).toBeGreaterThan(6)
    for (const [i, step] of steps.entries())
      expect(withoutChance(outputs[i] ?? ''), step.command).toBe(withoutChance(step.output))
  })

  test.each(
    [...document.matchAll(/^\| `\.\/pyRegistryStore\.py (.*?)` \| `registry (.*?)` \|$/gm)].map(
      ([, theirs = '', ours = '']) => [theirs, ours] as const,
    ),
  )('for %s there is registry %s', async (_theirs, ours) => {
    expect((await program.shell(`registry ${ours}`)).code).toBe(0)
  })
})
