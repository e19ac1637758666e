import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asAdmin, asJob, asToken } from '../support/test-identify.ts'

const templates = ['name: role\nkey: [name]\nfields: { name: string, project: string, size: int }']

const github = 'https://token.actions.githubusercontent.com'

let registry: TestRegistry

beforeAll(async () => {
  registry = await startRegistry(templates, {
    access: [
      `
name: reader
who: [{ token: reader }]
may: [{ read: '*' }]`,
      `
name: ntp
contact: ntp@example.org
who: [{ token: ntp }]
may:
  - read: role
    where: { name: { startsWith: ntp- } }`,
      `
name: projects
who:
  - oidc: ${github}
    audience: registry
    claims: { repository_owner_id: 17 }
may:
  - read: role
    where: { name: { startsWith: '{claims.project}-' } }`,
    ],
  })
  await registry.data(
    'mutation { upsertRoles(input: [{name: "ntp-a", size: 1}, {name: "ntp-b", size: 2}, {name: "dns-a", size: 1}]) { failed } }',
    undefined,
    asAdmin,
  )
})

afterAll(() => registry?.close())

describe('a grant', () => {
  const names = async (headers: Readonly<Record<string, string>>) => {
    const { data, errors } = await registry.query('{ roles { nodes { name } } }', undefined, headers)
    return (
      errors?.map(({ extensions }) => extensions?.code) ?? data.roles.nodes.map((one: { name: string }) => one.name)
    )
  }
  const job = (claims: object) =>
    asJob({ iss: github, aud: 'registry', sub: 'repo', repository_owner_id: '17', ...claims })

  test('gives what its condition selects, with the values of the caller', async () => {
    expect(await names(asToken('reader'))).toEqual(['ntp-a', 'ntp-b', 'dns-a'])
    expect(await names(asToken('ntp'))).toEqual(['ntp-a', 'ntp-b'])
    expect(await names(job({ project: 'dns' }))).toEqual(['dns-a'])
    expect(await names(job({ project: 'ntp' }))).toEqual(['ntp-a', 'ntp-b'])
    expect(await names(job({}))).toEqual(['FORBIDDEN'])
    expect(await names(asToken('nobody'))).toEqual(['FORBIDDEN'])
    expect(await names({})).toEqual(['UNAUTHENTICATED'])
  })
})
