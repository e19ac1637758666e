import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { runOfClaims } from '../../src/access/jobs/run-of-claims.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createTestKey, signToken, type TestKey } from '../support/test-issuer.ts'

const now = Math.floor(Date.now() / 1_000)

/** As https://docs.github.com/en/actions/reference/security/oidc shows it, with all of its claims. */
const github = {
  jti: 'f2b3a0c4-0d1e-4a53-9d6b-9f5b1d3a7c11',
  sub: 'repo:octo-org/octo-repo:environment:prod',
  environment: 'prod',
  aud: 'registry',
  ref: 'refs/heads/main',
  sha: '9f2a6b1c0d4e5f60718293a4b5c6d7e8f9012345',
  repository: 'octo-org/octo-repo',
  repository_owner: 'octo-org',
  actor_id: '12',
  repository_visibility: 'private',
  repository_id: '74',
  repository_owner_id: '65',
  run_id: '12345678901',
  run_number: '10',
  run_attempt: '2',
  runner_environment: 'github-hosted',
  actor: 'octocat',
  workflow: 'example-workflow',
  head_ref: '',
  base_ref: '',
  event_name: 'workflow_dispatch',
  ref_type: 'branch',
  ref_protected: 'true',
  job_workflow_ref: 'octo-org/octo-automation/.github/workflows/oidc.yml@refs/heads/main',
  iss: 'https://token.actions.githubusercontent.com',
  nbf: now - 5,
  exp: now + 300,
  iat: now,
}

/** As https://docs.gitlab.com/ci/secrets/id_token_authentication/ shows it: ids are texts, `user_access_level` and times are not. */
const gitlab = {
  namespace_id: '72',
  namespace_path: 'my-group',
  project_id: '20',
  project_path: 'my-group/sub-group/my-project',
  user_id: '1',
  user_login: 'sample-user',
  user_email: 'sample-user@example.com',
  user_access_level: 'developer',
  user_identities: [{ provider: 'github', extern_uid: '2435223452345' }],
  pipeline_id: '574',
  pipeline_source: 'push',
  job_id: '302',
  ref: 'feature-branch-1',
  ref_type: 'branch',
  ref_path: 'refs/heads/feature-branch-1',
  ref_protected: 'false',
  groups_direct: ['mygroup/mysubgroup', 'myothergroup/myothersubgroup'],
  environment: 'test-environment2',
  environment_protected: 'false',
  deployment_tier: 'testing',
  environment_action: 'start',
  runner_id: 1,
  runner_environment: 'self-hosted',
  sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  project_visibility: 'public',
  ci_config_ref_uri: 'gitlab.example.com/my-group/my-project//.gitlab-ci.yml@refs/heads/main',
  ci_config_sha: '714a629c0b401fdce83e847fc9589983fc6f46bc',
  jti: '235b3a54-b797-45c7-ae9a-f72d7bc6ef5b',
  iat: now,
  nbf: now - 5,
  exp: now + 3_600,
  iss: 'https://gitlab.example.com',
  sub: 'project_path:my-group/sub-group/my-project:ref_type:branch:ref:feature-branch-1',
  aud: 'registry',
}

/** As the plugin "OpenID Connect Provider" of Jenkins makes it. */
const jenkins = {
  aud: 'registry',
  build_number: 42,
  exp: now + 3_600,
  iat: now,
  iss: 'https://ci.example.org/oidc',
  sub: 'https://ci.example.org/job/images/job/ntp-client/',
}

