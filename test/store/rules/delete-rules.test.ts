import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allRights } from '../../../src/plan/rights.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { type Grants, rightsOf } from '../../support/rights-of.ts'

const templates = [
  'name: host\nkey: [name]\nfields:\n  name: string\n  zone: string',
  'name: disk\nkey: [name]\nfields:\n  name: string\n  team: string\n  host: { type: reference, to: host, required: true, onDelete: cascade }',
  'name: backup\nkey: [name]\nfields:\n  name: string\n  team: string\n  disk: { type: reference, to: disk, onDelete: cascade }',
  'name: note\nkey: [name]\nfields:\n  name: string\n  team: string\n  host: { type: reference, to: host, onDelete: unset }',
  'name: lease\nkey: [name]\nfields:\n  name: string\n  team: string\n  host: { type: reference, to: host }\n  disk: { type: reference, to: disk }',
]

let registry: TestRegistry
let grants: Grants = {}
beforeAll(async () => {
  registry = await startRegistry(templates, {
    rights: ({ actor }) => (actor === 'limited' ? rightsOf(grants, registry.model) : allRights),
  })
})
afterAll(() => registry?.close())

beforeEach(async () => {
  await registry.data(`mutation {
    deleteLeases(where: {}, all: true) deleteHosts(where: {}, all: true) deleteNotes(where: {}, all: true)
    upsertHosts(input: [{name: "free", zone: "a"}, {name: "disks", zone: "a"}, {name: "noted", zone: "a"}, {name: "leased", zone: "a"}, {name: "deep", zone: "b"}]) { failed }
    upsertDisks(input: [{name: "d1", team: "ours", host: "disks"}, {name: "d2", team: "ours", host: "deep"}]) { failed }
    upsertBackups(input: [{name: "b1", team: "theirs", disk: "d2"}]) { failed }
    upsertNotes(input: [{name: "n1", team: "ours", host: "noted"}]) { failed }
    upsertLeases(input: [{name: "l1", team: "theirs", host: "leased"}]) { failed }
  }`)
})

const stored = async () => [
  await registry.sql('select template, key, document, version, updated_at from registry_object order by template, key'),
  await registry.sql('select count(*)::int as count from registry_change'),
]

const asLimited = (given: Grants, query: string) => {
  grants = given
  return registry.query(query, undefined, { 'x-registry-actor': 'limited' })
}

const remove = (name: string) => `mutation { deleteHost(name: "${name}") { name } }`
const removeAll = (where: string) => `mutation { deleteHosts(where: ${where}, all: true) }`
const ours = { team: { equals: 'ours' } }
const theirs = { team: { equals: 'theirs' } }
const inA = { zone: { equals: 'a' } }
const generic =
  'This would also delete or change something that refers to what you delete, and to which you have no right; nothing was deleted.'

describe('a delete that is not granted is FORBIDDEN, and nothing is deleted or changed:', () => {
  test.each<[string, Grants, string, string, readonly string[] | undefined]>([
    ['no right to the template', { read: true }, remove('free'), 'This needs the right to delete host.', undefined],
    ['the same by a filter', { read: true }, removeAll('{}'), 'This needs the right to delete host.', undefined],
    [
      'no right to the template and nothing there',
      { read: true },
      remove('gone'),
      'This needs the right to delete host.',
      undefined,
    ],
    [
      'an object outside of the rule',
      { read: true, delete: { host: { zone: { equals: 'b' } } } },
      remove('free'),
      'This needs the right to delete host.',
      ['name'],
    ],
    [
      'another version of such an object',
      { read: true, delete: { host: { zone: { equals: 'b' } } } },
      'mutation { deleteHost(name: "free", ifVersion: 9) { name } }',
      'This needs the right to delete host.',
      ['name'],
    ],
    [
      'some of what a filter finds',
      { read: true, delete: { host: { name: { equals: 'free' } } } },
      removeAll('{name: {in: ["free", "noted"]}}'),
      'This needs the right to delete host.',
      ['where'],
    ],
    [
      'a cascade to a template without any right',
      { read: true, delete: { host: true } },
      remove('disks'),
      'This would also delete a disk (by its host), so nothing was deleted. This needs the right to delete disk.',
      ['name'],
    ],
    [
      'a cascade to an object outside of the rule',
      { read: true, delete: { host: true, disk: theirs } },
      removeAll('{name: {equals: "disks"}}'),
      'This would also delete a disk (by its host), so nothing was deleted. This needs the right to delete disk.',
      ['where'],
    ],
    [
      'a cascade to an object that may not be read',
      { read: { host: true, disk: theirs }, delete: { host: true } },
      remove('disks'),
      generic,
      ['name'],
    ],
    [
      'a cascade to a template that may not be read',
      { read: { host: true }, delete: { host: true } },
      remove('disks'),
      generic,
      ['name'],
    ],
    [
      'a cascade of a cascade',
      { read: true, delete: { host: true, disk: true, backup: ours } },
      remove('deep'),
      'This would also delete a backup (by its disk), so nothing was deleted. This needs the right to delete backup.',
      ['name'],
    ],
    [
      'an unset without any right to write',
      { read: true, delete: true },
      remove('noted'),
      'This would also change a note (by its host), so nothing was deleted. This needs the right to write note.',
      ['name'],
    ],
    [
      'an unset of an object outside of the rule before',
      { read: true, delete: true, write: { note: { host: { isNull: true } } } },
      remove('noted'),
      'This would also change a note (by its host), so nothing was deleted. This needs the right to write note.',
      ['name'],
    ],
    [
      'an unset of an object outside of the rule after',
      { read: true, delete: true, write: { note: { host: { name: { equals: 'noted' } } } } },
      remove('noted'),
      'This would also change a note (by its host), so nothing was deleted. This needs the right to write note.',
      ['name'],
    ],
    [
      'an unset of an object that may not be read',
      { read: { host: true }, delete: true },
      remove('noted'),
      generic,
      ['name'],
    ],
  ])('%s', async (_title, given, query, message, path) => {
    const before = await stored()
    const { errors } = await asLimited(given, query)
    expect(errors?.map((error) => [error.message, error.extensions?.code])).toEqual([[message, 'FORBIDDEN']])
    expect(errors?.[0]?.extensions?.issues?.map((issue) => issue.path)).toEqual(path && [path])
    expect(await stored()).toEqual(before)
  })
})

