import { createClient } from 'graphql-sse'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asToken } from '../support/test-identify.ts'

const templates = ['name: role\nkey: [name]\nfields: { name: string, status: boolean }']
const roles = ['name: all\nwho: [{ token: writer }]\nmay: [{ read: "*" }, { write: "*" }]']
const subscription =
  'subscription ($after: String) { rolesChanged(after: $after) { kind cursor role { name status } } }'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, { access: roles })
})
afterAll(() => registry?.close())

const write = (name: string, status: boolean) =>
  registry.data(
    'mutation ($name: String!, $status: Boolean) { upsertRole(input: { name: $name, status: $status }) { outcome } }',
    { name, status },
    asToken('writer'),
  )

/** The client of the package graphql-sse, as its documentation has it. */
const open = (headers: Record<string, string>) => createClient({ url: registry.url, retryAttempts: 0, headers })

interface Told {
  readonly kind: string
  readonly cursor: string
  readonly role: object
}

/** The first events of a subscription. */
async function events(after: string, count: number): Promise<readonly Told[]> {
  const client = open(asToken('writer'))
  const told: Told[] = []
  try {
    for await (const { data, errors } of client.iterate<{ rolesChanged: Told }>({
      query: subscription,
      variables: { after },
    })) {
      if (!data) throw new Error(JSON.stringify(errors))
      told.push(data.rolesChanged)
      if (told.length === count) break
    }
  } finally {
    client.dispose()
  }
  return told
}

test('graphql-sse is told of changes, and goes on from a cursor', async () => {
  const { cursor } = await registry.data('{ cursor }', undefined, asToken('writer'))
  await write('a', true)
  await write('a', false)
  const [created] = await events(cursor, 1)
  expect(created).toMatchObject({ kind: 'CREATED', role: { name: 'a', status: true } })
  expect(await events(created?.cursor ?? '', 1)).toMatchObject([
    { kind: 'UPDATED', role: { name: 'a', status: false } },
  ])
})

test('graphql-sse gets what is wrong with an operation, a cursor and a caller', async () => {
  const wrong = async (query: string, headers: Record<string, string>, variables: Record<string, unknown> = {}) => {
    const client = open(headers)
    try {
      return await client.iterate({ query, variables }).next()
    } catch (error) {
      return error
    } finally {
      client.dispose()
    }
  }
  const writer = asToken('writer')
  expect(await wrong('subscription { rolesChanged { nothing } }', writer)).toMatchObject({
    value: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
  })
  expect(await wrong(subscription, writer, { after: 'x' })).toMatchObject({
    value: { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] },
  })
  expect(await wrong(subscription, { authorization: 'Bearer wrong' })).toMatchObject({ response: { status: 401 } })
})

test('graphql-sse sends queries and mutations as well', async () => {
  const client = open(asToken('writer'))
  expect(
    await client.iterate({ query: 'mutation { upsertRole(input: { name: "b", status: true }) { outcome } }' }).next(),
  ).toMatchObject({ value: { data: { upsertRole: { outcome: 'CREATED' } } } })
  client.dispose()
})

test('graphql-sse is told that a cursor has expired, and from where to go on', async () => {
  const expired = Buffer.from(JSON.stringify(['_feed', '0123456789ab', '1:1:'])).toString('base64url')
  await expect(events(expired, 1)).rejects.toThrow(/"code":"CURSOR_EXPIRED","cursor":"\w+"/)
})
