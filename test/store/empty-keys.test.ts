import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const image = 'name: image\nkey: [name]\nfields: { name: string, label: string }\n'
const role = `
name: role
key: [name, image]
fields:
  name: string
  image: { type: reference, to: image }
  wish: { type: reference, to: image, onMissing: allow, reverse: wished }
  wishes: { type: [reference], to: slot, onMissing: allow, reverse: wishedBy }
  spots: { type: [reference], to: rack, onMissing: allow, reverse: spotted }
  note: string
`
const slot = 'name: slot\nkey: [place, release]\nfields: { place: string, release: version, note: string }\n'
const rack = 'name: rack\nkey: [rack-no, row]\nfields: { rack-no: string, row: string }\n'
const open = 'name: open\nkey: [name]\nfields: { name: { type: string, minLength: 0 }, note: string }\n'
const preset = "name: preset\nkey: [name, kind]\nfields: { name: string, kind: { type: string, default: '' } }\n"

const refused = (name: string, template: string, field = name) =>
  `${name} is empty, and the key of "${template}" takes no empty text; give a text (its variable may not be set), or allow it with minLength: 0 for ${field} in the template`

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([image, role, slot, rack, open, preset])
  await registry.data('mutation { upsertImage(input: {name: "i"}) { outcome } }')
})
afterAll(() => registry?.close())

describe('a key field that is empty text is refused', () => {
  test.each([
    ['upsertImage(input: {name: ""}) { outcome }', `input.name: ${refused('name', 'image')}`],
    ['upsertImage(input: {name: ""}, ifVersion: 0) { outcome }', `input.name: ${refused('name', 'image')}`],
    ['upsertImage(input: {name: ""}, dryRun: true) { outcome }', `input.name: ${refused('name', 'image')}`],
    ['upsertImages(input: [{name: "new"}, {name: ""}]) { created }', `input.1.name: ${refused('name', 'image')}`],
    ['upsertSlot(input: {place: "", release: "1"}) { outcome }', `input.place: ${refused('place', 'slot')}`],
    ['upsertSlot(input: {place: "a", release: ""}) { outcome }', `input.release: ${refused('release', 'slot')}`],
    ['upsertImage(input: {name: "", _meta: {version: 3}}) { outcome }', `input.name: ${refused('name', 'image')}`],
    ['upsertPreset(input: {name: "a"}) { outcome }', `input.kind: ${refused('kind', 'preset')}`],
    [
      'upsertRole(input: {name: "r", image: "i", wish: ""}) { outcome }',
      `input.wish: ${refused('wish', 'image', 'name')}`,
    ],
    [
      'upsertRole(input: {name: "r", image: "i", wishes: [{place: "a", release: "1"}, {place: "a", release: ""}]}) { outcome }',
      `input.wishes.1.release: ${refused('release', 'slot')}`,
    ],
    ['upsertRack(input: {rack_no: "", row: "a"}) { outcome }', `input.rack_no: ${refused('rack-no', 'rack')}`],
    [
      'upsertRole(input: {name: "r", image: "i", spots: [{rack_no: "", row: "a"}]}) { outcome }',
      `input.spots.0.rack_no: ${refused('rack-no', 'rack')}`,
    ],
  ])('%s', async (mutation, message) => {
    expect(await listErrors(registry, `mutation { ${mutation} }`)).toEqual([`BAD_USER_INPUT ${message}`])
  })

  test('each of several by itself', async () => {
    const { upsertImages } = await registry.data(
      'mutation { upsertImages(input: [{name: ""}, {name: "i"}], mode: INDEPENDENT) { created failed results { error { code issues { path code } } } } }',
    )
    expect(upsertImages).toEqual({
      created: 0,
      failed: 1,
      results: [
        { error: { code: 'BAD_USER_INPUT', issues: [{ path: ['input', '0', 'name'], code: 'EMPTY_KEY' }] } },
        { error: null },
      ],
    })
  })

  test('a reference in a key: there is no such target, or its key is empty', async () => {
    const [error] = await listErrors(registry, 'mutation { upsertRole(input: {name: "r", image: ""}) { outcome } }')
    expect(error).toBe(
      'REFERENCE_NOT_FOUND input.image: image: there is no image ""; create it first, or correct the name.',
    )
  })

  test('nothing of it is stored', async () => {
    expect(
      await registry.data('{ images { totalCount } slots { totalCount } roles { totalCount } presets { totalCount } }'),
    ).toEqual({
      images: { totalCount: 1 },
      slots: { totalCount: 0 },
      roles: { totalCount: 0 },
      presets: { totalCount: 0 },
    })
  })
})

test('blanks are a text, and so is an empty one with minLength: 0', async () => {
  expect(
    await registry.data(
      'mutation { upsertImage(input: {name: " "}) { outcome } upsertOpen(input: {name: "", note: "n"}) { outcome open { name note } } deleteImage(name: " ") { name } }',
    ),
  ).toEqual({
    upsertImage: { outcome: 'CREATED' },
    upsertOpen: { outcome: 'CREATED', open: { name: '', note: 'n' } },
    deleteImage: { name: ' ' },
  })
})

test('other fields may be empty', async () => {
  expect(await registry.data('mutation { upsertImage(input: {name: "i", label: ""}) { image { label } } }')).toEqual({
    upsertImage: { image: { label: '' } },
  })
})

test('an object that has such a key already is read, written in its other fields, and deleted', async () => {
  const lax = (text: string) => text.replace('name: string', 'name: { type: string, minLength: 0 }')
  const former = await startRegistry([lax(image), lax(role), slot, rack])
  try {
    await former.data(
      'mutation { upsertImage(input: {name: ""}) { outcome } upsertRole(input: {name: "", image: "", wish: ""}) { outcome } }',
    )
    const later = await startRegistry([image, role, slot, rack], { databaseUrl: former.databaseUrl })
    try {
      expect(
        await later.data('{ image(name: "") { name } roles(image: "") { nodes { name image { name } } } }'),
      ).toEqual({
        image: { name: '' },
        roles: { nodes: [{ name: '', image: { name: '' } }] },
      })
      expect(
        await later.data(
          'mutation { upsertImage(input: {name: "", label: "l"}) { outcome } upsertRole(input: {name: "", image: "", note: "n"}) { outcome } }',
        ),
      ).toEqual({ upsertImage: { outcome: 'UPDATED' }, upsertRole: { outcome: 'UPDATED' } })
      expect(
        await listErrors(later, 'mutation { upsertRole(input: {name: "", image: "", wish: ""}) { outcome } }'),
      ).toEqual([`BAD_USER_INPUT input.wish: ${refused('wish', 'image', 'name')}`])
      // A new one that refers to it has an empty part of the key itself.
      expect(await listErrors(later, 'mutation { upsertRole(input: {name: "new", image: ""}) { outcome } }')).toEqual([
        `BAD_USER_INPUT input.image: ${refused('image', 'image', 'name')}`,
      ])
      expect(
        await later.data('mutation { deleteRole(name: "", image: "") { name } deleteImage(name: "") { label } }'),
      ).toEqual({ deleteRole: { name: '' }, deleteImage: { label: 'l' } })
      expect(await listErrors(later, 'mutation { upsertImage(input: {name: ""}) { outcome } }')).toEqual([
        `BAD_USER_INPUT input.name: ${refused('name', 'image')}`,
      ])
    } finally {
      await later.close()
    }
  } finally {
    await former.close()
  }
})
