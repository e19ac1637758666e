import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

/** Names that a JavaScript object has already, that a list's arguments have, and that SQL or PostgreSQL reserve. */
const names = [
  'constructor',
  'toString',
  'valueOf',
  'hasOwnProperty',
  'first',
  'where',
  'after',
  'orderBy',
  'select',
  'document',
  'key',
  'refs',
  'input',
  'ifVersion',
  'name',
] as const
const long = `l${'o'.repeat(120)}ng`

const templates = [
  `
name: odd
key: [constructor]
fields:
${names.map((name) => `  ${name}: { type: string, indexed: true }`).join('\n')}
  extra: json
  shape: { type: object, fields: { constructor: string, toString: int } }
  ${long}: { type: int, indexed: true }
`,
  // What PostgreSQL would name the first template's primary key and indexes.
  'name: odd_pkey\nkey: [where]\nfields:\n  where: { type: reference, to: odd, reverse: valueOfs }\n  toString: string\n',
  `name: wide\nkey: [a]\nfields:\n  a: string\n${Array.from({ length: 120 }, (_, i) => `  n${i}: int\n`).join('')}`,
  'name: object_pkey\nkey: [a]\nfields:\n  a: string\n',
  `name: ${long}\nkey: [a]\nfields:\n  a: string\n`,
  `name: ${long}er\nkey: [a]\nfields:\n  a: string\n`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())

const values = Object.fromEntries(names.map((name) => [name, `a ${name}'s "value"`]))
const extra = JSON.parse('{"__proto__": {"x": 1}, "constructor": "c", "toString": null}')

