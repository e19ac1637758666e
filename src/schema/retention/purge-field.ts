import { createInputError } from '../../errors.ts'
import { settle } from '../../plan/open-value.ts'
import { planKey } from '../../plan/plan-key.ts'
import { assertAdmin } from '../../plan/rights.ts'
import { rootFieldNamesOf } from '../../template/graphql-names.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { ownArgumentOf } from '../../template/names/argument-names.ts'
import { keyArgumentsOf } from '../define-template-types.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import { doerOf } from '../request-context.ts'
import { dryRun } from '../writes/dry-run-argument.ts'

/** The mutation `purgeRole(<key fields>, reason:)`, by its name. */
export function purgeField(template: Template, model: TemplateModel): Record<string, OutputField> {
  const reasonArgument = ownArgumentOf(template, 'reason')
  const dryRunArgument = ownArgumentOf(template, 'dryRun')
  return {
    [rootFieldNamesOf(template).mutation.purge]: {
      type: 'Boolean',
      description: `Deletes for good the ${template.name} with this key and everything that is kept of what it was, also if it has been deleted before; says whether there was anything. What refers to it is treated as in a delete. administrationLog keeps who did it, when and why. Needs admin where there are rules of access.`,
      args: {
        ...keyArgumentsOf(template, model),
        [reasonArgument]: {
          type: 'String',
          required: true,
          description: 'Why; it is kept, so it must not name what has to go.',
        },
        [dryRunArgument]: dryRun,
      },
      action: {
        kind: 'load',
        run(context, args) {
          const { request, administration } = context
          assertAdmin(request.rights)
          const key = String(settle(planKey(template, args, request)))
          const reason = String(args[reasonArgument])
          if (reason.trim() === '') {
            const message = `${reasonArgument} is empty; say why this has to go, for those who read administrationLog`
            throw createInputError([{ path: [reasonArgument], code: 'EMPTY', message }])
          }
          return administration.purgeObject(request, {
            template,
            key,
            reason,
            by: doerOf(context),
            isDryRun: args[dryRunArgument] === true,
          })
        },
      },
    },
  }
}
