import { afterAll, beforeAll, expect, test } from 'vitest'
import { follow } from '../support/follow.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asToken, endedTokens } from '../support/test-identify.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, lts: boolean }',
  'name: role\nkey: [name]\nfields: { name: string, image: { type: reference, to: image }, status: boolean }',
]
const roles = [
  'name: all\nwho: [{ token: writer }]\nmay: [{ read: "*" }, { write: "*" }, { delete: "*" }]',
  'name: some\nwho: [{ token: reader }, { token: leaving }]\nmay: [{ read: role, where: { status: { equals: true } } }]',
]
const asWriter = asToken('writer')
const asReader = asToken('reader')

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, { access: roles })
})
let isClosed = false
afterAll(() => (isClosed ? undefined : registry?.close()))
/** The last test closes it. */
const close = () => {
  isClosed = true
  return registry.close()
}

const data = (query: string) => registry.data(query, undefined, asWriter)
const set = (input: string) => data(`mutation { upsertRole(input: { ${input} }) { outcome } }`)
const remove = (name: string) => data(`mutation { deleteRole(name: "${name}") { name } }`)
const named = (name: string) => `where: { name: { equals: "${name}" } }`

test('events have the fields of their own change, what was before, and what differs', async () => {
  const stream = await follow(
    registry.url,
    `subscription { rolesChanged { kind role { name status _meta { version } } before changes { field before after } } }`,
    {},
    asWriter,
  )
  expect(stream.status).toBe(200)
  await set('name: "a", status: false')
  await set('name: "a", status: true')
  await remove('a')
  const events = [await stream.next(), await stream.next(), await stream.next()]
  stream.close()
  expect(events).toEqual([
    {
      kind: 'CREATED',
      role: { name: 'a', status: false, _meta: { version: 1 } },
      before: null,
      changes: [
        { field: 'name', before: null, after: 'a' },
        { field: 'status', before: null, after: false },
      ],
    },
    {
      kind: 'UPDATED',
      role: { name: 'a', status: true, _meta: { version: 2 } },
      before: { name: 'a', status: false },
      changes: [{ field: 'status', before: false, after: true }],
    },
    {
      kind: 'DELETED',
      role: null,
      before: { name: 'a', status: true },
      changes: [
        { field: 'name', before: 'a', after: null },
        { field: 'status', before: true, after: null },
      ],
    },
  ])
})

test('with a filter, objects enter and leave; what does not match is passed over', async () => {
  const stream = await follow(
    registry.url,
    'subscription ($where: RoleWhere) { rolesChanged(where: $where) { kind role { name status } before } }',
    { where: { status: { equals: true }, name: { startsWith: 'f' } } },
    asWriter,
  )
  await set('name: "f", status: false')
  await set('name: "g", status: true')
  await set('name: "f", status: true')
  await set('name: "f", status: false')
  await set('name: "f2", status: true')
  await remove('f')
  await remove('f2')
  const kinds = []
  for (let i = 0; i < 4; i++) kinds.push(await stream.next())
  stream.close()
  expect(kinds).toEqual([
    { kind: 'ENTERED', role: { name: 'f', status: true }, before: { name: 'f', status: false } },
    { kind: 'LEFT', role: { name: 'f', status: false }, before: { name: 'f', status: true } },
    { kind: 'CREATED', role: { name: 'f2', status: true }, before: null },
    { kind: 'DELETED', role: null, before: { name: 'f2', status: true } },
  ])
})

test('an object that comes into the sight of a caller is created for it, and one that goes is deleted', async () => {
  const stream = await follow(
    registry.url,
    `subscription { rolesChanged(${named('s')}) { kind role { status } before } }`,
    {},
    asReader,
  )
  await set('name: "s", status: false')
  await set('name: "s", status: true')
  await set('name: "s", status: false')
  const events = [await stream.next(), await stream.next()]
  stream.close()
  expect(events).toEqual([
    { kind: 'CREATED', role: { status: true }, before: null },
    { kind: 'DELETED', role: null, before: { name: 's', status: true } },
  ])
})

test('a subscription goes on behind a cursor, of an event and of the feed, without a gap', async () => {
  const query = `subscription ($after: String) { rolesChanged(${named('r')}, after: $after) { cursor role { _meta { version } } } }`
  const { cursor } = await data('{ cursor }')
  await set('name: "r"')
  const first = await follow(registry.url, query, { after: cursor }, asWriter)
  const created = await first.next()
  first.close()
  await set('name: "r", status: true')
  await set('name: "r", status: false')
  const second = await follow(registry.url, query, { after: created.cursor }, asWriter)
  await set('name: "r", status: true')
  const versions = []
  for (let i = 0; i < 3; i++) versions.push((await second.next()).role._meta.version)
  second.close()
  expect([created.role._meta.version, ...versions]).toEqual([1, 2, 3, 4])
})

test('what is wrong is an error before the first event', async () => {
  const codes = async (query: string, headers: Readonly<Record<string, string>> = asWriter) => {
    const stream = await follow(registry.url, query, {}, headers)
    const { errors } = await stream.next()
    stream.close()
    return errors.map((error: { extensions: { code: string } }) => error.extensions.code)
  }
  expect(await codes('subscription { rolesChanged(after: "x") { kind } }')).toEqual(['BAD_USER_INPUT'])
  expect(await codes('subscription { imagesChanged { kind } }', asReader)).toEqual(['FORBIDDEN'])
  expect(await codes('subscription { rolesChanged { kind } }', {})).toEqual(['UNAUTHENTICATED'])
  expect(await codes('subscription { rolesChanged { kind role { image { name } } } }', asReader)).toEqual(['FORBIDDEN'])
  const { errors } = await registry.query('subscription { rolesChanged { kind } }', undefined, {
    ...asWriter,
    accept: 'application/json',
  })
  expect(errors?.[0]?.message).toContain('text/event-stream')
})

test('a subscription ends within half a minute of its token', async () => {
  const stream = await follow(registry.url, 'subscription { rolesChanged { kind } }', {}, asToken('leaving'))
  endedTokens.add('leaving')
  expect(await stream.next()).toMatchObject({ errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] })
})

test('a server that stops ends each subscription with a cursor to go on from', async () => {
  const stream = await follow(
    registry.url,
    'subscription { rolesChanged { kind cursor role { name } changes { field } } }',
    {},
    asWriter,
  )
  const closing = close()
  expect(await stream.next()).toEqual({ kind: 'BOOKMARK', cursor: expect.any(String), role: null, changes: [] })
  expect(await stream.next()).toBe('complete')
  await closing
})
