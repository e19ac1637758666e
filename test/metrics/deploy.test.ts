import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { createMetrics } from '../../src/metrics/create-metrics.ts'
import { type MetricDefinition, metricTable } from '../../src/metrics/metric-table.ts'
import { parseMetrics } from './parse-metrics.ts'

/** The names of samples that `/metrics` can have. */
let exported: ReadonlySet<string>
beforeAll(async () => {
  const { families } = parseMetrics(await createMetrics('1.2.3').print())
  exported = new Set(
    [...families].flatMap(([name, { type }]) =>
      type === 'histogram' ? ['_bucket', '_sum', '_count'].map((end) => `${name}${end}`) : [name],
    ),
  )
})

/** The metrics that an expression of PromQL names: what is left without texts, labels, ranges and words of the language. */
function namesIn(expression: string): readonly string[] {
  const bare = expression
    .replace(/"[^"]*"/g, '')
    .replace(/\{[^}]*\}|\[[^\]]*\]|\b(by|without|on|ignoring)\s*\([^)]*\)/g, ' ')
  return [...bare.matchAll(/\b[a-z]\w*\b(?!\s*\()/g)].map(([name]) => name).filter((name) => !words.has(name))
}

const words = new Set(['sum', 'min', 'max', 'count', 'topk', 'and', 'or', 'unless', 'by', 'without', 'on'])

/** The labels that an expression compares or groups by. */
function labelsIn(expression: string): readonly string[] {
  const compared = [...expression.matchAll(/(\w+)(?:=~|!~|!=|=)"/g)].map(([, name]) => name as string)
  const grouped = [...expression.matchAll(/\b(?:by|without|on)\s*\(([^)]*)\)/g)].flatMap(([, names]) =>
    (names as string).split(',').map((name) => name.trim()),
  )
  return [...compared, ...grouped]
}

const definitions: readonly MetricDefinition[] = Object.values(metricTable)
/** Prometheus adds the first two. */
const labels = new Set(['job', 'instance', 'le', ...definitions.flatMap((definition) => definition.labels), 'kind'])

describe('the dashboard for Grafana', () => {
  interface Panel {
    readonly id: number
    readonly title: string
    readonly type: string
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
    readonly datasource?: unknown
    readonly targets?: readonly { readonly expr: string; readonly datasource: unknown }[]
  }
  const dashboard = JSON.parse(readFileSync('deploy/grafana/registry.json', 'utf8')) as {
    readonly panels: readonly Panel[]
    readonly templating: { readonly list: readonly { name: string; type: string; query: unknown }[] }
  }
  const { panels } = dashboard
  const expressions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))

  test('asks for metrics and labels that there are', () => {
    expect(expressions.length).toBeGreaterThan(30)
    expect(expressions.filter((expression) => namesIn(expression).length === 0)).toEqual([])
    expect(expressions.flatMap(namesIn).filter((name) => !exported.has(name))).toEqual([])
    expect(expressions.flatMap(labelsIn).filter((name) => !labels.has(name))).toEqual([])
  })

  test('shows each metric of the registry', () => {
    const shown = expressions.flatMap(namesIn)
    expect(definitions.map(({ name }) => name).filter((name) => !shown.some((one) => one.startsWith(name)))).toEqual([])
  })

  test('asks the data source that its reader has chosen, and has no two panels in one place', () => {
    expect(dashboard.templating.list.map(({ name, type }) => [name, type])).toEqual([
      ['datasource', 'datasource'],
      ['job', 'query'],
      ['instance', 'query'],
    ])
    const asked = panels.filter(({ type }) => type !== 'row')
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is Grafana's
    const chosen = { type: 'prometheus', uid: '${datasource}' }
    for (const { datasource, targets = [] } of asked)
      expect([datasource, ...targets.map((target) => target.datasource)]).toEqual([
        chosen,
        ...targets.map(() => chosen),
      ])
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
  })
})

describe('the alerts for Prometheus', () => {
  const { groups } = parse(readFileSync('deploy/prometheus/alerts.yaml', 'utf8')) as {
    groups: readonly { readonly rules: readonly Rule[] }[]
  }
  interface Rule {
    readonly alert: string
    readonly expr: string
    readonly labels: { readonly severity: string }
    readonly annotations: { readonly summary: string; readonly description: string }
  }
  const rules = groups.flatMap((group) => group.rules)

  test('ask for metrics and labels that there are', () => {
    expect(rules.length).toBeGreaterThan(10)
    // Prometheus makes `up` itself.
    expect(rules.flatMap(({ expr }) => namesIn(expr)).filter((name) => name !== 'up' && !exported.has(name))).toEqual(
      [],
    )
    expect(rules.flatMap(({ expr }) => labelsIn(expr)).filter((name) => !labels.has(name))).toEqual([])
  })

  test('say what is the matter and what to do', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length)
    for (const { labels: own, annotations } of rules) {
      expect(['critical', 'warning', 'info']).toContain(own.severity)
      for (const text of [annotations.summary, annotations.description]) expect(text).toMatch(/^[A-Zr][^]+\.$/)
    }
  })
})
