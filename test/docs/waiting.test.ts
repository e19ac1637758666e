import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
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

test('docs/waiting.md shows what the commands print and the queries answer, one after another', async () => {
  const blocks = listBlocks(await readFile('docs/waiting.md', 'utf8'))
  for (const [i, { language, text, line }] of blocks.entries()) {
    if (language === 'console') {
      const steps = listSteps(text)
      const commands = steps.map(({ command }) => command)
      expect(await runSteps(commands, program), `docs/waiting.md:${line}`).toEqual(steps.map(({ output }) => output))
    }
    if (language !== 'graphql') continue
    const data = await registry.data(text)
    expect(data, `docs/waiting.md:${line}`).toEqual(JSON.parse(blocks[i + 1]?.text ?? ''))
  }
  expect(blocks.length).toBeGreaterThan(4)
})

test('examples/release.sh releases when all has passed, and not before', async () => {
  const script = resolve('examples/release.sh')
  const release = (commit: string) =>
    program.shell(`COMMIT=${commit} WAIT=0.1 '${script}' echo released`).then(({ code, stdout }) => [code, stdout])
  expect(await release('b312abb')).toEqual([0, 'name        alpha\nntp-client  P\nsshd        P\nreleased\n'])
  expect(await release('0d6e4c1')).toEqual([3, 'name        alpha\nntp-client  M\nsshd        M\n'])
})
