import { GraphQLError } from 'graphql'
import type { PlanRequest } from '../../plan/plan-request.ts'
import {
  compileLastChange,
  compileLockUntouched,
  compileOutgrown,
  compileStillOutgrown,
} from '../../sql/retention/compile-outgrown.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Retain } from '../../template/retention/retention.ts'
import type { Row, Run } from '../database.ts'
import { deleteFound } from '../delete-objects.ts'
import type { DoBatch } from './expire-history.ts'

/** What is remembered of a template from one round to the next. */
export interface LookBefore {
  /** When an object had last got another version. */
  readonly changed: unknown
  /** Whether nothing was left to be deleted. */
  readonly isDone: boolean
}

interface Outgrown {
  readonly key: string
  readonly touched: string
  readonly place_of_group: string
}

type Look = readonly (
  | (Outgrown & { readonly kind: 'OUTGROWN' | 'RETAINED' })
  | { readonly key: null; readonly kind: 'KEPT' }
)[]

/** What a look has found, and the keys of what stays of each group. */
interface Found {
  readonly outgrown: readonly Outgrown[]
  readonly retained: ReadonlyMap<string, readonly string[]>
}

/** As many as one look finds. */
const page = 10_000
const batch = 1_000

/**
 * Deletes the objects that the template does not retain, as any delete does, by the actor of `request`. `look` finds them: it may read all
 * objects, so it must run without a time limit.
 */
export async function deleteOutgrown(given: {
  readonly template: Template
  readonly retain: Retain
  readonly model: TemplateModel
  readonly request: () => PlanRequest
  readonly run: Run
  readonly look: Run
  readonly doBatch: DoBatch
  readonly before: LookBefore | undefined
}): Promise<LookBefore & { readonly objects: number }> {
  const { template, retain, model, run, look, before } = given
  const [last] = await run(compileLastChange(template))
  const changed = last?.changed
  // Days pass by themselves; of the last few, there are more only if somebody has written.
  if (retain.kind === 'last' && before?.isDone && before.changed === changed)
    return { changed, isDone: true, objects: 0 }
  let objects = 0
  let isDone = true
  for (let after = ''; ; ) {
    const rows = (await look(compileOutgrown(template, retain, model, after, page))) as unknown as Look
    const { outgrown, retained } = readLook(rows)
    if (rows.some(({ kind }) => kind === 'KEPT')) isDone = false
    for (let i = 0; i < outgrown.length; i += batch) {
      const some = outgrown.slice(i, i + batch)
      const deleted = await deleteBatch({ outgrown: some, retained }, given)
      if (deleted === undefined) return { changed, isDone: false, objects }
      // What somebody works on, or refers to after all, may go later.
      if (deleted < some.length) isDone = false
      objects += deleted
    }
    if (outgrown.length < page) return { changed, isDone, objects }
    after = outgrown.at(-1)?.key ?? ''
  }
}

function readLook(rows: Look): Found {
  const outgrown: Outgrown[] = []
  const retained = new Map<string, string[]>()
  for (const row of rows) {
    if (row.kind === 'KEPT') continue
    if (row.kind === 'OUTGROWN') outgrown.push(row)
    else {
      const group = retained.get(row.place_of_group) ?? []
      group.push(row.key)
      retained.set(row.place_of_group, group)
    }
  }
  return { outgrown, retained }
}

/** Deletes these objects, but for those that others need after all; undefined if it is no longer this server's to do. */
async function deleteBatch(
  { outgrown, retained }: Found,
  given: Parameters<typeof deleteOutgrown>[0],
): Promise<number | undefined> {
  const { template, request, doBatch } = given
  try {
    return await doBatch((run) =>
      deleteFound(run, request(), template, () => lockOutgrown(run, { outgrown, retained }, given)),
    )
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    const { code } = error.extensions
    // What goes by cascade may be referred to as well; or it is too much for one transaction.
    if (code !== 'STILL_REFERENCED' && code !== 'TIMEOUT') throw error
    if (outgrown.length === 1) return 0
    const half = Math.ceil(outgrown.length / 2)
    const first = await deleteBatch({ outgrown: outgrown.slice(0, half), retained }, given)
    const second =
      first === undefined ? undefined : await deleteBatch({ outgrown: outgrown.slice(half), retained }, given)
    return first === undefined || second === undefined ? undefined : first + second
  }
}

/** Locks those that are still outgrown. Since the look, what stayed of their groups may have been deleted, or be of another group. */
async function lockOutgrown(
  run: Run,
  { outgrown, retained }: Found,
  { template, retain }: Parameters<typeof deleteOutgrown>[0],
): Promise<readonly string[]> {
  const toKeys = (rows: readonly Row[]) => rows.map(({ key }) => String(key))
  const locked = toKeys(await run(compileLockUntouched(template, outgrown)))
  if (retain.kind !== 'last' || locked.length === 0) return locked
  const groups = new Set(outgrown.map((one) => one.place_of_group))
  const latest = [...groups].flatMap((group) => retained.get(group) ?? [])
  return toKeys(await run(compileStillOutgrown(template, retain, locked, latest)))
}
