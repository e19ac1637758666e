import { parseArgs } from 'node:util'
import { type ContenderName, contenders } from './contenders.ts'
import { type WorkloadName, workloads } from './workloads.ts'

export interface Options {
  readonly rounds: number
  readonly seconds: number
  readonly objects: number
  readonly connections: number
  readonly workloads: readonly WorkloadName[]
  readonly contenders: readonly ContenderName[]
  /** Writes a CPU profile of this contender into bench/profiles. */
  readonly profile: string | undefined
  /** Writes the results to bench/README.md and bench/results.svg. */
  readonly write: boolean
}

/** `npm run bench -- --rounds 2 --seconds 1 --workloads point,list --contenders raw,registry`; throws on anything else. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '4' },
      objects: { type: 'string', default: '100000' },
      connections: { type: 'string', default: '16' },
      workloads: { type: 'string', default: Object.keys(workloads).join() },
      contenders: { type: 'string', default: Object.keys(contenders).join() },
      profile: { type: 'string' },
      write: { type: 'boolean', default: false },
    },
  })
  return {
    rounds: parseNumber('rounds', values.rounds),
    seconds: parseNumber('seconds', values.seconds),
    objects: parseNumber('objects', values.objects),
    connections: parseNumber('connections', values.connections),
    workloads: parseNames('workloads', values.workloads, workloads),
    contenders: parseNames('contenders', values.contenders, contenders),
    profile: values.profile,
    write: values.write,
  }
}

function parseNumber(name: string, text: string): number {
  const number = Number(text)
  if (number > 0) return number
  throw new Error(`--${name} takes a number above 0, not ${text}`)
}

function parseNames<Name extends string>(name: string, text: string, table: Readonly<Record<Name, unknown>>): Name[] {
  return text.split(',').map((one) => {
    if (one in table) return one as Name
    throw new Error(`--${name} takes some of ${Object.keys(table).join(', ')}; there is no ${one}`)
  })
}
