import { longestWait, planAwaitedCount, planAwaitedMatrix } from '../../plan/live/plan-awaited.ts'
import { hasMatrix } from '../../plan/matrix/matrix-fields.ts'
import { allTypeNamesOf, giveWay, rootFieldNamesOf } from '../../template/graphql-names.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { matrixArgumentsOf } from '../define-matrix.ts'
import type { DynamicBuilder } from '../dynamic-builder.ts'
import type { InputField, OutputField } from '../lazy/type-definitions.ts'

/** The type that all templates share. */
export function defineAwaitedType(builder: DynamicBuilder, model: TemplateModel): void {
  if (model.templates.length === 0) return
  builder.object(awaitedType(model), { description: 'Whether enough objects match.' }, () => ({
    holds: { type: 'Boolean', description: 'Whether at least so many match as were waited for.' },
    count: { type: 'Int', description: 'How many match.' },
  }))
}

function awaitedType(model: TemplateModel): string {
  return giveWay('Awaited', 'type', model)
}

/** `awaitRoles` and `awaitRoleMatrix`: they answer as soon as what they wait for holds. */
export function awaitingQueries(template: Template, model: TemplateModel): Record<string, OutputField> {
  const { awaitMany, awaitMatrix } = rootFieldNamesOf(template).query
  const names = allTypeNamesOf(template)
  const { pluralName } = template
  return {
    [awaitMany]: {
      type: awaitedType(model),
      description: `Waits until enough ${pluralName} match.`,
      args: {
        where: { type: names.where, description: `Which ${pluralName} to wait for. Default: any.` },
        count: { type: 'Int', default: 1, description: 'How many at least.' },
        timeout: timeoutArgument,
      },
      action: {
        kind: 'read',
        plan: (args, field, request) => planAwaitedCount(template, args, field, request),
      },
    },
    ...(hasMatrix(template) && {
      [awaitMatrix]: {
        type: names.awaitedMatrix,
        description: `Waits until every cell of a matrix has passed. One without rows or without columns has not.`,
        args: { ...matrixArgumentsOf(template, model), timeout: timeoutArgument },
        action: { kind: 'read', plan: (args, field, request) => planAwaitedMatrix(template, args, field, request) },
      },
    }),
  }
}

const timeoutArgument: InputField = {
  type: 'Int',
  default: longestWait,
  description: `After how many seconds to answer in any case, with what is then; at most ${longestWait}. Ask again to wait longer.`,
}
