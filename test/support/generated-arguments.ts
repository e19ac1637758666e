import fc from 'fast-check'
import { groupFieldsOf } from '../../src/plan/group-fields.ts'
import { listArguments } from '../../src/plan/plan-connection.ts'
import { fieldTypes } from '../../src/template/field-types/field-types.ts'
import type { Template, TemplateModel } from '../../src/template/model.ts'
import type { Where } from './evaluate.ts'
import type { GeneratedObjects } from './generated-objects.ts'
import type { QueryArgument } from './query-shape.ts'
import { whereOf } from './rich-filters.ts'
import { targetsOf, valueOfField } from './rich-objects.ts'

/** The templates and objects that queries refer to. */
export interface QueryContext {
  readonly model: TemplateModel
  readonly generated: GeneratedObjects
  /** The filters of each template: making them takes longer than using them. */
  readonly wheres: Map<string, fc.Arbitrary<Where>>
}

const forms = fc.constantFrom<QueryArgument['form']>('literal', 'literal', 'variable', 'default', 'leaves')

/** One argument with that name, in any form. */
export function argument(name: string, value: fc.Arbitrary<unknown>): fc.Arbitrary<QueryArgument> {
  return fc.record({ name: fc.constant(name), value, form: forms })
}

/** The arguments of a list: each is given sometimes, and never both `first` and `last`. */
export function listArgumentsOf(template: Template, context: QueryContext): fc.Arbitrary<readonly QueryArgument[]> {
  const cursor = fc.nat(12).map((place) => ({ kind: 'cursor', place }))
  const size = fc
    .tuple(fc.constantFrom('first', 'first', 'last'), fc.constantFrom(0, 1, 1, 2, 2, 3, 5, 100))
    .chain(([name, count]) => argument(name, fc.constant(count)))
  return fc
    .tuple(
      oneIn(3, argument('where', whereIn(template, context))),
      oneIn(2, argument('orderBy', orderByPaths(template, context.model))),
      oneIn(2, size),
      oneIn(6, argument('after', cursor)),
      oneIn(6, argument('before', cursor)),
      oneIn(6, latest(template, context)),
      oneIn(6, equality(template, context)),
    )
    .map((list) => list.flat().filter((one) => one !== undefined))
}

/** `latestPer`, and half of the time what filters the latest objects. */
function latest(template: Template, context: QueryContext): fc.Arbitrary<(QueryArgument | undefined)[]> {
  const filter = oneIn(2, argument('whereLatest', whereIn(template, context)))
  return fc.tuple(argument('latestPer', groupFields(template)), filter)
}

/** Sometimes the value, otherwise undefined. */
export function oneIn<Value>(count: number, arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> {
  return fc.oneof({ weight: count - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary })
}

/** An equality argument, mostly of a value that occurs. */
function equality(
  template: Template,
  { generated: { objects, keys } }: QueryContext,
): fc.Arbitrary<QueryArgument | undefined> {
  const fields = template.fields.filter(
    (field) => !listArguments.has(field.name) && (!field.reference || field.list || targetsOf(field, keys).length > 0),
  )
  if (fields.length === 0) return fc.constant(undefined)
  return fc.constantFrom(...fields).chain((field) => {
    const there = objects
      .filter((object) => object.template === template.name)
      .flatMap(({ document }) => (document[field.name] === undefined ? [] : [document[field.name]]))
    const any = valueOfField(field, keys)
    return argument(
      field.name,
      there.length > 0
        ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...there) }, { weight: 1, arbitrary: any })
        : any,
    )
  })
}

function whereIn({ name }: Template, { model, generated: { keys, meta }, wheres }: QueryContext): fc.Arbitrary<Where> {
  const known = wheres.get(name) ?? whereOf(model.byName.get(name) as Template, model, keys, meta, 1)
  wheres.set(name, known)
  return known
}

/** Some fields that make groups. */
export function groupFields(template: Template): fc.Arbitrary<readonly string[]> {
  const fields = groupFieldsOf(template).map(({ name }) => name)
  return fc.shuffledSubarray(fields, { minLength: 1, maxLength: Math.min(2, fields.length) })
}

/** An `orderBy` some of whose terms lead through references. */
function orderByPaths(template: Template, model: TemplateModel): fc.Arbitrary<readonly Where[]> {
  return fc.array(orderTerm(template, model, 2), { maxLength: 2, size: 'max' })
}

export const metaNames = [
  'uuid',
  'version',
  'createTime',
  'updateTime',
  'createdBy',
  'updatedBy',
  'createdFor',
  'updatedFor',
]

function orderTerm(template: Template, model: TemplateModel, depth: number): fc.Arbitrary<Where> {
  const direction = fc.constantFrom('asc', 'desc')
  const single = template.fields.filter((field) => !field.list)
  const ordered = single.filter((field) => fieldTypes[field.type].ordering !== undefined)
  const own = ordered.map((field) => direction.map((to): Where => ({ [field.name]: to })))
  const meta = fc
    .tuple(fc.constantFrom(...metaNames), direction)
    .map(([name, to]): Where => ({ _meta: { [name]: to } }))
  const through = single.flatMap(({ name, reference }) => {
    const target = model.byName.get(reference?.to ?? '')
    return target && depth > 0 ? [orderTerm(target, model, depth - 1).map((term): Where => ({ [name]: term }))] : []
  })
  return fc.oneof(...own, meta, ...through)
}
