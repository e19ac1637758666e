import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createMetrics } from '../../src/metrics/create-metrics.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type ParsedMetrics, parseMetrics } from './parse-metrics.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(undefined, { metrics: createMetrics('1.2.3') })
})
afterAll(() => registry.close())

async function scrape(): Promise<ParsedMetrics> {
  const answer = await fetch(new URL('/metrics', registry.url))
  return parseMetrics(await answer.text())
}

/** What an act adds to the samples with these names, as lines. */
async function added(names: readonly string[], act: () => Promise<unknown>): Promise<readonly string[]> {
  const before = await scrape()
  await act()
  const after = await scrape()
  return after.samples
    .filter(({ name }) => names.includes(name))
    .map(({ name, labels, value }) => ({ name, labels, value: value - (before.valueOf(name, labels) ?? 0) }))
    .filter(({ value }) => value !== 0)
    .map(({ labels, value }) => `${Object.values(labels).join(' ')} ${value}`.trim())
    .sort()
}

describe('the metrics', () => {
  test('say how many root fields ran, by template and kind, and time each', async () => {
    const act = async () => {
      await registry.data('mutation { upsertImages(input: [{name: "a"}, {name: "b"}]) { created } }')
      await registry.data('{ images { nodes { name } } a: image(name: "a") { name } b: image(name: "b") { name } }')
      await registry.data(
        '{ images { totalCount groupBy(by: [distr]) { count } } search(text: "a") { nodes { field } } }',
      )
      await registry.data(
        '{ roleMatrix(rows: name, columns: image) { missing { row } } templates { name } __typename }',
      )
      await registry.data('mutation { deleteImage(name: "b") { name } deleteImages(where: {name: {equals: "c"}}) }')
    }
    expect(await added(['registry_field_duration_seconds_count'], act)).toEqual([
      'image count 1',
      'image delete 2',
      'image list 1',
      'image read 2',
      'image upsert 1',
      'other 1',
      'role matrix 1',
      'search 1',
    ])
  })

  test('count objects by outcome, and none of a dry run', async () => {
    const upsert = (input: string, rest = '') =>
      registry.data(`mutation { upsertImages(input: [${input}]${rest}) { created } }`)
    const act = async () => {
      await upsert('{name: "x"}, {name: "y", lts: true}')
      await upsert('{name: "x"}, {name: "y", lts: false}')
      await upsert('{name: "z"}', ', dryRun: true')
      await upsert('{name: "z"}', ', mode: INDEPENDENT')
      await registry.data('mutation { upsertImage(input: {name: "x", lts: true}) { outcome } }')
    }
    expect(await added(['registry_upserts_total'], act)).toEqual([
      'image CREATED 3',
      'image UNCHANGED 1',
      'image UPDATED 2',
    ])
  })

  test('count errors by their codes, wherever they are found', async () => {
    const act = async () => {
      for (const query of ['{ nix }', '{ nix }', '{ images(first: 2000) { totalCount } }']) await registry.query(query)
      const role = '{name: "r", image: "none", status: true}'
      await registry.query(`mutation { upsertRole(input: ${role}) { outcome } }`)
      await registry.query(`mutation { upsertRoles(input: [${role}], mode: INDEPENDENT) { failed } }`)
      await fetch(`${registry.url}?query={__typename}`, { headers: { 'sec-fetch-site': 'cross-site' } })
    }
    expect(await added(['registry_errors_total'], act)).toEqual([
      'BAD_USER_INPUT 2',
      'FORBIDDEN 1',
      'LIMIT_EXCEEDED 1',
      'REFERENCE_NOT_FOUND 2',
    ])
  })

  test('count requests by route and class of status', async () => {
    const act = async () => {
      for (const path of ['/livez', '/readyz', '/schema.graphql', '/graphql?query={__typename}', '/nothing', '/none'])
        await (await fetch(new URL(path, registry.url))).text()
    }
    expect(await added(['registry_http_requests_total'], act)).toEqual([
      'graphql 2xx 1',
      'livez 2xx 1',
      'metrics 2xx 1',
      'other 4xx 2',
      'readyz 2xx 1',
      'schema 2xx 1',
    ])
  })

  test('have no label that a caller chooses', async () => {
    const headers = { 'x-registry-actor': 'chosen', 'x-registry-run': 'https://chosen', authorization: 'Bearer chosen' }
    await registry.query('query chosen { chosen: images(distr: "chosen") { nodes { name } } }', {}, headers)
    await registry.query('{ chosen(name: "a") { name } }', {}, headers)
    await registry.query('{ search(text: "chosen", templates: ["chosen"]) { nodes { field } } }', {}, headers)
    await registry.query('mutation chosen { upsertImage(input: {name: "chosen"}) { outcome } }', {}, headers)
    await (await fetch(new URL('/chosen', registry.url), { method: 'PUT', headers })).text()
    const text = await (await fetch(new URL('/metrics', registry.url))).text()
    expect(text).toContain('registry_http_requests_total{route="other",status="4xx"}')
    expect(text).not.toContain('chosen')
  })

  test('tell statements that are prepared from others', async () => {
    const ask = () => registry.data('{ roles(commit: "prepared") { totalCount } }')
    const act = async () => {
      for (let i = 0; i < 4; i++) await ask()
    }
    const found = await added(['registry_database_statements_total'], act)
    const counts: Readonly<Record<string, number>> = Object.fromEntries(
      found.map((line) => line.split(' ')).map(([form = '', count]) => [form, Number(count)]),
    )
    const { new: first = 0, prepared = 0, unprepared = 0 } = counts
    // Behind a pooler, none are. What runs in the background counts as well, and may have taken the connection meanwhile.
    if (inject('pgbouncer') !== 0) expect([first, prepared, unprepared >= 4]).toEqual([0, 0, true])
    else expect([first >= 1, prepared >= 1, first + prepared >= 4], found.join()).toEqual([true, true, true])
  })

  test('show the pool', async () => {
    const metrics = await scrape()
    const [all, idle, used] = ['', '_idle', '_in_use'].map((end) =>
      metrics.valueOf(`registry_database_connections${end}`),
    )
    expect(all).toBeGreaterThan(0)
    expect((idle ?? 0) + (used ?? 0)).toBe(all)
    expect(metrics.valueOf('registry_database_connections_limit')).toBe(10)
    expect(metrics.valueOf('registry_database_waiting')).toBe(0)
  })
})
