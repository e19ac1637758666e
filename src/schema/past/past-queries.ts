import { planDiffRead, planHistoryRead } from '../../plan/past/plan-past-read.ts'
import { pageSizes } from '../../plan/plan-page.ts'
import { rootFieldNamesOf, typeNamesOf } from '../../template/graphql-names.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { ownArgumentOf } from '../../template/names/argument-names.ts'
import { pastTypeNamesOf } from '../../template/names/past-type-names.ts'
import { keyArgumentsOf } from '../define-template-types.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import { pastPageArguments } from './define-history.ts'

/** `roleHistory` and `rolesDiff`. */
export function pastQueries(template: Template, model: TemplateModel): Record<string, OutputField> {
  const { history, diffMany } = rootFieldNamesOf(template).query
  const types = pastTypeNamesOf(template, model)
  return {
    [history]: {
      type: types.history,
      description: `The versions of all ${template.pluralName} that have had this key, also of those that are gone; the newest first.`,
      args: {
        ...keyArgumentsOf(template, model),
        [ownArgumentOf(template, 'first')]: pastPageArguments.first,
        [ownArgumentOf(template, 'after')]: pastPageArguments.after,
      },
      action: {
        kind: 'read',
        plan: (args, field, request) => planHistoryRead(template, args, field, request),
      },
    },
    [diffMany]: {
      type: types.diff,
      description: `The ${template.pluralName} that are not the same at two times. It takes as long as there are changes in between.`,
      args: {
        from: { type: 'DateTime', required: true, description: 'The earlier time.' },
        to: { type: 'DateTime', description: 'The later time. Default: now.' },
        where: {
          type: typeNamesOf(template).where,
          description: 'Only objects that match at one of the two times.',
        },
        ...pastPageArguments,
        first: { ...pastPageArguments.first, default: pageSizes.root },
      },
      action: { kind: 'read', plan: (args, field, request) => planDiffRead(template, args, field, request) },
    },
  }
}
