import { rootFieldNamesOf, typeNamesOf } from '../../template/graphql-names.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { ownArgumentOf } from '../../template/names/argument-names.ts'
import { keyArgumentsOf } from '../define-template-types.ts'
import type { OutputField } from '../lazy/type-definitions.ts'
import { dryRun } from '../writes/dry-run-argument.ts'
import { restoreOne } from './restore.ts'

/** `restoreRole`. */
export function restoreField(template: Template, model: TemplateModel): Record<string, OutputField> {
  const argument = (name: string) => ownArgumentOf(template, name)
  return {
    [rootFieldNamesOf(template).mutation.restoreOne]: {
      type: typeNamesOf(template).upsertPayload,
      description: `Makes the ${template.name} with this key what it was in a version, also if it is gone: an upsert of all its fields, which makes a version of its own.`,
      args: {
        ...keyArgumentsOf(template, model),
        [argument('version')]: {
          type: 'Int',
          required: true,
          description: 'The number of the version, as in its history.',
        },
        [argument('ifVersion')]: {
          type: 'Int',
          description: 'Write only if the object is at this version now; 0: only if it does not exist.',
        },
        [argument('dryRun')]: dryRun,
      },
      action: restoreOne(template),
    },
  }
}
