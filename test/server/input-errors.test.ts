import { buildSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './start-test-server.ts'

const schema = buildSchema(`
  enum Kind { DISK FAN }
  input By @oneOf { name: String number: Int }
  input PartInput { label: String! size: Int kind: Kind parts: [PartInput!] }
  input ThingInput { name: String! lts: Boolean tags: [String!] part: PartInput parts: [PartInput!] by: By }
  type Query { hello(name: String!, limit: Int, names: [String!], where: PartInput): String }
  type Mutation { upsertThing(input: ThingInput!): String upsertThings(input: [ThingInput!]!): String }
`)

let started: TestServer
beforeAll(async () => {
  started = await startTestServer({ schema })
})
afterAll(() => started.server.drain(0))

type Path = readonly (string | number)[]

interface WrongInput {
  /** As a literal, with a § before the node that is at fault. */
  readonly literal: string
  readonly json: unknown
  /** From the input inwards. */
  readonly path: Path
  /** What validation says of the literal. */
  readonly message: string
  /** What is said of the variable: the value at fault, where it stands, what is wrong. Unless told, as of the literal. */
  readonly given: unknown
  readonly at: string
  readonly reason?: string
  /** What stands before the reason in the issue. */
  readonly named?: string
}

const wrongInputs: Readonly<Record<string, WrongInput>> = {
  'an unknown attribute': {
    literal: '{name: "a", §ltss: true}',
    json: { name: 'a', ltss: true },
    path: ['ltss'],
    message: 'Field "ltss" is not defined by type "ThingInput". Did you mean "lts"?',
    given: { name: 'a', ltss: true },
    at: '',
  },
  'a missing attribute': {
    literal: '§{lts: true}',
    json: { lts: true },
    path: ['name'],
    message: 'Field "ThingInput.name" of required type "String!" was not provided.',
    given: { lts: true },
    at: '',
    reason: 'Field "name" of required type "String!" was not provided.',
  },
  'a missing attribute in a list inside of a list': {
    literal: '{name: "a", parts: [{label: "b", parts: [{label: "c"}, §{size: 1}]}]}',
    json: { name: 'a', parts: [{ label: 'b', parts: [{ label: 'c' }, { size: 1 }] }] },
    path: ['parts', 0, 'parts', 1, 'label'],
    message: 'Field "PartInput.label" of required type "String!" was not provided.',
    given: { size: 1 },
    at: '.parts[0].parts[1]',
    reason: 'Field "label" of required type "String!" was not provided.',
  },
  'an unknown attribute of a lone object where a list is': {
    literal: '{name: "a", parts: {label: "b", §other: 1}}',
    json: { name: 'a', parts: { label: 'b', other: 1 } },
    path: ['parts', 'other'],
    message: 'Field "other" is not defined by type "PartInput".',
    given: { label: 'b', other: 1 },
    at: '.parts',
  },
  'a null for a required attribute': {
    literal: '{name: §null}',
    json: { name: null },
    path: ['name'],
    message: 'Expected value of type "String!", found null.',
    given: null,
    at: '.name',
    reason: 'Expected non-nullable type "String!" not to be null.',
    named: 'name: ',
  },
  'a null in a list': {
    literal: '{name: "a", tags: ["b", §null]}',
    json: { name: 'a', tags: ['b', null] },
    path: ['tags', 1],
    message: 'Expected value of type "String!", found null.',
    given: null,
    at: '.tags[1]',
    reason: 'Expected non-nullable type "String!" not to be null.',
    named: 'tags: ',
  },
  'a wrong scalar': {
    literal: '{name: §7}',
    json: { name: 7 },
    path: ['name'],
    message: 'String cannot represent a non string value: 7. Write name: "7".',
    reason: 'String cannot represent a non string value: 7',
    given: 7,
    at: '.name',
    named: 'name: ',
  },
  'a wrong scalar in a list': {
    literal: '{name: "a", tags: [§true]}',
    json: { name: 'a', tags: [true] },
    path: ['tags', 0],
    message: 'String cannot represent a non string value: true',
    given: true,
    at: '.tags[0]',
    named: 'tags: ',
  },
  'a list in place of a scalar': {
    literal: '{name: §["a"]}',
    json: { name: ['a'] },
    path: ['name'],
    message: 'String cannot represent a non string value: ["a"]. Write name: "a".',
    given: ['a'],
    at: '.name',
    named: 'name: ',
  },
  'a member that the enum does not have': {
    literal: '{name: "a", part: {label: "b", kind: §DISC}}',
    json: { name: 'a', part: { label: 'b', kind: 'DISC' } },
    path: ['part', 'kind'],
    message: 'Value "DISC" does not exist in "Kind" enum. Did you mean the enum value "DISK"?',
    given: 'DISC',
    at: '.part.kind',
    named: 'kind: ',
  },
  'a scalar in place of an object': {
    literal: '{name: "a", part: §7}',
    json: { name: 'a', part: 7 },
    path: ['part'],
    message: 'Expected value of type "PartInput", found 7.',
    given: 7,
    at: '.part',
    reason: 'Expected type "PartInput" to be an object.',
    named: 'part: ',
  },
  'two fields where exactly one is wanted': {
    literal: '{name: "a", by: §{name: "b", number: 1}}',
    json: { name: 'a', by: { name: 'b', number: 1 } },
    path: ['by'],
    message: 'Exactly one field of "By" must be given, not 2.',
    given: { name: 'b', number: 1 },
    at: '.by',
    named: 'by: ',
  },
  'a null where exactly one field is wanted': {
    literal: '{name: "a", by: §{name: null}}',
    json: { name: 'a', by: { name: null } },
    path: ['by', 'name'],
    message: 'Field "By.name" must not be null.',
    given: null,
    at: '.by.name',
    named: 'name: ',
  },
}

/** The text without its mark, and where the mark stood. */
function readMark(marked: string) {
  return { query: marked.replace('§', ''), locations: [{ line: 1, column: marked.indexOf('§') + 1 }] }
}

const answerOf = (message: string, locations: object[], path: Path, code: string, inIssue = message) => ({
  errors: [{ message, locations, extensions: { code: 'BAD_USER_INPUT', issues: [{ path, code, message: inIssue }] } }],
})

describe.each([
  ['upsertThing', (input: string) => input, (input: unknown) => input, [], ''],
  [
    'upsertThings',
    (input: string) => `[{name: "fine"}, ${input}]`,
    (input: unknown) => [{ name: 'fine' }, input],
    [1],
    '[1]',
  ],
] as const)('in the input of %s', (field, toLiteral, toJson, outer, printed) => {
  test.each(Object.entries(wrongInputs))(
    '%s is told with its place, in a literal and in a variable',
    async (_, wrong) => {
      const { literal, json, message, given, reason = message, named = '' } = wrong
      const path = ['input', ...outer, ...wrong.path]
      const inLiteral = readMark(`mutation { ${field}(input: ${toLiteral(literal)}) }`)
      expect((await started.post({ query: inLiteral.query })).body).toEqual(
        answerOf(message, inLiteral.locations, path, 'INVALID_DOCUMENT'),
      )
      const at = `${printed}${wrong.at}`
      const place = at === '' ? '' : ` at "in${at}"`
      const type = field === 'upsertThing' ? 'ThingInput!' : '[ThingInput!]!'
      const query = `mutation ($in: ${type}) { ${field}(input: $in) }`
      expect((await started.post({ query, variables: { in: toJson(json) } })).body).toEqual(
        answerOf(
          `Variable "$in" got invalid value ${JSON.stringify(given)}${place}; ${reason}`,
          [{ line: 1, column: 11 }],
          path,
          'INVALID_VARIABLE',
          `${named}${reason}`,
        ),
      )
    },
  )
})

describe('at an argument itself', () => {
  test.each([
    ['{ §hello }', 'Field "hello" argument "name" of type "String!" is required, but it was not provided.', ['name']],
    [
      '{ hello(name: "a", §limits: 1) }',
      'Unknown argument "limits" on field "Query.hello". Did you mean "limit"?',
      ['limits'],
    ],
    ['{ hello(name: §null) }', 'Expected value of type "String!", found null.', ['name']],
    [
      '{ hello(name: "a", names: ["b", §null]) }',
      'Expected value of type "String!", found null. Leave it out.',
      ['names', 1],
    ],
    ['{ hello(name: "a", limit: §"b") }', 'Int cannot represent non-integer value: "b"', ['limit']],
    [
      '{ hello(name: "a", where: §[7]) }',
      'Expected value of type "PartInput", found [7]. Give one object, not a list.',
      ['where'],
    ],
  ])('%s', async (marked, message, path) => {
    const { query, locations } = readMark(marked)
    expect((await started.post({ query })).body).toEqual(answerOf(message, locations, path, 'INVALID_DOCUMENT'))
  })
})

describe('at a variable', () => {
  const ofVariable = (query: string, message: string, path: Path, locations: object[], variables: object = {}) =>
    [query, message, path, locations, variables] as const
  const defined = [{ line: 1, column: 8 }]

  test.each([
    ofVariable(
      'query ($n: String!) { hello(name: $n) }',
      'Variable "$n" of required type "String!" was not provided.',
      ['name'],
      defined,
    ),
    ofVariable(
      'query ($n: String!) { hello(name: $n) }',
      'Variable "$n" of non-null type "String!" must not be null.',
      ['name'],
      defined,
      { n: null },
    ),
    ofVariable(
      'query ($l: String!) { hello(name: "a", where: {label: "b", parts: [{label: $l}]}) }',
      'Variable "$l" of required type "String!" was not provided.',
      ['where', 'parts', 0, 'label'],
      defined,
    ),
  ])('%s: %s', async (query, message, path, locations, variables) => {
    expect((await started.post({ query, variables })).body).toEqual(
      answerOf(message, locations, path, 'INVALID_VARIABLE'),
    )
  })

  test.each([
    ofVariable(
      'query ($n: Int) { hello(name: $n) }',
      'Variable "$n" of type "Int" used in position expecting type "String!".',
      ['name'],
      [...defined, { line: 1, column: 31 }],
    ),
    ofVariable(
      'query q { hello(name: "a", where: {label: $n}) }',
      'Variable "$n" is not defined by operation "q".',
      ['where', 'label'],
      [
        { line: 1, column: 43 },
        { line: 1, column: 1 },
      ],
    ),
    ofVariable(
      '{ hello(name: "a", where: {label: "b", label: "c"}) }',
      'There can be only one input field named "label".',
      ['where', 'label'],
      [
        { line: 1, column: 28 },
        { line: 1, column: 40 },
      ],
    ),
  ])('%s: %s', async (query, message, path, locations, variables) => {
    expect((await started.post({ query, variables })).body).toEqual(
      answerOf(message, locations, path, 'INVALID_DOCUMENT'),
    )
  })

  test('whose default is replaced by null, where the argument takes none', async () => {
    const query = 'query ($n: String = "a") { hello(name: $n) }'
    const message = 'Argument "name" of non-null type "String!" must not be null.'
    const { errors } = answerOf(message, [{ line: 1, column: 40 }], ['name'], 'INVALID_DOCUMENT')
    expect((await started.post({ query, variables: { n: null } })).body).toEqual({
      data: { hello: null },
      errors: errors.map((error) => ({ ...error, path: ['hello'] })),
    })
  })
})

describe('what is nested too deep', () => {
  const tooDeep = (message: string, asked: object) => ({
    errors: [{ message, extensions: { code: 'LIMIT_EXCEEDED', limit: { name: 'jsonDepth', allowed: 64, ...asked } } }],
  })
  const remedy = 'at most 64 are allowed (limit "jsonDepth"). Split it into smaller requests.'

  test('is refused in a literal', async () => {
    const query = `{ hello(name: ${'['.repeat(65)}${']'.repeat(65)}) }`
    const message = `The request has 65 levels of nested values; ${remedy}`
    expect((await started.post({ query })).body).toEqual(tooDeep(message, { asked: 65 }))
  })

  test('is refused in a variable', async () => {
    const body = `{"query": "query ($in: [ThingInput!]!) { hello }", "variables": {"in": ${'['.repeat(70)}${']'.repeat(70)}}}`
    const message = `The request has more than 64 levels of nested values; ${remedy}`
    expect((await started.post(body)).body).toEqual(tooDeep(message, {}))
  })
})

test('all that is wrong is told at once, and too much of it ends after fifty', async () => {
  const query = 'mutation ($in: [ThingInput!]!) { upsertThings(input: $in) }'
  const { errors } = (await started.post({ query, variables: { in: Array(30).fill({ lts: 'yes', other: 1 }) } })).body
  expect(errors).toHaveLength(51)
  expect(
    errors.slice(0, 4).map((error: { extensions: { issues: unknown[] } }) => error.extensions.issues[0]),
  ).toMatchObject([
    { path: ['input', 0, 'name'] },
    { path: ['input', 0, 'lts'] },
    { path: ['input', 0, 'other'] },
    { path: ['input', 1, 'name'] },
  ])
  const message = 'Too many errors processing variables, error limit reached. Execution aborted.'
  expect(errors[50]).toEqual({
    message,
    extensions: { code: 'BAD_USER_INPUT', issues: [{ path: [], code: 'INVALID_VARIABLE', message }] },
  })
})
