import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCallerError } from '../../src/errors.ts'
import { allRights } from '../../src/plan/rights.ts'
import type { Profile } from '../../src/settings.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, distr: string, lts: boolean, kind: { type: enum, values: [server, desktop] } }\n',
  'name: role\nkey: [name, image]\nfields: { name: string, image: { type: reference, to: image }, from: datetime, till: datetime }\n',
]
const hidden: Profile = { introspection: false, graphiql: false, getQueries: false }
const html = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }
const admin = { 'x-registry-actor': 'admin' }
const reader = { 'x-registry-actor': 'reader' }

let closed: TestRegistry
let withoutRules: TestRegistry
let open: TestRegistry
beforeAll(async () => {
  closed = await startRegistry(templates, {
    profile: hidden,
    rights: ({ actor }) =>
      actor === 'admin'
        ? allRights
        : {
            ...allRights,
            sight: 'all but admin',
            isAdmin: false,
            refuse: (verb) =>
              createCallerError(actor ? 'FORBIDDEN' : 'UNAUTHENTICATED', `The right to ${verb} is needed.`),
          },
  })
  withoutRules = await startRegistry(templates, { profile: hidden })
  open = await startRegistry(templates)
})
afterAll(async () => {
  for (const registry of [closed, withoutRules, open]) await registry?.close()
})

const schemaQuery = '{ __schema { queryType { name } } }'

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly query?: string
  readonly body?: object
  readonly headers?: Record<string, string>
}

