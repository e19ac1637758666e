import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { createMetrics } from '../../src/metrics/create-metrics.ts'
import { type MetricDefinition, metricTable } from '../../src/metrics/metric-table.ts'
import { parseMetrics } from '../metrics/parse-metrics.ts'
import { listBlocks } from './list-blocks.ts'

const text = readFileSync('docs/metrics.md', 'utf8')
const rows = text.split('\n').filter((line) => line.startsWith('| `registry_'))
const definitions: readonly MetricDefinition[] = Object.values(metricTable)

test('docs/metrics.md lists every metric with its type, labels and meaning, and no other', () => {
  expect(rows).toEqual(
    definitions.map(({ name, type, labels, help }) => {
      const named = labels.map((label) => `\`${label}\``).join(', ')
      return `| \`${name}\` | ${type} | ${named}${named && ' '}| ${help} |`
    }),
  )
})

test('docs/metrics.md names every metric of the process and of Node, and no other', async () => {
  const { families } = parseMetrics(await createMetrics('1.2.3').print())
  const own = new Set(definitions.map(({ name }) => name))
  const named = [...text.matchAll(/`((?:process|nodejs)_\w+)`/g)].map(([, name]) => name)
  expect(named).toEqual([...families.keys()].filter((name) => !own.has(name)))
})

test('its configuration of Prometheus is that of deploy/prometheus', () => {
  const shown = listBlocks(text).find(({ language }) => language === 'yaml')
  const { scrape_configs } = parse(readFileSync('deploy/prometheus/prometheus.yaml', 'utf8'))
  expect(parse(shown?.text ?? '')).toEqual({ scrape_configs })
})
