import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { allRights, type WriteLimits } from '../../src/plan/rights.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, text: string }',
  'name: host\nkey: [name]\nfields: { name: string }',
]

/** By the actor and the template. */
const limits: Readonly<Record<string, Readonly<Record<string, Partial<WriteLimits>>>>> = {
  few: { image: { objects: 5, contacts: ['ops@example.org'] } },
  small: { image: { bytesADay: 1_000 }, host: { bytesADay: 1_000 } },
}

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, {
    rights: ({ actor }) => ({
      ...allRights,
      limitsOf: ({ name }) => {
        const given = limits[actor ?? '']?.[name]
        return given && { objects: undefined, bytesADay: undefined, contacts: [], ...given }
      },
    }),
  })
})
afterAll(() => registry?.close())
beforeEach(async () => {
  await registry.data('mutation { deleteImages(where: {}, all: true) deleteHosts(where: {}, all: true) }')
  await registry.sql('delete from registry_usage')
})

/** `CREATED` and the like, or the code and the message of the error. */
async function upsert(actor: string, name: string, text = ''): Promise<string> {
  const { data, errors } = await registry.query(
    'mutation ($input: ImageInput!) { upsertImage(input: $input) { outcome } }',
    { input: { name, text } },
    { 'x-registry-actor': actor },
  )
  return errors ? `${errors[0]?.extensions?.code}: ${errors[0]?.message}` : data.upsertImage.outcome
}

const tooMany =
  'FORBIDDEN: few: 5 objects of image that it created may exist, and 0 more can be created. Delete some that are not needed any more, or ask ops@example.org for more.'

test('a caller creates no more objects than it may, and deleting some makes room', async () => {
  await upsert('other', 'another')
  for (let i = 0; i < 5; i++) expect(await upsert('few', `i${i}`)).toBe('CREATED')
  expect(await upsert('few', 'i5')).toBe(tooMany)
  expect(await upsert('few', 'i0', 'changed')).toBe('UPDATED')
  expect(await upsert('few', 'i0', 'changed')).toBe('UNCHANGED')
  expect(await upsert('few', 'another', 'changed')).toBe('UPDATED')
  expect(await upsert('other', 'one more')).toBe('CREATED')
  await registry.data('mutation { deleteImage(name: "i3") { name } }')
  expect(await upsert('few', 'i5')).toBe('CREATED')
  expect(await upsert('few', 'i6')).toBe(tooMany)
})

test('of a batch, as many objects are created as may be; all or none where it says so', async () => {
  const input = Array.from({ length: 8 }, (_, i) => ({ name: `i${i}` }))
  const write = (mode: string) =>
    registry.query(
      `mutation ($input: [ImageInput!]!) { upsertImages(input: $input, mode: ${mode}) { created failed results { outcome error { code } } } }`,
      { input },
      { 'x-registry-actor': 'few' },
    )
  const { errors } = await write('ATOMIC')
  expect(errors?.[0]?.extensions).toMatchObject({
    code: 'FORBIDDEN',
    issues: [5, 6, 7].map((i) => ({ code: 'FORBIDDEN', path: ['input', i] })),
  })
  expect((await registry.data('{ images { totalCount } }')).images.totalCount).toBe(0)
  const { data } = await write('INDEPENDENT')
  expect(data.upsertImages).toMatchObject({ created: 5, failed: 3 })
  expect(data.upsertImages.results[4]).toEqual({ outcome: 'CREATED', error: null })
  expect(data.upsertImages.results[5]).toEqual({ outcome: null, error: { code: 'FORBIDDEN' } })
})

test('of writes at the same time, as many create objects as may', async () => {
  for (let round = 0; round < 5; round++) {
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => upsert('few', `i${round}-${i}`)))
    expect(outcomes.filter((outcome) => outcome === 'CREATED')).toHaveLength(5)
    expect(new Set(outcomes)).toEqual(new Set(['CREATED', tooMany]))
    await registry.data('mutation { deleteImages(where: {}, all: true) }')
  }
})

/** `{"name": "a", "text": "…"}` has that many bytes without its text. */
const around = Buffer.byteLength(JSON.stringify({ name: 'a', text: '' }))
const text = (bytes: number) => 'x'.repeat(bytes - around)

test('a caller writes no more bytes a day than it may, of all templates together', async () => {
  expect(await upsert('small', 'a', text(600))).toBe('CREATED')
  // A confirmation costs nothing, and what is refused neither.
  for (let i = 0; i < 3; i++) expect(await upsert('small', 'a', text(600))).toBe('UNCHANGED')
  expect(await upsert('small', 'b', text(401))).toBe(
    'FORBIDDEN: small: 1,000 bytes of documents and kept answers may be written on one day (UTC), of which 400 are left; this object has 401. Write the rest tomorrow.',
  )
  expect(await upsert('small', 'b', text(400 - 20))).toBe('CREATED')
  const host = () =>
    registry.query('mutation { upsertHost(input: {name: "a long name"}) { outcome } }', undefined, {
      'x-registry-actor': 'small',
    })
  expect((await host()).errors?.[0]?.message).toContain('of which 20 are left; this object has 22.')
  expect(await upsert('other', 'c', text(5_000))).toBe('CREATED')
  // It is of yesterday.
  await registry.sql('update registry_usage set day = day - 1')
  expect((await host()).data).toEqual({ upsertHost: { outcome: 'CREATED' } })
  expect(await registry.sql('select actor, bytes::int from registry_usage')).toEqual([{ actor: 'small', bytes: 22 }])
})

test('of writes at the same time, as many write bytes as may', async () => {
  const outcomes = await Promise.all(Array.from({ length: 20 }, (_, i) => upsert('small', `a${i % 10}${i}`, text(300))))
  expect(outcomes.filter((outcome) => outcome === 'CREATED')).toHaveLength(3)
})

test('a dry run uses nothing, and tells what a write would', async () => {
  const dry = async (name: string) => {
    const { data, errors } = await registry.query(
      'mutation ($name: String!) { upsertImage(input: { name: $name }, dryRun: true) { outcome } }',
      { name },
      { 'x-registry-actor': 'few' },
    )
    return errors?.[0]?.extensions?.code ?? data.upsertImage.outcome
  }
  for (let i = 0; i < 10; i++) expect(await dry(`i${i}`)).toBe('CREATED')
  for (let i = 0; i < 5; i++) expect(await upsert('few', `i${i}`)).toBe('CREATED')
  expect(await dry('i5')).toBe('FORBIDDEN')
})

test('nothing is counted of callers without limits', async () => {
  expect(await upsert('other', 'a', text(5_000))).toBe('CREATED')
  expect(await registry.sql('select * from registry_usage')).toEqual([])
})
