import { assertNever } from '../../errors.ts'
import { compileCountExpired, compileCountSurplus, compileDaysAgo } from '../../sql/retention/compile-expire.ts'
import { compileCountOutgrown } from '../../sql/retention/compile-outgrown.ts'
import { storagesOf } from '../../template/changes/storages-of.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import type { Retain } from '../../template/retention/retention.ts'
import type { Run } from '../database.ts'

/** The objects that a rule is about to remove, or whose versions it is. */
export interface Removals {
  readonly objects: number
  /** The canonical keys of the first few. */
  readonly samples: readonly string[]
}

/** The objects of which the template's `history` removes versions. */
export async function findExpired(
  run: Run,
  template: Template,
  model: TemplateModel,
  mostSamples: number,
): Promise<Removals> {
  const storages = storagesOf(template, model)
  const { keptPast } = template
  switch (keptPast.kind) {
    case 'all':
      return { objects: 0, samples: [] }
    case 'none':
      return toRemovals(await run(compileCountExpired(storages, 'infinity', mostSamples)))
    case 'days': {
      const [until] = await run(compileDaysAgo(keptPast.days))
      return toRemovals(await run(compileCountExpired(storages, String(until?.time), mostSamples)))
    }
    case 'versions':
      return toRemovals(await run(compileCountSurplus(storages, keptPast.count, mostSamples)))
    default:
      return assertNever(keptPast)
  }
}

/** The objects that `retain` deletes; `kept` are as old, but others refer to them. */
export async function findOutgrown(
  run: Run,
  template: Template,
  retain: Retain,
  model: TemplateModel,
  mostSamples: number,
): Promise<Removals & { readonly kept: number }> {
  const rows = await run(compileCountOutgrown(template, retain, model, mostSamples))
  return { ...toRemovals(rows), kept: Number(rows[0]?.kept ?? 0) }
}

function toRemovals([row]: readonly Readonly<Record<string, unknown>>[]): Removals {
  return { objects: Number(row?.objects ?? 0), samples: (row?.samples ?? []) as readonly string[] }
}
