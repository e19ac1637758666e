import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry?.close())

const write = `mutation ($input: ImageInput!) {
  upsertImage(input: $input) { outcome image { _meta { uuid version createTime updateTime createdBy updatedBy } } }
}`
const meta = {
  uuid: 'b7205949-344b-4e51-a4a8-3d69ef43c8c7',
  version: 7,
  createTime: '2025-11-22T07:57:31.322661Z',
  updateTime: '2025-12-01T00:00:00.000001Z',
  createdBy: 'jenkins',
  updatedBy: 'ada',
}

test('a new object takes the imported uuid, version, times and actors, and the history tells when that was', async () => {
  const answer = await registry.data(
    write,
    { input: { name: 'imported', lts: true, _meta: meta } },
    { 'x-registry-actor': 'importer' },
  )
  expect(answer.upsertImage).toEqual({ outcome: 'CREATED', image: { _meta: meta } })
  expect(
    await registry.sql(
      `select outcome, version, changed_by, changed_at > now() - interval '1 day' as is_now from registry_change where key = '["imported"]'`,
    ),
  ).toEqual([{ outcome: 'CREATED', version: 7, changed_by: 'importer', is_now: true }])
})

test('an object that is imported again does not change', async () => {
  const again = await registry.data(write, { input: { name: 'imported', lts: true, _meta: meta } })
  expect(again.upsertImage).toEqual({ outcome: 'UNCHANGED', image: { _meta: { ...meta, updatedBy: 'ada' } } })
})

test('an import never makes the update time of an object earlier, and changes neither its uuid nor its creation', async () => {
  await registry.data('mutation { upsertImage(input: {name: "known"}) { outcome } }')
  const before = (await registry.data('{ image(name: "known") { _meta { uuid createTime updateTime } } }')).image._meta
  const { upsertImage } = await registry.data(write, {
    input: { name: 'known', lts: false, _meta: { ...meta, uuid: '0c595a38-c7c8-42ba-b9ce-f44a4367b6c2' } },
  })
  expect(upsertImage).toMatchObject({ outcome: 'UPDATED', image: { _meta: { ...before, version: 2 } } })
})

test('a uuid that another object has is refused, and so is a version below 1', async () => {
  expect((await registry.query(write, { input: { name: 'other', _meta: { uuid: meta.uuid } } })).errors).toMatchObject([
    {
      message: `_meta.uuid: another image already has the uuid "${meta.uuid}"; leave it out, or use a new one.`,
      extensions: { code: 'UNIQUE_CONFLICT', issues: [{ path: ['input', '_meta', 'uuid'], code: 'UNIQUE_CONFLICT' }] },
    },
  ])
  expect((await registry.query(write, { input: { name: 'other', _meta: { version: 0 } } })).errors).toMatchObject([
    {
      extensions: {
        code: 'BAD_USER_INPUT',
        issues: [{ path: ['input', '_meta', 'version'], code: 'MINIMUM', message: 'version: 0 is less than 1' }],
      },
    },
  ])
})

test('an independent batch refuses the inputs with a uuid of another object, stored or in the same batch', async () => {
  const free = 'f1f2d0a6-3c43-4cd1-9d3e-3c6c6a0b8f11'
  const { upsertImages } = await registry.data(
    `mutation ($input: [ImageInput!]!) { upsertImages(mode: INDEPENDENT, input: $input) {
      results { outcome image { _meta { uuid } } error { code message issues { path code message } } } } }`,
    {
      input: [
        { name: 'u1', _meta: { uuid: free } },
        { name: 'u2', _meta: { uuid: free } },
        { name: 'u3', _meta: { uuid: meta.uuid } },
        { name: 'imported', _meta: { uuid: free } },
      ],
    },
  )
  const refused = (index: string, uuid: string) => {
    const code = 'UNIQUE_CONFLICT'
    const message = `_meta.uuid: another image already has the uuid "${uuid}"; leave it out, or use a new one.`
    const issues = [{ path: ['input', index, '_meta', 'uuid'], code, message }]
    return { outcome: null, image: null, error: { code, message, issues } }
  }
  expect(upsertImages.results).toEqual([
    { outcome: 'CREATED', image: { _meta: { uuid: free } }, error: null },
    refused('1', free),
    refused('2', meta.uuid),
    { outcome: 'UNCHANGED', image: { _meta: { uuid: meta.uuid } }, error: null },
  ])
})

test('no update time and no creation is in the future, but for what clocks may differ by', async () => {
  const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()
  for (const name of ['updateTime', 'createTime']) {
    const later = inSeconds(600)
    const input = { name: 'future', _meta: { [name]: later } }
    for (const answer of [
      await registry.query(write, { input }),
      await registry.query(write, { input: { ...input, name: 'imported' } }),
    ])
      expect(answer.errors).toMatchObject([
        {
          extensions: {
            code: 'BAD_USER_INPUT',
            issues: [
              { path: ['input', '_meta', name], code: 'FUTURE', message: `${name}: "${later}" is in the future` },
            ],
          },
        },
      ])
  }
  const { upsertImage } = await registry.data(write, {
    input: { name: 'ahead', _meta: { createTime: inSeconds(20), updateTime: inSeconds(20) } },
  })
  expect(upsertImage.outcome).toBe('CREATED')
})

test('a version leaves room for changes, and an object at the last version there is can still be changed', async () => {
  const versioned = (version: number) =>
    registry.query(write, { input: { name: 'late', lts: true, _meta: { version } } })
  expect((await versioned(2_000_000_001)).errors).toMatchObject([
    {
      extensions: {
        code: 'BAD_USER_INPUT',
        issues: [
          {
            path: ['input', '_meta', 'version'],
            code: 'MAXIMUM',
            message: 'version: 2000000001 is greater than 2000000000, so that few changes would be left for the object',
          },
        ],
      },
    },
  ])
  expect((await versioned(2_000_000_000)).data.upsertImage.image._meta.version).toBe(2_000_000_000)
  // As it could be imported before.
  await registry.sql(`update registry_object set version = 2147483646 where key = '["late"]'`)
  const change = async (distr: string) => (await registry.data(write, { input: { name: 'late', distr } })).upsertImage
  expect([await change('a'), await change('b'), await change('b')]).toMatchObject(
    ['UPDATED', 'UPDATED', 'UNCHANGED'].map((outcome) => ({ outcome, image: { _meta: { version: 2_147_483_647 } } })),
  )
  const page = '{ images(first: 1, orderBy: [{_meta: {version: desc}}]) { pageInfo { endCursor } } }'
  const after = (await registry.data(page)).images.pageInfo.endCursor
  const rest = `{ images(first: 1, after: "${after}", orderBy: [{_meta: {version: desc}}]) { nodes { name } } }`
  expect((await registry.data(rest)).images.nodes).toEqual([{ name: 'imported' }])
})
