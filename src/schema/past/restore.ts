import { createInputError, type InputIssue } from '../../errors.ts'
import { settle } from '../../plan/open-value.ts'
import { versionSource } from '../../plan/past/plan-history.ts'
import { planRestoredInput } from '../../plan/past/plan-restore.ts'
import { planKey } from '../../plan/plan-key.ts'
import { planUpserts } from '../../plan/plan-upsert.ts'
import { findVersion } from '../../store/past/find-version.ts'
import type { Template } from '../../template/model.ts'
import { ownArgumentOf } from '../../template/names/argument-names.ts'
import type { RootAction } from '../root-action.ts'
import { writeOne } from '../write-fields.ts'

/** The object had another key then: an upsert of what it was would be one of another object. */
function anotherKey(argument: string, version: number): InputIssue {
  const message = `${argument}: in version ${version} the object had another key, under which it cannot be written again; write the fields that you need by an upsert`
  return { path: [argument], code: 'KEY', message }
}

/** `restoreRole(<key fields>, version:, ifVersion:, dryRun:)`: an upsert of what the version was. */
export function restoreOne(template: Template): RootAction {
  return {
    kind: 'write',
    verb: 'upsert',
    template,
    run: async (args, shown, context) => {
      const { database, request } = context
      const argument = (name: string) => ownArgumentOf(template, name)
      const { model, rights } = request
      if (!rights.granted('write', template)) throw rights.refuse('write', template)
      const plan = versionSource(request.source(template), model)
      const key = String(settle(planKey(template, args, request)))
      const version = Number(args[argument('version')])
      const found = await findVersion(database, plan, key, version, argument('version'), request)
      const path = [argument('version')]
      const { input, issues } = planRestoredInput(found.document, found.present, template, model, path)
      const ifVersion = args[argument('ifVersion')]
      const [planned] = await planUpserts(
        [{ input, path, overwrites: true }],
        template,
        request,
        typeof ifVersion === 'number' ? ifVersion : undefined,
      )
      if (!planned) throw new Error('one input gives one item')
      const unfit = planned.issues.filter((issue) => !planned.broken.has(issue))
      if (issues.length > 0) throw createInputError([...issues, ...unfit])
      if (planned.item && planned.item.key !== key) throw createInputError([anotherKey(argument('version'), version)])
      const isDryRun = args[argument('dryRun')] === true
      return writeOne({ template, request, planned: [planned], isDryRun, overwrites: true, ...shown }, context)
    },
  }
}
