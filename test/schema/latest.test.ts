import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string }\n',
  `
name: role
key: [name, image, run]
passed: { status: { equals: true } }
latestBy: finished
fields:
  name: string
  image: { type: reference, to: image }
  run: int
  status: boolean
  finished: date
`,
  `
name: release
key: [name]
latestBy: name
fields:
  name: version
  images: { type: [reference], to: image }
  stable: boolean
`,
  // Names that ours give way to: `whereLatest` is an equality argument, `MatrixVerdict` and `MatrixCounts` are types of the templates.
  `
name: matrix
key: [whereLatest, image]
fields:
  whereLatest: string
  image: { type: reference, to: image }
  verdict: { type: enum, values: [good, bad] }
  counts: { type: object, fields: { passed: int } }
`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
  await registry.data(`mutation {
    upsertImages(input: [{name: "alpha"}, {name: "beta"}, {name: "gamma"}, {name: "delta"}]) { failed }
    upsertRoles(input: [
      {name: "ntp", image: "alpha", run: 1, status: true, finished: "2026-11-02"}
      {name: "ntp", image: "alpha", run: 2, status: false, finished: "2026-11-01"}
      {name: "ntp", image: "beta", run: 1, status: true, finished: "2026-11-01"}
      {name: "ntp", image: "beta", run: 2, status: false, finished: "2026-11-02"}
      {name: "sshd", image: "beta", run: 1, status: true, finished: "2026-11-03"}
      {name: "sshd", image: "gamma", run: 1, status: false}
      {name: "sshd", image: "gamma", run: 2, status: true, finished: "2020-01-01"}
    ]) { failed }
    upsertReleases(input: [
      {name: "9", images: ["alpha", "beta"], stable: true}
      {name: "10", images: ["beta", "beta"], stable: false}
    ]) { failed }
    upsertMatrices(input: [{whereLatest: "x", image: "alpha", verdict: good}, {whereLatest: "x", image: "beta", verdict: bad}]) { failed }
  }`)
})
afterAll(() => registry?.close())

describe('whereLatest', () => {
  test('keeps of what latestPer leaves what matches it', async () => {
    const query = `{ roles(latestPer: [name, image], whereLatest: {status: {equals: false}}) {
      totalCount nodes { name image { name } run } aggregate { count } groupBy(by: [name]) { key { name } count } } }`
    expect((await registry.data(query)).roles).toEqual({
      totalCount: 1,
      nodes: [{ name: 'ntp', image: { name: 'beta' }, run: 2 }],
      aggregate: { count: 1 },
      groupBy: [{ key: { name: 'ntp' }, count: 1 }],
    })
  })

  test('applies after where, on a reverse side too, also by variables', async () => {
    const query = `query ($latest: RoleWhere, $per: [RoleField!]) { images { nodes { name
      roles(where: {run: {equals: 1}}, latestPer: $per, whereLatest: $latest) { totalCount nodes { name } } } } }`
    const answer = await registry.data(query, { per: ['name'], latest: { status: { equals: false } } })
    expect(answer.images.nodes.map(({ roles }: { roles: unknown }) => roles)).toEqual([
      { totalCount: 0, nodes: [] },
      { totalCount: 0, nodes: [] },
      { totalCount: 1, nodes: [{ name: 'sshd' }] },
      { totalCount: 0, nodes: [] },
    ])
  })

  test('is _whereLatest where a field has its name', async () => {
    const query = (args: string) => `{ matrices(${args}) { nodes { image { name } } } }`
    expect(
      await registry.data(query('whereLatest: "x", latestPer: [whereLatest], _whereLatest: {verdict: {equals: bad}}')),
    ).toEqual({
      matrices: { nodes: [{ image: { name: 'beta' } }] },
    })
    expect(await registry.data(query('whereLatest: "y"'))).toEqual({ matrices: { nodes: [] } })
    expect(await listErrors(registry, query('_whereLatest: {}'))).toEqual([
      'BAD_USER_INPUT _whereLatest: _whereLatest needs latestPer, which says of what the latest objects are: add latestPer: [whereLatest], or use where',
    ])
  })
})

