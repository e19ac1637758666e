import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listArguments } from '../../src/plan/plan-connection.ts'
import { parseTemplates } from '../../src/template/parse-templates.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { throughGraphqlJs, withoutAdded } from '../support/through-graphql-js.ts'

/**
 * Names that mean something to JavaScript, to the libraries that a value goes through or to this program: every one of
 * Object.prototype, those of promises, iterators, functions, lists and answers.
 */
const names = [
  ...Object.getOwnPropertyNames(Object.prototype),
  ...['then', 'catch', 'finally', 'toJSON', 'next', 'return', 'throw', 'done', 'value', 'symbol', 'asyncIterator'],
  ...['prototype', 'length', 'name', 'caller', 'arguments', 'call', 'apply', 'bind', 'map', 'get', 'has', 'size'],
  ...['data', 'errors', 'extensions', 'stringify', 'kind', 'text', 'path', 'key', 'nodes', 'first', 'where', 'input'],
  ...['undefined', 'NaN', 'null', 'true', 'false'],
]
/** JSON and aliases may be called anything; GraphQL keeps names that begin with `__` to itself. */
const fieldNames = names.filter((name) => !name.startsWith('__'))
const enumValues = fieldNames.filter((name) => !['true', 'false', 'null'].includes(name))
/** In enums of fields. */
const enumNameOf = (name: string) => (enumValues.includes(name) ? name : `_${name}`)

const templateOf = (name: string) => `
name: ${name}
plural: ${name}_list
key: [${name}]
fields:
  ${name}: string
  hub: { type: reference, to: hub, reverse: ${name} }
`
const hub = 'name: hub\nkey: [self]\nfields:\n  self: string\n'
const templateNames = fieldNames.filter(
  (name) => !('issues' in parseTemplates([hub, templateOf(name)].map((text, i) => ({ file: `t${i}.yaml`, text })))),
)

const yamlList = (items: readonly string[]) => JSON.stringify(items)
const odd = `
name: odd
key: [self]
additionalFields: true
fields:
  self: string
${fieldNames.map((name) => `  ${JSON.stringify(name)}: string`).join('\n')}
  anEnum: { type: enum, values: ${yamlList(enumValues)} }
  someEnums: { type: [enum], values: ${yamlList(enumValues)} }
  someTexts: [string]
  anObject: { type: object, fields: { ${fieldNames.map((name) => `${JSON.stringify(name)}: string`).join(', ')} } }
  someObjects: { type: [object], fields: { ${fieldNames.map((name) => `${JSON.stringify(name)}: json`).join(', ')} } }
  someJson: json
  hub: { type: reference, to: hub }
`
const pair =
  'name: pair\nkey: [constructor, then]\nfields:\n  constructor: string\n  then: { type: string, default: "x" }\n'
const user = `
name: user
key: [valueOf]
fields:
  valueOf: { type: reference, to: pair, reverse: users }
  toString: { type: [reference], to: pair, reverse: others, onDelete: unset }
  length: { type: object, fields: { constructor: { type: string, default: "d" }, then: string } }
`
const loose = 'name: loose\nkey: [self]\nadditionalFields: true\nfields:\n  self: string\n'

let registry: TestRegistry
beforeAll(async () => {
  // All names at once are more than a request may have of most things.
  const limits = { tokens: 1_000_000, aliases: 10_000, fields: 100_000, spreads: 10_000 }
  registry = await startRegistry([hub, odd, loose, pair, user, ...templateNames.map(templateOf)], { limits })
  await registry.data('mutation { upsertHub(input: {self: "h"}) { outcome } }')
})
afterAll(() => registry?.close())

/** One member for each name. `Object.fromEntries` makes `__proto__` a member as any other. */
function each<Value>(of: readonly string[], toValue: (name: string) => Value): Record<string, Value> {
  return Object.fromEntries(of.map((name) => [name, toValue(name)]))
}

function then(value: string): Record<string, string> {
  return each(['then'], () => value)
}

/** A value as text, its members in one order: that of jsonb is its own. */
function print(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(print).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${print(member)}`).join(',')}}`
}

async function send(query: string, variables?: object, accept = 'application/json'): Promise<string> {
  const response = await fetch(registry.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept },
    body: JSON.stringify({ query, variables }),
  })
  return response.text()
}

