import type { Field, Template } from '../template/model.ts'
import { templateOf } from '../template/template-of.ts'
import { allOf, always, type Condition, namedKeys, negate, type RelatedCount } from './condition.ts'
import { operatorsOf, type Path, refuseFilter } from './filter-input.ts'
import type { LimitedModel } from './limited-model.ts'
import { planCount } from './plan-count.ts'
import { planWhere } from './plan-where.ts'

/** The other side of a reference: the objects that refer here, if by a list. */
export function planReferrersWhere(
  input: unknown,
  name: string,
  template: Template,
  model: LimitedModel,
  path: Path,
): Condition {
  const reverse = template.reverseFields.find((one) => one.name === name)
  const from = templateOf(model, reverse?.from)
  const field = from.fieldByName.get(reverse?.field ?? '')
  if (!field) throw new Error(`no field "${reverse?.field}" in "${from.name}"`)
  return planRelatedWhere(input, { side: 'referrers', template: from, field }, model, path)
}

/** The targets of a list of references that are there. */
export function planTargetsWhere(input: unknown, field: Field, model: LimitedModel, path: Path): Condition {
  const target = templateOf(model, field.reference?.to)
  return planRelatedWhere(input, { side: 'targets', template: target, field }, model, path)
}

type Related = Pick<RelatedCount, 'side' | 'template' | 'field'>

/** `some`, `none` and `every` of them, and their `count`. */
function planRelatedWhere(input: unknown, related: Related, model: LimitedModel, path: Path): Condition {
  const entries = operatorsOf(input, path)
  const counted = entries.find(([name]) => name === 'where')
  if (counted && !entries.some(([name]) => name === 'count')) {
    const message = `where at ${path.join('.')} says what to count; give count beside it, or write some, none or every instead`
    throw refuseFilter([...path, 'where'], message)
  }
  return allOf(
    entries.map(([name, value]): Condition => {
      if (name === 'where') return always
      if (name !== 'count') {
        const where = planWhere(value, related.template, model, [...path, name])
        return quantify(name as 'some' | 'none' | 'every', related, where)
      }
      const where = counted ? planWhere(counted[1], related.template, model, [...path, 'where']) : always
      return planCount(value, { ...related, where }, quantify('some', related, where), model, [...path, 'count'])
    }),
  )
}

function quantify(
  quantifier: 'some' | 'none' | 'every',
  { side, template, field }: Related,
  where: Condition,
): Condition {
  if (quantifier === 'every' && where.kind === 'always') return always
  if (side === 'referrers') return { kind: 'related', quantifier, from: template, field, where }
  if (quantifier === 'every') return negate({ kind: 'reference', field, target: template, where: negate(where) })
  // Where the filter names its objects, the index on the list finds those that list them.
  const keys = namedKeys(where)
  const some = allOf([
    keys ? { kind: 'refersToAny', field, keys } : always,
    { kind: 'reference', field, target: template, where },
  ])
  return quantifier === 'none' ? negate(some) : some
}
