import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { Limits } from '../../limits.ts'
import type { Database, Run } from '../database.ts'
import type { PreparingOptions } from '../prepared-statements.ts'
import type { AnswerBudget } from '../watch-answer.ts'
import { createReplica, type Replica } from './create-replica.ts'
import { type Position, parsePositions, printPosition, unknownPosition } from './position.ts'
import { createPrimaryLog } from './primary-log.ts'
import { hasReplayed } from './replayed.ts'
import { createReplicaWatch, type ReplicaWatch, type WatchTimes } from './watch-replica.ts'

/** The standbys that share the reads of a primary. */
export interface Replicas {
  /** Like `primary.openReads`. The replicas answer what they can, and the primary the rest. */
  readonly openReads: (primary: Database, brought: string | undefined) => Run
  /** The position of all that has been written so far, as text. Never rejects. */
  readonly position: () => Promise<string>
  /** From now on, replicas answer reads only once they have replayed all that the primary has now: other templates are served. */
  readonly raiseFloor: () => void
  /** The addresses of those that may answer reads now. */
  readonly listUsed: () => readonly string[]
  readonly close: () => Promise<void>
}

/** How long a read waits for a replica to come to what it must see, in milliseconds; and how long after a vain wait none does so. */
const longestWait = 50
const pauseOfWaits = 5
const afterVainWait = 1_000

/** `locate` finds out where the primary's log ends. Nothing is asked before the first `raiseFloor`. */
export function createReplicas(options: {
  readonly urls: readonly string[]
  readonly locate: () => Promise<Position>
  readonly limits: Pick<Limits, 'statementMilliseconds' | 'answerBytes'>
  readonly connections: number
  readonly preparing: PreparingOptions
  readonly times: WatchTimes
  readonly logger: Logger
}): Replicas {
  const { urls, locate, limits, connections, preparing, times, logger } = options
  const primaryLog = createPrimaryLog(locate, 2 * times.longestLag)
  const members = urls.map((url) => openMember(url))
  let turn = 0
  let mayWaitFrom = Number.NEGATIVE_INFINITY

  return {
    openReads(primary, brought) {
      const runOnPrimary = primary.openReads()
      const positions = brought === undefined ? [] : parsePositions(brought)
      if (!positions) return runOnPrimary
      const budget: AnswerBudget = { allowed: limits.answerBytes, left: limits.answerBytes }
      let order: readonly Member[] | undefined
      let waitsUntil: number | undefined
      return async (statement) => {
        order ??= choose(positions)
        while (order.length > 0) {
          const floor = primaryLog.floor()
          if (!floor) break
          for (const member of order) {
            const answer = await member.replica.read(statement, [floor, ...positions], budget)
            if (answer === 'away') order = order.filter((one) => one !== member)
            else if (answer !== 'late') {
              member.watch.noteAnswer()
              return answer
            }
          }
          const now = performance.now()
          if (positions.length === 0 || now < mayWaitFrom) break
          waitsUntil ??= now + longestWait
          if (now >= waitsUntil) {
            mayWaitFrom = now + afterVainWait
            break
          }
          await sleep(pauseOfWaits)
        }
        // What follows in the same request is not older.
        order = []
        return runOnPrimary(statement)
      }
    },
    position: () => locate().then(printPosition, () => unknownPosition),
    raiseFloor() {
      primaryLog.raiseFloor()
      for (const { watch } of members) watch.look()
    },
    listUsed() {
      const floor = primaryLog.floor()
      const used = floor ? members.filter((member) => isUsed(member) && !lacks(member, [floor])) : []
      return used.map(({ replica }) => replica.name)
    },
    async close() {
      await Promise.all(members.map(({ watch }) => watch.stop()))
      await Promise.all(members.map(({ replica }) => replica.close()))
    },
  }

  /** Those that may be asked, in the order in which they are: first those that are known to have it, and those that have less to do. */
  function choose(positions: readonly Position[]): Member[] {
    const used = members.filter(isUsed)
    const first = turn++ % Math.max(used.length, 1)
    return [...used.slice(first), ...used.slice(0, first)].sort(
      (a, b) => Number(lacks(a, positions)) - Number(lacks(b, positions)) || a.replica.running() - b.replica.running(),
    )
  }

  function openMember(url: string): Member {
    const replica: Replica = createReplica({
      ...{ url, limits, connections, preparing, logger },
      longestLook: times.longestLook,
      noteFailure: (error) => watch.noteFailure(error),
    })
    const watch = createReplicaWatch({ replica, primaryLog, times, logger })
    return { replica, watch }
  }
}

interface Member {
  readonly replica: Replica
  readonly watch: ReplicaWatch
}

function isUsed({ watch }: Member): boolean {
  return watch.isUsed()
}

/** Whether it is not known to have replayed these. */
function lacks({ replica }: Member, positions: readonly Position[]): boolean {
  const known = replica.known()
  return !known || !hasReplayed(known, positions)
}

/** The same database, whose reads replicas may answer. */
export function withReplicas(primary: Database, replicas: Replicas): Database {
  return {
    ...primary,
    openReads: (position) => replicas.openReads(primary, position),
    position: replicas.position,
    async close() {
      await replicas.close()
      await primary.close()
    },
  }
}
