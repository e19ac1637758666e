import { type Measurement, measure } from '../measure.ts'
import { printNumber, printTable } from '../print-table.ts'
import { type CaseName, cases } from './cases.ts'
import { type Setup, withTemplates } from './run-case.ts'
import { createWrites } from './traffic.ts'

const rounds = 5

/** The states that changes leave behind. */
const states = {
  none: 'no former forms',
  retype: 'a field with a former type',
  rekey: 'a former key, whose storage follows',
} as const satisfies Partial<Record<CaseName, string>>

export type StateName = keyof typeof states

/** Starts a server on each database, with unchanged templates, and writes to each in turns. */
export async function compareWrites(
  databases: ReadonlyMap<StateName, string>,
  setup: Omit<Setup, 'databaseUrl'>,
): Promise<string> {
  const sides = [...databases].map(([name, databaseUrl], i) => ({
    name,
    setup: { ...setup, databaseUrl, port: setup.port + i },
    nextWrite: createWrites(setup.objects, name),
    started: 0,
    measurements: [] as Measurement[],
  }))
  type Side = (typeof sides)[number]
  const startAll = async ([side, ...others]: readonly Side[], work: () => Promise<void>): Promise<void> => {
    if (!side) return work()
    const before = performance.now()
    await withTemplates(cases[side.name].files, side.setup, () => {
      side.started = (performance.now() - before) / 1_000
      return startAll(others, work)
    })
  }
  await startAll(sides, async () => {
    for (let round = -1; round < rounds; round++) {
      // Each goes first in every other round.
      for (const side of round % 2 === 0 ? sides : [...sides].reverse()) {
        const requests = Array.from({ length: 20_000 }, side.nextWrite)
        const load = { port: side.setup.port, requests, connections: 4, seconds: 3 }
        const measurement = await measure(load, setup.signal)
        // The first round fills the caches.
        if (round >= 0) side.measurements.push(measurement)
      }
    }
  })
  const rows = sides.map(({ name, started, measurements }) => {
    const [perSecond, p99] = (['perSecond', 'p99'] as const).map((what) =>
      medianOf(measurements.map((measurement) => measurement[what])),
    )
    return { name, started, perSecond: perSecond ?? 0, p99: p99 ?? 0 }
  })
  const [base] = rows
  return printTable([
    ['storage', 'start, unchanged', 'writes a second', 'ratio', 'p99, ms', 'ratio'],
    ...rows.map(({ name, started, perSecond, p99 }) => [
      states[name],
      `${printNumber(started)} s`,
      printNumber(perSecond),
      (perSecond / (base?.perSecond ?? 1)).toFixed(2),
      printNumber(p99),
      (p99 / (base?.p99 ?? 1)).toFixed(2),
    ]),
  ])
}

export function isState(name: string): name is StateName {
  return name in states
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
