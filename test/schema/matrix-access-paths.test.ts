import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explain, type PlanNode } from '../support/explain.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n  distr: string\n',
  `
name: result
key: [name, image, commit]
passed: { status: { equals: true } }
latestBy: done
staleAfter: 14d
fields:
  name: string
  image: { type: reference, to: image }
  commit: string
  stage: { type: string, indexed: true }
  status: boolean
  done: datetime
`,
]

/** 50 roles on 200 images, tested with three commits; a third has passed. */
async function fill(registry: TestRegistry): Promise<void> {
  const columns = 'template, key, uuid, document, refs, version, created_at, updated_at, outcome'
  await registry.sql(`insert into registry_object (${columns})
    select 'image', json_build_array('image-' || i)::text, gen_random_uuid(), jsonb_build_object('name', 'image-' || i, 'distr', 'distr' || i % 20), '{}', 1, now(), now(), 'CREATED'
    from generate_series(1, 200) as i`)
  await registry.sql(`insert into registry_object (${columns})
    select 'result', replace(json_build_array(name, json_build_array(image), commit)::text, ', ', ','), gen_random_uuid(),
      jsonb_build_object('name', name, 'image', image, 'commit', commit, 'stage', 'stage' || i % 10, 'status', (r * i + c) % 3 = 0),
      jsonb_build_object('image', json_build_array(image)::text), 1, now() + (c * 10000 + r * i) * interval '1 second', now() + (c * 10000 + r * i) * interval '1 second', 'CREATED'
    from (select c, i, r, 'role-' || r as name, 'image-' || i as image, 'commit-' || c as commit
      from generate_series(1, 3) as c, generate_series(1, 200) as i, generate_series(1, 50) as r) as tested`)
  await registry.sql('vacuum analyze registry_object')
}

/** Conditions that all objects meet, of which PostgreSQL takes each to be met by a third. */
function partsOf(field: 'commit' | 'distr'): string {
  const text = field === 'commit' ? 'commit-' : 'distr'
  const parts = [...text].flatMap((_, start) => [...text.slice(start)].map((__, i) => text.slice(start, start + i + 1)))
  return [...new Set(parts)].map((part) => `{${field}: {contains: "${part}"}}`).join(', ')
}

