import { createInputError } from '../../errors.ts'
import { fieldEnumValueOf } from '../../template/graphql-names.ts'
import type { Template } from '../../template/model.ts'
import { whereLatestArgumentOf } from '../../template/names/argument-names.ts'
import type { PlanContext } from '../collect-selection.ts'
import { always, type Condition } from '../condition.ts'
import { groupFieldsOf } from '../group-fields.ts'
import { planWhere } from '../plan-where.ts'

/** Plans the argument `whereLatest` of a list. Throws BAD_USER_INPUT without `latestPer`, which says of what the latest objects are. */
export function planWhereLatest(
  args: Readonly<Record<string, unknown>>,
  template: Template,
  { request, path }: PlanContext,
): Condition {
  const name = whereLatestArgumentOf(template)
  const input = args[name]
  if (input === undefined) return always
  const where = planWhere(input, template, request, [...path, name])
  if (Array.isArray(args['latestPer'])) return where
  const [example] = groupFieldsOf(template)
  const message = `${name} needs latestPer, which says of what the latest objects are: add latestPer: [${example ? fieldEnumValueOf(example) : ''}], or use where`
  throw createInputError([{ path: [...path, name], code: 'GROUP', message }])
}
