import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { recordStatements } from '../support/record-statements.ts'
import { type GraphqlAnswer, startRegistry, type TestRegistry } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

const odd = `
name: odd
key: ['null', 'true']
fields:
  'null': string
  'true': { type: reference, to: place }
`
const alone = `
name: alone
key: [place]
fields:
  place: { type: reference, to: place }
`
const release = `
name: release
key: [name, place]
fields:
  name: string
  place: { type: reference, to: place }
  passed: boolean
`

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([...richTemplates, odd, alone, release])
  const place = (rack: number) => `{zone: "a", rack: ${rack}}`
  await registry.data(`mutation {
    upsertPlaces(input: [{zone: "a", rack: 1, label: "first"}, {zone: "a", rack: 2}, {zone: "b", rack: 1}]) { failed }
    upsertSlots(input: [{place: ${place(1)}, number: 1}, {place: ${place(2)}, number: 2}]) { failed }
    upsertItems(input: [
      {name: "x", place: ${place(1)}, slot: {place: ${place(1)}, number: 1}, count: 2, wish: {zone: "nowhere", rack: 0}}
      {name: "y", place: ${place(1)}, count: 1}
      {name: "z", count: 10}
    ]) { failed }
    upsertReleases(input: [
      {name: "1", place: ${place(1)}, passed: true}
      {name: "1", place: ${place(2)}, passed: false}
      {name: "2", place: ${place(1)}, passed: false}
    ]) { failed }
    upsertOdds(input: [{null: "n", true: ${place(1)}}]) { failed }
  }`)
})
afterAll(() => registry?.close())

describe('a matrix', () => {
  test('has a row for every existing value, even if no object with it counts', async () => {
    const query = `{ releaseMatrix(rows: name, columns: place, where: {passed: {equals: true}}) {
      rows { row } totalCount presentCount missingCount missing { row column { zone rack } } } }`
    expect(await registry.data(query)).toEqual({
      releaseMatrix: {
        rows: [{ row: '1' }, { row: '2' }],
        totalCount: 6,
        presentCount: 1,
        missingCount: 5,
        missing: [
          { row: '1', column: { zone: 'a', rack: 2 } },
          { row: '1', column: { zone: 'b', rack: 1 } },
          { row: '2', column: { zone: 'a', rack: 1 } },
          { row: '2', column: { zone: 'a', rack: 2 } },
          { row: '2', column: { zone: 'b', rack: 1 } },
        ],
      },
    })
  })

  test('orders its rows as their field does', async () => {
    const query = '{ itemMatrix(rows: count, columns: place) { rows { row } } }'
    expect(await registry.data(query)).toEqual({ itemMatrix: { rows: [{ row: 1 }, { row: 2 }, { row: 10 }] } })
  })

  test('has the requested rows, in their order and once each, even unknown ones', async () => {
    const query = `query ($rowIn: [JSON!]) { itemMatrix(rows: count, columns: place, rowIn: $rowIn) { rows { row } presentCount } }`
    expect(await registry.data(query, { rowIn: [7, 2, 7, 1] })).toEqual({
      itemMatrix: { rows: [{ row: 7 }, { row: 2 }, { row: 1 }], presentCount: 2 },
    })
    expect(await registry.data(query, { rowIn: [] })).toEqual({ itemMatrix: { rows: [], presentCount: 0 } })
    expect(await registry.data(query)).toEqual({
      itemMatrix: { rows: [{ row: 1 }, { row: 2 }, { row: 10 }], presentCount: 2 },
    })
  })

  test('has references as rows too, by their keys', async () => {
    const query = `query ($rowIn: [JSON!]) { itemMatrix(rows: place, columns: slot, rowIn: $rowIn) { rows { row } cells { row count latest { name } } } }`
    const [here, there] = [
      { zone: 'a', rack: 1 },
      { zone: 'c', rack: 9 },
    ]
    expect(await registry.data(query, { rowIn: [there, here] })).toEqual({
      itemMatrix: {
        rows: [{ row: there }, { row: here }],
        cells: [
          { row: there, count: 0, latest: null },
          { row: there, count: 0, latest: null },
          { row: here, count: 1, latest: { name: 'x' } },
          { row: here, count: 0, latest: null },
        ],
      },
    })
    expect((await registry.data(query)).itemMatrix.rows).toEqual(
      [here, { zone: 'a', rack: 2 }, { zone: 'b', rack: 1 }].map((row) => ({ row })),
    )
  })

  test('has no column for a missing target', async () => {
    const query = '{ itemMatrix(rows: name, columns: wish) { presentCount columns { _document } } }'
    const { itemMatrix } = await registry.data(query)
    expect(itemMatrix.presentCount).toBe(0)
    expect(itemMatrix.columns).toHaveLength(3)
  })

  test('gives the type of its columns if references lead to several templates', async () => {
    const query = (columns: string) =>
      `{ itemMatrix(rows: name, columns: ${columns}, rowIn: ["x"]) { columns { __typename ... on Slot { number } ... on Place { rack } ... on RegistryObject { _meta { version } } } } }`
    expect((await registry.data(query('slot'))).itemMatrix.columns).toEqual([
      { __typename: 'Slot', number: 1, _meta: { version: 1 } },
      { __typename: 'Slot', number: 2, _meta: { version: 1 } },
    ])
    expect((await registry.data(query('place'))).itemMatrix.columns).toEqual([
      { __typename: 'Place', rack: 1, _meta: { version: 1 } },
      { __typename: 'Place', rack: 2, _meta: { version: 1 } },
      { __typename: 'Place', rack: 1, _meta: { version: 1 } },
    ])
  })

  test('takes fields whose names no enum can have', async () => {
    const query = '{ oddMatrix(rows: _null, columns: _true) { rows { row } missingCount } }'
    expect(await registry.data(query)).toEqual({ oddMatrix: { rows: [{ row: 'n' }], missingCount: 2 } })
  })

  test('leaves out values that an earlier form of the template has left', async () => {
    await registry.sql(
      `update registry_object set document = document || '{"count": "ten"}' where template = 'item' and document->>'name' = 'z'`,
    )
    const query = '{ itemMatrix(rows: count, columns: place) { rows { row } } }'
    expect(await registry.data(query)).toEqual({ itemMatrix: { rows: [{ row: 1 }, { row: 2 }] } })
  })

  test('exists for the templates with a reference and a field to cross it with', async () => {
    const { __schema } = await registry.data('{ __schema { queryType { fields { name } } } }')
    const names = __schema.queryType.fields.map(({ name }: { name: string }) => name)
    expect(names.filter((name: string) => /^(?!await).*Matrix$/.test(name)).sort()).toEqual([
      'checkMatrix',
      'itemMatrix',
      'oddMatrix',
      'releaseMatrix',
      'slotMatrix',
    ])
  })
})

