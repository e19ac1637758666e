import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

/** Every limit of planning, low enough to be reached. */
const limits = {
  pageSize: 10,
  nodes: 1_000,
  listValues: 3,
  orderTerms: 2,
  deletes: 4,
  matrixRows: 3,
  matrixColumns: 4,
  matrixCells: 6,
}

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(undefined, { limits })
  const input = Array.from({ length: 5 }, (_, i) => ({ name: `i${i}` }))
  await registry.data('mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }', { input })
  await registry.data('mutation { upsertRole(input: {name: "r", image: "i0", status: true}) { outcome } }')
})
afterAll(() => registry?.close())

describe('a request beyond a limit is refused with the name of the limit, the requested and the allowed amount:', () => {
  test.each([
    ['{ images(first: 11) { nodes { name } } }', 'pageSize', 11, ['first']],
    ['{ images(last: 12) { nodes { name } } }', 'pageSize', 12, ['last']],
    ['{ images { groupBy(by: [distr], first: 13) { count } } }', 'pageSize', 13, ['groupBy', 'first']],
    // 10 images, 10 roles each, 10 of each again.
    [
      '{ images { nodes { roles { nodes { image { roles { nodes { name } } } } } } } }',
      'nodes',
      10 + 100 + 100 + 1_000,
    ],
    [
      '{ images { edges { node { roles { edges { node { image { roles { nodes { name } } } } } } } } } }',
      'nodes',
      1_210,
    ],
    ['{ images { nodes { a: roles { nodes { image { roles { nodes { name } } } } } } } }', 'nodes', 1_210],
    [
      '{ roles { groupBy(by: [name]) { latest { image { roles { nodes { image { roles { nodes { name } } } } } } } } } }',
      'nodes',
      10 + 10 + 10 + 100 + 100 + 1_000,
    ],
    [
      '{ roles { groupBy(by: [image]) { key { image { roles { nodes { image { roles { nodes { name } } } } } } } } } }',
      'nodes',
      10 + 10 + 100 + 100 + 1_000,
    ],
    [
      '{ image(name: "i0") { roles { nodes { image { roles { nodes { image { roles { nodes { name } } } } } } } } } }',
      'nodes',
      1 + 10 + 10 + 100 + 100 + 1_000,
    ],
    [
      'mutation { upsertImage(input: {name: "i0"}) { image { roles { nodes { image { roles { nodes { image { roles { nodes { name } } } } } } } } } } }',
      'nodes',
      1_220,
    ],
    [
      '{ a: images { nodes { roles { nodes { image { roles { totalCount } } } } } } b: images { nodes { roles { nodes { a: image { roles { nodes { name } } } } } } } }',
      'nodes',
      210 + 1_210,
    ],
    ['{ images(where: {name: {in: ["a", "b", "c", "d"]}}) { totalCount } }', 'listValues', 4, ['where', 'name', 'in']],
    ['{ roles(orderBy: [{name: asc}, {status: asc}, {commit: asc}]) { totalCount } }', 'orderTerms', 3, ['orderBy']],
    ['mutation { deleteImages(where: {}, all: true) }', 'deletes', 'more', ['where']],
    ['{ roleMatrix(rows: name, columns: image) { totalCount } }', 'matrixColumns', 'more'],
    [
      '{ roleMatrix(rows: name, columns: image, rowIn: ["a", "b", "c", "d"]) { totalCount } }',
      'matrixRows',
      4,
      ['rowIn'],
    ],
    [
      '{ roleMatrix(rows: name, columns: image, rowIn: ["a", "b", "c"], columnWhere: {name: {in: ["i0", "i1", "i2"]}}) { totalCount } }',
      'matrixCells',
      9,
    ],
  ] as [query: string, limit: keyof typeof limits, asked: number | 'more', path?: string[]][])('%s', async (...row) => {
    const [query, limit, asked, path] = row
    const { errors } = await registry.query(query)
    const allowed = limits[limit]
    expect(errors?.[0]?.extensions).toEqual({
      code: 'LIMIT_EXCEEDED',
      limit: { name: limit, allowed, ...(asked !== 'more' && { asked }) },
      ...(path && { issues: [{ path, code: 'LIMIT_EXCEEDED', message: errors?.[0]?.message }] }),
    })
    expect(errors?.[0]?.message).toContain(`at most ${allowed.toLocaleString('en-US')} are allowed (limit "${limit}")`)
  })
})

test('a request that reaches a limit exactly is answered', async () => {
  expect(
    (await registry.query('{ images(first: 10, where: {name: {in: ["i0", "i1", "i2"]}}) { totalCount } }')).data,
  ).toEqual({ images: { totalCount: 3 } })
  const query = '{ roles(orderBy: [{image: {distr: asc}}, {name: asc}]) { nodes { name } } }'
  expect((await registry.query(query)).data).toEqual({ roles: { nodes: [{ name: 'r' }] } })
  const matrix =
    '{ roleMatrix(rows: name, columns: image, rowIn: ["a", "r"], columnWhere: {name: {in: ["i0", "i1", "i2"]}}) { totalCount missingCount } }'
  expect((await registry.query(matrix)).data).toEqual({ roleMatrix: { totalCount: 6, missingCount: 5 } })
  expect((await registry.query('mutation { deleteImages(where: {name: {not: "i0"}}) }')).data).toEqual({
    deleteImages: 4,
  })
})

test('a limit on pages below their default sizes is the default', async () => {
  const images = '{ images { nodes { roles { nodes { name } } } pageInfo { hasNextPage } } }'
  expect((await registry.query(images)).errors).toBeUndefined()
})

test('a page from the end needs no first: it may be left out, null or a variable without a value', async () => {
  const given = 'query ($first: Int, $last: Int) { images(first: $first, last: $last) { pageInfo { hasNextPage } } }'
  for (const [query, variables] of [
    ['{ images(last: 0) { pageInfo { hasNextPage } } }'],
    ['{ images(first: null, last: 0) { pageInfo { hasNextPage } } }'],
    [given, { last: 0 }],
    [given, { first: null, last: 0 }],
    [given, { first: 0 }],
    [given],
  ] as const)
    expect(await registry.query(query, variables), query).not.toHaveProperty('errors')
  for (const variables of [
    { first: 10, last: 10 },
    { first: 0, last: 0 },
  ])
    expect((await registry.query(given, variables)).errors?.[0]?.message).toBe(
      'first and last cannot be given together; give one of them',
    )
})
