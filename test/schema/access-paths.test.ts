import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explain, type PlanNode } from '../support/explain.ts'
import { fillRegistry, largeTemplates } from '../support/large-registry.ts'
import { latestQueries, looksOf } from '../support/latest-access-paths.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

/** Index as below → the beginning of its name. */
const indexNames = {
  'image key': 'registry_image_objects_pkey',
  'role key': 'registry_role_objects_pkey',
  'image uuid': 'registry_image_objects_uuid_template_idx',
  'role uuid': 'registry_role_objects_uuid_template_idx',
  'image created': 'ro_image_created_',
  'image updated': 'ro_image_updated_',
  'image document': 'ro_image_document_',
  'image search': 'ro_image_search_',
  'image size': 'ro_image_size_',
  'image version': 'ro_image_version_',
  'image serial': 'ro_image_serial_',
  'role document': 'ro_role_document_',
  'role search': 'ro_role_search_',
  'role image': 'ro_role_image_',
  'release key': 'registry_release_objects_pkey',
  'release uuid': 'registry_release_objects_uuid_template_idx',
  'release created': 'ro_release_created_',
  'release document': 'ro_release_document_',
  'release search': 'ro_release_search_',
  'release images': 'ro_release_images_',
} as const
type IndexName = keyof typeof indexNames

const searched = ['image key', 'image search', 'release key', 'release search', 'role key', 'role search'] as const

