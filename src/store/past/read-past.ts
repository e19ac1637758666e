import { setTimeout as sleep } from 'node:timers/promises'
import { createCallerError, createInputError } from '../../errors.ts'
import type { SoughtObject } from '../../plan/plan.ts'
import { compileExpired, compileOwners, compileSettled } from '../../sql/past/compile-past-limits.ts'
import type { Statement } from '../../sql/sql.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import type { Row, Run } from '../database.ts'

/** Reads what objects were, by `run`, which must run on the primary: only that knows which writes are running. */
export type ReadPast = (run: Run, statement: Statement, past: PastOf) => Promise<readonly Row[]>

export interface PastOf {
  /** A time in its stored form. */
  readonly at: string
  /** The argument that gave it. */
  readonly argument: string
  /** An earlier time that it is compared with, in its stored form. */
  readonly from?: string | undefined
  /** The templates that are read: their names by their stored names. */
  readonly templates: ReadonlyMap<string, string>
  /** Those of which no past is kept, by their stored names. */
  readonly unkept: ReadonlySet<string>
  /** The object of any template that is looked for. */
  readonly sought?: SoughtObject<string> | undefined
}

/** In milliseconds. */
const longestWait = 5_000
const pause = 10

/** The arguments of a read that compares two times. It needs a past. */
const comparing = new Set(['from', 'to'])

/**
 * Runs statements that read as of a time, each once no running write can change what was then. They throw BAD_USER_INPUT for a time that
 * has not come, or for two in the wrong order, AT_TOO_RECENT if a write takes too long, and HISTORY_EXPIRED if the past of one of the
 * templates is not known that far back.
 */
export function createReadPast(): ReadPast {
  let settledUntil = ''
  const waitUntilSettled = async (run: Run, { at, argument }: Pick<PastOf, 'at' | 'argument'>) => {
    const time = inMicroseconds(at)
    for (const endsAt = performance.now() + longestWait; time > settledUntil; await sleep(pause)) {
      const [row] = await run(compileSettled(at))
      const until = row?.until
      // Null: a writer was just beginning or ending, or its beginning cannot be seen.
      if (typeof until === 'string' && until > settledUntil) settledUntil = until
      if (row?.is_settled === true) return
      if (row?.is_future === true) throw createFutureError(argument, at)
      if (performance.now() > endsAt)
        throw createCallerError(
          'AT_TOO_RECENT',
          `A write that began before ${at} is still running, and could change what was then; ask again later, or for an earlier time.`,
        )
    }
  }
  return async (run, statement, { at, argument, from = at, templates, unkept, sought }) => {
    assertOrder(from, at, argument)
    await waitUntilSettled(run, { at, argument })
    const rows = await run(statement)
    // After the read: what was removed before it or meanwhile is missing in it.
    const read = [...templates.keys()]
    const expired = new Map((await run(compileExpired(from, read))).map((row) => [String(row.template), row.since]))
    const isGone = (stored: string) => unkept.has(stored) || expired.has(stored)
    if (!read.some(isGone)) return rows
    const decisive = sought ? await listDecisive(run, sought, read, isGone, rows[0]?.type) : read
    const gone = [...read.filter((stored) => unkept.has(stored)), ...expired.keys()].find((one) =>
      decisive.includes(one),
    )
    if (gone === undefined) return rows
    const name = templates.get(gone)
    const since = expired.get(gone)
    if (typeof since !== 'string')
      throw createCallerError(
        'HISTORY_EXPIRED',
        `Nothing is kept of what ${name} was (history: false)${comparing.has(argument) ? ', so there is nothing to compare' : `; leave out ${argument}`}.`,
      )
    throw createCallerError('HISTORY_EXPIRED', `The past of ${name} is known from ${since} on; ask for a later time.`)
  }
}

/**
 * The templates whose past must be known for the answer about an object of any template. If it was there, those that are read of it. If not,
 * the one of which it is, or has been. Of an object that nobody knows of, nothing can be said if the past of all templates has gone; else
 * it was none of theirs. Callers who may read only some objects of a template are told the same of the others as of those that never were.
 */
async function listDecisive(
  run: Run,
  { uuid, types, alternatives, open }: SoughtObject<string>,
  read: readonly string[],
  isGone: (stored: string) => boolean,
  type: unknown,
): Promise<readonly string[]> {
  if (typeof type === 'string') return read.filter((stored) => !alternatives.has(stored) || types.get(stored) === type)
  const owners = new Set((await run(compileOwners(uuid))).map(({ template }) => originOf(String(template))))
  const own = [...open].filter((stored) => owners.has(originOf(stored)))
  if (own.length > 0) return own
  const candidates = [...types.keys()]
  return candidates.every(isGone) ? candidates : candidates.filter((stored) => !open.has(stored))
}

/** Throws BAD_USER_INPUT for two times in the wrong order, or one that has not come by the clock of the database. */
export async function assertSpan(run: Run, from: string, to: string | undefined): Promise<void> {
  if (to !== undefined) assertOrder(from, to, 'to')
  const [argument, latest] = to === undefined ? ['from', from] : ['to', to]
  const [row] = await run(compileSettled(latest))
  if (row?.is_future === true) throw createFutureError(argument, latest)
}

function createFutureError(argument: string, time: string) {
  const message = `${argument}: ${JSON.stringify(time)} has not come yet; give a time in the past`
  return createInputError([{ path: [argument], code: 'FUTURE', message }])
}

function assertOrder(from: string, to: string, argument: string): void {
  if (inMicroseconds(from) <= inMicroseconds(to)) return
  const message = `from: ${JSON.stringify(from)} is later than ${argument}, ${JSON.stringify(to)}; give the earlier time first`
  throw createInputError([{ path: ['from'], code: 'ORDER', message }])
}

/** Stored forms with six decimals compare as texts; some have three. */
function inMicroseconds(time: string): string {
  return time.replace(/(?<=\.\d{3})Z$/, '000Z')
}
