import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createCallerError } from '../../src/errors.ts'
import { createMetrics, type Metrics } from '../../src/metrics/create-metrics.ts'
import { watchObjects } from '../../src/store/metrics/watch-objects.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type ParsedMetrics, parseMetrics } from './parse-metrics.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry()
  await registry.data('mutation { upsertImages(input: [{name: "a"}, {name: "b"}, {name: "c"}]) { created } }')
})
afterAll(() => registry.close())

const logger = pino({ level: 'silent' })

function watch(run = registry.database.run): Metrics {
  const metrics = createMetrics('1.2.3')
  const { model, generation } = registry
  watchObjects(run, metrics, logger).serve({ model, generation })
  return metrics
}

/** Scrapes until what was asked of the database is there. */
async function scrapeUntil(metrics: Metrics, isThere: (found: ParsedMetrics) => boolean): Promise<ParsedMetrics> {
  for (;;) {
    const found = parseMetrics(await metrics.print())
    if (isThere(found)) return found
    await sleep(5)
  }
}

const hasObjects = (found: ParsedMetrics) =>
  found.samples.filter(({ name }) => name === 'registry_objects').length === 3

describe('in the background', () => {
  test('the objects are counted when templates are served, so that the first scrape shows no outage', async () => {
    let answered = 0
    const metrics = watch((statement) =>
      registry.database.run(statement).finally(() => {
        answered++
      }),
    )
    // The state, the estimates, the counts.
    while (answered < 3) await sleep(5)
    await sleep(50)
    const first = parseMetrics(await metrics.print())
    expect(first.valueOf('registry_database_up')).toBe(1)
    expect(first.valueOf('registry_objects', { template: 'image' })).toBe(3)
  }, 20_000)

  test('the objects of each template are counted, once in a while', async () => {
    const asked: string[] = []
    const metrics = watch((statement) => {
      asked.push(statement.text)
      return registry.database.run(statement)
    })
    const found = await scrapeUntil(metrics, hasObjects)
    expect(found.valueOf('registry_objects', { template: 'image' })).toBe(3)
    expect(found.valueOf('registry_objects', { template: 'role' })).toBe(0)
    expect(found.valueOf('registry_database_up')).toBe(1)
    expect(found.valueOf('registry_templates_generation')).toBe(1)
    // Each scrape asks what templates have left to do, and few count the objects.
    while (asked.filter((text) => text.includes('registry_work')).length < 4) {
      await metrics.print()
      await sleep(1)
    }
    expect(asked.filter((text) => text.includes('count(*)'))).toHaveLength(1)
  })

  test('a change of templates shows what it has left to do', async () => {
    const task = { kind: 'step', stored: 'image', from: 'image', isBlocking: false, versioned: [] }
    const insert = `insert into registry_work (generation, task, done_to, finished_at) values
      (1, $1, '["a"]', null), (1, $2, null, null), (1, $1, null, now())`
    await registry.sql(insert, [JSON.stringify(task), JSON.stringify({ ...task, kind: 'drop', from: 'gone' })])
    try {
      const found = await scrapeUntil(watch(), hasObjects)
      const shown = found.samples
        .filter(({ name }) => name.startsWith('registry_template_change'))
        .map(({ name, labels, value }) => `${name} ${labels['template']} ${labels['kind']} ${value}`)
      expect(shown).toEqual([
        'registry_template_changes_unfinished image step 1',
        'registry_template_changes_unfinished gone drop 1',
        'registry_template_change_objects_remaining image step 2',
        'registry_template_change_objects_remaining gone drop 0',
      ])
    } finally {
      await registry.sql('delete from registry_work')
    }
  })

  test('an older server is told how many generations it is behind', async () => {
    await registry.sql(`insert into registry_generation (generation, files, digest, model, entries, planned_at, applied_at)
      select 3, files, digest, model, entries, now(), now() from registry_generation where generation = 1`)
    try {
      const found = await scrapeUntil(watch(), hasObjects)
      expect(found.valueOf('registry_templates_generations_behind')).toBe(2)
    } finally {
      await registry.sql('delete from registry_generation where generation = 3')
    }
  })

  test('a database that is away is down, also before anything is served, and a scrape answers all the same', async () => {
    const metrics = createMetrics('1.2.3')
    const run = async () => {
      throw createCallerError('SERVICE_UNAVAILABLE', 'The database is not available.')
    }
    const watched = watchObjects(run, metrics, logger)
    const isDown = (found: ParsedMetrics) => found.valueOf('registry_database_up') === 0
    expect((await scrapeUntil(metrics, isDown)).valueOf('registry_templates_generation')).toBe(0)
    const { model, generation } = registry
    watched.serve({ model, generation })
    expect((await scrapeUntil(metrics, isDown)).valueOf('registry_templates_generation')).toBe(1)
  })
})
