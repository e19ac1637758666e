import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n',
  'name: role\nkey: [name]\nfields:\n  name: string\n  image: { type: reference, to: image, onDelete: cascade }\n',
  'name: disk\nkey: [name]\nfields:\n  name: string\n  image: { type: reference, to: image, onDelete: unset }\n',
  'name: lock\nkey: [name]\nfields:\n  name: string\n  image: { type: reference, to: image }\n',
  'name: odd\nkey: [dryRun, ifVersion]\nfields:\n  dryRun: boolean\n  ifVersion: int\n',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
  await registry.data(`mutation {
    upsertImages(input: [{ name: "a" }, { name: "b" }, { name: "held" }]) { created }
    upsertRoles(input: [{ name: "r", image: "a" }]) { created }
    upsertDisks(input: [{ name: "d", image: "a" }]) { created }
    upsertLock(input: { name: "l", image: "held" }) { outcome }
    upsertOdd(input: { dryRun: true, ifVersion: 3 }) { outcome }
  }`)
})
afterAll(() => registry?.close())

const tables = ['registry_object', 'registry_change', 'registry_past', 'registry_uuid']
const readAll = () => Promise.all(tables.map((table) => registry.sql(`select * from ${table} order by 1, 2`)))

test('a dry run of a delete answers as the delete would, with all that follows from it, and leaves everything', async () => {
  const before = await readAll()
  const one = 'deleteImage(name: "a", dryRun: true) { name roles { nodes { name } } }'
  expect(await registry.data(`mutation { ${one} none: deleteImage(name: "none", dryRun: true) { name } }`)).toEqual({
    deleteImage: { name: 'a', roles: { nodes: [{ name: 'r' }] } },
    none: null,
  })
  const many = 'deleteImages(where: { name: { in: ["a", "b"] } }, dryRun: true)'
  expect(await registry.data(`mutation { ${many} }`)).toEqual({ deleteImages: 2 })
  expect(await readAll()).toEqual(before)
})

test('it refuses what the delete would refuse', async () => {
  const codeOf = async (field: string) => (await registry.query(`mutation { ${field} }`)).errors?.[0]?.extensions?.code
  expect(await codeOf('deleteImage(name: "held", dryRun: true) { name }')).toBe('STILL_REFERENCED')
  expect(await codeOf('deleteImage(name: "a", ifVersion: 7, dryRun: true) { name }')).toBe('VERSION_CONFLICT')
  expect(await codeOf('deleteImages(where: {}, dryRun: true)')).toBe('BAD_USER_INPUT')
  expect(await codeOf('deleteImages(where: {}, all: true, dryRun: true)')).toBe('STILL_REFERENCED')
})

test('the argument gives way to a key field of its name', async () => {
  const remove = (more: string) =>
    registry.data(`mutation { deleteOdd(dryRun: true, ifVersion: 3, _ifVersion: 1${more}) { dryRun } }`)
  for (const more of [', _dryRun: true', '']) expect(await remove(more)).toEqual({ deleteOdd: { dryRun: true } })
  expect(await remove('')).toEqual({ deleteOdd: null })
})
