import { createIssueError } from '../errors.ts'
import { createLimitError } from '../limits.ts'
import type { Condition } from '../plan/condition.ts'
import type { Binding } from '../plan/open-value.ts'
import type { Author } from '../plan/plan.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import { allObjects } from '../plan/source.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import { compileCycleLock } from '../sql/writes/compile-cycle-lock.ts'
import {
  compileDelete,
  compileFindReferrer,
  compileLock,
  compileLockReferrers,
  compileUnset,
} from '../sql/writes/compile-delete.ts'
import type { UpsertStatements } from '../sql/writes/compile-upsert.ts'
import { ifVersionArgumentOf } from '../template/graphql-names.ts'
import { listReferrers, type Referrer } from '../template/list-referrers.ts'
import type { Template, TemplateModel } from '../template/model.ts'
import { describeKey } from '../template/object-key.ts'
import type { Database, Run } from './database.ts'
import { listDeleteCycles } from './delete-cycles.ts'

/** Deletes the object with that key and returns its former views, as JSON text; undefined if it does not exist. */
export async function deleteObject(
  database: Database,
  request: PlanRequest,
  given: {
    readonly template: Template
    readonly key: string
    readonly ifVersion: number | undefined
    readonly statements: UpsertStatements
    readonly binding: Binding
  },
): Promise<Readonly<Record<string, string>> | undefined> {
  const { template, key, ifVersion, statements, binding } = given
  const { model, author } = request
  const source = request.source(template)
  return database.transaction(async (run) => {
    await lockCycles(run, template, model)
    const [locked] = await run(compileLock(source, { kind: 'key', key }, 1))
    if (!locked) return undefined
    if (ifVersion !== undefined && locked.version !== ifVersion) {
      const argument = ifVersionArgumentOf(template)
      throw createIssueError({
        path: [argument],
        code: 'VERSION_CONFLICT',
        message: `${argument}: ${ifVersion} was given for the ${template.name} ${describeKey(key)}, but it is at version ${locked.version}; read it again before you retry.`,
      })
    }
    const [row] = await run(statements.show(source, [key], binding))
    const [only, ...others] = template.key
    const path = only && others.length === 0 ? [only.graphqlName] : []
    await deleteLocked(run, template, [key], model, author, path)
    return row?.views as Readonly<Record<string, string>> | undefined
  })
}

/** Deletes the matching objects, all or none, and returns their number (without those deleted by cascade). Throws LIMIT_EXCEEDED. */
export async function deleteObjects(
  database: Database,
  { model, limits, author, source, now, rights }: PlanRequest,
  template: Template,
  where: Condition,
): Promise<number> {
  return database.transaction(async (run) => {
    await lockCycles(run, template, model)
    const { deletes } = limits
    const locked = await run(
      bindStatement(compileLock(source(template), where, deletes + 1), { variables: {}, now, caller: rights.values }),
    )
    if (locked.length > deletes) throw createLimitError('deletes', deletes, undefined, { path: ['where'] })
    const keys = locked.map((row) => String(row.key))
    if (keys.length > 0) await deleteLocked(run, template, keys, model, author, ['where'])
    return keys.length
  })
}

async function lockCycles(run: Run, template: Template, model: TemplateModel): Promise<void> {
  for (const { stored } of listDeleteCycles(template, model)) await run(compileCycleLock(stored, 'alone'))
}

/**
 * Deletes locked objects, and applies the `onDelete` of each reference to them. A new referrer cannot be written in
 * between, because it must lock its target first.
 *
 * @param path the argument that says what to delete, for the issue of STILL_REFERENCED
 */
async function deleteLocked(
  run: Run,
  template: Template,
  keys: readonly string[],
  model: TemplateModel,
  author: Author,
  path: readonly string[],
): Promise<void> {
  const doomed = new Map<Template, Set<string>>([[template, new Set(keys)]])
  const open: { readonly template: Template; readonly keys: readonly string[] }[] = [{ template, keys }]
  const restricted: (Referrer & { readonly target: Template; readonly keys: readonly string[] })[] = []
  for (let next = open.shift(); next; next = open.shift()) {
    for (const { from, field, onDelete } of listReferrers(next.template, model)) {
      if (onDelete === 'restrict') {
        restricted.push({ from, field, onDelete, target: next.template, keys: next.keys })
        continue
      }
      const referrers = (await run(compileLockReferrers(allObjects(from), field, next.keys))).map((row) =>
        String(row.key),
      )
      if (referrers.length === 0) continue
      if (onDelete === 'unset') {
        await run(compileUnset(from.stored, field, next.keys, referrers, author))
        continue
      }
      const known = doomed.get(from) ?? new Set()
      doomed.set(from, known)
      const fresh = referrers.filter((key) => !known.has(key))
      for (const key of fresh) known.add(key)
      if (fresh.length > 0) open.push({ template: from, keys: fresh })
    }
  }
  for (const { from, field, target, keys: targets } of restricted) {
    const [referrer] = await run(compileFindReferrer(allObjects(from), field, targets, [...(doomed.get(from) ?? [])]))
    if (referrer) {
      throw createIssueError({
        path,
        code: 'STILL_REFERENCED',
        message: `The ${target.name} ${describeKey(String(referrer.target))} is still referred to by a ${from.name} (its ${field.name}); ${remedyFor(from, model)}`,
        template: from.name,
        field: field.name,
      })
    }
  }
  // Delete referrers before their targets.
  for (const [one, doomedKeys] of [...doomed].reverse()) await run(compileDelete(one.stored, [...doomedKeys], author))
}

function remedyFor(from: Template, model: TemplateModel): string {
  return model.byName.get(from.name) === from
    ? 'delete or change that first.'
    : `its template was removed: bring its file back, or delete its objects for good with "registry templates purge ${from.name}".`
}
