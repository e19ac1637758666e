import { getIntrospectionQuery } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './start-test-server.ts'

let started: TestServer
beforeAll(async () => {
  started = await startTestServer()
  await started.post({ query: '{ hello }' })
})
afterAll(async () => {
  expect(started.log.filter((line) => line['level'] === 'error')).toEqual([])
  await started.server.drain(0)
})

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index)).join(' ')
const nested = (count: number, open: string, middle: string, close: string) =>
  open.repeat(count) + middle + close.repeat(count)
const chain = (length: number, spread: (index: number) => string) =>
  `{ ...f0 } ${many(length, (index) => `fragment f${index} on Query { ${spread(index + 1)} }`)} fragment f${length} on Query { hello }`
const thing = (index: number) =>
  `{name: "n${index}", lts: true, ${many(8, (field) => `field${field}: "value ${index}"`)}}`

/** Documents that would take minutes, gigabytes or the whole process. */
const absurd: [string, string, string | undefined][] = [
  ['10,000 aliases at the root', `{ ${many(10_000, (index) => `a${index}: hello`)} }`, 'rootFields'],
  ['10,000 aliases below the root', `{ thing { ${many(10_000, (index) => `a${index}: name`)} } }`, 'aliases'],
  ['20,000 levels of selections', nested(20_000, '{thing', '{name}', '}'), 'nesting'],
  ['levels of fields under the limit of brackets', `{${nested(100, 'thing{', 'name', '}')}}`, 'depth'],
  ['20,000 levels of lists', `{ hello(name: ${nested(20_000, '[', '', ']')}) }`, 'nesting'],
  ['20,000 levels of objects', `{ hello(name: ${nested(20_000, '{a:', '1', '}')}) }`, 'nesting'],
  ['a literal of 65 levels', `{ hello(name: ${nested(65, '[', '', ']')}) }`, 'jsonDepth'],
  ['a variable type of 20,000 levels', `query($a: ${nested(20_000, '[', 'Int', ']')}) { hello }`, 'nesting'],
  ['10,000 directives on one field', `{ hello ${many(10_000, () => '@skip(if: false)')} }`, 'directives'],
  [
    'many directives through one fragment',
    `{ thing { ${many(20, () => '...a')} } } fragment a on Thing { name ${many(30, () => '@skip(if: false)')} }`,
    'directives',
  ],
  ['100,000 repeated fields', `{ ${many(100_000, () => 'hello')} }`, 'tokens'],
  ['90,000 repeated fields', `{ ${many(90_000, () => 'hello')} }`, 'rootFields'],
  ['90,000 repeated fields below the root', `{ thing { ${many(90_000, () => 'name')} } }`, 'fields'],
  ['9,000 repeated fields', `{ thing { ${many(9_000, () => 'name')} } }`, 'fieldPairs'],
  [
    'repeated fields in repeated fields',
    `{ ${many(90, () => `thing { thing { ${many(20, () => 'name')} } }`)} }`,
    'fieldPairs',
  ],
  ['a chain of 20,000 fragments', chain(20_000, (next) => `...f${next}`), 'tokens'],
  ['a chain of 10,000 fragments', chain(10_000, (next) => `...f${next}`), 'fragments'],
  [
    'fragments that double at every step',
    chain(150, (next) => `a: thing { ...f${next} } b: thing { ...f${next} }`)
      .replaceAll('on Query', 'on Thing')
      .replace('{ ...f0 }', '{ thing { ...f0 } }'),
    'depth',
  ],
  ['fragments that double at every step without depth', chain(150, (next) => `...f${next} ...f${next}`), 'rootFields'],
  ['2,000 spreads of one fragment', `{ ${many(2_000, () => '...a')} } fragment a on Query { hello }`, 'spreads'],
  ['a fragment that spreads itself', '{ ...a } fragment a on Query { hello ...a }', undefined],
  [
    'two fragments that spread each other',
    '{ thing { ...a } } fragment a on Thing { thing { ...b } } fragment b on Thing { thing { ...a } }',
    undefined,
  ],
  ['10,000 operations', `query a { hello } ${many(10_000, (index) => `query q${index} { hello }`)}`, undefined],
  ['10,000 variables', `query(${many(10_000, (index) => `$a${index}: Int`)}) { hello }`, 'variables'],
  ['300,000 tokens', `{ hello(name: [${many(300_000, () => '1')}]) }`, 'tokens'],
  ['a name of 3 MB', `{ ${'x'.repeat(3_000_000)} }`, undefined],
  ['a document of 5 MB', `{ hello(name: "${'x'.repeat(5_000_000)}") }`, 'documentLength'],
  ['30,000 arguments of one name', `{ hello(${many(30_000, () => 'name: "a"')}) }`, undefined],
  ['a list of 80,000 wrong literals', `mutation { upsertThings(input: [${many(80_000, () => '5')}]) }`, undefined],
  [
    'an introspection that multiplies by its aliases',
    `{ ${many(50, (index) => `a${index}: __schema { types { fields { name } } }`)} }`,
    'introspectionLists',
  ],
  [
    'an introspection in circles',
    `{ __schema { types { ${nested(10, 'fields { type { ', 'name', ' } }')} } } }`,
    undefined,
  ],
]