let key: TestKey
let folder: string
let registry: TestRegistry
let run: string | undefined
beforeAll(async () => {
  key = await createTestKey('ci')
  folder = await mkdtemp(join(tmpdir(), 'registry-keys-'))
  const keys = join(folder, 'keys.json')
  await writeFile(keys, JSON.stringify({ keys: [key.jwk] }))
  const role = (name: string, issuer: string, claims: string) =>
    `name: ${name}\nwho: [{ oidc: "${issuer}", audience: registry, keys: "${keys}", claims: ${claims} }]\nmay: [{ write: "*" }, { read: "*" }]`
  registry = await startRegistry(['name: thing\nkey: [name]\nfields: { name: string }'], {
    adminToken: 'an-admin-token-of-the-test',
    access: [
      role('github', github.iss, '{ repository_id: "74", ref: refs/heads/main, environment: prod }'),
      role('github-other', github.iss, '{ repository_id: "75" }'),
      role('gitlab', gitlab.iss, '{ project_id: "20", ref_protected: "false", runner_id: "1" }'),
      role('gitlab-protected', gitlab.iss, '{ project_id: "20", ref_protected: "true" }'),
      role('gitlab-group', gitlab.iss, '{ project_id: "20", groups_direct: "mygroup/mysubgroup" }'),
      role('jenkins', jenkins.iss, `{ sub: "${jenkins.sub}" }`),
    ],
    onCaller: ({ author }) => {
      run = author.run
    },
  })
})
afterAll(async () => {
  await registry?.close()
  await rm(folder, { recursive: true, force: true })
})

describe('the job that a token names', () => {
  const jobs = [
    {
      name: 'on GitHub',
      claims: github,
      actor: 'repo:octo-org/octo-repo:environment:prod@token.actions.githubusercontent.com',
      roles: ['github'],
      run: 'https://github.com/octo-org/octo-repo/actions/runs/12345678901',
    },
    {
      name: 'on GitLab',
      claims: gitlab,
      actor: 'project_path:my-group/sub-group/my-project:ref_type:branch:ref:feature-branch-1@gitlab.example.com',
      roles: ['gitlab'],
      run: 'https://gitlab.example.com/my-group/sub-group/my-project/-/pipelines/574',
    },
    {
      name: 'on Jenkins',
      claims: jenkins,
      actor: 'https://ci.example.org/job/images/job/ntp-client/@ci.example.org',
      roles: ['jenkins'],
      run: 'https://ci.example.org/job/images/job/ntp-client/42/',
    },
  ]
  test.each(jobs)('$name is who writes, and its run is kept', async ({ claims, actor, roles, run: expected }) => {
    const headers = {
      authorization: `Bearer ${await signToken(key, claims)}`,
      'x-registry-run': 'https://forged.example.org',
      'x-registry-actor': 'alice',
    }
    const write = 'mutation { upsertThing(input: { name: "a" }) { thing { _meta { updatedBy } } } }'
    expect(await registry.data(write, {}, headers)).toEqual({
      upsertThing: { thing: { _meta: { updatedBy: actor } } },
    })
    expect(run).toBe(expected)
    expect(await registry.data('{ viewer { kind actor roles } }', {}, headers)).toEqual({
      viewer: { kind: 'JOB', actor, roles },
    })
  })

  test('says which run it is in the header, where the token does not', async () => {
    const { run_id: _, ...claims } = github
    const authorization = `Bearer ${await signToken(key, claims)}`
    await registry.data('{ __typename }', {}, { authorization, 'x-registry-run': 'https://example.org/run/1' })
    expect(run).toBe('https://example.org/run/1')
  })
})

const runs: readonly [string, string, object, string | undefined][] = [
  [
    'GitHub Enterprise Server',
    'https://github.example.org/_services/token',
    github,
    'https://github.example.org/octo-org/octo-repo/actions/runs/12345678901',
  ],
  [
    'GitHub with data residency',
    'https://token.actions.octo.ghe.com',
    github,
    'https://octo.ghe.com/octo-org/octo-repo/actions/runs/12345678901',
  ],
  [
    'an enterprise with an issuer of its own',
    `${github.iss}/octocat-inc`,
    github,
    'https://github.com/octo-org/octo-repo/actions/runs/12345678901',
  ],
  ['another issuer with the claims of GitHub', 'https://example.org', github, undefined],
  ['a project whose path is none', gitlab.iss, { ...gitlab, project_path: '../evil?a=b' }, undefined],
  ['a subject that is no address', jenkins.iss, { ...jenkins, sub: 'images' }, undefined],
]
test.each(runs)('the run of %s', (_, issuer, claims, expected) => {
  expect(runOfClaims(issuer, claims as Readonly<Record<string, unknown>>)).toBe(expected)
})
