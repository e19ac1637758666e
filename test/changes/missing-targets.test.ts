import { describe, expect, test } from 'vitest'
import { negate } from '../../src/plan/condition.ts'
import { allRights } from '../../src/plan/rights.ts'
import { useRegistries } from './use-registries.ts'

const registries = useRegistries()

const image = '{ name: image, key: [name], fields: { name: string } }'
const rack =
  '{ name: rack, key: [name], fields: { name: string, host: { type: reference, to: host, reverse: racks } } }'
const host = (reference: string) => `{ name: host, key: [name], fields: { name: string, ${reference} } }`
const write = `mutation {
  upsertImage(input: {name: "there"}) { outcome }
  upsertHosts(input: [{name: "a", image: "gone"}, {name: "b", image: "there"}, {name: "c"}]) { created }
  upsertRack(input: {name: "r", host: "a"}) { outcome }
}`
const writeLists = write.replace('"gone"', '["there", "gone"]').replace('image: "there"', 'image: ["there"]')

const at = (key: string, ...path: readonly (string | number)[]) => ({
  path,
  extensions: { code: 'UNFIT_OBJECT', template: 'host', key: `["${key}"]`, field: 'image' },
})

/** The host `a` refers to an image that there is not; its template allowed that. */
async function startAfter(before: string, after: string, setup = write) {
  const first = await registries.start([image, rack, host(before)])
  await first.data(setup)
  return registries.start([image, rack, host(after)], 'any', {
    rights: ({ actor }) =>
      actor === 'half-blind'
        ? { ...allRights, sight: 'some', granted: () => negate({ kind: 'keys', keys: [] }) }
        : allRights,
  })
}

const loose = 'image: { type: reference, to: image, onMissing: allow }'
const strict = 'image: { type: reference, to: image }'

describe('a target that is missing since a missing one was allowed', () => {
  test.each([
    ['of an optional reference', strict],
    ['of a reference of another name', 'system: { type: reference, to: image, renamedFrom: image }'],
    ['of a reference that is required now', 'image: { type: reference!, to: image }'],
  ])('%s is told at its place', async (_, after) => {
    const field = after.slice(0, after.indexOf(':'))
    const { query, data } = await startAfter(loose, after)
    const isRequired = after.includes('reference!')
    const named = (error: ReturnType<typeof at>) => ({ ...error, extensions: { ...error.extensions, field } })
    const answer = await query(`{ hosts { nodes { ${field} { name } } } }`)
    expect(answer.data).toEqual({
      hosts: { nodes: [{ [field]: null }, { [field]: { name: 'there' } }, { [field]: null }] },
    })
    const errors = [at('a', 'hosts', 'nodes', 0, field), ...(isRequired ? [at('c', 'hosts', 'nodes', 2, field)] : [])]
    expect(answer.errors).toMatchObject(errors.map(named))
    expect(answer.errors).toHaveLength(errors.length)
    const { templates } = await data('{ templates { name violations { field count } } }')
    expect(templates).toContainEqual({ name: 'host', violations: [{ field, count: errors.length }] })
  })

  test.each([
    ['one object', '{ host(name: "a") { image { name } } }', ['host', 'image']],
    ['an object by its uuid', '{ object(uuid: $uuid) { ... on Host { image { name } } } }', ['object', 'image']],
    ['a reference', '{ racks { nodes { host { image { name } } } } }', ['racks', 'nodes', 0, 'host', 'image']],
    [
      'an alias',
      '{ hosts { edges { node { system: image { __typename } } } } }',
      ['hosts', 'edges', 0, 'node', 'system'],
    ],
    [
      'a group',
      '{ hosts { groupBy(by: [name]) { latest { image { name } } } } }',
      ['hosts', 'groupBy', 0, 'latest', 'image'],
    ],
    [
      'a write',
      'mutation { upsertHost(input: {name: "a"}) { host { image { name } } } }',
      ['upsertHost', 'host', 'image'],
    ],
    ['a deletion', 'mutation { deleteRack(name: "r") { host { image { name } } } }', ['deleteRack', 'host', 'image']],
  ])('is told through %s', async (_, operation, path) => {
    const { query, sql } = await startAfter(loose, strict)
    const [row] = await sql(`select uuid from registry_object where template = 'host' and key = '["a"]'`)
    const answer = await query(operation.replace('$uuid', JSON.stringify(row?.uuid)))
    expect(answer.errors).toMatchObject([at('a', ...path)])
    expect(answer.errors).toHaveLength(1)
    // The control: what is mended is told no more.
    await query('mutation { upsertHost(input: {name: "a", image: null}) { outcome } }')
    if (!operation.startsWith('mutation'))
      expect((await query(operation.replace('$uuid', JSON.stringify(row?.uuid)))).errors).toBeUndefined()
  })

  test.each([
    ['where missing targets are still allowed', loose, `${loose.slice(0, -1)}, description: other }`, write, null],
    [
      'of a list, which shows the targets that exist',
      loose.replace('reference', '[reference]'),
      strict.replace('reference', '[reference]'),
      writeLists,
      [{ name: 'there' }],
    ],
  ])('is not told %s', async (_, before, after, setup, shown) => {
    const { query } = await startAfter(before, after, setup)
    const { data, errors } = await query('{ host(name: "a") { image { name } } }')
    expect(data).toEqual({ host: { image: shown } })
    expect(errors).toBeUndefined()
  })

  test('is not told to a caller who may not see all targets', async () => {
    const { query } = await startAfter(loose, strict)
    const headers = { 'x-registry-actor': 'half-blind' }
    const { data, errors } = await query('{ host(name: "a") { image { name } } }', {}, headers)
    expect(data).toEqual({ host: { image: null } })
    expect(errors).toBeUndefined()
  })
})

test.each([
  ['an optional reference', strict, '[name]'],
  ['a required reference', strict.replace('reference', 'reference!'), '[name]'],
  ['a key', strict, '[name, image]'],
])('a target that a server with older templates has deleted is told at the place of %s', async (_, reference, key) => {
  const keyed = (fields: string) => host(fields).replace('[name]', key)
  const older = await registries.start([image])
  const newer = await registries.start([image, keyed(`size: int, ${reference}`)])
  await newer.data(
    'mutation { upsertImage(input: {name: "there"}) { outcome } upsertHost(input: {name: "a", image: "there"}) { outcome } }',
  )
  await older.data('mutation { deleteImage(name: "there") { name } }')
  const ask = () => newer.query('{ hosts { nodes { name image { name } } } }')
  await expect.poll(async () => (await ask()).data).toEqual({ hosts: { nodes: [{ name: 'a', image: null }] } })
  expect((await ask()).errors).toMatchObject([
    { extensions: { code: 'UNFIT_OBJECT', template: 'host', field: 'image' } },
  ])
})
