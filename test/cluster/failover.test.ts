import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { ask, startProcess, stopProcesses } from '../app/start-process.ts'
import { type PatroniCluster, startPatroni, type Victim } from './start-patroni.ts'

const failovers = Number(process.env['FAILOVERS'] ?? 10)

let cluster: PatroniCluster
beforeAll(async () => {
  cluster = await startPatroni()
  await cluster.whenWhole()
})
afterEach(stopProcesses)
afterAll(() => cluster?.stop())

/** Writers that each raise the value of their own objects, and remember what was acknowledged. */
function startWriters(url: string, prefix: string) {
  const acknowledged = new Map<string, number>()
  const listeners = new Set<(began: number) => void>()
  const times: number[] = []
  let failed = 0
  let isOver = false
  const writers = Array.from({ length: 8 }, async (_, writer) => {
    for (let i = 0; !isOver; i++) {
      // Each object is written three times.
      const name = `${prefix}-${writer}-${Math.floor(i / 3)}`
      const began = performance.now()
      try {
        await ask(url, 'mutation ($input: ImageInput!) { upsertImage(input: $input) { outcome } }', {
          input: { name, version: String(i) },
        })
        acknowledged.set(name, i)
        times.push(performance.now())
        for (const listener of listeners) listener(began)
      } catch {
        failed++
      }
      await sleep(20)
    }
  })
  return {
    acknowledged,
    failures: () => failed,
    /** Resolves when a write is acknowledged that began later than now. */
    untilWritten(): Promise<void> {
      const now = performance.now()
      return new Promise((resolve) => {
        const listener = (began: number) => {
          if (began < now) return
          listeners.delete(listener)
          resolve()
        }
        listeners.add(listener)
      })
    },
    /** The longest time without an acknowledged write since then, in milliseconds. */
    longestPause(since: number): number {
      const after = times.filter((time) => time >= since)
      return Math.max(...after.map((time, i) => time - (after[i - 1] ?? since)))
    },
    async stop() {
      isOver = true
      await Promise.all(writers)
    },
  }
}

/** The acknowledged writes that are not there: the object is missing, or has the value of an earlier write. */
async function findLost(url: string, acknowledged: ReadonlyMap<string, number>): Promise<readonly string[]> {
  const stored = new Map<string, number>()
  for (let after: string | null = null, isMore = true; isMore; ) {
    const page: {
      images: { nodes: { name: string; version: string }[]; pageInfo: { endCursor: string; hasNextPage: boolean } }
    } = await ask(
      url,
      'query ($after: String) { images(first: 1000, after: $after) { nodes { name version } pageInfo { endCursor hasNextPage } } }',
      { after },
    )
    for (const { name, version } of page.images.nodes) stored.set(name, Number(version))
    after = page.images.pageInfo.endCursor
    isMore = page.images.pageInfo.hasNextPage
  }
  return [...acknowledged].filter(([name, value]) => (stored.get(name) ?? -1) < value).map(([name]) => name)
}

test.each<[by: string, hosts: () => string, victims: readonly Victim[]]>([
  ['HAProxy', () => `127.0.0.1:${cluster.proxyPort}`, ['postgres', 'both', 'patroni']],
  // Without a proxy or a watchdog, nothing keeps the registry from a leader whose Patroni is gone.
  [
    'several hosts in DATABASE_URL',
    () => cluster.ports.map((port) => `127.0.0.1:${port}`).join(),
    ['postgres', 'both'],
  ],
])(
  `through %s, ${failovers} failovers lose no acknowledged write, and each is over in 10 s`,
  async (by, hosts, victims) => {
    const registry = startProcess({ DATABASE_URL: `postgresql://postgres@${hosts()}/postgres` })
    const url = await registry.ready()
    const writers = startWriters(url, by.slice(0, 1))
    const recoveries: number[] = []
    for (let i = 0; i < failovers; i++) {
      await writers.untilWritten()
      const killed = performance.now()
      await cluster.killLeader(victims[i % victims.length] ?? 'both')
      await writers.untilWritten()
      recoveries.push(writers.longestPause(killed))
      cluster.repair()
      await cluster.whenWhole()
    }
    await writers.stop()
    const seconds = recoveries.map((time) => (time / 1000).toFixed(1)).join(' ')
    process.stdout.write(
      `${by}: ${writers.acknowledged.size} objects, ${writers.failures()} requests refused, recovered after ${seconds} s\n`,
    )
    expect(await findLost(url, writers.acknowledged)).toEqual([])
    expect(Math.max(...recoveries)).toBeLessThan(10_000)
  },
)