async function send(registry: TestRegistry, { method = 'POST', path = '/graphql', query, body, headers }: Sent) {
  const answer = await fetch(new URL(path, registry.url), {
    method,
    headers: {
      accept: 'application/json',
      ...(method === 'POST' && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(method === 'POST' && { body: JSON.stringify(body ?? { query }) }),
  })
  return { status: answer.status, headers: answer.headers, text: await answer.text() }
}

describe('introspection', () => {
  test('is for those with the right to admin; others are told so, with the status of their refusal', async () => {
    const asked = await Promise.all(
      [admin, reader, {}].map((headers) =>
        send(closed, { query: schemaQuery, headers: headers as Record<string, string> }),
      ),
    )
    expect(asked.map(({ status, text }) => [status, JSON.parse(text)])).toMatchObject([
      [200, { data: { __schema: { queryType: { name: 'Query' } } } }],
      [
        403,
        {
          errors: [
            {
              message: 'The schema is shown only to those with the right to admin. The right to admin is needed.',
              extensions: { code: 'FORBIDDEN' },
            },
          ],
        },
      ],
      [401, { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] }],
    ])
    expect(asked.slice(1).some(({ text }) => text.includes('"data"'))).toBe(false)
  })

  test('is for nobody where there are no rules, since there is no admin', async () => {
    const { status, text } = await send(withoutRules, { query: schemaQuery, headers: admin })
    expect([status, JSON.parse(text).errors[0].message]).toEqual([
      403,
      'The schema is not shown: the setting INTROSPECTION is false.',
    ])
  })

  test.each([
    schemaQuery,
    '{ __type(name: "Image") { name fields { name } } }',
    '{ templates { name } __schema { types { name } } }',
    '{ images { totalCount } a: __typename ... on Query { b: __type(name: "Role") { name } } }',
    'query Named($no: Boolean = false) { __typename __schema @skip(if: $no) { types { name } } }',
  ])('%s, once answered to an admin, is not answered to others, nor any part of it', async (query) => {
    // The second time, it goes the short way.
    for (const _ of [1, 2, 3]) expect((await closed.query(query, {}, admin)).errors).toBeUndefined()
    for (const _ of [1, 2]) {
      const { data, errors } = await closed.query(query, {}, reader)
      expect([data, errors?.map(({ extensions }) => extensions?.code)]).toEqual([undefined, ['FORBIDDEN']])
    }
    const sha256Hash = createHash('sha256').update(query).digest('hex')
    const extensions = { persistedQuery: { version: 1, sha256Hash } }
    const ask = (headers: Record<string, string>) => send(closed, { body: { extensions }, headers })
    expect([(await ask(admin)).status, (await ask(reader)).status]).toEqual([200, 403])
  })

  test('that a directive leaves out is none; __typename and the list of templates are for all', async () => {
    expect(await closed.data('{ __typename __schema @include(if: false) { types { name } } }', {}, reader)).toEqual({
      __typename: 'Query',
    })
    expect(await closed.data('{ images { nodes { __typename } } }', {}, reader)).toEqual({ images: { nodes: [] } })
    expect(await closed.data('{ templates { name fields { name } } }', {}, reader)).toMatchObject({
      templates: [{ name: 'image' }, { name: 'role' }],
    })
  })

  test('and /schema.graphql are the same right', async () => {
    const ask = (registry: TestRegistry, headers: Record<string, string>) =>
      send(registry, { method: 'GET', path: '/schema.graphql', headers })
    const asked = [
      await ask(closed, admin),
      await ask(closed, reader),
      await ask(closed, {}),
      await ask(withoutRules, admin),
    ]
    expect(asked.map(({ status }) => status)).toEqual([200, 403, 401, 403])
    expect(asked.map(({ text }) => text.includes('type Image'))).toEqual([true, false, false, false])
    expect((await ask(open, {})).status).toBe(200)
  })
})

describe('names that a request does not have', () => {
  const misspelled: readonly { readonly query: string; readonly name: string; readonly variables?: object }[] = [
    { query: '{ image(name: "a") { dist } }', name: 'distr' },
    { query: '{ search(text: "a", templates: ["imag"]) { nodes { field } } }', name: 'image' },
    { query: '{ changes(templates: ["imag"]) { nodes { key } } }', name: 'image' },
    { query: '{ retention(template: "imag", days: 1) { objects } }', name: 'image' },
    { query: '{ retention(template: "image", last: 1, per: ["dist"]) { objects } }', name: 'distr' },
    { query: '{ exportHistory(template: "imag") { since } }', name: 'image' },
    { query: 'mutation { importHistory(objects: [{ template: "imag" }]) { objects } }', name: 'image' },
    { query: '{ images { groupBy(by: [], paths: [["dist"]]) { count } } }', name: 'distr' },
    { query: '{ roles { groupBy(by: [], paths: [["image"]]) { count } } }', name: '"image", "name"' },
    { query: '{ roles(where: {from: {field: {lt: "til"}}}) { totalCount } }', name: 'till' },
    { query: '{ images(where: {kind: {field: {equals: "distr"}}}) { totalCount } }', name: 'desktop' },
    { query: '{ images(where: {kind: {equals: servr}}) { totalCount } }', name: 'server' },
    {
      query: 'query ($k: ImageKind) { images(where: {kind: {equals: $k}}) { totalCount } }',
      name: 'server',
      variables: { k: 'servr' },
    },
    {
      query: 'query ($w: ImageWhere) { images(where: $w) { totalCount } }',
      name: 'distr',
      variables: { w: { dist: { equals: 'a' } } },
    },
    {
      query: 'mutation ($i: ImageInput!) { upsertImage(input: $i) { outcome } }',
      name: 'distr',
      variables: { i: { name: 'a', dist: 'b' } },
    },
  ]

  test.each(misspelled)(
    '$query: $name is told only to those who may see the schema',
    async ({ query, name, variables }) => {
      // In both orders: what one caller was told is not told to the other.
      for (const headers of [reader, admin, reader]) {
        const { errors = [] } = await closed.query(query, variables, headers)
        expect(errors.length).toBeGreaterThan(0)
        const text = JSON.stringify(errors.map(({ message, extensions }) => [message, extensions]))
        expect([headers, text.replaceAll('\\', '').includes(name)]).toEqual([headers, headers === admin])
      }
    },
  )
})

describe('GraphiQL and queries by GET', () => {
  const query = '/graphql?query={__typename}'
  const persisted = () => {
    const sha256Hash = createHash('sha256').update('{ __typename }').digest('hex')
    return `/graphql?extensions=${encodeURIComponent(JSON.stringify({ persistedQuery: { version: 1, sha256Hash } }))}`
  }

  test.each([['/graphql'], ['/graphql/'], [query], [persisted()]])('GET %s is 405 where both are off', async (path) => {
    await closed.query('{ __typename }')
    for (const headers of [html, { accept: 'application/json' }, admin as Record<string, string>]) {
      const { status, headers: answered, text } = await send(closed, { method: 'GET', path, headers })
      expect([status, answered.get('allow'), JSON.parse(text).errors[0].message]).toEqual([
        405,
        'POST',
        'Queries are not taken by GET here: send them by POST, as JSON.',
      ])
    }
    expect((await send(closed, { method: 'HEAD', path, headers: html })).status).toBe(405)
    expect((await send(open, { method: 'GET', path, headers: html })).text).toContain('<!doctype html>')
  })

  test('each is off by its own setting', async () => {
    const table = []
    for (const profile of [{ graphiql: false }, { getQueries: false }]) {
      const registry = await startRegistry(templates, { profile })
      const page = await send(registry, { method: 'GET', path: '/graphql', headers: html })
      const answer = await send(registry, { method: 'GET', path: query })
      const inBrowser = await send(registry, { method: 'GET', path: query, headers: html })
      table.push([page, answer, inBrowser].map(({ status, text }) => [status, /^<!doctype html>/.test(text.trim())]))
      await registry.close()
    }
    expect(table).toEqual([
      // What a browser opens is a query as any other.
      [
        [400, false],
        [200, false],
        [200, false],
      ],
      [
        [200, true],
        [405, false],
        [200, true],
      ],
    ])
  })
})