describe('an object that the caller may not read does not exist for its deletes:', () => {
  const given: Grants = { read: { host: inA }, delete: true, write: true }

  test('one is null, many are not counted', async () => {
    const before = await stored()
    const [unseen, missing] = [await asLimited(given, remove('deep')), await asLimited(given, remove('gone'))]
    expect(unseen).toEqual(missing)
    expect(unseen).toEqual({ data: { deleteHost: null } })
    expect(await asLimited(given, removeAll('{name: {in: ["deep", "gone"]}}'))).toEqual({ data: { deleteHosts: 0 } })
    expect(await stored()).toEqual(before)
    expect(await asLimited(given, removeAll('{name: {in: ["deep", "free"]}}'))).toEqual({ data: { deleteHosts: 1 } })
  })
})

describe('STILL_REFERENCED names what refers, and what is referred to, only to those who may read it:', () => {
  test.each<[string, Grants, string, object]>([
    [
      'to those who may',
      { read: true, delete: true },
      remove('leased'),
      {
        message: 'The host "leased" is still referred to by a lease (its host); delete or change that first.',
        issues: [{ path: ['name'], template: 'lease', field: 'host' }],
      },
    ],
    [
      'not to others',
      { read: { host: true, lease: ours }, delete: true },
      remove('leased'),
      {
        message:
          'The host "leased" is still referred to by something that you may not read; ask those who may to delete or change that first.',
        issues: [{ path: ['name'] }],
      },
    ],
    [
      'not without any right to the template',
      { read: { host: true }, delete: true },
      removeAll('{name: {equals: "leased"}}'),
      {
        message:
          'The host "leased" is still referred to by something that you may not read; ask those who may to delete or change that first.',
        issues: [{ path: ['where'] }],
      },
    ],
  ])('%s', async (_title, given, query, { message, issues }: { message?: string; issues?: unknown }) => {
    const { errors } = await asLimited(given, query)
    expect(errors?.map((one) => one.message)).toEqual([message])
    const listed = errors?.[0]?.extensions?.issues?.map(({ code: _, message: __, ...issue }) => issue)
    expect(listed).toEqual(issues)
  })

  test('a target that would go by cascade', async () => {
    await registry.data('mutation { upsertLease(input: {name: "l2", team: "theirs", disk: "d1"}) { outcome } }')
    const message = async (read: Grants['read']) =>
      (await asLimited({ ...(read && { read }), delete: true, write: true }, remove('disks'))).errors?.[0]?.message
    expect(await message(true)).toMatch(/^The disk "d1" is still referred to by a lease/)
    expect(await message({ host: true, lease: true })).toMatch(
      /^Something that this would delete as well is still referred to by a lease/,
    )
    expect(await message({ host: true })).toMatch(
      /^Something that this would delete as well is still referred to by something/,
    )
  })
})

test('what is granted is deleted, with all that goes or changes with it', async () => {
  const given: Grants = { read: true, delete: { host: inA, disk: ours }, write: { note: ours } }
  expect(await asLimited(given, removeAll('{name: {in: ["disks", "noted"]}}'))).toEqual({ data: { deleteHosts: 2 } })
  expect(await registry.data('{ disks { nodes { name } } notes { nodes { name host { name } } } }')).toEqual({
    disks: { nodes: [{ name: 'd2' }] },
    notes: { nodes: [{ name: 'n1', host: null }] },
  })
})

test('a filter that asks for the target of a required reference excludes objects whose target the caller may not read', async () => {
  const query = 'mutation { deleteDisks(where: { host: {} }) }'
  const refused = await asLimited({ read: true, delete: true }, query)
  expect(refused.errors?.[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  const { data } = await asLimited({ read: { disk: {}, backup: {}, host: inA }, delete: true }, query)
  expect(data).toEqual({ deleteDisks: 1 })
  expect(await registry.data('{ disks { nodes { name } } }')).toEqual({ disks: { nodes: [{ name: 'd2' }] } })
})
