import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asAdmin, asJob } from '../support/test-identify.ts'

const issuer = 'https://issuer.example.org'

const templates = [
  `
name: role
key: [name]
fields:
  name: string
  count: int
  big: bigint
  at: datetime
  level: { type: enum, values: [low, high] }
  tags: [string]
  data: json
  status: boolean`,
]

type Where = Readonly<Record<string, unknown>>

const wheres: readonly Where[] = [
  { name: { equals: '{claims.text}' } },
  { name: { startsWith: '{claims.text}-' } },
  { name: { contains: '{claims.text}', mode: 'insensitive' } },
  { name: { in: ['a', '{claims.text}', '{claims.other}'] } },
  { NOT: [{ name: { endsWith: '{claims.text}{claims.other}' } }] },
  { OR: [{ name: { equals: '{claims.text}' } }, { tags: { has: '{claims.other}' } }] },
  { tags: { hasSome: '{claims.text}' } },
  { count: { equals: '{claims.number}' } },
  { count: { gt: '{claims.number}' }, name: { not: '{claims.text}' } },
  { big: { lte: '{claims.number}' } },
  { at: { gte: '{claims.time}' } },
  { level: { equals: '{claims.level}' } },
  { level: { in: ['{claims.level}'] }, name: { contains: '{claims.text}' } },
  { status: { equals: '{claims.flag}' } },
  { data: { equals: { of: '{claims.text}' } } },
  { _meta: { createdBy: { equals: '{claims.text}' } } },
]

const texts = ['a', 'b', 'a-b', 'A', '%', '_', '\\', '"', "'", '{actor}', 'é', '7', 'now-1d', '']
const text = fc.constantFrom<unknown>(...texts, 7, true, null, ['a'], { a: 'a' }, undefined)

const claims = fc.record({
  text,
  other: text,
  number: fc.constantFrom<unknown>('7', 7, '-1', '07', '7.5', 7.5, 'x', '99999999999', undefined),
  time: fc.constantFrom<unknown>('2026-01-01T00:00:00Z', '2026-01-01', 'now-1d', 'x', undefined),
  level: fc.constantFrom<unknown>('low', 'high', 'mid', undefined),
  flag: fc.constantFrom<unknown>('true', true, 'false', 'yes', undefined),
})

let registry: TestRegistry

beforeAll(async () => {
  registry = await startRegistry(templates, {
    access: wheres.map(
      (where, i) => `
name: role${i}
who: [{ oidc: '${issuer}', audience: registry, claims: { sub: job${i} } }]
may: [{ read: role, where: ${JSON.stringify(where)} }]`,
    ),
  })
  const names = [...texts.filter((one) => one !== ''), 'a-b-c', '%-x', 'ab']
  await registry.data(
    'mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { failed } }',
    {
      input: names.map((name, i) => ({
        name,
        count: [7, -1, 8][i % 3],
        big: i % 2 === 0 ? '7' : '99999999999',
        at: i % 2 === 0 ? '2026-01-01T00:00:00Z' : '2025-01-01T00:00:00Z',
        level: i % 3 === 0 ? 'low' : 'high',
        tags: [names[(i + 1) % names.length], 'a'].slice(i % 2),
        data: { of: name },
        status: i % 2 === 0,
      })),
    },
    asAdmin,
  )
})

afterAll(() => registry?.close())

/** What a placeholder stands for; undefined for none. */
function claimText(claim: unknown): string | undefined {
  if (typeof claim === 'number') return Number.isSafeInteger(claim) ? String(claim) : undefined
  if (typeof claim === 'boolean') return String(claim)
  return typeof claim === 'string' && claim !== '' ? claim : undefined
}

/** The filter that a caller with these claims would have to write; undefined if a claim is missing. */
function fill(where: unknown, given: Where): unknown {
  let isMissing = false
  const walk = (value: unknown, place: string): unknown => {
    if (Array.isArray(value)) return value.map((one) => walk(one, place))
    if (typeof value === 'object')
      return Object.fromEntries(
        Object.entries(value as object).map(([name, one]) => [
          name,
          walk(one, ['count', 'status'].includes(name) ? name : place),
        ]),
      )
    if (typeof value !== 'string' || !value.includes('{claims.')) return value
    const filled = value.replaceAll(/\{claims\.(\w+)\}/g, (_, name: string) => {
      const found = claimText(given[name])
      isMissing ||= found === undefined
      return found ?? ''
    })
    if (place === 'count' && /^-?(0|[1-9]\d*)(\.\d+)?$/.test(filled)) return Number(filled)
    if (place === 'status' && /^(true|false)$/.test(filled)) return filled === 'true'
    return filled
  }
  const filled = walk(where, '')
  return isMissing ? undefined : filled
}

const query = 'query ($where: RoleWhere) { roles(where: $where) { totalCount nodes { name } } }'

describe('a condition with the values of a caller', () => {
  test('is the same filter with these values, and grants nothing where there is no such filter', async () => {
    const seen = { granted: 0, found: 0, refused: 0, unfit: 0 }
    await fc.assert(
      fc.asyncProperty(fc.nat(wheres.length - 1), claims, async (i, given) => {
        const where = fill(wheres[i], given)
        const headers = asJob({ iss: issuer, aud: 'registry', sub: `job${i}`, ...given })
        const answer = await registry.query(query, {}, headers)
        const expected = where === undefined ? undefined : await registry.query(query, { where }, asAdmin)
        if (expected?.data) {
          seen.granted++
          if (expected.data.roles.totalCount > 0) seen.found++
          expect(answer).toEqual(expected)
        } else {
          if (where === undefined) seen.refused++
          else seen.unfit++
          expect(answer.errors?.map(({ extensions }) => extensions?.code)).toEqual(['FORBIDDEN'])
        }
      }),
      { numRuns: 300 },
    )
    // All of these have happened, or the test says little.
    expect(Object.values(seen).filter((count) => count < 5)).toEqual([])
  })

  test('shares its plan among callers, unless planning needs their values', async () => {
    const statements = async (i: number, given: readonly Where[]) => {
      const sights = given.map((one) =>
        registry.query('{ roles { totalCount } }', {}, asJob({ iss: issuer, aud: 'registry', sub: `job${i}`, ...one })),
      )
      return (await Promise.all(sights)).map(({ data }) => data?.roles.totalCount)
    }
    // Whatever is shared, each caller sees what is theirs.
    expect(await statements(0, [{ text: 'a' }, { text: 'b' }, { text: 'none' }])).toEqual([1, 1, 0])
    expect(await statements(11, [{ level: 'low' }, { level: 'high' }, { level: 'low' }])).toEqual([6, 10, 6])
  })
})
