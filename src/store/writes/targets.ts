import type { GraphQLError } from 'graphql'
import { createCallerError, createInputError, type InputIssue, type Path } from '../../errors.ts'
import type { ItemTarget, Targets } from '../../plan/plan.ts'
import type { PlanRequest } from '../../plan/plan-request.ts'
import { describeKey } from '../../template/object-key.ts'
import { templateOf } from '../../template/template-of.ts'

/** The targets by template. In the order of their names, so that few statements serve all items. */
export function groupTargets(targets: readonly ItemTarget[], { model, sourceOrNone }: PlanRequest): Targets[] {
  const keysOf = (list: readonly ItemTarget[]) => [...new Set(list.map((target) => target.key))]
  return [...new Set(targets.map((target) => target.to))].sort().map((to) => {
    const wanted = targets.filter((target) => target.to === to)
    const keys = keysOf(wanted.filter((target) => !target.ifCreated))
    const needed = new Set(keys)
    return {
      source: sourceOrNone(templateOf(model, to)),
      keys,
      keysIfCreated: keysOf(wanted.filter((target) => !needed.has(target.key))),
    }
  })
}

/**
 * The error of an item whose targets are missing; undefined if none is. Where the key of one breaks rules, they are what is wrong: it
 * could not be created either. `path` leads to the item.
 */
export function refuseMissing(missing: readonly ItemTarget[], path: Path): GraphQLError | undefined {
  if (missing.length === 0) return undefined
  const code = 'REFERENCE_NOT_FOUND'
  const issues = missing.flatMap(
    ({ path: ownPath, place, name, to, key, broken }): readonly InputIssue[] =>
      broken ?? [
        {
          path: ownPath ?? [...path, ...place],
          code,
          message: `${name}: there is no ${to} ${describeKey(key)}; create it first, or correct the name.`,
          template: to,
          key,
        },
      ],
  )
  if (missing.some(({ broken }) => broken)) return createInputError(issues)
  return createCallerError(code, issues.map(({ message }) => message).join('\n'), { issues })
}

/** The name of a template has no space, so that each template and key give a unique text. */
export function targetId(template: string, key: string): string {
  return `${template} ${key}`
}
