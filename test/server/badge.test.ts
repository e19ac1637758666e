import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { always, never } from '../../src/plan/condition.ts'
import { allRights } from '../../src/plan/rights.ts'
import { createServer } from '../../src/server/create-server.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, distr: string }',
  'name: role\nkey: [name, image]\npassed: { status: { equals: true } }\nfields: { name: string, image: { type: reference, to: image }, commit: string, status: boolean }',
  'name: vm_host\nkey: [name]\nfields: { name: string, image: { type: reference, to: image }, size: int }',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
  await registry.data(`mutation {
    upsertImages(input: [{ name: "a", distr: "x" }, { name: "b", distr: "x" }, { name: "c", distr: "y" }]) { created }
    upsertRoles(input: [
      { name: "sshd", image: "a", status: true, commit: "1" }
      { name: "sshd", image: "b", status: true, commit: "2" }
      { name: "ntp", image: "a", status: false, commit: "1" }
    ]) { created }
    upsertVmHosts(input: [{ name: "h", image: "a", size: 3 }]) { created }
  }`)
})
afterAll(() => registry.close())

const ask = (path: string, init: RequestInit = {}) => fetch(new URL(path, registry.url), init)
const titleOf = (svg: string) => /<title>(.*)<\/title>/.exec(svg)?.[1]

test.each([
  ['/badge/role.svg', 'role: 2 of 6 passed'],
  ['/badge/role.svg?rows=name&columns=image', 'role: 2 of 6 passed'],
  ['/badge/role.svg?rows=name&columns=image&commit=1', 'role: 1 of 6 passed'],
  ['/badge/role.svg?rowIn=sshd&columns.distr=x', 'role: 2 of 2 passed'],
  ['/badge/role.svg?rowIn=%5B%22sshd%22%2C%22new%22%5D', 'role: 2 of 6 passed'],
  ['/badge/role.svg?status=true&label=SSH%20%26%20%3Cntp%3E', 'SSH &amp; &lt;ntp&gt;: 2 of 6 passed'],
  ['/badge/role.svg?commit!=1&image.distr~=x*', 'role: 1 of 6 passed'],
  ['/badge/vm_host.svg?rows=size', 'vm_host: 1 of 3 present'],
])('%s says "%s"', async (path, title) => {
  const answer = await ask(path)
  expect([answer.status, titleOf(await answer.text())]).toEqual([200, title])
})

test('a badge that was asked for with a token is kept by no cache for others', async () => {
  const answer = await ask('/badge/role.svg', { headers: { authorization: 'Bearer some-token' } })
  expect([answer.headers.get('cache-control'), answer.headers.get('vary')]).toEqual([
    'private, max-age=60',
    expect.stringMatching(/\bAuthorization\b/),
  ])
})

test('a badge may be kept for a minute, runs and loads nothing, and may stand in pages of others', async () => {
  const answer = await ask('/badge/role.svg?rows=name&columns=image', { headers: { accept: 'image/*' } })
  const names = ['content-type', 'cache-control', 'content-security-policy', 'cross-origin-resource-policy']
  expect(names.map((name) => answer.headers.get(name))).toEqual([
    'image/svg+xml; charset=utf-8',
    'max-age=60',
    "default-src 'none'; style-src 'unsafe-inline'",
    'cross-origin',
  ])
  expect(answer.headers.get('vary')).toMatch(/\bAuthorization\b/)
  const svg = await answer.text()
  expect(svg).not.toMatch(/<script|href|url\((?!#r\))|\son\w+=/)
  const head = await ask('/badge/role.svg', { method: 'HEAD' })
  expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, String(svg.length), ''])
})

test.each([
  ['/badge/rolle.svg', 'There is no template "rolle", or you may not read it. The registry has: image, role, vm_host.'],
  ['/badge/image.svg', 'image has no matrix: it takes a reference, and another field with an order.'],
  ['/badge/role.svg?rows=nmae', 'rows=nmae: write one of name, commit, status.'],
  ['/badge/role.svg?columns=name', 'columns=name: write one of image.'],
  ['/badge/role.svg?comit=1', 'role has no field "comit". It has: name, image, commit, status, _meta.'],
  ['/badge/role.svg?status=yes', 'status is true or false, not "yes".'],
  ['/badge/role.svg?image.distr.x=1', '"image.distr.x": image.distr has no fields of its own.'],
  ['/badge/role.svg?columns.dist=x', 'image has no field "dist". It has: name, distr, _meta.'],
  ['/badge/role.svg?commit:=1e', 'commit takes JSON, and "1e" is none.'],
  ['/badge/role.svg?commit:=7', 'got invalid value 7 at "where.commit.equals"'],
  ['/badge/role.svg?status>=true', 'status is of type boolean, which has no order to compare by. Use = or !=.'],
  ['/badge/role.svg?rowIn=[1', 'rowIn: "[1" is not JSON.'],
  [`/badge/role.svg?label=${'x'.repeat(61)}`, 'label has 61 characters; at most 60 are allowed.'],
  ['/badge/%E0%A4.svg', 'URI malformed'],
])('%s is 400, with the reason', async (path, message) => {
  const answer = await ask(path)
  expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
    400,
    'text/plain; charset=utf-8',
    'no-store',
  ])
  expect(await answer.text()).toContain(message)
})

test('a badge counts what its caller may see', async () => {
  const guarded = await startRegistry(templates, {
    rights: ({ actor = '' }) => ({
      ...allRights,
      sight: actor,
      granted: (_verb, { name }) => (name === 'image' && actor !== 'ann' ? never : always),
    }),
  })
  await guarded.data(
    'mutation { upsertImages(input: [{ name: "a" }]) { created } upsertRoles(input: [{ name: "r", image: "a", status: true }]) { created } }',
    {},
    { 'X-Registry-Actor': 'ann' },
  )
  const title = async (headers: Record<string, string>) =>
    titleOf(await (await fetch(new URL('/badge/role.svg', guarded.url), { headers })).text())
  expect([await title({ 'X-Registry-Actor': 'ann' }), await title({})]).toEqual([
    'role: 1 of 1 passed',
    'role: 0 of 0 passed',
  ])
  await guarded.close()
})

test('before the database is there, a badge is 503', async () => {
  const waiting = createServer({
    config: { host: '127.0.0.1', allowedHosts: [], corsOrigins: [] },
    logger: pino({ level: 'silent' }),
    isReady: async () => false,
  })
  await new Promise<void>((resolve) => waiting.http.listen(0, '127.0.0.1', resolve))
  const { port } = waiting.http.address() as AddressInfo
  const answer = await fetch(`http://127.0.0.1:${port}/badge/role.svg`)
  expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1'])
  await waiting.drain(0)
})
