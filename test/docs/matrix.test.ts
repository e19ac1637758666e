import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Block, listBlocks } from './list-blocks.ts'

const execute = promisify(execFile)

let registry: TestRegistry
let folder: string
let blocks: readonly Block[]
beforeAll(async () => {
  registry = await startRegistry()
  folder = await mkdtemp(join(tmpdir(), 'registry matrix '))
  blocks = listBlocks(await readFile('docs/matrix.md', 'utf8'))
  await registry.data(blocks.find(({ language }) => language === 'graphql')?.text ?? '')
})
afterAll(async () => {
  await registry?.close()
  await rm(folder, { recursive: true, force: true })
})

/** The pipeline with that job; runs its script as the job would, for the commit. */
async function run(find: (pipeline: Pipeline) => Step | undefined, commit: string): Promise<void> {
  const pipelines = blocks.filter(({ language }) => language === 'yaml').map(({ text }) => parse(text) as Pipeline)
  const step = pipelines.flatMap((pipeline) => find(pipeline) ?? [])[0]
  const env = { ...process.env, REGISTRY_URL: registry.url, GITHUB_SHA: commit, CI_COMMIT_SHA: commit }
  await execute('bash', ['-ec', step?.script ?? 'false'], {
    cwd: folder,
    env: { ...env, QUERY: step?.query, GITHUB_OUTPUT: join(folder, 'outputs') },
  })
}

interface Step {
  readonly script: string
  readonly query: string
}

interface Pipeline {
  readonly jobs?: {
    readonly ask: { readonly steps: readonly { readonly run: string; readonly env: { QUERY: string } }[] }
  }
  readonly ask?: { readonly script: readonly string[]; readonly variables: { readonly QUERY: string } }
}

const github = ({ jobs }: Pipeline) => jobs?.ask.steps.map(({ run: script, env }) => ({ script, query: env.QUERY }))[0]
const gitlab = ({ ask }: Pipeline) => ask && { script: ask.script.join('\n'), query: ask.variables.QUERY }

test('the step for GitHub Actions writes a job matrix', async () => {
  await run(github, 'b312abb')
  const jobs = blocks.findIndex(({ text }) => text.startsWith('query Jobs'))
  const { roleMatrix } = JSON.parse(blocks[jobs + 1]?.text ?? '')
  expect(await readFile(join(folder, 'outputs'), 'utf8')).toBe(`matrix=${JSON.stringify(roleMatrix)}\n`)
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
})