describe('a matrix is one statement with any selection:', () => {
  const arguments_ = 'rows: name, columns: place, where: {count: {lt: 100}}'
  test.each([
    ['nothing', '__typename'],
    ['its rows', 'rows { row }'],
    ['its columns', 'columns { _document }'],
    ['what is missing', 'missing { row column { ... on Place { label } } }'],
    ['its size', 'totalCount presentCount missingCount'],
    [
      'everything, twice',
      `a: rows { row } rows { verdicts again: row __typename } columns { __typename } b: columns { _meta { uuid } }
       cells { __typename row column { ... on Place { items { nodes { name place { items { totalCount } } } } } } state verdict count latest { name } again: latest { peers { name } } }
       c: cells { ...Cell } missing { ...Missing } d: missing { column { __typename } } totalCount
       notPassed { row verdict column { _document } } counts { missing none: missing __typename }`,
    ],
  ])('%s', async (_title, selection) => {
    const query = `{ itemMatrix(${arguments_}) { ${selection} } }
      fragment Cell on ItemMatrixCell { column { _document } }
      fragment Missing on ItemMatrixMissing { row }`
    const used = selection.includes('...Cell') ? query : query.replace(/fragment[^]*/, '')
    expect(await recordStatements(() => registry.data(used))).toHaveLength(1)
  })

  test('one plan is kept for a statement that depends on no value', async () => {
    const isPlanKept = async (query: string) =>
      (await recordStatements(() => registry.data(query))).map(({ text }) => !text.includes('registry_unplanned'))
    expect(await isPlanKept('{ itemMatrix(rows: name, columns: place) { missing { row } } }')).toEqual([true])
    expect(await isPlanKept(`{ itemMatrix(${arguments_}) { missing { row } } }`)).toEqual([false])
    expect(
      await isPlanKept(
        '{ releaseMatrix(rows: name, columns: place, columnWhere: {rack: {equals: 1}}) { rows { row } } }',
      ),
    ).toEqual([false])
    expect(
      await isPlanKept(
        '{ releaseMatrix(rows: name, columns: place) { columns { releases(passed: true) { totalCount } } } }',
      ),
    ).toEqual([false])
    expect(
      await isPlanKept(
        '{ releaseMatrix(rows: name, columns: place) { cells { latest { place { releases(passed: true) { totalCount } } } } } }',
      ),
    ).toEqual([false])
  })
})