describe('latest on the other side of a reference', () => {
  const imagesWith = async (latest: string, field = 'roles') => {
    const { images } = await registry.data(`{ images(where: {${field}: {latest: ${latest}}}) { nodes { name } } }`)
    return images.nodes.map(({ name }: { name: string }) => name)
  }
  test.each([
    ['{where: {name: {equals: "ntp"}}, is: {status: {equals: false}}}', ['beta']],
    ['{where: {name: {equals: "ntp"}}, is: {status: {equals: true}}}', ['alpha']],
    // Of all roles of beta, sshd is the latest.
    ['{is: {status: {equals: true}}}', ['alpha', 'beta', 'gamma']],
    ['{is: {status: {equals: false}}}', []],
    ['{per: [name], is: {status: {equals: false}}}', ['beta']],
    ['{is: {}}', ['alpha', 'beta', 'gamma']],
    ['{where: {run: {gt: 5}}, is: {}}', []],
  ])('%s', async (latest, expected) => {
    expect(await imagesWith(latest)).toEqual(expected)
    const { images } = await registry.data(`{ images(where: {NOT: {roles: {latest: ${latest}}}}) { nodes { name } } }`)
    expect(images.nodes.map(({ name }: { name: string }) => name)).toEqual(
      ['alpha', 'beta', 'gamma', 'delta'].filter((name) => !expected.includes(name)),
    )
  })

  test('goes by latestBy across lists of references, from both sides', async () => {
    expect(await imagesWith('{is: {stable: {equals: true}}}', 'releases')).toEqual(['alpha'])
    expect(await imagesWith('{is: {stable: {equals: false}}}', 'releases')).toEqual(['beta'])
    const query = '{ releases(where: {images: {latest: {is: {name: {equals: "beta"}}}}}) { nodes { name } } }'
    const { releases } = await registry.data(query)
    expect(releases.nodes.map(({ name }: { name: string }) => name)).toContain('10')
  })

  test('takes variables at every place', async () => {
    const query = `query ($name: String!, $per: [RoleField!], $is: RoleWhere!) {
      images(where: {roles: {latest: {where: {name: {equals: $name}}, per: $per, is: $is}}}) { nodes { name } } }`
    const ask = async (name: string, status: boolean, per?: string[]) =>
      (await registry.data(query, { name, per, is: { status: { equals: status } } })).images.nodes.map(
        (image: { name: string }) => image.name,
      )
    expect(await ask('ntp', true)).toEqual(['alpha'])
    expect(await ask('ntp', false)).toEqual(['beta'])
    expect(await ask('ntp', true, ['run'])).toEqual(['alpha', 'beta'])
  })
})

test.each([
  [
    'roles(whereLatest: {}) { totalCount }',
    'BAD_USER_INPUT whereLatest: whereLatest needs latestPer, which says of what the latest objects are: add latestPer: [name], or use where',
  ],
  [
    'roles(latestPer: null, whereLatest: {status: {equals: true}}) { totalCount }',
    'BAD_USER_INPUT whereLatest: whereLatest needs latestPer, which says of what the latest objects are: add latestPer: [name], or use where',
  ],
  [
    'images { nodes { roles(whereLatest: {}) { totalCount } } }',
    'BAD_USER_INPUT nodes.roles.whereLatest: whereLatest needs latestPer, which says of what the latest objects are: add latestPer: [name], or use where',
  ],
  [
    'roles(latestPer: [name], whereLatest: null) { totalCount }',
    'BAD_USER_INPUT whereLatest: null is not a value to filter by at whereLatest; leave whereLatest out, or use isNull: true on a field in it to find absent values',
  ],
  [
    'images(where: {roles: {latest: {is: {status: {}}}}}) { totalCount }',
    'BAD_USER_INPUT where.roles.latest.is.status: the filter at where.roles.latest.is.status is empty; give a value (its variable may be missing), or leave status out',
  ],
  [
    'images(where: {roles: {latest: {per: [], is: {}}}}) { totalCount }',
    'BAD_USER_INPUT where.roles.latest.per: per is empty; name the fields whose equal values make a group, such as [name], or leave it out',
  ],
  [
    'images(where: {roles: {latest: null}}) { totalCount }',
    'BAD_USER_INPUT where.roles.latest: null is not a value to filter by at where.roles.latest; leave latest out, or use isNull: true on a field in it to find absent values',
  ],
  [
    'images(where: {roles: {latest: {where: null, is: {}}}}) { totalCount }',
    'BAD_USER_INPUT where.roles.latest.where: null is not a value to filter by at where.roles.latest.where; leave where out, or use isNull: true on a field in it to find absent values',
  ],
])('%s is refused', async (query, error) => {
  expect(await listErrors(registry, `{ ${query} }`)).toEqual([error])
})

