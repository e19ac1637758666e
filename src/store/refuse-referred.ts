import { createIssueError } from '../errors.ts'
import { bindingOf } from '../plan/plan-request.ts'
import { allObjects, type Source, seesAll } from '../plan/source.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import { compileFindReferrer } from '../sql/writes/compile-delete.ts'
import type { Field, Template, TemplateModel } from '../template/model.ts'
import { withArticle } from '../template/names/with-article.ts'
import { describeKey } from '../template/object-key.ts'
import type { Row, Run } from './database.ts'
import type { Deletion } from './rules/delete-rules.ts'
import { findSeen } from './rules/item-rules.ts'

/** Objects that are to be deleted, and a reference that keeps them. */
export interface Restricted {
  readonly from: Template
  readonly field: Field
  readonly target: Template
  readonly keys: readonly string[]
}

/**
 * Throws STILL_REFERENCED if an object that stays refers to one of these. It names the referrer only if the caller may read one, and a
 * target that goes by cascade only if the caller may read that.
 */
export async function refuseReferred(
  run: Run,
  { request, path }: Deletion,
  restricted: readonly Restricted[],
  doomed: ReadonlyMap<Template, ReadonlySet<string>>,
): Promise<void> {
  const { model } = request
  const code = 'STILL_REFERENCED'
  for (const { from, field, target, keys } of restricted) {
    const find = async (source: Source): Promise<Row | undefined> => {
      const statement = compileFindReferrer(source, field, keys, [...(doomed.get(from) ?? [])])
      return (await run(bindStatement(statement, bindingOf(request))))[0]
    }
    const source = request.sourceOrNone(from)
    const seen = await find(source)
    const referrer = seen ?? (seesAll(source) ? undefined : await find(allObjects(from)))
    if (!referrer) continue
    const key = String(referrer.target)
    const isNamed = (await findSeen(run, request, target, [key])).has(key)
    const subject = isNamed ? `The ${target.name} ${describeKey(key)}` : 'Something that this would delete as well'
    if (!seen) {
      const message = `${subject} is still referred to by something that you may not read; ask those who may to delete or change that first.`
      throw createIssueError({ path, code, message })
    }
    throw createIssueError({
      path,
      code,
      message: `${subject} is still referred to by ${withArticle(from.name)} (its ${field.name}); ${remedyFor(from, model)}`,
      template: from.name,
      field: field.name,
    })
  }
}

function remedyFor(from: Template, model: TemplateModel): string {
  return model.byName.get(from.name) === from
    ? 'delete or change that first.'
    : `its template was removed: bring its file back, or delete its objects for good with "registry templates purge ${from.name}".`
}