describe('an absurd document gets an error', () => {
  test.each(absurd)('%s', async (_, query, limit) => {
    const answer = await started.post({ query })
    const { code, limit: exceeded } = answer.body.errors[0].extensions
    expect([answer.status < 500, 'data' in answer.body, code, exceeded?.name]).toEqual([
      true,
      false,
      limit ? 'LIMIT_EXCEEDED' : 'BAD_USER_INPUT',
      limit,
    ])
    if (limit) expect(answer.status).toBe(400)
  })

  test('the error gives the limit, the requested and the allowed amount', async () => {
    const answer = await started.post({ query: `{ ${many(101, () => 'hello')} }` })
    expect(answer.body).toEqual({
      errors: [
        {
          message:
            'The request has 101 fields at the root; at most 100 are allowed (limit "rootFields"). Split it into smaller requests.',
          extensions: { code: 'LIMIT_EXCEEDED', limit: { name: 'rootFields', allowed: 100, asked: 101 } },
        },
      ],
    })
  })
})

describe('JSON deeper than 64 is refused before it is parsed', () => {
  const body = (depth: number) => `{"query":"{hello}","variables":{"a":${nested(depth, '[', '', ']')}}}`

  test.each([65, 1_000, 4_900_000])('%d levels', async (depth) => {
    const answer = await started.post(body(depth))
    expect([answer.status, answer.body.errors[0].extensions.limit]).toEqual([400, { name: 'jsonDepth', allowed: 64 }])
  })

  test('64 levels pass, and brackets inside strings do not count', async () => {
    expect((await started.post(body(64))).status).toBe(200)
    expect((await started.post({ query: '{ hello }', variables: { a: `"\\${'[{'.repeat(1_000)}` } })).status).toBe(200)
  })

  test('in a GET as well', async () => {
    const answer = await fetch(`${started.url}/graphql?query={hello}&variables={"a":${nested(65, '[', '', ']')}}`)
    expect(answer.status).toBe(400)
  })
})

describe('JSON that takes long is refused before it is parsed', () => {
  const values = (had: string) =>
    `The request has more than ${had} values in its JSON; at most ${had} are allowed (limit "jsonValues"). Split it into several requests.`
  const shapes =
    'The request has more than 30,000 different sequences of names in the objects of its JSON; at most 30,000 are allowed (limit "jsonShapes"). Give all objects their fields in the same order, or split it into several requests.'
  const body = (variable: string) => `{"query":"{hello}","variables":{"a":${variable}}}`
  const list = (count: number, item: (index: number) => string) =>
    `[${Array.from({ length: count }, (_, index) => item(index)).join(',')}]`

  test.each([
    ['3,300,000 empty objects', list(3_300_000, () => '{}'), values('250,000')],
    ['4,900,000 numbers', list(4_900_000, () => '1'), values('250,000')],
    ['250,000 empty texts', list(250_000, () => '""'), values('250,000')],
    ['100,000 objects with a name each', list(100_000, (index) => `{"a${index}":1}`), shapes],
    ['100,000 names in one object', `{${list(100_000, (index) => `"${index}":1`).slice(1, -1)}}`, shapes],
  ])('%s', async (_, variable, message) => {
    const answer = await started.post(body(variable))
    expect([answer.status, answer.body.errors[0].message]).toEqual([400, message])
  })

  test.each([
    ['a text of 9 MB', `"${'a'.repeat(9_000_000)}"`],
    ['a text of 9 MB that looks like values', `"${'{},'.repeat(3_000_000)}"`],
    ['a text of 9 MB of escapes', `"${'\\"'.repeat(4_500_000)}"`],
    ['a number of 9 MB', '1'.repeat(9_000_000)],
    ['9 MB of spaces', `[${' '.repeat(9_000_000)}]`],
    ['a name of 9 MB', `{"${'a'.repeat(9_000_000)}":1}`],
  ])('%s passes', async (_, variable) => {
    expect((await started.post(body(variable))).body).toEqual({ data: { hello: 'hello world' } })
  })
})

describe('normal requests pass', () => {
  test('10,000 objects of 20 values as variables', async () => {
    const thing = (index: number) => ({
      name: `n${index}`,
      lts: true,
      json: Array.from({ length: 9 }, (_, part) => part),
      ...Object.fromEntries(Array.from({ length: 8 }, (_, field) => [`field${field}`, `value ${index}`])),
    })
    const answer = await started.post({
      query: 'mutation($input: [ThingInput!]!) { upsertThings(input: $input) }',
      variables: { input: Array.from({ length: 10_000 }, (_, index) => thing(index)) },
    })
    expect(answer.body).toEqual({ data: { upsertThings: 10_000 } })
  })

  test("GraphiQL's introspection", async () => {
    const query = getIntrospectionQuery({
      inputValueDeprecation: true,
      oneOf: true,
      schemaDescription: true,
      specifiedByUrl: true,
      directiveIsRepeatable: true,
    })
    const answer = await started.post({ query })
    expect([answer.status, answer.body.errors]).toEqual([200, undefined])
  })

  test('1,000 objects of 10 fields written as literals', async () => {
    const answer = await started.post({ query: `mutation { upsertThings(input: [${many(1_000, thing)}]) }` })
    expect(answer.body).toEqual({ data: { upsertThings: 1_000 } })
  })

  test('a hundred aliased root fields with a shared fragment', async () => {
    const answer = await started.post({
      query: `{ ${many(100, (index) => `a${index}: thing { ...a }`)} } fragment a on Thing { name thing { name } }`,
    })
    expect(Object.keys(answer.body.data)).toHaveLength(100)
  })

  test('the same document again, and a fragment that is used twice', async () => {
    const query = '{ a: thing { ...a } b: thing { ...a } } fragment a on Thing { name }'
    const answers = [await started.post({ query }), await started.post({ query })]
    expect(answers.map((answer) => answer.body)).toEqual(
      Array(2).fill({ data: { a: { name: 'a' }, b: { name: 'a' } } }),
    )
  })
})
