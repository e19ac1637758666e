import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Block, listBlocks } from './list-blocks.ts'

const execute = promisify(execFile)

let registry: TestRegistry
let program: RegistryProgram
let folder: string
let blocks: readonly Block[]
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
  folder = await mkdtemp(join(tmpdir(), 'registry matrix '))
  blocks = listBlocks(await readFile('docs/matrix.md', 'utf8'))
  await registry.data(blocks.find(({ language }) => language === 'graphql')?.text ?? '')
})
afterAll(async () => {
  await registry?.close()
  await program?.remove()
  await rm(folder, { recursive: true, force: true })
})

/** Runs the script of a pipeline's first job as the job would, for the commit: the first such pipeline, or the one with the command line. */
async function run(find: (pipeline: Pipeline) => Step | undefined, commit: string, withProgram = false): Promise<void> {
  const pipelines = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => parse(text) as Pipeline)
  const steps = pipelines.flatMap((pipeline) => find(pipeline) ?? [])
  const step = steps.find(({ script }) => script.includes('registry role matrix') === withProgram)
  const env = { ...process.env, REGISTRY_URL: registry.url, GITHUB_SHA: commit, CI_COMMIT_SHA: commit }
  await execute('bash', ['-eo', 'pipefail', '-c', step?.script ?? 'false'], {
    cwd: folder,
    env: {
      ...env,
      PATH: `${join(program.folder, 'bin')}:${process.env['PATH']}`,
      QUERY: step?.query,
      GITHUB_OUTPUT: join(folder, 'outputs'),
    },
  })
}

interface Step {
  readonly script: string
  readonly query: string | undefined
}

interface Pipeline {
  readonly jobs?: {
    readonly ask: { readonly steps: readonly { readonly run: string; readonly env: { QUERY?: string } }[] }
  }
  readonly ask?: { readonly script: readonly string[]; readonly variables?: { readonly QUERY: string } }
}

const github = ({ jobs }: Pipeline) => jobs?.ask.steps.map(({ run: script, env }) => ({ script, query: env.QUERY }))[0]
const gitlab = ({ ask }: Pipeline) => ask && { script: ask.script.join('\n'), query: ask.variables?.QUERY }

test('the step for GitHub Actions writes a job matrix', async () => {
  await run(github, 'b312abb')
  const jobs = blocks.findIndex(({ text }) => text.startsWith('query Jobs'))
  const { roleMatrix } = JSON.parse(blocks[jobs + 1]?.text ?? '')
  expect(await readFile(join(folder, 'outputs'), 'utf8')).toBe(`matrix=${JSON.stringify(roleMatrix)}\n`)
})

test('the command line writes the same in GitHub Actions, with a number to ask for', async () => {
  await rm(join(folder, 'outputs'))
  await run(github, 'b312abb', true)
  const outputs = (await readFile(join(folder, 'outputs'), 'utf8')).split('\n')
  expect(JSON.parse(outputs[1] ?? '')).toEqual({
    include: [
      { name: 'ntp-client', image: 'beta' },
      { name: 'ntp-client', image: 'gamma' },
      { name: 'sshd', image: 'beta' },
      { name: 'sshd', image: 'gamma' },
    ],
  })
  expect(outputs[4]).toBe('4')
})

test('the command line writes a job for a pipeline of GitLab to extend', async () => {
  await run(gitlab, 'b312abb', true)
  const written = JSON.parse(await readFile(join(folder, 'jobs.yml'), 'utf8')) as Record<string, unknown>
  expect(written).toEqual({
    '.missing': {
      parallel: {
        matrix: [
          { name: 'ntp-client', image: 'beta' },
          { name: 'ntp-client', image: 'gamma' },
          { name: 'sshd', image: 'beta' },
          { name: 'sshd', image: 'gamma' },
        ],
      },
    },
  })
  const own = blocks.find(({ text }) => text.startsWith('# ci/test-role.yml'))
  expect(Object.keys(written)).toContain(parse(own?.text ?? '')['test-role'].extends)
})

test('the job for GitLab writes a pipeline of the jobs', async () => {
  await run(gitlab, 'b312abb')
  expect(JSON.parse(await readFile(join(folder, 'jobs.yml'), 'utf8'))).toEqual({
    test: {
      script: ['./test-role "$ROLE" "$IMAGE"'],
      parallel: {
        matrix: [
          { ROLE: 'ntp-client', IMAGE: 'beta' },
          { ROLE: 'ntp-client', IMAGE: 'gamma' },
          { ROLE: 'sshd', IMAGE: 'beta' },
          { ROLE: 'sshd', IMAGE: 'gamma' },
        ],
      },
    },
  })
})

test('if nothing is missing, the pipeline has a job that does nothing', async () => {
  const pairs = ['ntp-client', 'sshd'].flatMap((name) => ['alpha', 'beta', 'gamma'].map((image) => ({ name, image })))
  await registry.data('mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { failed } }', {
    input: pairs.map((pair) => ({ ...pair, status: true, commit: 'last' })),
  })
  await run(gitlab, 'last')
  expect(JSON.parse(await readFile(join(folder, 'jobs.yml'), 'utf8'))).toEqual({ nothing: { script: ['true'] } })
  await run(gitlab, 'last', true)
  expect(JSON.parse(await readFile(join(folder, 'jobs.yml'), 'utf8'))).toEqual({
    '.missing': { rules: [{ when: 'never' }] },
    nothing: { script: ['true'] },
  })
})
