import { GraphQLInputObjectType, GraphQLObjectType, GraphQLScalarType, GraphQLSchema, GraphQLString } from 'graphql'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createInputError } from '../../src/errors.ts'
import { startTestServer, type TestServer } from './start-test-server.ts'

let started: TestServer
beforeAll(async () => {
  started = await startTestServer()
})
beforeEach(() => {
  started.log.length = 0
})
afterAll(() => started.server.drain(0))

const media = ['application/json', 'application/graphql-response+json'] as const
const errorsLogged = () => started.log.filter((line) => line['level'] === 'error')

describe('an error with a code of the table', () => {
  test.each(media)(
    'for an unavailable database is 503 with Retry-After together with partial data, for %s',
    async (accept) => {
      const answer = await started.post({ query: '{ hello down }' }, { accept })
      expect([
        answer.status,
        answer.headers.get('retry-after'),
        answer.headers.get('content-type'),
        answer.body,
      ]).toEqual([
        503,
        '1',
        `${accept}; charset=utf-8`,
        {
          data: { hello: 'hello world', down: null },
          errors: [
            {
              message: 'The database is away. Try again.',
              locations: [{ line: 1, column: 9 }],
              path: ['down'],
              extensions: { code: 'SERVICE_UNAVAILABLE' },
            },
          ],
        },
      ])
      expect(errorsLogged()).toEqual([])
    },
  )

  test.each(media)('keeps the status of its code: 403 for FORBIDDEN, 200 for NOT_FOUND, for %s', async (accept) => {
    const forbidden = await started.post({ query: '{ forbidden }' }, { accept })
    const notFound = await started.post({ query: '{ notFound }' }, { accept })
    expect([
      forbidden.status,
      forbidden.body.errors[0].extensions,
      notFound.status,
      notFound.body.errors[0].extensions,
    ]).toEqual([403, { code: 'FORBIDDEN' }, 200, { code: 'NOT_FOUND' }])
  })

  test('from creating the context keeps its status too', async () => {
    const { createCallerError } = await import('../../src/errors.ts')
    const other = await startTestServer({
      createContext: () => {
        throw createCallerError('UNAUTHENTICATED', 'Who are you?')
      },
    })
    const answer = await other.post({ query: '{ hello }' })
    expect([answer.status, answer.body]).toEqual([
      401,
      { errors: [{ message: 'Who are you?', extensions: { code: 'UNAUTHENTICATED' } }] },
    ])
    await other.server.drain(0)
  })
})

