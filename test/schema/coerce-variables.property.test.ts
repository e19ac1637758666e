import fc from 'fast-check'
import {
  buildSchema,
  type GraphQLInputType,
  type GraphQLSchema,
  getVariableValues,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type OperationDefinitionNode,
  parse,
  typeFromAST,
} from 'graphql'
import { expect, test } from 'vitest'
import { defaultLimits } from '../../src/limits.ts'
import { createCoerceVariables } from '../../src/schema/coerce-variables.ts'
import { runs, seed } from '../support/property-runs.ts'

const leaves = ['String', 'Int', 'Float', 'Boolean', 'ID', 'Kind']
const objects = ['In0', 'In1', 'In2']
const fieldNames = ['a', 'b', 'then', 'constructor', 'toString', 'valueOf']

/** `[Int!]`, and what may stand as its default. */
const typeText = fc
  .tuple(
    fc.oneof(
      { weight: 2, arbitrary: fc.constantFrom(...leaves) },
      { weight: 1, arbitrary: fc.constantFrom(...objects) },
    ),
    fc.constantFrom('', '[', '[[', '[!', '[[!'),
  )
  .map(([name, list]) => {
    const depth = list.replace('!', '').length
    return `${'['.repeat(depth)}${name}${list.endsWith('!') ? '!' : ''}${']'.repeat(depth)}`
  })
const defaults: Readonly<Record<string, string>> = {
  String: '"d"',
  Int: '3',
  Float: '1.5',
  Boolean: 'true',
  ID: '7',
  Kind: 'FAN',
  '[Int!]': '[1, 2]',
  '[String]': '"alone"',
}
const defined = fc
  .tuple(typeText, fc.constantFrom('required', 'default', 'optional', 'optional'))
  .map(([text, kind]) => {
    const fallback = kind === 'default' && Object.hasOwn(defaults, text) ? ` = ${defaults[text]}` : ''
    // What an object requires of itself has no end.
    const isRequired = kind === 'required' && !objects.includes(text)
    return `${text}${isRequired ? '!' : ''}${fallback}`
  })

const schemas = fc
  .array(
    fc.tuple(
      fc.uniqueArray(fc.constantFrom(...fieldNames), { minLength: 1 }),
      fc.array(defined, { minLength: 6, maxLength: 6 }),
      fc.boolean(),
    ),
    {
      minLength: 3,
      maxLength: 3,
    },
  )
  .map((inputs) => {
    const types = inputs.map(([names, texts, isOneOf], i) => {
      const fields = names.map((name, at) => {
        const text = texts[at] as string
        return `${name}: ${isOneOf ? text.replace(/ =.*$/, '').replace(/!$/, '') : text}`
      })
      return `input In${i}${isOneOf ? ' @oneOf' : ''} { ${fields.join(' ')} }`
    })
    return buildSchema(
      `enum Kind { DISK FAN constructor } ${types.join(' ')} type Query { a(i: Int f: Float d: ID): Int }`,
    )
  })

const anything = fc.oneof(
  fc.constantFrom<unknown>(null, true, 7, 1.5, 2 ** 40, '', 'a', 'DISK', 'constructor', [], {}, [null], [[1]], {
    a: 1,
  }),
  fc.dictionary(fc.constantFrom(...fieldNames, '__proto__', 'other'), fc.constantFrom<unknown>(1, 'a', null, {})),
)

/** Mostly a value of the type, so that what is wrong is found at every depth. */
function inputOf(type: GraphQLInputType, depth: number): fc.Arbitrary<unknown> {
  const right = (): fc.Arbitrary<unknown> => {
    if (isNonNullType(type)) return inputOf(type.ofType, depth)
    if (isListType(type)) return fc.array(inputOf(type.ofType, depth - 1), { maxLength: depth > 0 ? 3 : 0 })
    if (isInputObjectType(type)) {
      const members = Object.values(type.getFields()).map(
        (field) => [field.name, depth > 0 ? inputOf(field.type, depth - 1) : anything] as const,
      )
      return fc.record(Object.fromEntries(members), { requiredKeys: [] })
    }
    if (isEnumType(type)) return fc.constantFrom('DISK', 'FAN', 'constructor')
    return fc.constantFrom<unknown>(
      ...({ Int: [1], Float: [1.5, 2], Boolean: [true], ID: ['x', 3] }[type.name] ?? ['a']),
    )
  }
  return fc.oneof({ weight: 12, arbitrary: right() }, { weight: 1, arbitrary: anything })
}

const names = ['a', 'then', 'constructor']

interface Case {
  readonly schema: GraphQLSchema
  readonly operation: string
  readonly given: Readonly<Record<string, unknown>>
}

const cases: fc.Arbitrary<Case> = fc
  .tuple(schemas, fc.array(defined, { minLength: 3, maxLength: 3 }))
  .chain(([schema, texts]) => {
    const operation = `query (${names.map((name, i) => `$${name}: ${texts[i]}`).join(', ')}) { a }`
    const [definition] = parse(operation).definitions as [OperationDefinitionNode]
    const members = (definition.variableDefinitions ?? []).map(
      ({ variable, type }) => [variable.name.value, inputOf(typeFromAST(schema, type) as GraphQLInputType, 3)] as const,
    )
    return fc.record(Object.fromEntries(members), { requiredKeys: [] }).map((given) => ({ schema, operation, given }))
  })

test(`variables of TEST_SEED=${seed} are taken, and come out, as graphql-js has them`, async () => {
  await fc.assert(
    fc.asyncProperty(cases, async ({ schema, operation, given }) => {
      const document = parse(operation)
      const definition = document.definitions[0] as OperationDefinitionNode
      const wanted = coerceByGraphqlJs({ schema, operation, given })
      const request = { limits: defaultLimits, introspects: true }
      const { coerced, errors } = await createCoerceVariables(schema, document, definition)(given, request)
      // As texts, since an assertion asks an object for its constructor.
      expect([JSON.stringify(coerced), errors !== undefined]).toEqual([
        JSON.stringify(wanted.coerced),
        wanted.errors !== undefined,
      ])
      if (coerced) expect(Object.getPrototypeOf(coerced)).toBe(null)
    }),
    runs(500),
  )
})

test('some of the generated variables are right, and some are wrong', () => {
  const accepted = fc.sample(cases, { seed: 1, numRuns: 100 }).filter((one) => coerceByGraphqlJs(one).coerced)
  expect(accepted.length).toBeGreaterThan(10)
  expect(accepted.length).toBeLessThan(90)
})

function coerceByGraphqlJs({ schema, operation, given }: Case): ReturnType<typeof getVariableValues> {
  const definition = parse(operation).definitions[0] as OperationDefinitionNode
  const variables = withoutPrototypes(given) as typeof given
  return getVariableValues(schema, definition.variableDefinitions ?? [], variables)
}

/** As the server gives them to graphql-js. */
function withoutPrototypes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPrototypes)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => [name, withoutPrototypes(member)])
  return Object.setPrototypeOf(Object.fromEntries(members), null)
}
