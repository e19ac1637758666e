import { execFile } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { versions } from '../support/versions.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry?.close())

test('the example pipeline tests what has not passed yet, and passes when nothing is left', async () => {
  expect(await runPipeline({ COMMIT: 'b312', FAIL_ON: 'ubuntu_18.04_v0.image' })).toEqual({
    exitCode: 1,
    stdout: [
      'images: 3 created, 0 updated, 0 unchanged',
      'ntp-client at b312 on centos_8_v0.image: passed',
      'ntp-client at b312 on ubuntu_18.04_v0.image: failed',
      'ntp-client at b312 on ubuntu_20.04_v0.image: passed',
    ],
    stderr: ['ntp-client at b312 has not passed on ubuntu_18.04_v0.image'],
  })
  expect(await runPipeline({ COMMIT: 'b312' })).toEqual({
    exitCode: 0,
    stdout: [
      'images: 0 created, 0 updated, 3 unchanged',
      'ntp-client at b312 on ubuntu_18.04_v0.image: passed',
      'ntp-client at b312 has passed on every image',
    ],
    stderr: [],
  })
  expect(await runPipeline({ COMMIT: 'b312' })).toEqual({
    exitCode: 0,
    stdout: ['images: 0 created, 0 updated, 3 unchanged', 'ntp-client at b312 has passed on every image'],
    stderr: [],
  })
  expect((await runPipeline({ COMMIT: 'c413' })).stdout).toHaveLength(5)
  expect((await runPipeline({ COMMIT: 'c413', ROLE: 'sshd' })).stdout.at(-1)).toBe(
    'sshd at c413 has passed on every image',
  )
})

test('the actor and the run of the example pipeline are kept with its writes', async () => {
  const run = 'https://ci.example.org/runs/7?stage=tést'
  await runPipeline({ ROLE: 'who', GITLAB_USER_LOGIN: 'Łucja 🚀', CI_PIPELINE_URL: run })
  const data = await registry.data(
    `{ role(name: "who", image: "centos_8_v0.image", status: true) { commit _meta { createdBy } } }`,
  )
  expect(data).toEqual({ role: { commit: 'b312', _meta: { createdBy: 'Łucja 🚀' } } })
  expect(
    await registry.sql(`select distinct run, changed_by from ${versions} as v where document->>'name' = 'who'`),
  ).toEqual([{ run, changed_by: 'Łucja 🚀' }])
})

test('where there are rules of access, the example pipeline writes with the token of REGISTRY_TOKEN, and fails without one', async () => {
  const adminToken = 'an-admin-token-of-the-test'
  const guarded = await startRegistry(undefined, {
    access: ['name: pipeline\nwho: [{ token: pipeline }]\nmay: [{ read: "*" }, { write: [image, role] }]'],
    adminToken,
  })
  try {
    const asAdmin = { authorization: `Bearer ${adminToken}` }
    const { createToken } = await guarded.data('mutation { createToken(name: "pipeline") { token } }', {}, asAdmin)
    const variables = { REGISTRY_URL: guarded.url, GITLAB_USER_LOGIN: 'ann' }
    const without = await runPipeline(variables)
    expect(without).toMatchObject({ exitCode: 1, stdout: [] })
    expect(without.stderr).toContainEqual(
      expect.stringMatching(
        /RegistryError: Only callers with a token may write image: send the header Authorization: Bearer TOKEN\./,
      ),
    )
    expect(await guarded.data('{ images { totalCount } }', {}, asAdmin)).toEqual({ images: { totalCount: 0 } })
    const { exitCode, stdout } = await runPipeline({ ...variables, REGISTRY_TOKEN: createToken.token })
    expect([exitCode, stdout.at(-1)]).toEqual([0, 'ntp-client at b312 has passed on every image'])
    const read = '{ roles { nodes { _meta { createdBy createdFor } } } }'
    const { nodes } = (await guarded.data(read, {}, asAdmin)).roles
    expect(nodes).toEqual(Array(3).fill({ _meta: { createdBy: 'pipeline', createdFor: 'ann' } }))
  } finally {
    await guarded.close()
  }
})

/** Runs the example with these variables and no others of a CI; output by lines. */
function runPipeline(
  variables: Readonly<Record<string, string>>,
): Promise<{ exitCode: number; stdout: string[]; stderr: string[] }> {
  const env = { PATH: process.env['PATH'], REGISTRY_URL: registry.url, ...variables }
  return new Promise((resolve, reject) => {
    execFile(process.execPath, ['--import', 'tsx', 'examples/ci-pipeline.ts'], { env }, (error, stdout, stderr) => {
      const exitCode = error ? error.code : 0
      if (typeof exitCode !== 'number') reject(error)
      else resolve({ exitCode, stdout: toLines(stdout), stderr: toLines(stderr) })
    })
  })
}

function toLines(text: string): string[] {
  return text === '' ? [] : text.trimEnd().split('\n')
}