describe('a bug of the server', () => {
  test.each(['broken', 'brokenText', 'nonNull', 'strict', 'plain'])(
    '(%s) is masked, 500, and logged with its cause under the same id',
    async (field) => {
      for (const accept of media) {
        started.log.length = 0
        const answer = await started.post({ query: `{ hello ${field} }` }, { accept })
        const { message, extensions } = answer.body.errors[0]
        expect([answer.status, extensions, Object.keys(answer.body.errors[0]).sort()]).toEqual([
          500,
          { code: 'INTERNAL_SERVER_ERROR' },
          ['extensions', 'locations', 'message', 'path'],
        ])
        expect(message).toMatch(/^Something went wrong in the server\. Its log has the details, under [0-9a-f]{12}\.$/)
        expect(JSON.stringify(answer.body)).not.toMatch(/secret|SELECT|non-nullable|stack/)
        expect(errorsLogged()).toHaveLength(1)
        expect(message).toContain(errorsLogged()[0]?.['errorId'])
      }
    },
  )

  test('is logged with message, stack and cause, and without the query or the variables', async () => {
    await started.post(
      { query: 'query($name: String) { broken hello(name: $name) }', variables: { name: 'password1' } },
      { authorization: 'Bearer token1', cookie: 'sid=token2' },
    )
    expect(errorsLogged()).toMatchObject([
      {
        path: 'broken',
        err: { type: 'Error', message: 'SELECT secret FROM passwords', cause: { type: 'Error', message: 'at pg' } },
      },
    ])
    expect(JSON.stringify(started.log)).not.toMatch(/password1|token1|token2|query\(/)
  })

  test('thirty times in one answer is ten lines and a count', async () => {
    const answer = await started.post({ query: '{ many }' })
    expect(answer.body.errors).toHaveLength(30)
    expect(errorsLogged()).toHaveLength(11)
    expect(errorsLogged().at(-1)?.['msg']).toBe('this answer has 30 such errors')
  })

  test('in creating the context is masked too, whatever was thrown', async () => {
    for (const thrown of [
      new Error('db.internal'),
      'db.internal',
      { secret: 'db.internal' },
      new DOMException('db.internal', 'TimeoutError'),
      new AggregateError([], 'db.internal'),
    ]) {
      const other = await startTestServer({
        createContext: () => {
          throw thrown
        },
      })
      const answer = await other.post({ query: '{ hello }' })
      expect([answer.status, answer.body.errors.length, answer.body.errors[0].extensions]).toEqual([
        500,
        1,
        { code: 'INTERNAL_SERVER_ERROR' },
      ])
      expect(JSON.stringify(answer.body)).not.toContain('db.internal')
      await other.server.drain(0)
    }
  })

  test('shows no cause if NODE_ENV is "development"', async () => {
    const before = process.env['NODE_ENV']
    process.env['NODE_ENV'] = 'development'
    const answer = await started.post({ query: '{ broken }' })
    process.env['NODE_ENV'] = before
    expect(JSON.stringify(answer.body)).not.toContain('SELECT')
  })
})

describe('an error about the document', () => {
  const bad = (message: string, issue: object, locations: object[]) => ({
    errors: [{ message, locations, extensions: { code: 'BAD_USER_INPUT', issues: [{ ...issue, message }] } }],
  })

  test.each([
    [
      '{ hello',
      'Syntax Error: Expected Name, found <EOF>.',
      { path: [], code: 'SYNTAX_ERROR' },
      [{ line: 1, column: 8 }],
    ],
    [
      '{ helo }',
      'Cannot query field "helo" on type "Query". Did you mean "hello"?',
      { path: [], code: 'INVALID_DOCUMENT' },
      [{ line: 1, column: 3 }],
    ],
    [
      '{ hello(name: 7) }',
      'String cannot represent a non string value: 7. Write name: "7".',
      { path: ['name'], code: 'INVALID_DOCUMENT' },
      [{ line: 1, column: 15 }],
    ],
    [
      'mutation { upsertThings(input: [{name: "a"}, {name: "b", ltss: true}]) }',
      'Field "ltss" is not defined by type "ThingInput". Did you mean "lts"?',
      { path: ['input', 1, 'ltss'], code: 'INVALID_DOCUMENT' },
      [{ line: 1, column: 58 }],
    ],
    [
      'mutation { upsertThings(input: [{name: "a"}, {name: 7}]) }',
      'String cannot represent a non string value: 7. Write name: "7".',
      { path: ['input', 1, 'name'], code: 'INVALID_DOCUMENT' },
      [{ line: 1, column: 53 }],
    ],
  ])('%s says what is wrong and where', async (query, message, issue, locations) => {
    const [json, response] = await Promise.all(media.map((accept) => started.post({ query }, { accept })))
    expect([json?.status, json?.body, response?.status, response?.body]).toEqual([
      200,
      bad(message, issue, locations),
      400,
      bad(message, issue, locations),
    ])
  })

  test('names the missing operation', async () => {
    const answer = await started.post({ query: 'query a { hello }', operationName: 'b' })
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([400, 'BAD_USER_INPUT'])
  })
})

describe('an error in a variable', () => {
  const query =
    'mutation($input: [ThingInput!]!, $other: String!) { upsertThings(input: $input) other: upsertThing(input: {name: $other}) }'

  test('has the path from the argument inwards, down to the attribute, each error its own', async () => {
    const answer = await started.post({ query, variables: { input: [{ name: 'a' }, { name: 7, ltss: true }, null] } })
    const ofVariable = 'Variable "$input" got invalid value'
    const wrong = 'String cannot represent a non string value: 7'
    const unknown = 'Field "ltss" is not defined by type "ThingInput". Did you mean "lts"?'
    const isNull = 'Expected non-nullable type "ThingInput!" not to be null.'
    const missing = 'Variable "$other" of required type "String!" was not provided.'
    expect(answer.body.errors).toMatchObject(
      [
        [`${ofVariable} 7 at "input[1].name"; ${wrong}`, ['input', 1, 'name'], `name: ${wrong}`],
        [`${ofVariable} {"name":7,"ltss":true} at "input[1]"; ${unknown}`, ['input', 1, 'ltss'], unknown],
        [`${ofVariable} null at "input[2]"; ${isNull}`, ['input', 2], `input: ${isNull}`],
        [missing, ['input', 'name'], missing],
      ].map(([message, path, inIssue]) => ({
        message,
        extensions: { code: 'BAD_USER_INPUT', issues: [{ path, code: 'INVALID_VARIABLE', message: inIssue }] },
      })),
    )
    expect((await started.post({ query, variables: {} }, { accept: media[1] })).status).toBe(400)
  })

  test('that a thousand objects share stops at fifty, and all keep their paths', async () => {
    const answer = await started.post({
      query,
      variables: { input: Array.from({ length: 1_000 }, () => ({})), other: 'a' },
    })
    expect(answer.body.errors).toHaveLength(51)
    expect(answer.body.errors[49].extensions.issues[0].path).toEqual(['input', 49, 'name'])
  })

  test('does not repeat a value of megabytes', async () => {
    const answer = await started.post({
      query: 'query($name: Int) { hello }',
      variables: { name: 'x'.repeat(1_000_000) },
    })
    expect(JSON.stringify(answer.body).length).toBeLessThan(10_000)
  })

  test('keeps the issues of a scalar, below the path of the argument', async () => {
    const Version = new GraphQLScalarType({
      name: 'Version',
      parseValue: () => {
        throw createInputError([{ path: ['major'], code: 'INVALID_VERSION', message: 'no version' }])
      },
    })
    const input = new GraphQLInputObjectType({ name: 'In', fields: { version: { type: Version } } })
    const schema = new GraphQLSchema({
      query: new GraphQLObjectType({
        name: 'Query',
        fields: { a: { type: GraphQLString, args: { input: { type: input } } } },
      }),
    })
    const other = await startTestServer({ schema })
    const answer = await other.post({ query: 'query($in: In) { a(input: $in) }', variables: { in: { version: '1' } } })
    expect(answer.body.errors[0].extensions).toEqual({
      code: 'BAD_USER_INPUT',
      issues: [{ path: ['input', 'version', 'major'], code: 'INVALID_VERSION', message: 'no version' }],
    })
    await other.server.drain(0)
  })
})

describe('field names that meet Object.prototype', () => {
  const query = 'mutation($input: ThingInput!) { upsertThing(input: $input) }'

  test('are absent when not given', async () => {
    expect((await started.post({ query, variables: { input: { name: 'a' } } })).body).toEqual({
      data: { upsertThing: { keys: ['name'], input: { name: 'a' } } },
    })
  })

  test('are read as given, __proto__ inside JSON included', async () => {
    const answer = await started.post(
      `{"query": ${JSON.stringify(query)}, "variables": {"input": {"name": "a", "constructor": "b", "toString": "c", "json": {"__proto__": {"x": 1}, "hasOwnProperty": 2}}}}`,
    )
    expect(JSON.stringify(answer.body)).toBe(
      '{"data":{"upsertThing":{"keys":["name","constructor","toString","json"],"input":{"name":"a","constructor":"b","toString":"c","json":{"__proto__":{"x":1},"hasOwnProperty":2}}}}}',
    )
  })

  test('are unknown where the input has no such field, and no variable is taken from the prototype', async () => {
    const unknown = await started.post({ query, variables: { input: { name: 'a', valueOf: 'b' } } })
    expect(unknown.body.errors[0].message).toContain('Field "valueOf" is not defined by type "ThingInput".')
    const variable = await started.post({ query: 'query($toString: String) { hello(name: $toString) }', variables: {} })
    expect(variable.body).toEqual({ data: { hello: 'hello world' } })
  })
})
