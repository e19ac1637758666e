import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asAdmin, asToken } from '../support/test-identify.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, text: string }',
  'name: constructor\nkey: [name]\nfields: { name: string }',
]

const roles = [
  `
name: two
contact: ops@example.org
who: [{ token: two }, { token: three }, { token: all }, { token: reader }]
may: [{ write: '*' }, { read: '*' }]
limits: { objects: { image: 2 }, bytesADay: 1kB }`,
  `
name: three
who: [{ token: three }]
may: [{ write: image }]
limits: { objects: { image: 3 }, bytesADay: 2000 }`,
  `
name: all
who: [{ token: all }]
may: [{ write: image }]`,
  `
name: reader
who: [{ token: reader }]
may: [{ read: image }]`,
  `
name: cleaner
who: [{ token: cleaner }]
may: [{ write: image }, { read: image }, { delete: image }]
limits: { bytesADay: 1kB }`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, { access: roles })
})
afterAll(() => registry?.close())

async function create(headers: Readonly<Record<string, string>>, count: number, text: string): Promise<number> {
  await registry.data('mutation { deleteImages(where: {}, all: true) }', undefined, asAdmin)
  await registry.sql('delete from registry_usage')
  const input = Array.from({ length: count }, (_, i) => ({ name: `i${i}`, text }))
  const query = 'mutation ($input: [ImageInput!]!) { upsertImages(input: $input, mode: INDEPENDENT) { created } }'
  return (await registry.data(query, { input }, headers)).upsertImages.created
}

test.each([
  ['two', 2, 1],
  // The most generous of its roles.
  ['three', 3, 2],
  // One of its roles has no limits.
  ['all', 9, 9],
  // A role that grants no writing lifts none.
  ['reader', 2, 1],
])('the token %s creates %d small objects, or %d large ones', async (name, small, large) => {
  expect(await create(asToken(name), 9, '')).toBe(small)
  expect(await create(asToken(name), 9, 'x'.repeat(900))).toBe(large)
})

test('the administrator has no limits, and a template without a limit has none, whatever its name', async () => {
  expect(await create(asAdmin, 9, 'x'.repeat(900))).toBe(9)
  for (let i = 0; i < 5; i++) {
    await registry.data(
      'mutation ($name: String!) { upsertConstructor(input: { name: $name }) { outcome } }',
      { name: `${i}` },
      asToken('two'),
    )
  }
})

test('answers that are kept for idempotency keys count with what is written', async () => {
  await create(asToken('two'), 1, 'x'.repeat(600))
  const send = async (query: string) => {
    const { data, errors } = await registry.query(query, undefined, asToken('two'))
    return data ? 'done' : errors?.[0]?.message
  }
  const again = (key: string, shown = 'image { text }') =>
    `mutation { upsertImage(input: { name: "i0" }, idempotencyKey: "${key}") { outcome ${shown} } }`
  const refusal = (left: number, size: number) =>
    `two: 1,000 bytes of documents and kept answers may be written on one day (UTC), of which ${left} are left; the answer to this request has ${size} with its key. Send it without a key, or tomorrow, or ask ops@example.org for more.`
  const used = async () => Number((await registry.sql('select bytes from registry_usage'))[0]?.bytes)
  const document = JSON.stringify({ name: 'i0', text: 'x'.repeat(600) }).length
  expect(await used()).toBe(document)
  expect(await send(again('a'))).toBe(refusal(1_000 - document, 644))
  expect(await used()).toBe(document)
  expect(await send(again('b', ''))).toBe('done')
  const small = (await used()) - document
  expect(small).toBe('b'.length + '{"outcome":"UNCHANGED"}'.length)
  // The same request again keeps nothing more.
  expect(await send(again('b', ''))).toBe('done')
  for (let i = 0; i < 9; i++) await send(again(`key ${i}`.padEnd(40), ''))
  const left = 1_000 - (await used())
  expect(await send(again('k'.repeat(40), ''))).toBe(refusal(left, 63))
  expect(await send('mutation { upsertImage(input: { name: "i0" }) { outcome } }')).toBe('done')
  expect((await registry.sql('select from registry_idempotency where caller = $1', ['two'])).length).toBeLessThan(9)

  // So does the answer to a deletion; one that is refused deletes nothing.
  await create(asToken('cleaner'), 1, 'x'.repeat(600))
  const remove = 'mutation { deleteImage(name: "i0", idempotencyKey: "k") { text } }'
  const { errors } = await registry.query(remove, undefined, asToken('cleaner'))
  expect(errors?.[0]).toMatchObject({
    message: expect.stringMatching(/^cleaner: .* the answer to this request has \d+ with its key\. /),
    extensions: { code: 'FORBIDDEN' },
  })
  expect(
    await registry.data(
      'mutation { deleteImages(where: {}, all: true, idempotencyKey: "k") }',
      undefined,
      asToken('cleaner'),
    ),
  ).toEqual({ deleteImages: 1 })
})

test('the refusal names whom to ask', async () => {
  await create(asToken('two'), 2, '')
  const { errors } = await registry.query(
    'mutation { upsertImage(input: { name: "third" }) { outcome } }',
    undefined,
    asToken('two'),
  )
  expect(errors?.[0]).toMatchObject({
    message:
      'two: 2 objects of image that it created may exist, and 0 more can be created. Delete some that are not needed any more, or ask ops@example.org for more.',
    extensions: { code: 'FORBIDDEN' },
  })
})
