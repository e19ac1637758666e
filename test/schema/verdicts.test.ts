import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const image = 'name: image\nkey: [name]\nfields: { name: string, lts: boolean }\n'
const role = `
name: role
key: [name, image, run]
passed: { status: { in: [ok, skipped] } }
latestBy: finished
staleAfter: 14d
fields:
  name: string
  image: { type: reference, to: image }
  run: int
  status: string
  commit: string
  finished: datetime
`
/** The same without a word on success. */
const visit = `
name: visit
key: [name, image]
fields:
  name: string
  image: { type: reference, to: image }
`

let registry: TestRegistry
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()

beforeAll(async () => {
  registry = await startRegistry([image, role, visit])
  const one = (name: string, onImage: string, run: number, status: string, finished?: string) => ({
    name,
    image: onImage,
    run,
    status,
    ...(finished !== undefined && { finished }),
  })
  await registry.data(
    `mutation ($roles: [RoleInput!]!) {
      upsertImages(input: [{name: "alpha"}, {name: "beta"}, {name: "gamma"}]) { failed }
      upsertRoles(input: $roles) { failed }
      upsertVisits(input: [{name: "ntp", image: "beta"}]) { failed }
    }`,
    {
      roles: [
        one('ntp', 'alpha', 2, 'failed', daysAgo(3)),
        one('ntp', 'alpha', 1, 'ok', daysAgo(1)),
        one('ntp', 'beta', 1, 'ok', daysAgo(2)),
        one('ntp', 'beta', 2, 'failed', daysAgo(1)),
        one('ssh', 'alpha', 1, 'skipped', daysAgo(15)),
        // Without a time, so older than the other one.
        one('ssh', 'beta', 2, 'failed'),
        one('ssh', 'beta', 1, 'ok', daysAgo(13)),
        one('ssh', 'gamma', 1, 'ok'),
      ],
    },
  )
})
afterAll(() => registry?.close())

describe('a matrix of a template with passed', () => {
  test('judges the latest object of each cell', async () => {
    const query = `{ roleMatrix(rows: name, columns: image) {
      cells { verdict state latest { run } } rows { row verdicts } counts { passed failed stale missing present }
      notPassed { row column { name } verdict } missing { row column { name } } totalCount presentCount missingCount } }`
    expect((await registry.data(query)).roleMatrix).toEqual({
      cells: [
        { verdict: 'PASSED', state: 'PRESENT', latest: { run: 1 } },
        { verdict: 'FAILED', state: 'PRESENT', latest: { run: 2 } },
        { verdict: 'MISSING', state: 'MISSING', latest: null },
        { verdict: 'STALE', state: 'PRESENT', latest: { run: 1 } },
        { verdict: 'PASSED', state: 'PRESENT', latest: { run: 1 } },
        { verdict: 'STALE', state: 'PRESENT', latest: { run: 1 } },
      ],
      rows: [
        { row: 'ntp', verdicts: 'PFM' },
        { row: 'ssh', verdicts: 'SPS' },
      ],
      counts: { passed: 2, failed: 1, stale: 2, missing: 1, present: 0 },
      notPassed: [
        { row: 'ntp', column: { name: 'beta' }, verdict: 'FAILED' },
        { row: 'ntp', column: { name: 'gamma' }, verdict: 'MISSING' },
        { row: 'ssh', column: { name: 'alpha' }, verdict: 'STALE' },
        { row: 'ssh', column: { name: 'gamma' }, verdict: 'STALE' },
      ],
      missing: [{ row: 'ntp', column: { name: 'gamma' } }],
      totalCount: 6,
      presentCount: 5,
      missingCount: 1,
    })
  })

  test('judges the latest of the objects that match where', async () => {
    const query = '{ roleMatrix(rows: name, columns: image, where: {run: {equals: 2}}) { rows { row verdicts } } }'
    expect((await registry.data(query)).roleMatrix).toEqual({
      rows: [
        { row: 'ntp', verdicts: 'FFM' },
        { row: 'ssh', verdicts: 'MFM' },
      ],
    })
  })

  test('has rows without letters if there are no columns, and none without rows', async () => {
    const none =
      '{ roleMatrix(rows: name, columns: image, columnWhere: {name: {equals: "x"}}) { rows { verdicts row } } }'
    expect((await registry.data(none)).roleMatrix).toEqual({
      rows: [
        { verdicts: '', row: 'ntp' },
        { verdicts: '', row: 'ssh' },
      ],
    })
    const empty =
      '{ roleMatrix(rows: name, columns: image, rowIn: []) { rows { verdicts } notPassed { row } counts { missing } } }'
    expect((await registry.data(empty)).roleMatrix).toEqual({ rows: [], notPassed: [], counts: { missing: 0 } })
  })
})

test('a matrix of a template without passed has cells that are present or missing', async () => {
  const query = `{ visitMatrix(rows: name, columns: image) {
    cells { verdict state } rows { __typename row verdicts } counts { __typename passed failed stale missing present } notPassed { column { name } verdict } } }`
  expect((await registry.data(query)).visitMatrix).toEqual({
    cells: [
      { verdict: 'MISSING', state: 'MISSING' },
      { verdict: 'PRESENT', state: 'PRESENT' },
      { verdict: 'MISSING', state: 'MISSING' },
    ],
    rows: [{ __typename: 'VisitMatrixRow', row: 'ntp', verdicts: 'M+M' }],
    counts: { __typename: 'MatrixCounts', passed: 0, failed: 0, stale: 0, missing: 2, present: 1 },
    notPassed: [
      { column: { name: 'alpha' }, verdict: 'MISSING' },
      { column: { name: 'gamma' }, verdict: 'MISSING' },
    ],
  })
})

describe('a template whose fields have the names of ours, and whose passed has more than a request may', () => {
  let other: TestRegistry
  beforeAll(async () => {
    const patterns = Array.from({ length: 40 }, (_, i) => `{ name: { matches: "^n${i}$" } }`)
    other = await startRegistry([
      image,
      `
name: role
key: [name, image]
passed: { OR: [${patterns.join(', ')}] }
fields:
  name: string
  image: { type: reference, to: image }
  matrix_row: { type: enum, values: [a] }
  matrix_not_passed: { type: enum, values: [b] }
  latest: { type: object, fields: { where: { type: enum, values: [c] } } }
`,
    ])
  })
  afterAll(() => other?.close())

  test('has a matrix with verdicts, and a filter of the latest', async () => {
    await other.data(`mutation {
      upsertImage(input: {name: "alpha"}) { outcome }
      upsertRoles(input: [{name: "n39", image: "alpha", matrix_row: a, latest: {where: c}}, {name: "n40", image: "alpha"}]) { created }
    }`)
    expect(
      await other.data(`{
        roleMatrix(rows: name, columns: image) { rows { __typename row verdicts } notPassed { __typename row } }
        images(where: {roles: {latest: {where: {matrix_row: {equals: a}}, is: {latest: {where: {equals: c}}}}}}) { nodes { name } }
      }`),
    ).toEqual({
      roleMatrix: {
        rows: [
          { __typename: 'RegistryRoleMatrixRow', row: 'n39', verdicts: 'P' },
          { __typename: 'RegistryRoleMatrixRow', row: 'n40', verdicts: 'F' },
        ],
        notPassed: [{ __typename: 'RegistryRoleMatrixNotPassed', row: 'n40' }],
      },
      images: { nodes: [{ name: 'alpha' }] },
    })
  })
})