// biome-ignore lint/suspicious/noExplicitAny: what a test expects of the data, it asserts
function dataOf(text: string): any {
  const answer = JSON.parse(text)
  if (answer.errors) throw new Error(text.slice(0, 3_000))
  return answer.data
}

/** Asks through Yoga, by the short way and with graphql-js to complete the answer, and gives the data that all three have. */
// biome-ignore lint/suspicious/noExplicitAny: as above
async function read(query: string, variables?: object): Promise<any> {
  const yoga = await send(query, variables, 'application/json;q=0.9')
  const lane = await send(query, variables)
  const completed = withoutAdded(JSON.parse(await send(throughGraphqlJs(query), variables)))
  expect(lane).toBe(yoga)
  expect(print(completed)).toBe(print(JSON.parse(yoga)))
  return dataOf(yoga)
}

/** A literal of GraphQL. Where enum values stand is told by the marks around them. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value)
    .map(([name, member]) =>
      name === 'anEnum' || name === 'someEnums'
        ? `${name}: ${JSON.stringify(member).replaceAll('"', '')}`
        : `${name}: ${literal(member)}`,
    )
    .join(', ')}}`
}

const jsonOf = (name: string) => each([name], () => [each(['then', name, '__proto__'], () => 1), name])
const json = { ...each(names, (name) => `json ${name}`), inside: each(names, jsonOf) }

function objectOf(self: string) {
  const value = (name: string) => `${self} ${name}`
  return {
    self,
    ...each(fieldNames, value),
    anEnum: 'constructor',
    someEnums: enumValues,
    someTexts: names,
    anObject: each(fieldNames, value),
    someObjects: [each(fieldNames, jsonOf), each(['then', 'constructor'], jsonOf)],
    someJson: json,
    hub: 'h',
  }
}

const selected = `self ${fieldNames.join(' ')} anEnum someEnums someTexts anObject { ${fieldNames.join(' ')} } someObjects { ${fieldNames.join(' ')} } someJson hub { self } _document`

/** What `selected` shows of an object. */
function shownOf(object: ReturnType<typeof objectOf>, additional: object = {}) {
  const absent = each(fieldNames, () => null)
  return {
    ...object,
    someObjects: object.someObjects.map((one) => ({ ...absent, ...one })),
    hub: { self: object.hub },
    _document: { ...object, ...additional },
  }
}

/** An argument; what every list has as one stands for itself. */
function equality(name: string, value: string): string {
  return listArguments.has(name) ? `where: {${name}: {equals: ${value}}}` : `${name}: ${value}`
}

