import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
})
afterAll(() => registry?.close())

test('the pipeline of the article: images are registered, tested, and no longer missing', async () => {
  const written = await registry.data(
    `mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created updated unchanged failed results { index outcome image { name version lts } } } }`,
    {
      input: [
        { name: 'ubuntu_20.04_v0.image', version: '20.04', lts: true },
        { name: 'centos_7_v0.image', version: '7', lts: true },
      ],
    },
  )
  expect(written.upsertImages).toEqual({
    created: 2,
    updated: 0,
    unchanged: 0,
    failed: 0,
    results: [
      { index: 0, outcome: 'CREATED', image: { name: 'ubuntu_20.04_v0.image', version: '20.04', lts: true } },
      { index: 1, outcome: 'CREATED', image: { name: 'centos_7_v0.image', version: '7', lts: true } },
    ],
  })
  const untested = `query ($commit: String!) { images(where: {roles: {none: {name: {equals: "ntp-client"}, commit: {equals: $commit}, status: {equals: true}}}}) { totalCount nodes { name } } }`
  expect(await registry.data(untested, { commit: 'b312' })).toEqual({
    images: { totalCount: 2, nodes: [{ name: 'ubuntu_20.04_v0.image' }, { name: 'centos_7_v0.image' }] },
  })
  const tested = await registry.data(
    `mutation ($input: RoleInput!) { upsertRole(input: $input) { outcome role { name image { name roles { nodes { commit } } } _meta { version createdBy } _document } } }`,
    { input: { name: 'ntp-client', image: 'ubuntu_20.04_v0.image', commit: 'b312', status: true } },
    { 'x-registry-actor': 'jenkins' },
  )
  expect(tested.upsertRole).toEqual({
    outcome: 'CREATED',
    role: {
      name: 'ntp-client',
      image: { name: 'ubuntu_20.04_v0.image', roles: { nodes: [{ commit: 'b312' }] } },
      _meta: { version: 1, createdBy: 'jenkins' },
      _document: { name: 'ntp-client', image: 'ubuntu_20.04_v0.image', commit: 'b312', status: true },
    },
  })
  expect(await registry.data(untested, { commit: 'b312' })).toEqual({
    images: { totalCount: 1, nodes: [{ name: 'centos_7_v0.image' }] },
  })
})
