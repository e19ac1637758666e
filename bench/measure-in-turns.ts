import { buildRequest, printRequest } from './build-request.ts'
import { type Measurement, measure } from './measure.ts'
import type { Side } from './with-servers.ts'
import type { Workload } from './workloads.ts'

/** A contender with its requests. */
export interface Turn extends Side {
  readonly requests: readonly Buffer[]
}

/** Requests with other variables each time, so that no contender answers from a cache. */
export function prepareTurn(name: string, workload: Workload, side: Side, objects: number): Turn {
  const requests = Array.from({ length: 2_000 }, () => {
    const request = buildRequest(name, workload, side.dialect, workload.variables(objects))
    if (!request) throw new Error(`${side.name} has no request for ${name}`)
    return printRequest(request)
  })
  return { ...side, requests }
}

/** One measurement of each per round, in the order of `turns`: each is warmed up, then they take turns. */
export async function measureInTurns(
  turns: readonly Turn[],
  options: { readonly rounds: number; readonly seconds: number; readonly connections: number },
  signal: AbortSignal,
): Promise<readonly (readonly Measurement[])[]> {
  const { rounds, seconds, connections } = options
  const measurements = turns.map((): Measurement[] => [])
  const order = [...turns.keys()]
  for (const turn of turns) await measure({ ...turn, connections, seconds: Math.min(2, seconds) }, signal)
  for (let round = 0; round < rounds; round++) {
    // The order alternates, so that each comes after another contender in every other round.
    for (const i of round % 2 === 0 ? order : [...order].reverse()) {
      const turn = turns[i]
      if (turn) measurements[i]?.push(await measure({ ...turn, connections, seconds }, signal))
    }
  }
  return measurements
}
