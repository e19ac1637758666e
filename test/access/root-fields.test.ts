import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Verb } from '../../src/plan/rights.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { follow } from '../support/follow.ts'
import { type GraphqlAnswer, parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'
import { asAdmin, asToken } from '../support/test-identify.ts'
import { goneUuid, type Need, operations } from './root-operations.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, distr: string }',
  'name: role\nkey: [name, image]\npassed: { status: { equals: true } }\nfields: { name: string, image: { type: reference, to: image }, status: boolean }',
]

/** What each caller is granted, by verb: templates. */
const callers = {
  anonymous: {},
  nothing: {},
  'reader of images': { read: ['image'] },
  reader: { read: ['image', 'role'] },
  writer: { write: ['image', 'role'] },
  'writer who reads': { write: ['image', 'role'], read: ['image', 'role'] },
  deleter: { delete: ['image', 'role'] },
  'deleter who reads': { delete: ['image', 'role'], read: ['image', 'role'] },
  importer: { import: ['image', 'role'] },
  'importer who writes and reads': { import: ['image', 'role'], write: ['image', 'role'], read: ['image', 'role'] },
  admin: {
    read: ['image', 'role'],
    write: ['image', 'role'],
    delete: ['image', 'role'],
    import: ['image', 'role'],
    admin: [],
  },
} satisfies Readonly<Record<string, Readonly<Partial<Record<Verb, readonly string[]>>>>>
type Caller = keyof typeof callers

/** Those with a file of their own. */
const granted = (Object.keys(callers) as Caller[]).filter(
  (caller) => !['anonymous', 'nothing', 'admin'].includes(caller),
)

/** Each has all rights to all objects, but one of them to the objects of a condition alone. */
const conditional = ['read', 'write', 'delete', 'import'] as const

function conditionalFile(verb: (typeof conditional)[number]): string {
  const others = conditional.filter((one) => one !== verb).map((one) => `{ ${one}: [image, role] }`)
  const where = 'where: { name: { in: [i, r, mine, gone] } }'
  return `name: some-${verb}\nwho: [{ token: some-${verb} }]\nmay: [${others.join(', ')}, { ${verb}: [image, role], ${where} }]`
}

/** What tells of all objects, whatever a condition says, or writes them as they were: the rights that it needs to all of them. */
const ofAllObjects: readonly (readonly [operation: string, ...verbs: readonly (typeof conditional)[number][]])[] = [
  ['{ exportHistory(template: "role") { nodes } }', 'read'],
  ['{ retention(template: "role", days: 30) { objects keys } }', 'read', 'delete'],
  [importOf('role', '["mine", ["i"]]', '{ name: "mine", image: "i" }'), 'read', 'write', 'import'],
  [importOf('image', '["mine"]', '{ name: "mine" }'), 'read', 'write', 'import'],
]

function importOf(template: string, key: string, document: string): string {
  const version = `{ outcome: "CREATED", version: 1, time: "2026-01-01", uuid: "00000000-0000-4000-8000-000000000002", document: ${document} }`
  return `mutation { importHistory(dryRun: true, objects: [{ template: "${template}", key: ${key}, versions: [${version}] }]) { objects } }`
}

let registry: TestRegistry
/** From before anything was written: there is an event for whoever subscribes from there. */
let after: string
beforeAll(async () => {
  registry = await startRegistry(templates, {
    access: [...granted.map((caller) => roleFile(caller, callers[caller])), ...conditional.map(conditionalFile)],
  })
  after = (await registry.data('{ cursor }', undefined, asAdmin)).cursor
  await registry.data(
    `mutation { upsertImage(input: { name: "i" }) { outcome } importHistory(objects: [{ template: "image", key: ["gone"], versions: [{ outcome: "CREATED", version: 1, time: "2025-01-01", uuid: "${goneUuid}", document: { name: "gone" } }] }]) { objects } upsertRole(input: { name: "r", image: "i" }) { outcome } }`,
    undefined,
    asAdmin,
  )
})
afterAll(() => registry?.close())

function roleFile(caller: Caller, grants: Readonly<Partial<Record<Verb, readonly string[]>>>): string {
  const name = caller.replaceAll(' ', '-')
  const may = Object.entries(grants).map(([verb, of]) => `{ ${verb}: [${of.join(', ')}] }`)
  return `name: ${name}\nwho: [{ token: ${name} }]\nmay: [${may.join(', ')}]`
}

function headersOf(caller: Caller): Readonly<Record<string, string>> {
  if (caller === 'anonymous') return {}
  return caller === 'admin' ? asAdmin : asToken(caller.replaceAll(' ', '-'))
}

function isMet(need: Need, caller: Caller): boolean {
  const grants: Readonly<Partial<Record<string, readonly string[]>>> = callers[caller]
  // Who can read nothing because of a lacking token learns that it is lacking.
  if (need === 'pass') return caller !== 'anonymous'
  const [verb = '', template] = need.split(' ')
  return grants[verb]?.includes(template ?? '') ?? false
}

/** The answer; to a subscription, that is its first event. */
async function ask(operation: string, headers: Readonly<Record<string, string>>): Promise<GraphqlAnswer> {
  if (!operation.startsWith('subscription')) return registry.query(operation, undefined, headers)
  const stream = await follow(registry.url, operation, { after }, headers)
  const told = await stream.next()
  stream.close()
  if (typeof told !== 'object') throw new Error(`${operation}: no event, ${told}`)
  return told.errors ? told : { data: told }
}

const refusals = ['FORBIDDEN', 'UNAUTHENTICATED']

describe('the root fields', () => {
  test('are all in the table, so that whoever adds one says what it needs', () => {
    const schema = buildSchema(parseTexts(templates))
    const types = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]
    const fields = types.flatMap((type) => Object.keys(type?.getFields() ?? {}))
    expect(Object.keys(operations).sort()).toEqual(fields.sort())
  })

  test.each(Object.keys(callers) as Caller[])('grant the %s what is granted, and refuse the rest', async (caller) => {
    const wrong: string[] = []
    for (const [needs, operation] of Object.values(operations).flat()) {
      const { data, errors = [] } = await ask(operation, headersOf(caller))
      const codes = errors.map(({ extensions }) => extensions?.code ?? '')
      const expected = needs.every((need) => (need === 'admin' ? caller === 'admin' : isMet(need, caller)))
      const refusal = caller === 'anonymous' ? 'UNAUTHENTICATED' : 'FORBIDDEN'
      const isRight = expected
        ? !codes.some((code) => refusals.includes(code)) && !codes.includes('INTERNAL_SERVER_ERROR')
        : codes.join() === refusal && Object.values(data ?? {}).every((value) => value === null)
      if (!isRight) wrong.push(`${operation}: ${JSON.stringify({ data, errors })}`)
    }
    expect(wrong).toEqual([])
  })

  test.each(conditional)('that look past conditions refuse who may %s some objects only', async (verb) => {
    for (const [operation, ...verbs] of ofAllObjects) {
      const { data, errors = [] } = await registry.query(operation, undefined, asToken(`some-${verb}`))
      const codes = errors.map(({ extensions }) => extensions?.code)
      expect([operation, data === null, codes]).toEqual(
        verbs.includes(verb) ? [operation, true, ['FORBIDDEN']] : [operation, false, []],
      )
    }
  })
})