test.each([
  [
    'whereLatest',
    '{ roles(latestPer: [name], whereLatest: {status: {equals: true}}) { totalCount nodes { image { name } } } }',
  ],
  [
    'latest',
    '{ images(where: {roles: {latest: {where: {run: {gt: 0}}, per: [name], is: {status: {equals: true}}}}}) { totalCount nodes { name } } }',
  ],
  [
    'verdicts',
    '{ roleMatrix(rows: name, columns: image) { rows { row verdicts } counts { passed } notPassed { column { name } verdict } } }',
  ],
])('%s is one statement', async (_title, query) => {
  expect(await recordStatements(() => registry.data(query))).toHaveLength(1)
})

test('the types of verdicts give way to those of templates', async () => {
  const { matrixMatrix } = await registry.data(`{ matrixMatrix(rows: whereLatest, columns: image) {
    counts { __typename present missing } rows { __typename verdicts } cells { verdict latest { __typename verdict } } } }`)
  expect(matrixMatrix).toEqual({
    counts: { __typename: 'RegistryMatrixCounts', present: 2, missing: 2 },
    rows: [{ __typename: 'MatrixMatrixRow', verdicts: '++MM' }],
    cells: [
      { verdict: 'PRESENT', latest: { __typename: 'Matrix', verdict: 'good' } },
      { verdict: 'PRESENT', latest: { __typename: 'Matrix', verdict: 'bad' } },
      { verdict: 'MISSING', latest: null },
      { verdict: 'MISSING', latest: null },
    ],
  })
})

describe('when fields are renamed', () => {
  let database: TestDatabase
  let older: TestRegistry
  let newer: TestRegistry
  const result = (fields: string, more: string) =>
    `{ name: result, key: [name, image, number], ${more}, fields: { name: string, image: { type: reference, to: image }, number: int, ${fields} } }`
  beforeAll(async () => {
    database = await createTestDatabase()
    const image = '{ name: image, key: [name], fields: { name: string } }'
    const start = (text: string) => startRegistry([image, text], { databaseUrl: database.url })
    older = await start(
      result(
        'ok: boolean, log: { type: object, fields: { code: int } }, at: datetime',
        'passed: { ok: { equals: true }, log: { code: { equals: 0 } } }, latestBy: at',
      ),
    )
    await older.data(`mutation {
      upsertImages(input: [{name: "a"}, {name: "b"}]) { failed }
      upsertResults(input: [
        {name: "r", image: "a", number: 1, ok: true, log: {code: 0}, at: "2026-11-02T00:00:00Z"}
        {name: "r", image: "a", number: 2, ok: false, log: {code: 0}, at: "2026-11-01T00:00:00Z"}
        {name: "r", image: "b", number: 1, ok: true, log: {code: 1}, at: "2026-11-02T00:00:00Z"}
      ]) { failed } }`)
    newer = await start(
      result(
        'good: { type: boolean, renamedFrom: ok }, log: { type: object, fields: { exit: { type: int, renamedFrom: code } } }, finished: { type: datetime, renamedFrom: at }',
        'passed: { ok: { equals: true }, log: { code: { equals: 0 } } }, latestBy: at',
      ),
    )
  })
  afterAll(async () => {
    await newer?.close()
    await older?.close()
    await database?.drop()
  })

  test('passed and latestBy follow, in the newer server and in the older one', async () => {
    const query =
      '{ resultMatrix(rows: name, columns: image) { rows { verdicts } } results(latestPer: [image]) { nodes { number } } }'
    const expected = {
      resultMatrix: { rows: [{ verdicts: 'PF' }] },
      results: { nodes: [{ number: 1 }, { number: 1 }] },
    }
    expect(await newer.data(query)).toEqual(expected)
    expect(await older.data(query)).toEqual(expected)
    await newer.data(
      'mutation { upsertResult(input: {name: "r", image: "b", number: 2, good: true, log: {exit: 0}, finished: "2026-11-03T00:00:00Z"}) { outcome } }',
    )
    expect((await newer.data(query)).resultMatrix.rows).toEqual([{ verdicts: 'PP' }])
    expect((await older.data(query)).resultMatrix.rows).toEqual([{ verdicts: 'PP' }])
  })
})
