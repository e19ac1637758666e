import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { allRights } from '../../../src/plan/rights.ts'
import { startRegistry, type TestRegistry } from '../../support/registry.ts'
import { checks } from './checks.ts'
import { startFaultyServer } from './faulty-server.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, distr: string }\n',
  'name: role\nkey: [name, image]\nfields: { name: string, image: { type: reference, to: image } }\n',
]

let open: TestRegistry
let closed: TestRegistry
let faulty: Awaited<ReturnType<typeof startFaultyServer>>
beforeAll(async () => {
  open = await startRegistry(templates)
  // What PRODUCTION=true sets. Whoever is not called root has all rights but that of administration.
  closed = await startRegistry(templates, {
    profile: { introspection: false, graphiql: false, getQueries: false },
    rights: ({ actor }) => (actor === 'admin' ? allRights : { ...allRights, sight: 'all but admin', isAdmin: false }),
  })
  faulty = await startFaultyServer(await (await fetch(new URL('/schema.graphql', open.url))).text())
})
afterAll(async () => {
  await open?.close()
  await closed?.close()
  faulty?.close()
})

/** What the open profile shows, because it helps those who write queries. */
const shownOnPurpose = [
  'introspection',
  'introspection of one type',
  'introspection in a fragment, under an alias, or beside other fields',
  'introspection by GET',
  'introspection under headers that are taken for others',
  'schema as a file',
  'field suggestions',
  'IDE',
  'queries by GET',
  'queries by GET under headers that stand for POST',
]

describe('a scanner', () => {
  test.each(checks)('finds nothing in the closed profile: $name', async ({ name, find }) => {
    expect(await find(closed.url)).toBe(false)
    expect(await find(open.url)).toBe(shownOnPurpose.includes(name))
    expect(await find(faulty.url)).toBe(true)
  })
})