describe('a matrix is refused', () => {
  const errorOf = ({ errors }: GraphqlAnswer) =>
    errors?.map(({ message, extensions }) => ({ message, code: extensions?.code, issues: extensions?.issues }))

  test.each([
    [
      'for rows that are the columns',
      '{ itemMatrix(rows: place, columns: place) { rows { row } } }',
      [
        {
          path: ['rows'],
          code: 'MATRIX',
          message: 'rows and columns are both place; choose another field for one of them',
        },
      ],
    ],
    [
      'for rows that are no values of their field, all of them named',
      '{ itemMatrix(rows: count, columns: place, rowIn: [1, "2", 2.5]) { rows { row } } }',
      [
        {
          path: ['rowIn', 1],
          code: 'TYPE',
          message: 'count: "2" is not a whole number from -2147483648 to 2147483647',
        },
        {
          path: ['rowIn', 2],
          code: 'TYPE',
          message: 'count: 2.5 is not a whole number from -2147483648 to 2147483647',
        },
      ],
    ],
    [
      'for a row that is no key of the reference',
      '{ itemMatrix(rows: place, columns: slot, rowIn: [{zone: "a", rack: "1"}]) { rows { row } } }',
      [
        {
          path: ['rowIn', 0, 'rack'],
          code: 'TYPE',
          message: 'rack: "1" is not a whole number from -2147483648 to 2147483647',
        },
      ],
    ],
    [
      'for null as its rows',
      '{ itemMatrix(rows: count, columns: place, rowIn: null) { rows { row } } }',
      [
        {
          path: ['rowIn'],
          code: 'FILTER',
          message: 'null is not a list of rows; leave rowIn out to get all rows',
        },
      ],
    ],
    [
      'for null as a filter',
      '{ releaseMatrix(rows: name, columns: place, columnWhere: null) { rows { row } } }',
      [
        {
          path: ['columnWhere'],
          code: 'FILTER',
          message:
            'null is not a value to filter by at columnWhere; leave columnWhere out, or use isNull: true on a field in it to find absent values',
        },
      ],
    ],
    [
      'for null deeper in a filter',
      '{ itemMatrix(rows: name, columns: place, columnWhere: {place: {rack: null}}, where: {}) { rows { row } } }',
      [
        {
          path: ['columnWhere', 'place', 'rack'],
          code: 'FILTER',
          message:
            'null is not a value to filter by at columnWhere.place.rack; to find absent values, use isNull: true',
        },
      ],
    ],
    [
      'for a filter of other columns than those asked for',
      '{ itemMatrix(rows: name, columns: place, columnWhere: {slot: {number: {equals: 1}}}) { rows { row } } }',
      [
        {
          path: ['columnWhere', 'slot'],
          code: 'MATRIX',
          message:
            'columnWhere has an entry for slot, but the columns are place; write columnWhere: {place: {…}}, or ask for columns: slot',
        },
      ],
    ],
  ])('%s', async (_title, query, issues) => {
    const message = issues.map((issue) => issue.message).join('\n')
    expect(errorOf(await registry.query(query))).toEqual([{ code: 'BAD_USER_INPUT', message, issues }])
  })

  test('where it is too large: rows, columns, or both together; its statement runs once, also if the query is known', async () => {
    const add = (template: string, count: number) =>
      registry.sql(
        `insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
         select '${template}', json_build_array('many', i)::text, gen_random_uuid(), jsonb_build_object('zone', 'many', 'rack', i, 'name', 'many' || i, 'count', i), '{}', 1, now(), now(), 'CREATED'
         from generate_series(1, ${count}) as i on conflict do nothing`,
      )
    const query = `query ($rowIn: [JSON!], $columnWhere: ItemMatrixColumnWhere) {
      itemMatrix(rows: count, columns: place, rowIn: $rowIn, columnWhere: $columnWhere) { totalCount rows { row } } }`
    const ask = async (variables: object) => errorOf(await registry.query(query, variables))
    const code = 'LIMIT_EXCEEDED'
    const limit = (message: string, path?: string[]) => [{ code, message, issues: path && [{ path, code, message }] }]
    const places = (lt: number) => ({ columnWhere: { place: { zone: { equals: 'many' }, rack: { lte: lt } } } })
    const rows = (count: number) => ({ rowIn: Array.from({ length: count }, (_, i) => i) })
    await add('place', 1001)
    expect(await ask({})).toEqual(
      limit(
        'The request has more than 1,000 columns in a matrix; at most 1,000 are allowed (limit "matrixColumns"). Narrow the columns with columnWhere.',
      ),
    )
    expect(await ask({ ...places(1000), ...rows(101) })).toEqual(
      limit(
        'The request has 101,000 cells in a matrix; at most 100,000 are allowed (limit "matrixCells"). Name the rows in rowIn, or narrow the columns with columnWhere.',
      ),
    )
    expect(await ask(rows(1001))).toEqual(
      limit(
        'rowIn: the request has 1,001 rows in a matrix; at most 1,000 are allowed (limit "matrixRows"). Name the rows in rowIn.',
        ['rowIn'],
      ),
    )
    expect(await ask({ ...places(1000), ...rows(100) })).toBeUndefined()
    const known = '{ releaseMatrix(rows: name, columns: place) { totalCount } }'
    const first = await registry.query(known)
    const statements = await recordStatements(async () => expect(await registry.query(known)).toEqual(first))
    expect(errorOf(first)?.[0]?.code).toBe('LIMIT_EXCEEDED')
    expect(statements).toHaveLength(1)
    await add('item', 1001)
    expect(await ask(places(1))).toEqual(
      limit(
        'The request has more than 1,000 rows in a matrix; at most 1,000 are allowed (limit "matrixRows"). Name the rows in rowIn.',
      ),
    )
  })
})
