import type { Path } from '../errors.ts'
import type { Field, Template } from '../template/model.ts'
import { referrerOf, templateOf } from '../template/template-of.ts'
import { allOf, always, type Condition, namedKeys, negate, type Related } from './condition.ts'
import { operatorsOf, refuseFilter } from './filter-input.ts'
import { planRelatedLatest } from './latest/plan-related-latest.ts'
import { planCount } from './plan-count.ts'
import type { PlanRequest, PlanWhere } from './plan-request.ts'

/** Plans a filter of the other side of a reference: of the objects that refer here, also by a list. */
export function planReferrersWhere(
  input: unknown,
  name: string,
  template: Template,
  request: PlanRequest,
  path: Path,
  planWhere: PlanWhere,
): Condition {
  const { from, field } = referrerOf(request.model, template, name)
  return planRelatedWhere(input, { side: 'referrers', source: request.source(from), field }, request, path, planWhere)
}

/** Plans a filter of the existing targets of a list of references. */
export function planTargetsWhere(
  input: unknown,
  field: Field,
  request: PlanRequest,
  path: Path,
  planWhere: PlanWhere,
): Condition {
  const target = templateOf(request.model, field.reference?.to)
  return planRelatedWhere(input, { side: 'targets', source: request.source(target), field }, request, path, planWhere)
}

/** `some`, `none` and `every` of them, the `latest`, and their `count`. */
function planRelatedWhere(
  input: unknown,
  related: Related,
  request: PlanRequest,
  path: Path,
  planWhere: PlanWhere,
): Condition {
  const entries = operatorsOf(input, request, path)
  const counted = entries.find(([name]) => name === 'where')
  if (counted && !entries.some(([name]) => name === 'count')) {
    const message = `where at ${path.join('.')} says what to count; add count, or write some, none or every instead`
    throw refuseFilter([...path, 'where'], message)
  }
  return allOf(
    entries.map(([name, value]): Condition => {
      if (name === 'where') return always
      if (name === 'latest')
        return planRelatedLatest(value, related, request, [...path, name], planWhere, (where) =>
          quantify('some', related, where),
        )
      if (name !== 'count') {
        const where = planWhere(value, related.source.template, request, [...path, name])
        return quantify(name as 'some' | 'none' | 'every', related, where)
      }
      const where = counted ? planWhere(counted[1], related.source.template, request, [...path, 'where']) : always
      return planCount(value, { ...related, where }, quantify('some', related, where), request, [...path, 'count'])
    }),
  )
}

function quantify(
  quantifier: 'some' | 'none' | 'every',
  { side, source, field }: Related,
  where: Condition,
): Condition {
  if (quantifier === 'every' && where.kind === 'always') return always
  if (side === 'referrers') return { kind: 'related', quantifier, from: source, field, where }
  if (quantifier === 'every') return negate({ kind: 'reference', field, target: source, where: negate(where) })
  // If the filter names keys, the index on the list finds the objects that list them.
  const keys = namedKeys(where)
  const some = allOf([
    keys ? { kind: 'refersToAny', field, keys } : always,
    { kind: 'reference', field, target: source, where },
  ])
  return quantifier === 'none' ? negate(some) : some
}
