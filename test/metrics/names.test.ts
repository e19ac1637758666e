import { expect, test } from 'vitest'
import { createMetrics } from '../../src/metrics/create-metrics.ts'
import { type MetricDefinition, metricTable } from '../../src/metrics/metric-table.ts'
import { parseMetrics } from './parse-metrics.ts'
import { findProblems } from './rules-of-promtool.ts'

const definitions: readonly MetricDefinition[] = Object.values(metricTable)

test('promtool would find nothing wrong', async () => {
  const metrics = createMetrics('1.2.3')
  metrics.observe('fieldDuration', { template: '', kind: 'other' }, 0.1)
  metrics.observe('requestDuration', { route: 'graphql' }, 0.1)
  metrics.count('requests', { route: 'graphql', status: '2xx' })
  expect(findProblems(parseMetrics(await metrics.print()))).toEqual([])
})

test('what promtool finds wrong is found here, too', () => {
  const text = `# HELP registry_things_total Things.
# TYPE registry_things_total gauge
registry_things_total{theKind="a"} 1
# HELP registry_wait_milliseconds Wait.
# TYPE registry_wait_milliseconds gauge
registry_wait_milliseconds 1
# TYPE registry_gauge_count counter
registry_gauge_count{le="1"} 1
`
  expect(findProblems(parseMetrics(text))).toEqual([
    'registry_things_total is no counter, and may not end with _total',
    'registry_things_total has labels in camelCase',
    'registry_wait_milliseconds has a unit that is no base unit',
    'registry_gauge_count has no help text',
    'registry_gauge_count is a counter, and must end with _total',
    'registry_gauge_count ends as samples of histograms do',
    'registry_gauge_count has the label le',
    'registry_gauge_count has its type in its name',
  ])
})

test('names begin with registry_, process_ or nodejs_, and no two metrics share one', async () => {
  const { families } = parseMetrics(await createMetrics('1.2.3').print())
  expect([...families.keys()].filter((name) => !/^(registry|process|nodejs)_/.test(name))).toEqual([])
  expect(new Set(definitions.map(({ name }) => name)).size).toBe(definitions.length)
  expect([...families.keys()]).toEqual(expect.arrayContaining(definitions.map(({ name }) => name)))
})
