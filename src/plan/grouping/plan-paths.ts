import { createInputError, type Path } from '../../errors.ts'
import { assertWithinLimit } from '../../limits.ts'
import { hasOrder } from '../../template/field-types/has-order.ts'
import { type MetaFieldName, metaFields } from '../../template/meta-fields.ts'
import type { Field, Template } from '../../template/model.ts'
import { memberNamed } from '../../template/names/member-named.ts'
import { quote } from '../../template/quote.ts'
import { didYouMean, listNames } from '../../template/suggest.ts'
import { templateOf } from '../../template/template-of.ts'
import { parseFilterPath } from '../filter-value.ts'
import { settle } from '../open-value.ts'
import type { PlanRequest } from '../plan-request.ts'
import { type GroupPath, leadsThroughList, type PathStep, type PathValue } from './group-path.ts'

/** Plans the argument `paths`. Throws BAD_USER_INPUT for a path that leads to no value. */
export function planGroupPaths(
  input: unknown,
  template: Template,
  request: PlanRequest,
  path: Path,
): readonly GroupPath[] {
  const given = (settle(input) ?? []) as readonly (readonly string[])[]
  assertWithinLimit('groupPaths', given.length, request.limits, { path })
  const paths = given.map((names, i) => planPath(names, template, request, [...path, i]))
  const joins = paths.flatMap(({ steps }) => steps.filter(({ kind }) => kind === 'reference'))
  assertWithinLimit('orderJoins', joins.length, request.limits, { path })
  const second = paths.findIndex((one, i) => leadsThroughList(one) && paths.slice(0, i).some(leadsThroughList))
  if (second < 0) return paths
  throw refuse(
    [...path, second],
    `${print(given[second] ?? [])} leads through a list, as another path does; groups by the items of two lists would have all pairs of them, so give one such path`,
  )
}

interface Walk {
  readonly names: readonly string[]
  readonly request: PlanRequest
  readonly path: Path
}

function planPath(given: readonly string[], template: Template, request: PlanRequest, path: Path): GroupPath {
  if (given.length === 0)
    throw refuse(path, 'the path is empty; name a field, and what is inside it, such as ["image", "distr"]')
  return walkTemplate(template, 0, [], { names: parseFilterPath(given, request, path), request, path })
}

/** Goes on at a field of an object of a template. */
function walkTemplate(template: Template, index: number, steps: readonly PathStep[], walk: Walk): GroupPath {
  const { names, request, path } = walk
  const name = names[index] ?? ''
  if (name === '_meta') return { steps, value: planMetaValue(index + 1, walk) }
  const field = template.fieldByName.get(name)
  if (!field)
    throw refuseName(
      name,
      `field of ${template.name}`,
      template.fields.map((one) => one.graphqlName),
      { request, path: [...path, index] },
    )
  if (!field.reference)
    return walkField(field, { at: [field.attribute], ...(field.isFilling && { filling: field }) }, index, steps, walk)
  const target = templateOf(request.model, field.reference.to)
  if (index === names.length - 1) {
    const instead = field.list ? '' : `; to group by ${name} itself, write it in by`
    const example = suchAs(request, [...names, target.key[0]?.graphqlName ?? '_meta'])
    throw refuse(
      [...path, index],
      `${print(names)} ends at a reference; name a field of ${target.name}${example}${instead}`,
    )
  }
  return walkTemplate(target, index + 1, [...steps, { kind: 'reference', field, target: request.source(target) }], walk)
}

type Place = Omit<Extract<PathStep, { kind: 'items' }>, 'kind'>

/** Goes on inside of a field, a member or an item at that place. */
function walkField(field: Field, place: Place, index: number, steps: readonly PathStep[], walk: Walk): GroupPath {
  const { names, request, path } = walk
  if (field.list)
    return walkField({ ...field, list: false }, { at: [] }, index, [...steps, { kind: 'items', ...place }], walk)
  if (field.type === 'json') return { steps, value: { kind: 'json', field, ...place, path: names.slice(index + 1) } }
  const next = names[index + 1]
  if (field.type === 'object') {
    const members = field.members.map((member) => member.graphqlName)
    if (next === undefined)
      throw refuse(
        [...path, index],
        `${print(names)} ends at an object; name a member of it${suchAs(request, [...names, members[0] ?? ''])}`,
      )
    const member = memberNamed(field.members, next)
    if (!member)
      throw refuseName(next, `member of ${field.graphqlName}`, members, { request, path: [...path, index + 1] })
    return walkField(member, { ...place, at: [...place.at, member.attribute] }, index + 1, steps, walk)
  }
  if (next !== undefined || !hasOrder(field))
    throw refuse(
      [...path, index + 1],
      `${print(names)} goes on after ${quote(names[index])}, which has nothing inside; end the path there`,
    )
  return { steps, value: { kind: 'field', field, ...place } }
}

function planMetaValue(index: number, { names, request, path }: Walk): PathValue {
  const name = names[index]
  const known = Object.keys(metaFields)
  if (name === undefined)
    throw refuse(
      [...path, index - 1],
      `${print(names)} ends at _meta; name a value of it, such as ${print([...names, 'createdBy'])}`,
    )
  if (!known.includes(name)) throw refuseName(name, 'value of _meta', known, { request, path: [...path, index] })
  if (index < names.length - 1)
    throw refuse(
      [...path, index + 1],
      `${print(names)} goes on after ${quote(name)}, which has nothing inside; end the path there`,
    )
  return { kind: 'meta', field: name as MetaFieldName }
}

function refuseName(
  name: string,
  what: string,
  known: readonly string[],
  { request, path }: Pick<Walk, 'request' | 'path'>,
) {
  const reason = `${quote(name)} is no ${what}`
  const remedy = didYouMean(name, known) ?? `Use one of ${listNames(known)}`
  return refuse(path, request.introspects ? `${reason}. ${remedy}` : reason)
}

/** A path as an example, for callers that may know its names. */
function suchAs({ introspects }: PlanRequest, names: readonly string[]): string {
  return introspects ? `, such as ${print(names)}` : ''
}

function refuse(path: Path, message: string) {
  return createInputError([{ path, code: 'GROUP', message }])
}

function print(names: readonly string[]): string {
  return `[${names.map((name) => quote(name)).join(', ')}]`
}