describe('a matrix of 50 rows and 200 columns over 30,000 objects', () => {
  let registry: TestRegistry
  let client: pg.Client
  beforeAll(async () => {
    registry = await startRegistry(templates)
    await fill(registry)
    client = new pg.Client({ ...registry.connection, options: '-c timezone=UTC -c jit=off' })
    await client.connect()
  })
  afterAll(async () => {
    await client?.end()
    await registry?.close()
  })

  const cells = 'cells { row column { name } state count latest { status commit } }'
  const passed = 'where: {commit: {equals: "commit-3"}, status: {equals: true}}'
  test.each([
    ['the latest of each cell', `{ resultMatrix(rows: name, columns: image) { ${cells} } }`],
    [
      'what has not passed',
      `{ resultMatrix(rows: name, columns: image, ${passed}) { missing { row column { name } } } }`,
    ],
    [
      'conditions that hold together more often than PostgreSQL expects',
      `{ resultMatrix(rows: name, columns: image, where: {AND: [${partsOf('commit')}]}) { ${cells} } }`,
    ],
    [
      'such conditions on the columns as well',
      `{ resultMatrix(rows: name, columns: image, columnWhere: {AND: [${partsOf('distr')}]}, where: {AND: [${partsOf('commit')}]}) { ${cells} } }`,
    ],
    [
      'the verdicts of all cells',
      '{ resultMatrix(rows: name, columns: image) { rows { row verdicts } counts { passed failed } notPassed { row column { name } verdict } } }',
    ],
    [
      'the verdicts of what matches conditions that hold together more often than PostgreSQL expects',
      `{ resultMatrix(rows: name, columns: image, where: {AND: [${partsOf('commit')}]}) { rows { row verdicts } } }`,
    ],
    ['rows of any field', '{ resultMatrix(rows: commit, columns: image) { missing { row column { name } } } }'],
  ])('looks at no more than there is: %s', async (_title, query) => {
    for (const node of await nodesOf(query)) {
      const looks = Number(node['Actual Rows']) + Number(node['Rows Removed by Join Filter'] ?? 0)
      expect(looks * Number(node['Actual Loops']), JSON.stringify(node)).toBeLessThanOrEqual(31_000)
    }
  })

  test.each([
    ['of the first field of the key', 'name', 'registry_result_objects_pkey'],
    ['of an indexed field', 'stage', 'ro_result_stage_'],
  ])('finds the rows %s by an index, a look for each', async (_title, rows, index) => {
    const nodes = await nodesOf(`{ resultMatrix(rows: ${rows}, columns: image) { rows { row } } }`)
    const scans = nodes.filter((node) => String(node['Index Name'] ?? '').startsWith(index))
    expect(scans.length).toBeGreaterThan(0)
    expect(nodes.filter(({ 'Relation Name': name }) => name === 'registry_result_objects')).toEqual(scans)
    for (const node of scans) expect(Number(node['Actual Rows']) * Number(node['Actual Loops'])).toBeLessThan(60)
  })

  test('finds the objects of a few columns by the reference', async () => {
    const nodes = await nodesOf(
      '{ resultMatrix(rows: name, columns: image, columnWhere: {name: {in: ["image-3", "image-14"]}}) { missingCount } }',
    )
    const relations = nodes.filter(({ 'Relation Name': name }) => name === 'registry_result_objects')
    expect(relations.map((node) => node['Node Type'])).not.toContain('Seq Scan')
    expect(nodes.some((node) => String(node['Index Name'] ?? '').startsWith('ro_result_image_'))).toBe(true)
  })

  test.each([
    ['of the first field of the key', 'rows: name, columns: image, rowIn: ["role-3"]', 600],
    [
      'in all columns of a filter',
      'rows: name, columns: image, rowIn: ["role-3"], columnWhere: {distr: {startsWith: "d"}}',
      600,
    ],
    ['of several rows', 'rows: name, columns: image, rowIn: ["role-3", "role-30", "none"]', 1_200],
    ['of an indexed field', 'rows: stage, columns: image, rowIn: ["stage-3"]', 3_000],
  ])('reads the objects of given rows alone: %s', async (_title, asked, most) => {
    for (const shown of ['counts { passed missing }', 'missing { row }']) {
      const nodes = await nodesOf(`{ resultMatrix(${asked}) { ${shown} } }`)
      const scans = nodes.filter(({ 'Relation Name': name }) => name === 'registry_result_objects')
      expect(scans.length).toBeGreaterThan(0)
      for (const node of scans) {
        const read = Number(node['Actual Rows']) + Number(node['Rows Removed by Filter'] ?? 0)
        expect(read * Number(node['Actual Loops']), JSON.stringify(node)).toBeLessThanOrEqual(most)
      }
    }
  })

  test.each([0, 1, 2, 3, 31, 32, 33, 50])('has all cells of %d given rows', async (count) => {
    const rowIn = Array.from({ length: count }, (_, i) => `"role-${i + 1}"`)
    const { resultMatrix } = await registry.data(
      `{ resultMatrix(rows: name, columns: image, rowIn: [${rowIn}]) { rows { row } counts { missing } presentCount } }`,
    )
    expect(resultMatrix.rows).toHaveLength(count)
    expect(resultMatrix).toMatchObject({ counts: { missing: 0 }, presentCount: 200 * count })
  })

  async function nodesOf(query: string): Promise<readonly PlanNode[]> {
    const [statement, ...others] = await recordStatements(() => registry.data(query))
    if (!statement || others.length > 0) throw new Error('not one statement')
    return (await explain(client, statement, 'force_custom_plan')).nodes
  }
})