describe('fields of odd names', () => {
  test('are written, read, filtered and ordered with variables', async () => {
    const written = await registry.data(
      `mutation ($input: OddInput!) { upsertOdd(input: $input) { odd { ${names.join(' ')} extra shape { constructor toString } _document } } }`,
      {
        input: { ...values, extra, shape: { constructor: 'c', toString: 1 }, [long]: 7 },
      },
    )
    const { _document, ...odd } = written.upsertOdd.odd
    expect(odd).toEqual({ ...values, extra, shape: { constructor: 'c', toString: 1 } })
    expect(_document).toEqual({ ...odd, [long]: 7 })
    expect([Object.keys(odd.extra).sort(), Object.keys(_document.extra).sort()]).toEqual([
      ['__proto__', 'constructor', 'toString'],
      ['__proto__', 'constructor', 'toString'],
    ])
    for (const name of names) {
      const query = `query ($where: OddWhere, $orderBy: [OddOrderBy!]) { odds(where: $where, orderBy: $orderBy) { nodes { ${name} } pageInfo { endCursor } } }`
      const { odds } = await registry.data(query, {
        where: { [name]: { equals: values[name], startsWith: 'a', gt: '' } },
        orderBy: [{ [name]: 'desc' }],
      })
      expect(odds.nodes).toEqual([{ [name]: values[name] }])
      expect(
        await registry.data(
          `query ($after: String) { odds(orderBy: [{${name}: desc}], after: $after) { nodes { ${name} } } }`,
          { after: odds.pageInfo.endCursor },
        ),
      ).toEqual({ odds: { nodes: [] } })
    }
    expect(
      await registry.data(
        'query ($extra: JSON, $shape: OddShapeInput) { odds(extra: $extra, shape: $shape) { totalCount } }',
        { extra, shape: { constructor: 'c', toString: 1 } },
      ),
    ).toEqual({ odds: { totalCount: 1 } })
  })

  test('are written, read and filtered with literals', async () => {
    const literal = (value: string) => JSON.stringify(value)
    const input = names.map((name) => `${name}: ${literal(`${values[name]} 2`)}`).join(', ')
    const written = await registry.data(
      `mutation { upsertOdd(input: { ${input}, extra: {__proto__: {x: 2}, constructor: "c"}, shape: {toString: 2} }) { odd { ${names.join(' ')} extra shape { constructor toString } } } }`,
    )
    expect(JSON.stringify(written.upsertOdd.odd.extra)).toBe('{"__proto__":{"x":2},"constructor":"c"}')
    expect(written.upsertOdd.odd.shape).toEqual({ constructor: null, toString: 2 })
    for (const name of names) {
      expect(
        await registry.data(
          `{ odds(where: {${name}: {equals: ${literal(`${values[name]} 2`)}}}) { nodes { ${name} } } }`,
        ),
      ).toEqual({ odds: { nodes: [{ [name]: `${values[name]} 2` }] } })
    }
    expect(
      await registry.data(
        `{ odds(extra: {__proto__: {x: 2}, constructor: "c"}) { totalCount } none: odds(extra: {constructor: "c"}) { totalCount } }`,
      ),
    ).toEqual({ odds: { totalCount: 1 }, none: { totalCount: 0 } })
    expect(
      await registry.data(
        `{ odds(toString: ${literal(`${values['toString']} 2`)}, hasOwnProperty: ${literal(`${values['hasOwnProperty']} 2`)}) { totalCount } }`,
      ),
    ).toEqual({ odds: { totalCount: 1 } })
  })

  test('are absent where nothing was given, not what JavaScript has there', async () => {
    await registry.data('mutation ($input: OddInput!) { upsertOdd(input: $input) { outcome } }', {
      input: { constructor: 'bare' },
    })
    const { odd } = await registry.data(`{ odd(constructor: "bare") { ${names.join(' ')} shape { constructor } } }`)
    expect(odd).toEqual({ ...Object.fromEntries(names.map((name) => [name, null])), constructor: 'bare', shape: null })
    expect(
      await registry.data('{ odds(where: {toString: {isNull: true}, valueOf: {isNull: true}}) { totalCount } }'),
    ).toEqual({ odds: { totalCount: 1 } })
  })

  test('are references and reverse sides too', async () => {
    await registry.data('mutation ($input: OddPkeyInput!) { upsertOddPkey(input: $input) { outcome } }', {
      input: { where: 'bare', toString: 'x' },
    })
    expect(
      await registry.data(
        '{ odd(constructor: "bare") { valueOfs(toString: "x", where: {where: {constructor: {equals: "bare"}}}) { nodes { toString where { constructor } } } } }',
      ),
    ).toEqual({
      odd: { valueOfs: { nodes: [{ toString: 'x', where: { constructor: 'bare' } }] } },
    })
  })

  test('are grouped and aggregated', async () => {
    const all = names.join(' ')
    const groups = names.map((name) => `by_${name}: groupBy(by: [${name}]) { key { ${all} } count latest { ${name} } }`)
    const { odds } = await registry.data(
      `{ odds(first: 0, where: {name: {equals: "a name's \\"value\\""}}, latestPer: [${names.join(', ')}, ${long}]) {
        aggregate { count min { ${all} ${long} } max { ${all} } sum { ${long} } } ${groups.join(' ')} } }`,
    )
    const none = Object.fromEntries(names.map((name) => [name, null]))
    expect(odds).toEqual({
      aggregate: { count: 1, min: { ...values, [long]: 7 }, max: values, sum: { [long]: 7 } },
      ...Object.fromEntries(
        names.map((name) => [
          `by_${name}`,
          [{ key: { ...none, [name]: values[name] }, count: 1, latest: { [name]: values[name] } }],
        ]),
      ),
    })
    expect(
      await registry.data(
        '{ oddPkeys(orderBy: [{where: {constructor: asc}}, {where: {where: desc}}, {where: {hasOwnProperty: asc}}]) { nodes { toString } groupBy(by: [where]) { key { where { constructor } } } } }',
      ),
    ).toEqual({
      oddPkeys: { nodes: [{ toString: 'x' }], groupBy: [{ key: { where: { constructor: 'bare' } } }] },
    })
  })

  test('belong to templates of names that PostgreSQL would cut to the same 63 bytes', async () => {
    const type = `L${'o'.repeat(120)}ng`
    await registry.data(
      `mutation { upsert${type}(input: {a: "1"}) { outcome } upsert${type}er(input: {a: "2"}) { outcome } }`,
    )
    expect(
      (await registry.data('{ templates { name count } }')).templates.filter(({ name }: { name: string }) =>
        name.startsWith('lo'),
      ),
    ).toEqual([
      { name: long, count: 1 },
      { name: `${long}er`, count: 1 },
    ])
  })
})