describe('names that mean something to JavaScript', () => {
  test('are those of many templates, too', () => {
    expect(templateNames).toEqual(expect.arrayContaining(['constructor', 'then', 'length', 'prototype', 'undefined']))
  })

  const one = (value: string) => `upsertOdd(input: ${value}) { outcome odd { ${selected} } }`
  const many = (value: string, mode: string) =>
    `upsertOdds(input: ${value}, mode: ${mode}) { created failed results { index odd { ${selected} } error { message } } }`

  test.each(['literal', 'variable'])('are written one at a time as a %s, and come back as they were', async (form) => {
    for (const accept of ['application/json', 'application/json;q=0.9']) {
      const object = objectOf(`one ${form} ${accept}`)
      const mutation =
        form === 'literal'
          ? `mutation { ${one(literal(object))} }`
          : `mutation ($input: OddInput!) { ${one('$input')} }`
      const { upsertOdd } = dataOf(await send(mutation, form === 'literal' ? {} : { input: object }, accept))
      expect(print(upsertOdd)).toBe(print({ outcome: 'CREATED', odd: shownOf(object) }))
      const again = await read(`query ($self: String!) { odd(self: $self) { ${selected} } }`, { self: object.self })
      expect(print(again)).toBe(print({ odd: shownOf(object) }))
    }
  })

  test.each([
    ['literal', 'ATOMIC'],
    ['variable', 'ATOMIC'],
    ['literal', 'INDEPENDENT'],
    ['variable', 'INDEPENDENT'],
  ])('are written many at a time as a %s, %s', async (form, mode) => {
    const objects = ['a', 'b'].map((self) => objectOf(`${self} ${form} ${mode}`))
    const isLiteral = form === 'literal'
    const { upsertOdds } = dataOf(
      isLiteral
        ? await send(`mutation { ${many(literal(objects), mode)} }`)
        : await send(`mutation ($input: [OddInput!]!) { ${many('$input', mode)} }`, { input: objects }),
    )
    const results = objects.map((object, index) => ({ index, odd: shownOf(object), error: null }))
    expect(print(upsertOdds)).toBe(print({ created: 2, failed: 0, results }))
  })

  test('are absent where nothing was given', async () => {
    await registry.data('mutation { upsertOdd(input: {self: "bare", anObject: {}, someObjects: [{}]}) { outcome } }')
    const { odd } = await read(`{ odd(self: "bare") { ${selected} } }`)
    const absent = each(fieldNames, () => null)
    expect(print(odd)).toBe(
      print({
        self: 'bare',
        ...absent,
        ...each(['anEnum', 'someEnums', 'someTexts', 'someJson', 'hub'], () => null),
        anObject: absent,
        someObjects: [absent],
        _document: { self: 'bare', anObject: {}, someObjects: [{}] },
      }),
    )
  })

  test('are additional attributes, set and cleared', async () => {
    const additional = each(names, (name) => each([name], () => json))
    const query =
      'mutation ($more: JSON) { upsertLoose(input: {self: "a", _additional: $more}) { loose { _document } } }'
    const written = dataOf(await send(query, { more: additional }))
    expect(print(written.upsertLoose.loose._document)).toBe(print({ self: 'a', ...additional }))
    const asLiteral = `mutation { upsertLoose(input: {self: "b", _additional: ${literal(additional)}}) { loose { _document } } }`
    expect(print(dataOf(await send(asLiteral)).upsertLoose.loose._document)).toBe(print({ self: 'b', ...additional }))
    for (const self of ['a', 'b'])
      expect(print(await read(`{ loose(self: "${self}") { _document } }`))).toBe(
        print({ loose: { _document: { self, ...additional } } }),
      )
    const cleared = dataOf(await send(query, { more: each(names, () => null) }))
    expect(print(cleared.upsertLoose.loose._document)).toBe(print({ self: 'a' }))
  })

  test('are filtered, ordered and grouped by', async () => {
    await send('mutation ($input: OddInput!) { upsertOdd(input: $input) { outcome } }', { input: objectOf('f') })
    for (const name of fieldNames) {
      const value = `f ${name}`
      const where = {
        [name]: { equals: value },
        anObject: { [name]: { equals: value } },
        someObjects: { some: { [name]: { path: [name, '1'], equals: name } } },
        someTexts: { has: name },
        ...(enumValues.includes(name) && { someEnums: { has: name } }),
        someJson: { path: [name], equals: `json ${name}` },
      }
      const found = await read(
        `query ($where: OddWhere, $orderBy: [OddOrderBy!], $value: String) {
          byWhere: odds(where: $where, orderBy: $orderBy) { nodes { self } }
          byArgument: odds(${equality(name, '$value')}) { nodes { ${name} } }
          groups: odds(where: $where) { groupBy(by: [${enumNameOf(name)}]) { key { ${name} } count } aggregate { min { ${name} } } }
          latest: odds(where: $where, latestPer: [${enumNameOf(name)}]) { totalCount }
        }`,
        { where, orderBy: [{ [name]: 'desc' }], value },
      )
      expect(print(found)).toBe(
        print({
          byWhere: { nodes: [{ self: 'f' }] },
          byArgument: { nodes: [{ [name]: value }] },
          groups: { groupBy: [{ key: { [name]: value }, count: 1 }], aggregate: { min: { [name]: value } } },
          latest: { totalCount: 1 },
        }),
      )
      const asLiteral = `{ odds(where: ${literal({ [name]: { in: [value] }, someJson: { path: [name], equals: `json ${name}` } })}, orderBy: {${name}: asc}) { nodes { self } } }`
      expect(await read(asLiteral)).toEqual({ odds: { nodes: [{ self: 'f' }] } })
    }
  })

  test('are JSON and objects to compare with', async () => {
    await send('mutation ($input: OddInput!) { upsertOdd(input: $input) { outcome } }', { input: objectOf('j') })
    const { anObject, someJson } = objectOf('j')
    const query =
      'query ($o: OddAnObjectInput!, $j: JSON) { odds(anObject: $o, where: {someJson: {equals: $j}, anObject: {in: [$o]}}) { nodes { self } } }'
    expect(await read(query, { o: anObject, j: someJson })).toEqual({ odds: { nodes: [{ self: 'j' }] } })
    const without = Object.fromEntries(Object.entries(someJson).filter(([name]) => name !== '__proto__'))
    expect(await read(query, { o: anObject, j: without })).toEqual({ odds: { nodes: [] } })
  })

  test('are enum values, of which each is a row of a matrix', async () => {
    for (const value of enumValues)
      await registry.data(
        `mutation { upsertOdd(input: {self: "m ${value}", anEnum: ${value}, then: "matrix", hub: "h"}) { odd { anEnum } } }`,
      )
    const { oddMatrix } = await read(
      `{ oddMatrix(rows: anEnum, columns: hub, where: {then: {equals: "matrix"}}, rowIn: ${literal(enumValues)}) { cells { row state column { self } latest { anEnum } } missingCount } }`,
    )
    expect(print(oddMatrix)).toBe(
      print({
        cells: enumValues.map((value) => ({
          row: value,
          state: 'PRESENT',
          column: { self: 'h' },
          latest: { anEnum: value },
        })),
        missingCount: 0,
      }),
    )
    for (const value of enumValues)
      expect(await read(`{ odds(anEnum: ${value}, then: "matrix") { nodes { anEnum } } }`)).toEqual({
        odds: { nodes: [{ anEnum: value }] },
      })
    for (const name of fieldNames) {
      const query = `{ oddMatrix(rows: ${enumNameOf(name)}, columns: hub, rowIn: ["f ${name}"]) { rows { row } missingCount } }`
      expect(await read(query)).toEqual({ oddMatrix: { rows: [{ row: `f ${name}` }], missingCount: 0 } })
    }
  })

  test('are aliases of whatever is read', async () => {
    await send('mutation ($input: OddInput!) { upsertOdd(input: $input) { outcome } }', { input: objectOf('r') })
    const as = (what: string) => names.map((name) => `${name}: ${what}`).join(' ')
    const all = (value: unknown) => each(names, () => value)
    expect(print(await read(`{ odd(self: "r") { ${as('then')} } }`))).toBe(print({ odd: all('r then') }))
    expect(print(await read(`{ ${as('odd(self: "r") { then }')} }`))).toBe(print(all(then('r then'))))
    for (const name of names) {
      const alias = (value: unknown) => each([name], () => value)
      const query = `{ ${name}: odds(self: "r") {
        ${name}: nodes {
          ${name}: anObject { ${name}: then }
          _hub: hub { ${name}: odds(self: "r", first: 1) { ${name}: edges { ${name}: node { ${name}: self } } } }
          _meta: _meta { ${name}: version }
          _type: __typename
        }
        _page: pageInfo { ${name}: hasNextPage }
        _groups: groupBy(by: [then]) { ${name}: key { ${name}: then } _latest: latest { ${name}: then } }
        _all: aggregate { ${name}: max { ${name}: then } }
      } }`
      const { ...found } = await read(query)
      expect(print(found)).toBe(
        print(
          alias({
            ...alias([
              {
                ...alias(alias('r then')),
                _hub: alias(alias([alias(alias('r'))])),
                _meta: alias(1),
                _type: 'Odd',
              },
            ]),
            _page: alias(false),
            _groups: [{ ...alias(alias('r then')), _latest: alias('r then') }],
            _all: alias(alias('r then')),
          }),
        ),
      )
    }
  })

  test('are aliases of whatever is written', async () => {
    for (const name of names) {
      const alias = (value: unknown) => each([name], () => value)
      const written = dataOf(
        await send(
          `mutation { ${name}: upsertOdd(input: {self: "w", then: "t"}) { ${name}: odd { ${name}: then } _outcome: outcome } }`,
        ),
      )
      expect(print(each([name], () => ({ ...(written[name] as object), _outcome: 'any' })))).toBe(
        print(alias({ ...alias(alias('t')), _outcome: 'any' })),
      )
      const many = dataOf(
        await send(
          `mutation { ${name}: upsertOdds(mode: INDEPENDENT, input: [{self: "w", then: "t"}, {self: "\\u0000"}]) { ${name}: results { ${name}: odd { ${name}: then } _error: error { ${name}: code _issues: issues { ${name}: path } } } } }`,
        ),
      )
      expect(print(many)).toBe(
        print(
          alias(
            alias([
              { ...alias(alias('t')), _error: null },
              { ...alias(null), _error: { ...alias('BAD_USER_INPUT'), _issues: [alias(['input', '1', 'self'])] } },
            ]),
          ),
        ),
      )
      const deleted = dataOf(await send(`mutation { ${name}: deleteOdd(self: "w") { ${name}: then } }`))
      expect(print(deleted)).toBe(print(alias(alias('t'))))
      expect(print(dataOf(await send(`mutation { ${name}: deleteOdds(where: {self: {equals: "w"}}) }`)))).toBe(
        print(alias(0)),
      )
    }
  })

  test('are names of operations, variables and fragments', async () => {
    await send('mutation ($input: OddInput!) { upsertOdd(input: $input) { outcome } }', { input: objectOf('v') })
    for (const name of names) {
      const query = `query ${name}($${name}: String!, $w: OddWhere, $not: Boolean = false) {
        odd(self: $${name}) { ...${name} } list: odds(where: $w) { totalCount @skip(if: $not) } }
        fragment ${name} on Odd { then }`
      // In a document, `null` and its like are values, and `on` begins a type; as names they are any others.
      const where = { self: { equals: 'v' } }
      const variables = { ...each([name], () => 'v'), w: where }
      expect(await read(query, variables)).toEqual({ odd: then('v then'), list: { totalCount: 1 } })
      const absent = JSON.parse(await send(query, { w: where }))
      expect(absent.errors[0].extensions.issues).toEqual([
        {
          path: ['self'],
          code: 'INVALID_VARIABLE',
          message: `Variable "$${name}" of required type "String!" was not provided.`,
        },
      ])
      const wrong = JSON.parse(await send(query, { ...variables, w: each([name], () => ({ nothing: 1 })) }))
      expect(wrong.errors[0].extensions.code).toBe('BAD_USER_INPUT')
      const several = `${query} query other { odd(self: "v") { self } }`
      const body = { query: several, variables, operationName: name }
      const response = await fetch(registry.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
      expect((await response.json()) as unknown).toEqual({
        data: { odd: then('v then'), list: { totalCount: 1 } },
      })
    }
  })

  test('are unknown where nothing of that name is, and said to be', async () => {
    for (const name of names) {
      const query = 'mutation ($input: LooseInput!) { upsertLoose(input: $input) { outcome } }'
      const { errors } = JSON.parse(await send(query, { input: { self: 'u', ...each([name], () => 'x') } }))
      expect(errors[0].extensions.issues[0]).toMatchObject({ path: ['input', name], code: 'INVALID_VARIABLE' })
      const asEnum = 'query ($by: OddAnEnum) { odds(anEnum: $by) { totalCount } }'
      const answer = JSON.parse(await send(asEnum, { by: name }))
      expect(answer.errors === undefined).toBe(enumValues.includes(name))
    }
  })

  test('are templates, counted, referred to and deleted', async () => {
    for (const name of templateNames) {
      const template = registry.model.byName.get(name)
      const { typeName, fieldName, pluralName } = template ?? { typeName: '', fieldName: '', pluralName: '' }
      const many = `${pluralName[0]?.toUpperCase()}${pluralName.slice(1)}`
      const written = dataOf(
        await send(
          `mutation ($input: [${typeName}Input!]!) { upsert${many}(input: $input) { results { ${fieldName} { ${name} hub { self } } } } }`,
          { input: ['a', 'b'].map((value) => ({ [name]: value, hub: 'h' })) },
        ),
      )
      expect(written).toEqual({
        [`upsert${many}`]: {
          results: ['a', 'b'].map((value) => ({ [fieldName]: { [name]: value, hub: { self: 'h' } } })),
        },
      })
      const query = `{ ${fieldName}(${name}: "a") { ${name} }
        hubs(where: {${name}: {some: {${name}: {equals: "b"}}, count: {equals: 2}}}) { nodes { ${name}(${equality(name, '"a"')}) { nodes { ${name} } } } }
        byReference: ${pluralName}(hub: "h", orderBy: [{hub: {self: asc}}, {${name}: desc}]) { nodes { ${name} } } }`
      expect(await read(query)).toEqual({
        [fieldName]: { [name]: 'a' },
        hubs: { nodes: [{ [name]: { nodes: [{ [name]: 'a' }] } }] },
        byReference: { nodes: [{ [name]: 'b' }, { [name]: 'a' }] },
      })
      expect(dataOf(await send(`mutation { delete${typeName}(${name}: "a") { ${name} } }`))).toEqual({
        [`delete${typeName}`]: { [name]: 'a' },
      })
    }
    const { templates } = await registry.data('{ templates { name count } }')
    const counts = new Map(templates.map((one: { name: string; count: number }) => [one.name, one.count]))
    expect(templateNames.map((name) => counts.get(name))).toEqual(templateNames.map(() => 1))
  })

  test('are parts of keys, and defaults', async () => {
    const key = (first: string) => ({ ...each(['constructor'], () => first), ...then('x') })
    const input = {
      ...each(['valueOf'], () => key('a')),
      ...each(['toString'], () => [key('a'), key('b')]),
      length: {},
    }
    const written = await registry.data(
      `mutation ($input: UserInput!) {
        upsertPairs(input: [{constructor: "a"}, {constructor: "b"}]) { created }
        upsertUser(input: $input) { user { valueOf { constructor then } toString { then } length { constructor then } _document } }
      }`,
      { input },
    )
    const length = { ...each(['constructor'], () => 'd'), ...each(['then'], () => null) }
    expect(print(written)).toBe(
      print({
        upsertPairs: { created: 2 },
        upsertUser: {
          user: {
            ...each(['valueOf'], () => key('a')),
            ...each(['toString'], () => [then('x'), then('x')]),
            length,
            _document: { ...input, length: each(['constructor'], () => 'd') },
          },
        },
      }),
    )
    const query = `query ($k: PairKey!, $where: UserWhere) {
      user(valueOf: $k) { valueOf { constructor } }
      users(toString: [$k, {constructor: "b", then: "x"}], where: $where) { totalCount }
    }`
    const where = each(['toString'], () => ({ some: each(['constructor'], () => ({ equals: 'b' })) }))
    expect(print(await read(query, { k: key('a'), where }))).toBe(
      print({ user: each(['valueOf'], () => each(['constructor'], () => 'a')), users: { totalCount: 1 } }),
    )
    await registry.data('mutation { deletePair(constructor: "b", then: "x") { then } }')
    expect(await read('{ users { nodes { toString { constructor } } } }')).toEqual({
      users: { nodes: [each(['toString'], () => [each(['constructor'], () => 'a')])] },
    })
  })

  test('are completed by graphql-js beside a value that does not fit its type', async () => {
    const template = (type: string) =>
      `name: former\nkey: [self]\nfields:\n  self: string\n  changed: ${type}\n  extra: json\n${fieldNames.map((name) => `  ${JSON.stringify(name)}: string\n`).join('')}`
    const before = await startRegistry([template('string')])
    await before.data('mutation { upsertFormer(input: {self: "a", changed: "text"}) { outcome } }')
    const after = await startRegistry([template('int')], { databaseUrl: before.databaseUrl, consent: 'any' })
    try {
      const values = { ...each(fieldNames, (name) => `a ${name}`), extra: json }
      const shown = `${fieldNames.join(' ')} extra`
      for (const name of names) {
        const written = await after.data(
          `mutation ($input: FormerInput!) { ${name}: upsertFormer(input: $input) { ${name}: former { ${shown} ${name}_: extra } } }`,
          { input: { self: 'b', ...values } },
        )
        const wanted = { ...values, [`${name}_`]: json }
        expect(print(written)).toBe(print(each([name], () => each([name], () => wanted))))
        const { data, errors } = await after.query(
          `{ ${name}: formers(orderBy: [{self: asc}]) { ${name}: nodes { changed ${shown} ${name}_: extra } } }`,
        )
        expect(errors).toMatchObject([{ path: [name, name, 0, 'changed'], extensions: { code: 'UNFIT_OBJECT' } }])
        expect(print(Object.entries(data)[0]?.[1])).toContain(print({ changed: null, ...wanted }))
      }
    } finally {
      await after.close()
      await before.close()
    }
  })
})
