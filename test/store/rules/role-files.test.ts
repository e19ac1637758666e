import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { asAdmin, asToken } from '../../support/test-identify.ts'

const role = (name: string, token: string, may: string) => `name: ${name}\nwho:\n  - token: ${token}\nmay:\n${may}`

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(undefined, {
    access: [
      role(
        'ntp',
        'jenkins',
        `  - read: "*"
  - write: image
  - write: role
    where: { name: { startsWith: "ntp-" }, _meta: { createdBy: { equals: "{actor}" } } }
  - delete: role
    where: { _meta: { createdBy: { equals: "{actor}" } } }
`,
      ),
      role('all', 'ann', '  - read: "*"\n  - write: "*"\n  - delete: "*"\n  - import: role\n'),
      'name: open\nwho:\n  - anyone\nmay:\n  - read: image\n',
    ],
  })
})
afterAll(() => registry?.close())

const write = (name: string, status = true) =>
  `mutation { upsertRole(input: {name: "${name}", image: "i", status: ${status}}) { outcome role { _meta { createdBy updatedBy createdFor updatedFor } } } }`
const codes = async (query: string, headers?: Readonly<Record<string, string>>) =>
  (await registry.query(query, undefined, headers)).errors?.map(({ extensions }) => extensions?.code)
const jenkins = asToken('jenkins')
const ann = asToken('ann')

test("a rule with the caller's name holds for what the caller has created, and for nothing else", async () => {
  await registry.data('mutation { upsertImage(input: {name: "i"}) { outcome } }', undefined, jenkins)
  await registry.data(write('ntp-ann'), undefined, ann)
  expect((await registry.data(write('ntp-own'), undefined, jenkins)).upsertRole.outcome).toBe('CREATED')
  expect(await codes(write('ntp-ann'), jenkins)).toEqual(['FORBIDDEN'])
  expect(await codes(write('web'), jenkins)).toEqual(['FORBIDDEN'])
  const remove = (name: string) => `mutation { deleteRole(name: "${name}", image: "i", status: true) { name } }`
  expect(await codes(remove('ntp-ann'), jenkins)).toEqual(['FORBIDDEN'])
  expect(await registry.data(remove('ntp-own'), undefined, jenkins)).toEqual({ deleteRole: { name: 'ntp-own' } })
})

test('the actor is the token; X-Registry-Actor says on whose behalf, also in the history, filters and orderings', async () => {
  const behalf = (headers: Readonly<Record<string, string>>, who: string) => ({ ...headers, 'x-registry-actor': who })
  const { cursor } = await registry.data('{ cursor }', undefined, asAdmin)
  await registry.data(write('ntp-b'), undefined, behalf(jenkins, 'bob'))
  const { upsertRole } = await registry.data(
    write('ntp-b').replace('status: true', 'status: true, commit: "c"'),
    undefined,
    behalf(jenkins, 'eve'),
  )
  expect(upsertRole.role._meta).toEqual({
    createdBy: 'jenkins',
    updatedBy: 'jenkins',
    createdFor: 'bob',
    updatedFor: 'eve',
  })
  await registry.data(
    'mutation { deleteRole(name: "ntp-b", image: "i", status: true) { name } }',
    undefined,
    behalf(jenkins, 'zoe'),
  )
  expect(
    await registry.sql(
      `select outcome, changed_by, changed_for from registry_change where key like '["ntp-b%' order by sequence`,
    ),
  ).toEqual([
    { outcome: 'CREATED', changed_by: 'jenkins', changed_for: 'bob' },
    { outcome: 'UPDATED', changed_by: 'jenkins', changed_for: 'eve' },
    { outcome: 'DELETED', changed_by: 'jenkins', changed_for: 'zoe' },
  ])
  const told = await registry.data(
    `query ($cursor: String) {
      changes(after: $cursor, templates: ["role"]) { nodes { outcome actor onBehalfOf } }
      roleHistory(name: "ntp-b", image: "i", status: true) { nodes { outcome actor onBehalfOf } }
    }`,
    { cursor },
    ann,
  )
  const inOrder = [
    { outcome: 'CREATED', actor: 'jenkins', onBehalfOf: 'bob' },
    { outcome: 'UPDATED', actor: 'jenkins', onBehalfOf: 'eve' },
    { outcome: 'DELETED', actor: 'jenkins', onBehalfOf: 'zoe' },
  ]
  expect(told).toEqual({ changes: { nodes: inOrder }, roleHistory: { nodes: inOrder.toReversed() } })
  for (const who of ['x', 'y']) await registry.data(write(`ntp-${who}`), undefined, behalf(jenkins, who))
  const { role } = await registry.data(
    '{ role(name: "ntp-x", image: "i", status: true) { _history { nodes { actor onBehalfOf } } } }',
    undefined,
    ann,
  )
  expect(role._history.nodes).toEqual([{ actor: 'jenkins', onBehalfOf: 'x' }])
  expect(
    await registry.data(
      '{ found: roles(where: {_meta: {createdFor: {equals: "x"}}}) { nodes { name } } ordered: roles(where: {_meta: {updatedFor: {isNull: false}}}, orderBy: [{_meta: {updatedFor: desc}}]) { nodes { name } } }',
      undefined,
      asAdmin,
    ),
  ).toEqual({ found: { nodes: [{ name: 'ntp-x' }] }, ordered: { nodes: [{ name: 'ntp-y' }, { name: 'ntp-x' }] } })
})

test('an imported author is not on behalf of whom the importer writes for', async () => {
  const imported = async (meta: string) =>
    (
      await registry.data(
        `mutation { upsertRole(input: {name: "imported-${meta.length}", image: "i", status: true, _meta: {${meta}}}) { role { _meta { createdBy updatedBy createdFor updatedFor } } } }`,
        undefined,
        { ...ann, 'x-registry-actor': 'me' },
      )
    ).upsertRole.role._meta
  expect(await imported('version: 3')).toEqual({
    createdBy: 'ann',
    updatedBy: 'ann',
    createdFor: 'me',
    updatedFor: 'me',
  })
  expect(await imported('createdBy: "bob"')).toEqual({
    createdBy: 'bob',
    updatedBy: 'ann',
    createdFor: null,
    updatedFor: 'me',
  })
  expect(await imported('createdBy: "bob", createdFor: "zoe", updatedFor: null')).toEqual({
    createdBy: 'bob',
    updatedBy: 'ann',
    createdFor: 'zoe',
    updatedFor: null,
  })
  expect(await codes('mutation { upsertImage(input: {name: "i", _meta: {version: 3}}) { outcome } }', ann)).toEqual([
    'FORBIDDEN',
  ])
})

test('a write without a token needs one, in an independent batch too', async () => {
  const batch = 'mutation { upsertImages(input: [{name: "a"}], mode: INDEPENDENT) { failed } }'
  expect(await codes('mutation { upsertImage(input: {name: "a"}) { outcome } }')).toEqual(['UNAUTHENTICATED'])
  expect(await codes(batch)).toEqual(['UNAUTHENTICATED'])
  expect(await codes('mutation { deleteImages(where: {}, all: true) }')).toEqual(['UNAUTHENTICATED'])
})