describe('a template of 120 fields', () => {
  const fields = Array.from({ length: 120 }, (_, i) => `n${i}`)
  const query = `query ($orderBy: [WideOrderBy!], $after: String, $where: WideWhere) { wides(first: 1, orderBy: $orderBy, after: $after, where: $where) { nodes { a ${fields.join(' ')} } pageInfo { endCursor } } }`
  const orderBy = (count: number) =>
    fields.slice(0, count).map((field, i) => ({ [field]: i % 2 === 0 ? 'asc' : 'desc' }))
  const input = (a: string, last: number) => ({
    a,
    ...Object.fromEntries(fields.map((field) => [field, field === 'n49' ? last : 1])),
  })

  test('is written and read, filtered by all and ordered by 50 of them', async () => {
    await registry.data('mutation ($input: [WideInput!]!) { upsertWides(input: $input) { failed } }', {
      input: [input('x', 1), input('y', 2)],
    })
    const where = Object.fromEntries(fields.map((field) => [field, { gte: 1 }]))
    const { wides } = await registry.data(query, { orderBy: orderBy(50), where })
    expect(wides.nodes).toEqual([input('y', 2)])
    expect(
      (await registry.data(query, { orderBy: orderBy(50), where, after: wides.pageInfo.endCursor })).wides.nodes,
    ).toEqual([input('x', 1)])
  })

  test('is grouped by all of them, and all are aggregated', async () => {
    const all = fields.join(' ')
    const { wides } = await registry.data(
      `{ wides(latestPer: [${all}]) { totalCount aggregate { min { ${all} } sum { ${all} } } groupBy(by: [${all}]) { key { a ${all} } } } }`,
    )
    const numbers = ({ a: _a, ...rest }: Record<string, unknown>) => rest
    const sums = Object.fromEntries(fields.map((field) => [field, field === 'n49' ? 3 : 2]))
    expect(wides).toEqual({
      totalCount: 2,
      aggregate: { min: numbers(input('x', 1)), sum: sums },
      groupBy: [1, 2].map((last) => ({ key: { ...input('x', last), a: null } })),
    })
  })

  test('cannot be ordered by 51', async () => {
    const { errors } = await registry.query(query, { orderBy: orderBy(51) })
    expect(errors?.map(({ message, extensions }) => [extensions?.code, message])).toEqual([
      [
        'LIMIT_EXCEEDED',
        'orderBy: the request has 51 fields in one orderBy; at most 50 are allowed (limit "orderTerms"). Leave out the last ones.',
      ],
    ])
  })
})

describe('response keys', () => {
  test('may be as long or odd as GraphQL allows', async () => {
    const alias = `k${'x'.repeat(200)}`
    const query = `{ ${alias}: odds(first: 1) { ${alias}: nodes { ${alias}: __typename __proto__: _meta { __proto__: version } toString: _meta { valueOf: version } } __proto__: totalCount constructor: pageInfo { valueOf: hasNextPage } } }`
    expect(JSON.stringify(await registry.data(query))).toBe(
      `{"${alias}":{"${alias}":[{"${alias}":"Odd","__proto__":{"__proto__":1},"toString":{"valueOf":1}}],"__proto__":3,"constructor":{"valueOf":true}}}`,
    )
  })

  test('of mutations too', async () => {
    const data = await registry.data(
      'mutation { __proto__: upsertOdd(input: {constructor: "m"}) { __proto__: odd { __proto__: constructor } constructor: odd { valueOf: constructor } } }',
    )
    expect(JSON.stringify(data)).toBe('{"__proto__":{"__proto__":{"__proto__":"m"},"constructor":{"valueOf":"m"}}}')
  })

  test('may be more than the arguments that PostgreSQL passes to a function', async () => {
    const keys = Array.from({ length: 130 }, (_, i) => `k${i}`)
    const query = `{ odds(first: 1, orderBy: [{constructor: asc}]) { ${keys.map((key) => `${key}: pageInfo { hasNextPage }`).join(' ')} nodes { ${keys.map((key) => `${key}: constructor`).join(' ')} } totalCount } }`
    const { odds } = await registry.data(query)
    expect(odds.nodes).toEqual([Object.fromEntries(keys.map((key) => [key, values['constructor']]))])
    expect(keys.map((key) => odds[key].hasNextPage)).toEqual(keys.map(() => true))
    expect(odds.totalCount).toBe(4)
  })
})
