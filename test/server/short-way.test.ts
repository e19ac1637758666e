import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { machineTemplate } from '../support/machine-template.ts'
import { operationOf, variables } from '../support/operations.ts'
import { runs, seed } from '../support/property-runs.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'
import { throughGraphqlJs, withoutAdded } from '../support/through-graphql-js.ts'

const golden = fileURLToPath(new URL('../golden/', import.meta.url))
const shipped = ['image', 'role'].map((name) => readFileSync(`object-templates/${name}.yaml`, 'utf8'))

interface Answer {
  readonly status: number
  readonly type: string | null
  readonly text: string
  readonly body: unknown
}

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([...shipped, ...richTemplates, machineTemplate])
  await registry.data(readFileSync(`${golden}setup.gql`, 'utf8'))
})
afterAll(() => registry?.close())

let asked = 0

/** A document that was not sent before goes through Yoga. */
function askYoga(body: { readonly query: string }, headers?: Record<string, string>): Promise<Answer> {
  return ask({ ...body, query: `${body.query}\n# ${++asked}` }, undefined, headers)
}

async function ask(body: object, accept = 'application/json', headers: Record<string, string> = {}): Promise<Answer> {
  const response = await fetch(registry.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept, ...headers },
    body: JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, type: response.headers.get('content-type'), text, body: JSON.parse(text) }
}

/** JSON without spaces around its texts. */
const compact = /^(?:"(?:[^"\\]|\\.)*"|[^\s"])*$/

interface Ways {
  readonly graphqlJs: Answer
  readonly yoga: Answer
  readonly shortWay: Answer
}

/** The answers completed by graphql-js, by the executor through Yoga, and by the short way; each sends one statement. */
async function askEachWay(body: { readonly query: string; readonly variables: object }): Promise<Ways> {
  const counts: number[] = []
  const count = async (work: () => Promise<Answer>): Promise<Answer> => {
    let answer: Answer | undefined
    const statements = await recordStatements(async () => {
      answer = await work()
    })
    counts.push(statements.length)
    if (!answer) throw new Error('no answer')
    return answer
  }
  const graphqlJs = await count(() => ask({ ...body, query: throughGraphqlJs(body.query) }))
  const yoga = await count(() => askYoga(body))
  const shortWay = await count(() => ask(body))
  expect(new Set(counts), 'statements of each way').toHaveProperty('size', 1)
  return { graphqlJs: { ...graphqlJs, body: withoutAdded(graphqlJs.body as { data: unknown }) }, yoga, shortWay }
}

describe('the answer to a read is the same, byte for byte, as from graphql-js:', () => {
  const names = readdirSync(golden)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => file.replace('.graphql', ''))

  test.each(names)('the golden operation %s', async (name) => {
    const file = `${golden}${name}.variables.json`
    const body = {
      query: readFileSync(`${golden}${name}.graphql`, 'utf8'),
      variables: existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {},
    }
    const { graphqlJs, yoga, shortWay } = await askEachWay(body)
    expect({ ...yoga, text: '' }).toEqual({ ...graphqlJs, text: '' })
    expect(shortWay.text).toBe(yoga.text)
    expect(JSON.stringify(shortWay.body)).toBe(JSON.stringify(graphqlJs.body))
    expect(shortWay.text).toMatch(compact)
  })

  test(`generated operations, TEST_SEED=${seed}`, async () => {
    const schema = buildSchema(registry.model)
    await fc.assert(
      fc.asyncProperty(operationOf(schema, 4), async (query) => {
        const { graphqlJs, yoga, shortWay } = await askEachWay({ query, variables })
        expect(graphqlJs.body).not.toHaveProperty('errors')
        expect(shortWay).toEqual(yoga)
        expect(JSON.stringify(shortWay.body)).toBe(JSON.stringify(graphqlJs.body))
        expect(shortWay.text).toMatch(compact)
      }),
      runs(60),
    )
  })
})

describe('if anything is wrong with a request, Yoga reports the error:', () => {
  const query =
    'query A($first: Int, $where: ImageWhere) { images(first: $first, where: $where) { nodes { name } } } query B { a: images { totalCount } }'

  test.each([
    ['a variable of another type', { variables: { first: 'x' } }],
    ['a filter by null', { variables: { where: { name: null } } }],
    ['a page too large', { variables: { first: 1001 } }],
    ['an operation that is not there', { operationName: 'C' }],
    ['no operation of several', { operationName: undefined }],
  ])('%s', async (_title, body) => {
    const whole = { query, operationName: 'A', ...body }
    await ask({ query, operationName: 'A' })
    const [yoga, shortWay] = [await askYoga(whole), await ask(whole)]
    expect(shortWay.body).toHaveProperty('errors')
    expect(shortWay).toEqual(yoga)
  })

  test('a malformed header', async () => {
    await ask({ query, operationName: 'B' })
    const headers = { 'x-registry-actor': 'a'.repeat(300) }
    const answer = await ask({ query, operationName: 'B' }, undefined, headers)
    expect(answer).toEqual(await askYoga({ query, operationName: 'B' } as { query: string }, headers))
    expect(answer.status).toBe(400)
  })
})

