import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
let uuid: string
beforeAll(async () => {
  registry = await startRegistry()
  await registry.data(`mutation {
    upsertImages(input: [{name: "a"}, {name: "b"}]) { failed }
    upsertRoles(input: [{name: "r", image: "a", status: true}, {name: "r", image: "b", status: true}]) { failed }
  }`)
  uuid = (await registry.data('{ images(first: 1) { nodes { _meta { uuid } } } }')).images.nodes[0]._meta.uuid
})
afterAll(() => registry?.close())

const page = 'totalCount pageInfo { hasNextPage startCursor } edges { cursor node { name } }'

describe('a root field is one statement, whatever is selected below it:', () => {
  test.each([
    ['a list', '{ images { nodes { name } } }'],
    ['three levels', '{ images { nodes { roles { nodes { image { name } } } } } }'],
    [
      'seven levels',
      '{ images { nodes { roles { nodes { image { roles { nodes { image { roles { nodes { name } } } } } } } } } } }',
    ],
    [
      'a page with everything',
      `{ images(first: 1, where: {roles: {some: {status: {equals: true}}}}) { ${page} nodes { name roles { ${page} } } } }`,
    ],
    [
      'one connection under two aliases',
      '{ images { nodes { passed: roles(status: true) { totalCount } failed: roles(status: false) { totalCount } } } }',
    ],
    ['an object', '{ image(name: "a") { name roles { nodes { name } } } }'],
    [
      'groups, aggregates and the latest of each group',
      `{ images { totalCount aggregate { count max { _meta { updateTime } } } groupBy(by: [distr]) { key { distr } count latest { roles { nodes { name } } } aggregate { count } }
        nodes { roles(latestPer: [name], orderBy: [{image: {distr: asc}}]) { nodes { name } groupBy(by: [image]) { key { image { roles { totalCount } } } } } } } }`,
    ],
    ['only a count', '{ images { totalCount } }'],
    ['the counts of all templates', '{ templates { name count } }'],
  ])('%s', async (_title, query) => {
    expect(await recordStatements(() => registry.data(query))).toHaveLength(1)
  })

  test('an object of any template', async () => {
    const query = `{ object(uuid: "${uuid}") { __typename _document ... on Image { roles { nodes { image { name } } } } ... on Role { image { name } } } }`
    expect(await recordStatements(() => registry.data(query))).toHaveLength(1)
  })
})

test('several root fields are as many statements', async () => {
  const query = `{ a: images { nodes { name } } b: images { totalCount roles: nodes { roles { totalCount } } } c: image(name: "a") { name } ...F }
    fragment F on Query { roles { nodes { image { name } } } a: images { totalCount } }`
  expect(await recordStatements(() => registry.data(query))).toHaveLength(4)
})

test('an operation that selects no data is no statement', async () => {
  expect(await recordStatements(() => registry.data('{ __typename templates { name fields { name type } } }'))).toEqual(
    [],
  )
})
