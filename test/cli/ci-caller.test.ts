import { userInfo } from 'node:os'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

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

const github = {
  CI: 'true',
  GITHUB_ACTIONS: 'true',
  GITHUB_ACTOR: 'ada',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'a/b',
  GITHUB_RUN_ID: '7',
}
const cases: [string, Record<string, string>, string, string | null][] = [
  ['GitHub Actions', github, 'ada', 'https://github.com/a/b/actions/runs/7'],
  [
    'GitHub Actions, run again by another one',
    { ...github, GITHUB_TRIGGERING_ACTOR: 'bob' },
    'bob',
    'https://github.com/a/b/actions/runs/7',
  ],
  [
    'GitLab',
    {
      CI: 'true',
      GITLAB_CI: 'true',
      GITLAB_USER_LOGIN: 'eve',
      CI_PIPELINE_URL: 'https://gitlab.com/a/b/-/pipelines/1',
      CI_JOB_URL: 'https://gitlab.com/a/b/-/jobs/2',
    },
    'eve',
    'https://gitlab.com/a/b/-/pipelines/1',
  ],
  [
    'Jenkins',
    { JENKINS_URL: 'https://jenkins/', BUILD_ID: '5', BUILD_URL: 'https://jenkins/job/a/5/', BUILD_USER_ID: 'Jürgen' },
    'Jürgen',
    'https://jenkins/job/a/5/',
  ],
  [
    'Jenkins, that says of no user',
    { JENKINS_URL: 'https://jenkins/', BUILD_ID: '5', BUILD_URL: 'https://jenkins/job/a/5/' },
    userInfo().username,
    'https://jenkins/job/a/5/',
  ],
  [
    'Azure Pipelines',
    {
      TF_BUILD: 'True',
      BUILD_REQUESTEDFOR: 'Ada L.',
      SYSTEM_COLLECTIONURI: 'https://dev.azure.com/org/',
      SYSTEM_TEAMPROJECT: 'My project',
      BUILD_BUILDID: '9',
    },
    'Ada L.',
    'https://dev.azure.com/org/My%20project/_build/results?buildId=9',
  ],
  [
    'CircleCI',
    { CI: 'true', CIRCLECI: 'true', CIRCLE_USERNAME: 'carl', CIRCLE_BUILD_URL: 'https://circleci.com/gh/a/b/3' },
    'carl',
    'https://circleci.com/gh/a/b/3',
  ],
  ['no CI', {}, userInfo().username, null],
  [
    'variables of one’s own, before those of the CI',
    { ...github, REGISTRY_ACTOR: 'me', REGISTRY_RUN: 'https://x.org/1' },
    'me',
    'https://x.org/1',
  ],
  [
    'empty variables of one’s own, for nobody and none',
    { ...github, REGISTRY_ACTOR: '', REGISTRY_RUN: '' },
    null as never,
    null,
  ],
  [
    'what no header can hold',
    { CI: 'true', CIRCLECI: 'true', CIRCLE_USERNAME: ` a\u2028b\n${'c'.repeat(300)}` },
    `a b ${'c'.repeat(252)}`,
    null,
  ],
]

test.each(cases)('%s: the actor and the run are kept with the change', async (_name, env, actor, run) => {
  const name = `image-${Math.random()}`
  // The test program sets REGISTRY_ACTOR itself.
  const script = 'REGISTRY_ACTOR' in env ? '' : 'unset REGISTRY_ACTOR; '
  const { code, stderr } = await program.shell(`${script}registry image set name=${name}`, { env })
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(
    await registry.sql('select changed_by, run from registry_change where key = $1', [JSON.stringify([name])]),
  ).toEqual([{ changed_by: actor, run }])
})
