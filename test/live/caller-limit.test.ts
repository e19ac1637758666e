import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { createMetrics } from '../../src/metrics/create-metrics.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asToken } from '../support/test-identify.ts'

const templates = ['name: role\nkey: [name]\nfields: { name: string, status: boolean }']
const roles = ['name: all\nwho: [{ token: one }, { token: other }]\nmay: [{ read: "*" }, { write: "*" }]']
const wait = 'query { awaitRoles(where: { name: { equals: "a" } }, timeout: 50) { holds } }'
const metrics = createMetrics('test')

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, { access: roles, metrics, limits: { callerListeners: 1 } })
})
afterAll(() => registry?.close())

/** How many wait and are told of changes, as a scrape shows it. */
async function open(): Promise<readonly [number, number]> {
  const text = await metrics.print()
  const read = (name: string) => Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1])
  return [read('registry_waits'), read('registry_streams')]
}

function follow(token: string, signal: AbortSignal): Promise<Response> {
  return fetch(registry.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...asToken(token) },
    body: JSON.stringify({ query: 'subscription { rolesChanged { kind } }' }),
    signal,
  })
}

const refusal = {
  message:
    'Of waits and subscriptions, this caller has 1 open already (limit "callerListeners"). End some of them first.',
  extensions: { code: 'LIMIT_EXCEEDED', limit: { name: 'callerListeners', allowed: 1 } },
}

test('a caller has so many waits and subscriptions open, and another one as many; metrics count them', async () => {
  const leaving = new AbortController()
  const first = registry.query(wait, {}, asToken('one'))
  await vi.waitFor(async () => expect(await open()).toEqual([1, 0]), 30_000)
  expect(await registry.query(wait, {}, asToken('one'))).toMatchObject({ errors: [refusal] })
  const refused = await follow('one', leaving.signal)
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '5'])
  expect(await refused.text()).toContain('callerListeners')

  const followed = await follow('other', leaving.signal)
  expect(followed.status).toBe(200)
  expect(await open()).toEqual([1, 1])
  expect(await registry.query(wait, {}, asToken('other'))).toMatchObject({ errors: [refusal] })

  // Who has got an answer, or has left, may ask again.
  await registry.data('mutation { upsertRole(input: { name: "a" }) { outcome } }', {}, asToken('one'))
  expect(await first).toEqual({ data: { awaitRoles: { holds: true } } })
  expect(await registry.data(wait, {}, asToken('one'))).toEqual({ awaitRoles: { holds: true } })
  leaving.abort()
  await vi.waitFor(async () => expect(await open()).toEqual([0, 0]), 30_000)
  expect(await registry.data(wait, {}, asToken('other'))).toEqual({ awaitRoles: { holds: true } })
})

test('where callers are not told from one another, there is no such limit', async () => {
  const everyone = await startRegistry(templates, { limits: { callerListeners: 1 } })
  const both = await Promise.all(
    [1, 2].map(() => everyone.data('{ awaitRoles(where: { name: { equals: "b" } }, timeout: 1) { holds } }')),
  )
  expect(both).toEqual([{ awaitRoles: { holds: false } }, { awaitRoles: { holds: false } }])
  await everyone.close()
})