describe('what is refused is refused the same either way:', () => {
  test.each([
    ['an unknown field', '{ images { nodes { nmae } } }', 'BAD_USER_INPUT'],
    ['a variable that is not declared', '{ images(first: $first) { totalCount } }', 'BAD_USER_INPUT'],
    ['a cycle of fragments', '{ ...a } fragment a on Query { ...a }', 'BAD_USER_INPUT'],
  ])('%s', async (_title, query, code) => {
    for (const accept of ['application/json', 'application/graphql-response+json']) {
      const first = await ask({ query: `${query} # ${++asked}` }, accept)
      expect(await ask({ query: `${query} # ${asked}` }, accept)).toEqual(first)
      expect(first.status).toBe(accept === 'application/json' ? 200 : 400)
      expect(first.body).toMatchObject({ errors: [{ extensions: { code } }] })
    }
  })

  test('credentials that nobody has', async () => {
    const closed = await startRegistry(shipped, { adminToken: 'a'.repeat(40) })
    try {
      const answers = new Set<string>()
      const query = '{ images { totalCount } }'
      for (const [token, text] of [
        ['a'.repeat(40), query],
        ['nobody', `${query} # unknown`],
        ['nobody', query],
        ['nobody', `${query} # unknown`],
      ] as const) {
        const response = await fetch(closed.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
          body: JSON.stringify({ query: text }),
        })
        const headers = [...response.headers].filter(([name]) => name !== 'date')
        answers.add(JSON.stringify([response.status, headers, await response.json()]))
      }
      expect([...answers]).toEqual([
        expect.stringContaining('[200,'),
        expect.stringMatching(/^\[401,.*www-authenticate.*UNAUTHENTICATED/),
      ])
    } finally {
      await closed.close()
    }
  })
})

describe('an operation that is repeated with the same variables', () => {
  test('is read again', async () => {
    const body = { query: 'query ($name: String!) { image(name: $name) { distr } }', variables: { name: 'again' } }
    for (const distr of ['a', 'b', 'c', 'd']) {
      await registry.data(
        'mutation ($distr: String) { upsertImage(input: {name: "again", distr: $distr}) { outcome } }',
        {
          distr,
        },
      )
      expect((await ask(body)).body).toEqual({ data: { image: { distr } } })
    }
  })

  test('is distinguished from variables that have the same JSON text', async () => {
    const query = 'query ($first: Int) { images(first: $first) { nodes { name } } }'
    for (let i = 0; i < 3; i++)
      expect((await ask({ query, variables: { first: null } })).body).not.toHaveProperty('errors')
    const response = await fetch(registry.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables: { first: 0 } }).replace('0', '1e400'),
    })
    expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
  })
})

test('the media type of the answer is the first that the client names', async () => {
  const body = { query: '{ images { totalCount } }' }
  await ask(body)
  const types: (string | null)[] = []
  for (const accept of [
    '*/*',
    'application/json',
    'application/graphql-response+json',
    'application/graphql-response+json; charset=utf-8, application/json; charset=utf-8',
  ])
    types.push((await ask(body, accept)).type)
  expect(types).toEqual([
    'application/json; charset=utf-8',
    'application/json; charset=utf-8',
    'application/graphql-response+json; charset=utf-8',
    'application/graphql-response+json; charset=utf-8',
  ])
})

test('an object that lacks what its template requires is an error at that place either way', async () => {
  const strict = await startRegistry(['{ name: host, key: [name], fields: { name: string, owner: string! } }'])
  try {
    await strict.data('mutation { upsertHost(input: {name: "old", owner: "o"}) { outcome } }')
    await strict.sql("update registry_object set document = document - 'owner'")
    const answers = [
      await strict.query('{ hosts { nodes { owner } } }'),
      await strict.query('{ hosts { nodes { owner } } }'),
    ]
    for (const answer of answers)
      expect(answer).toMatchObject({
        data: null,
        errors: [{ path: ['hosts', 'nodes', 0, 'owner'], extensions: { code: 'UNFIT_OBJECT', key: '["old"]' } }],
      })
    expect(answers[1]).toEqual(answers[0])
  } finally {
    await strict.close()
  }
})

test('values that do not fit their present type are errors either way', async () => {
  const host = (zone: string) =>
    `{ name: host, key: [name], fields: { name: string, port: ${zone === 'a' ? 'string' : 'int'}, zone: { type: enum, values: [${zone}] } } }`
  const former = await startRegistry([host('a, b')])
  try {
    await former.data('mutation { upsertHosts(input: [{name: "h", port: 22}, {name: "i", zone: b}]) { created } }')
    const later = await startRegistry([host('a')], { databaseUrl: former.databaseUrl, consent: 'any' })
    try {
      for (const query of ['{ host(name: "h") { port } }', '{ hosts { nodes { zone } } }']) {
        const answers = [await later.query(query), await later.query(query)]
        expect(answers[1]?.data).toEqual(answers[0]?.data)
        expect(answers[1]?.errors?.[0]?.extensions).toEqual(answers[0]?.errors?.[0]?.extensions)
      }
      const { errors } = await later.query('{ hosts { nodes { zone } } }')
      expect(errors).toMatchObject([{ path: ['hosts', 'nodes', 1, 'zone'], extensions: { code: 'UNFIT_OBJECT' } }])
      expect((await later.query('{ host(name: "h") { port } }')).data).toEqual({ host: { port: '22' } })
    } finally {
      await later.close()
    }
  } finally {
    await former.close()
  }
})
