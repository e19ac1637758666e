import { hasCode } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import type { Metrics } from '../../metrics/create-metrics.ts'
import type { LabelsOf } from '../../metrics/metric-table.ts'
import {
  type Counted,
  compileChangeState,
  compileCountsAfter,
  compileEstimates,
} from '../../sql/gauges/compile-gauges.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { ServedTemplates } from '../changes/prepare-templates.ts'
import type { Task } from '../changes/tasks.ts'
import type { Run } from '../database.ts'

interface Unfinished {
  readonly task: Task
  readonly doneTo: string | null
}

/** What is told of the objects as a whole. */
export interface ObjectsWatch {
  readonly serve: (served: ServedTemplates) => void
}

/** Up to so many objects are counted; for more, PostgreSQL's statistics are good enough. */
const mostCounted = 1_000_000
/** The most templates that one statement counts. */
const largestGroup = 50
/** Counting rests so long at least, in milliseconds, and so many times as long as it took. */
const rest = { shortest: 60_000, times: 50 }

/**
 * Shows how many objects there are, and what changes of templates have left to do. A scrape waits for nothing: it shows what was found
 * last, and asks anew for the next one. So nothing is asked where nobody scrapes, but once when templates are served: the first scrape of
 * a healthy server must not look like an outage.
 */
export function watchObjects(run: Run, metrics: Metrics, logger: Pick<Logger, 'debug'>): ObjectsWatch {
  let served: ServedTemplates | undefined
  let isRunning = false
  let countedAt = Number.NEGATIVE_INFINITY
  let pause = 0
  metrics.set('generation', {}, 0)
  const look = () => {
    if (isRunning) return
    isRunning = true
    void refresh().finally(() => {
      isRunning = false
    })
  }
  metrics.onScrape(look)
  return {
    serve(next) {
      if (next.model !== served?.model) countedAt = Number.NEGATIVE_INFINITY
      served = next
      metrics.set('generation', {}, next.generation)
      look()
    },
  }

  async function refresh(): Promise<void> {
    try {
      const [row] = await run(compileChangeState())
      metrics.set('databaseUp', {}, 1)
      if (!served) return
      const { model, generation } = served
      metrics.set('generationsBehind', {}, Math.max(Number(row?.generation) - generation, 0))
      // What is counted of changes may end meanwhile; the objects are counted all the same.
      await showChanges((row?.tasks ?? []) as readonly Unfinished[], model).catch(note)
      if (performance.now() - countedAt >= pause) await showObjects(model)
    } catch (error) {
      note(error)
    }
  }

  function note(error: unknown): void {
    // The store logs an outage.
    if (hasCode(error, 'SERVICE_UNAVAILABLE')) metrics.set('databaseUp', {}, 0)
    else logger.debug({ err: error }, 'the objects could not be counted for the metrics')
  }

  async function showChanges(unfinished: readonly Unfinished[], { templates }: TemplateModel): Promise<void> {
    const found = new Map<string, { labels: LabelsOf<'changesUnfinished'>; tasks: number; objects: number }>()
    for (const { task, doneTo } of unfinished) {
      const { kind, from, stored } = task
      const template = templates.find((one) => one.stored === from || one.former?.stored === from)?.name ?? from
      const known = found.get(`${kind} ${template}`)
      const counted = { template: kind === 'rekey' ? from : stored, after: doneTo ?? '' }
      const [objects = 0] = kind === 'drop' || kind === 'past' ? [] : await count([counted])
      found.set(`${kind} ${template}`, {
        labels: { template, kind },
        tasks: (known?.tasks ?? 0) + 1,
        objects: (known?.objects ?? 0) + objects,
      })
    }
    metrics.clear('changesUnfinished')
    metrics.clear('changeObjectsRemaining')
    for (const { labels, tasks, objects } of found.values()) {
      metrics.set('changesUnfinished', labels, tasks)
      metrics.set('changeObjectsRemaining', labels, objects)
    }
  }

  async function showObjects({ templates }: TemplateModel): Promise<void> {
    const startedAt = performance.now()
    const rows = await run(compileEstimates(templates.map(({ stored }) => stored)))
    const estimates = new Map(rows.map(({ template, objects }) => [template, Number(objects)]))
    for (const { name, stored } of templates) {
      const estimate = estimates.get(stored) ?? 0
      if (estimate > mostCounted) metrics.set('objects', { template: name }, estimate)
    }
    for (const group of groupTemplates(templates, estimates)) {
      const counts = await count(group.map(({ stored }) => ({ template: stored, after: '' })))
      for (const [i, { name, stored }] of group.entries()) {
        const counted = counts[i] ?? 0
        // The statistics may be older than most of the objects.
        const objects = counted < mostCounted ? counted : Math.max(counted, estimates.get(stored) ?? 0)
        metrics.set('objects', { template: name }, objects)
      }
    }
    countedAt = performance.now()
    pause = Math.max(rest.shortest, rest.times * (countedAt - startedAt))
  }

  async function count(counted: readonly Counted[]): Promise<readonly number[]> {
    const rows = await run(compileCountsAfter(counted, mostCounted))
    return rows.map(({ objects }) => Number(objects))
  }
}

/**
 * Groups of templates that are counted by one statement: few statements, so that they take no prepared ones from requests, and none
 * that takes long. A template without a partition is left out, as one with more objects than are counted.
 */
function groupTemplates(
  templates: readonly Template[],
  estimates: ReadonlyMap<unknown, number>,
): readonly (readonly Template[])[] {
  const groups: Template[][] = []
  let objects = Number.POSITIVE_INFINITY
  for (const template of templates) {
    const estimate = estimates.get(template.stored)
    if (estimate === undefined || estimate > mostCounted) continue
    objects += Math.max(estimate, 0)
    const last = groups.at(-1)
    if (last && objects <= mostCounted && last.length < largestGroup) last.push(template)
    else {
      groups.push([template])
      objects = Math.max(estimate, 0)
    }
  }
  return groups
}
