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

test('a new object takes the imported uuid, version, times and actors, and the history its time', async () => {
  const answer = await registry.data(
    write,
    { input: { name: 'imported', lts: true, _meta: meta } },
    { 'x-registry-actor': 'importer' },
  )
  expect(answer.upsertImage).toEqual({ outcome: 'CREATED', image: { _meta: meta } })
  expect(
    await registry.sql(
      `select outcome, version, changed_by, changed_at = '2025-12-01T00:00:00.000001Z' as at from registry_change where key = '["imported"]'`,
    ),
  ).toEqual([{ outcome: 'CREATED', version: 7, changed_by: 'importer', at: true }])
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
