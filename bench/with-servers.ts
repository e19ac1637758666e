import { type ContenderName, contenders } from './contenders.ts'
import { loadData } from './load-data.ts'
import { type DatabaseServer, withClient } from './open-database-server.ts'
import { type RunningServer, startServer } from './start-server.ts'
import type { Dialect } from './workloads.ts'

/** A running contender. */
export interface Side {
  readonly name: ContenderName
  readonly dialect: Dialect
  readonly port: number
}

interface Setup {
  readonly postgres: DatabaseServer
  readonly contenders: readonly ContenderName[]
  readonly objects: number
  readonly withRoles: boolean
  /** The port of the first contender; the others use the next ports. */
  readonly port: number
  readonly profile: string | undefined
  readonly signal: AbortSignal
}

/** Fills a database, starts the contenders on it, runs the work, and then stops and removes everything. */
export async function withServers<Result>(
  setup: Setup,
  work: (sides: readonly Side[]) => Promise<Result>,
): Promise<Result> {
  const { postgres, objects, port, signal } = setup
  const database = `registry_bench_${objects}`
  const databaseUrl = await postgres.create(database)
  const servers: RunningServer[] = []
  try {
    // The registry creates its own storage before it is filled.
    const registry = await startServer(contenders.registry, { port, databaseUrl })
    await registry.stop()
    await withClient(databaseUrl, (client) => loadData(client, objects, setup.withRoles))
    const sides: Side[] = []
    for (const [i, name] of setup.contenders.entries()) {
      signal.throwIfAborted()
      const nodeArguments = name === setup.profile ? profiling : []
      servers.push(await startServer(contenders[name], { port: port + i, databaseUrl, nodeArguments }))
      sides.push({ name, dialect: contenders[name].dialect, port: port + i })
    }
    return await work(sides)
  } finally {
    await Promise.all(servers.map((server) => server.stop()))
    await postgres.drop(database)
  }
}

const profiling = ['--cpu-prof', '--cpu-prof-dir=bench/profiles', '--cpu-prof-interval=500']