describe('with 50,000 images and 100,000 roles, an index leads to', () => {
  let registry: TestRegistry
  let client: pg.Client
  beforeAll(async () => {
    const passed = 'name: role\npassed: { status: { equals: true } }\nstaleAfter: 14d\n'
    registry = await startRegistry(largeTemplates.map((text) => text.replace('name: role\n', passed)))
    await fillRegistry(registry)
    // As the server's own connections are.
    client = new pg.Client({ ...registry.connection, options: '-c timezone=UTC -c jit=off' })
    await client.connect()
  })
  afterAll(async () => {
    await client?.end()
    await registry?.close()
  })

  const unfinished = 'name: {equals: "ntp-client"}, commit: {equals: "commit-4"}, status: {equals: true}'
  test.each<[title: string, query: string, ...alternatives: (readonly IndexName[])[]]>([
    ['an object by its key', '{ image(name: "image-777") { distr } }', ['image key']],
    [
      'the first page, oldest first',
      '{ images { nodes { name } pageInfo { hasNextPage endCursor } } }',
      ['image created'],
    ],
    [
      'the last page',
      '{ images(last: 100) { nodes { name } pageInfo { hasPreviousPage startCursor } } }',
      ['image created'],
    ],
    [
      'the objects updated last',
      '{ images(orderBy: [{_meta: {updateTime: desc}}]) { nodes { name } } }',
      ['image updated'],
    ],
    [
      'the objects updated in a span of time',
      '{ images(where: {_meta: {updateTime: {gt: "2026-01-02T00:00:00Z", lt: "2026-01-02T00:10:00Z"}}}) { nodes { name } } }',
      ['image updated'],
    ],
    ['a rare value of any field', '{ images(kernel: "5.7.0-7") { nodes { name } } }', ['image document']],
    ['a value of any field that is nowhere', '{ images(kernel: "none") { nodes { name } } }', ['image document']],
    ['a common value of any field', '{ images(distr: "distr3") { nodes { name } } }', ['image created']],
    ['all objects with a common value', '{ images(distr: "distr3") { totalCount } }', ['image document']],
    ['a value of a list field', '{ images(where: {tags: {equals: ["t50"]}}) { nodes { name } } }', ['image document']],
    ['the lists that have a value', '{ images(where: {tags: {has: "t50"}}) { totalCount } }', ['image document']],
    [
      'the lists that have some values, or several',
      '{ images(where: {OR: [{tags: {hasSome: ["t50", "t51"]}}, {tags: {hasEvery: ["t52", "t53"]}}]}) { totalCount } }',
      ['image document'],
    ],
    [
      'a value of a member of an object',
      '{ releases(where: {build: {host: {equals: "host-777"}}}) { nodes { name } } }',
      ['release document'],
    ],
    [
      'an item of a list of objects',
      '{ releases(where: {files: {some: {digest: {equals: "digest-777"}, size: {gt: 1}}}}) { nodes { name } } }',
      ['release document'],
    ],
    [
      'a value inside of json',
      '{ releases(where: {extra: {path: ["ci", "job"], equals: 777}}) { nodes { name } } }',
      ['release document'],
    ],
    [
      'one of a few values',
      '{ images(where: {kernel: {in: ["5.7.0-7", "5.8.0-8"]}}) { nodes { name } } }',
      ['image document'],
    ],
    [
      'one of many keys',
      `{ images(where: {name: {in: [${Array.from({ length: 200 }, (_, i) => `"image-${i}"`)}]}}, first: 1000) { nodes { name } } }`,
      ['image key'],
    ],
    ['a value of the key field', '{ images(name: "image-777") { nodes { distr } } }', ['image key']],
    [
      'the reverse side of one object',
      '{ image(name: "image-777") { roles { totalCount nodes { name } } } }',
      ['image key', 'role image'],
    ],
    [
      'the reverse sides of a page',
      '{ images(first: 50) { nodes { name roles(first: 10) { nodes { name } } } } }',
      ['image created', 'role image'],
    ],
    [
      'three levels of a page',
      '{ images(first: 50) { nodes { roles { nodes { image { name } } } } } }',
      ['image created', 'image key', 'role image'],
    ],
    ['the objects that refer to a key', '{ roles(image: "image-777") { nodes { name } } }', ['role image']],
    [
      'the objects whose target has a value',
      '{ roles(where: {image: {kernel: {equals: "5.7.0-7"}}}) { nodes { name } } }',
      ['image document', 'role image'],
    ],
    [
      'a range of an indexed field',
      '{ images(where: {size: {gte: 100, lt: 102}}) { nodes { name } } }',
      ['image size'],
    ],
    [
      'a range of an indexed version',
      '{ images(where: {version: {gt: "49.5"}}) { nodes { name } } }',
      ['image version'],
    ],
    ['the order of an indexed field', '{ images(orderBy: [{size: asc}]) { nodes { name } } }', ['image size']],
    [
      'the descending order of an indexed field',
      '{ images(orderBy: [{version: desc}]) { nodes { name } } }',
      ['image version'],
    ],
    [
      'many values of a unique field',
      `{ images(where: {serial: {in: [${Array.from({ length: 200 }, (_, i) => `"serial-${i}"`)}]}}) { nodes { name } } }`,
      ['image serial'],
    ],
    [
      'some values of an indexed version',
      '{ images(where: {version: {in: ["49.5", "48.2"]}}) { totalCount } }',
      ['image version'],
    ],
    ['a unique value', '{ images(serial: "serial-5") { nodes { name } } }', ['image serial']],
    [
      "the registry's own question",
      `{ images(where: {roles: {none: {${unfinished}}}}) { nodes { name } } }`,
      ['image created', 'role document'],
      // What the sample of the statistics says decides between the two.
      ['image created', 'role image'],
    ],
    [
      'its opposite',
      `{ images(where: {roles: {some: {${unfinished}}}}) { nodes { name } } }`,
      ['image key', 'role document'],
    ],
    [
      'the question asked of a common value',
      '{ images(where: {roles: {none: {name: {equals: "ntp-client"}, status: {equals: true}}}}) { nodes { name } } }',
      ['image created', 'role image'],
    ],
    [
      'the objects with several on the reverse side',
      '{ images(where: {roles: {count: {gte: 2}}}) { nodes { name } } }',
      ['image created', 'role image'],
    ],
    [
      'the objects with several of a rare value on the reverse side',
      '{ images(where: {roles: {count: {gte: 2}, where: {commit: {equals: "commit-4"}, status: {equals: true}}}}) { nodes { name } } }',
      ['image key', 'role document', 'role image'],
    ],
    [
      'the objects that several list',
      '{ images(where: {releases: {count: {gte: 2}}}) { nodes { name } } }',
      ['image created', 'release images'],
    ],
    [
      'the objects that list several',
      '{ releases(where: {images: {count: {equals: 3}}}) { nodes { name } } }',
      ['image key', 'release created'],
    ],
    ['the targets of a list', '{ release(name: "release-777") { images { kernel } } }', ['image key', 'release key']],
    [
      'the targets of the lists of a page',
      '{ releases(first: 50) { nodes { images { name } } } }',
      ['image key', 'release created'],
    ],
    [
      'the objects that list one object',
      '{ image(name: "image-777") { releases { totalCount nodes { name } } } }',
      ['image key', 'release images'],
    ],
    [
      'the objects that list those of a page',
      '{ images(first: 50) { nodes { releases(first: 10) { nodes { name } } } } }',
      ['image created', 'release images'],
    ],
    [
      'a list, by its keys',
      '{ releases(images: ["image-14", "image-13", "image-55434"]) { nodes { name } } }',
      ['release images'],
    ],
    [
      'the objects that list a key',
      '{ releases(where: {images: {some: {name: {equals: "image-777"}}}}) { nodes { name } } }',
      ['image key', 'release images'],
    ],
    [
      'the objects that list one of a few keys',
      '{ releases(where: {images: {some: {name: {in: ["image-777", "image-778"]}, distr: {equals: "distr18"}}}}) { nodes { name } } }',
      ['image key', 'release images'],
    ],
    [
      'the objects that nothing lists with a value',
      '{ images(where: {releases: {none: {stage: {not: "stage7"}}}}) { nodes { name } } }',
      ['image created', 'release images'],
    ],
    [
      'the latest of each group of what matches',
      '{ roles(commit: "commit-4", latestPer: [image]) { totalCount nodes { name image { name } } } }',
      ['image key', 'role document'],
    ],
    [
      'the latest of each group on the reverse sides of a page',
      '{ images(first: 50) { nodes { roles(latestPer: [name]) { totalCount nodes { commit } } } } }',
      ['image created', 'role image'],
    ],
    [
      'the least and the greatest of indexed fields',
      '{ images { aggregate { min { version } max { size _meta { updateTime } } } } }',
      ['image size', 'image updated', 'image version'],
    ],
    [
      'an aggregate of what matches',
      '{ images(kernel: "5.7.0-7") { aggregate { count max { size } } } }',
      ['image document'],
    ],
    [
      'the groups of what matches',
      '{ roles(commit: "commit-4") { groupBy(by: [image], orderBy: COUNT) { key { image { distr } } count latest { status } } } }',
      ['image key', 'role document', 'role key'],
    ],
    [
      'the groups on the reverse sides of a page',
      '{ images(first: 50) { nodes { roles { groupBy(by: [name]) { key { name } count latest { status } } } } } }',
      ['image created', 'role image', 'role key'],
    ],
    [
      'what matches, in the order of what it refers to',
      '{ roles(commit: "commit-4", orderBy: [{image: {distr: asc}}]) { nodes { name } pageInfo { endCursor } } }',
      ['image key', 'role document'],
    ],
    [
      'what few objects have, wherever it is',
      '{ search(text: "image-777") { nodes { field object { _document } } } }',
      searched,
    ],
    ['what many objects have', '{ search(text: "NTP i") { nodes { field object { _document } } } }', searched],
    [
      'what is searched in one template',
      '{ search(text: "5.7.0-7", templates: ["image"], first: 1000) { nodes { object { _document } } } }',
      ['image key', 'image search'],
    ],
  ])('%s', async (_title, query, ...alternatives) => {
    await expectIndexes(query, ...alternatives)
  })

  test('the first groups by a reference', async () => {
    // With twice as many roles, PostgreSQL prefers it by itself.
    await client.query('set enable_seqscan = off')
    try {
      const query = '{ roles { groupBy(by: [image]) { key { image { name } } count latest { commit } } } }'
      await expectIndexes(query, ['image key', 'role image', 'role key'])
    } finally {
      await client.query('reset enable_seqscan')
    }
  })

  test.each<[title: string, orderBy: string, indexes: readonly IndexName[]]>([
    ['by creation', '', ['image created']],
    ['by update time', 'orderBy: [{_meta: {updateTime: desc}}],', ['image updated']],
    ['by update time and more', 'orderBy: [{_meta: {updateTime: desc}}, {distr: asc}],', ['image updated']],
    ['by an indexed field', 'orderBy: [{size: asc}],', ['image size']],
    ['by an indexed field, descending', 'orderBy: [{size: desc}],', ['image size']],
  ])('a page deep in an ordering, without the pages before it: %s', async (_title, orderBy, indexes) => {
    let after = ''
    for (let i = 0; i < 20; i++) {
      const { images } = await registry.data(`{ images(${orderBy} ${after} first: 1000) { pageInfo { endCursor } } }`)
      after = `after: "${images.pageInfo.endCursor}",`
    }
    const nodes = await expectIndexes(`{ images(${orderBy} ${after} first: 10) { nodes { name } } }`, indexes)
    const removed = nodes.map((node) => Number(node['Rows Removed by Filter'] ?? 0))
    expect(Math.max(...removed), 'rows read in vain').toBeLessThan(100)
  })

  test('the missing cells of a matrix, having read all objects once', async () => {
    const query =
      '{ roleMatrix(rows: commit, columns: image, columnWhere: {version: {equals: "3.1"}}, rowIn: ["commit-4"]) { missingCount } }'
    const [statement] = await recordStatements(() => registry.data(query))
    if (!statement) throw new Error('no statement')
    const { nodes } = await explain(client, statement, 'force_custom_plan')
    const reads = nodes.filter((node) => node['Relation Name'] === 'registry_role_objects')
    expect(reads.map((node) => node['Actual Loops'])).toEqual([1])
  })

  test('a rare value, by a statement that was prepared for common ones', async () => {
    const statementOf = async (where: string) => {
      const query = `{ images(where: {distr: {equals: "${where}"}}) { nodes { name } } }`
      const [statement] = await recordStatements(() => registry.data(query))
      if (!statement) throw new Error('no statement')
      return statement
    }
    const [common, rare] = [await statementOf('distr3'), await statementOf('none')]
    expect(rare.text).toBe(common.text)
    const { nodes, isGeneric } = await explain(client, rare, 'auto', common.values)
    expect(isGeneric).toBe(false)
    expect(nodes.flatMap((node) => (node['Index Name'] ? [titleOf(node['Index Name'])] : []))).toEqual([
      'image document',
    ])
  })

  test.each(latestQueries)('%s: at most %d rows are looked at in each step', async (_title, most, query) => {
    const [statement, ...others] = await recordStatements(() => registry.data(query))
    if (!statement || others.length > 0) throw new Error('not one statement')
    const { nodes } = await explain(client, statement, 'force_custom_plan')
    for (const node of nodes) expect(looksOf(node), JSON.stringify(node)).toBeLessThanOrEqual(most)
  })

  /** Each way in which the server may have the statement planned uses the indexes of one alternative, and reads no table as a whole. */
  async function expectIndexes(query: string, ...alternatives: (readonly IndexName[])[]): Promise<readonly PlanNode[]> {
    const statements = await recordStatements(() => registry.data(query))
    expect(statements).toHaveLength(1)
    const [statement] = statements
    if (!statement) throw new Error('no statement')
    let nodes: readonly PlanNode[] = []
    for (const mode of ['force_custom_plan', 'auto'] as const) {
      const explained = await explain(client, statement, mode)
      nodes = explained.nodes
      if (statement.text.includes('registry_unplanned')) expect(explained.isGeneric, mode).toBe(false)
      expect(
        nodes.filter((node) => node['Node Type'] === 'Seq Scan'),
        mode,
      ).toEqual([])
      const used = new Set(nodes.flatMap((node) => (node['Index Name'] ? [titleOf(node['Index Name'])] : [])))
      expect(
        alternatives.map((indexes) => [...indexes].sort()),
        mode,
      ).toContainEqual([...used].sort())
    }
    return nodes
  }
})

function titleOf(index: string): string {
  return Object.entries(indexNames).find(([, name]) => index.startsWith(name))?.[0] ?? index
}
