import fc from 'fast-check'
import { groupFieldsOf } from '../../src/plan/group-fields.ts'
import { fieldTypes } from '../../src/template/field-types/field-types.ts'
import type { Field, Template } from '../../src/template/model.ts'
import { argument, groupFields, listArgumentsOf, metaNames, oneIn, type QueryContext } from './generated-arguments.ts'
import type { Directive, Query, QueryArgument, QueryField, QuerySelection } from './query-shape.ts'

/** A field without a response key, possibly with a preferred alias. */
type FieldDraft = Omit<QueryField, 'key'> & { readonly alias: string | undefined }
type Drafts = fc.Arbitrary<readonly FieldDraft[]>

/** Names that fields also have, so that reading a value by name would give a wrong one. */
const aliases = ['a', 'name', 'text', 'nodes', 'node', 'count', 'totalCount', 'key', 'constructor', '_meta'] as const

const alias = oneIn(4, fc.constantFrom(...aliases))

const directive: fc.Arbitrary<Directive | undefined> = oneIn(
  12,
  fc.record({ name: fc.constantFrom('include', 'skip'), if: fc.boolean(), isVariable: fc.boolean() }),
)

/** Whole queries: lists and single objects, and whatever they lead to. */
export function queriesOf(context: QueryContext): fc.Arbitrary<Query> {
  const templates = fc.constantFrom(...context.model.templates)
  const list = templates.chain((template) => connection(template.pluralName, template, 2, context))
  const one = templates.chain((template) => lookup(template, context))
  return selection([{ weight: 4, drafts: list }, { weight: 2, drafts: one }, typename], 1, 2).map((root) => ({
    selection: root,
  }))
}

interface Choice {
  readonly weight: number
  readonly drafts: Drafts
}

/** Gives each field below its own response key. */
function selection(choices: readonly Choice[], least: number, most: number): fc.Arbitrary<QuerySelection> {
  const fields = fc
    .array(fc.oneof(...choices.map(({ weight, drafts }) => ({ weight, arbitrary: drafts }))), {
      minLength: least,
      maxLength: most,
      size: 'max',
    })
    .map((lists) => withKeys(lists.flat()))
  return fc.record({
    fields,
    wrap: fc.constantFrom('none', 'none', 'none', 'none', 'none', 'none', 'inline', 'typed', 'named'),
    directive,
    isSplit: oneIn(4, fc.constant(true)).map((is) => is === true),
  })
}

function withKeys(drafts: readonly FieldDraft[]): readonly QueryField[] {
  const taken = new Set<string>()
  return drafts.map(({ alias, ...field }, i) => {
    const wanted = alias ?? field.name
    const key = taken.has(wanted) ? `${wanted.replace(/^_+/, '')}_${i}` : wanted
    taken.add(key)
    return { ...field, key }
  })
}

function draft(
  name: string,
  inner: fc.Arbitrary<QuerySelection | undefined> = fc.constant(undefined),
  args: fc.Arbitrary<readonly QueryArgument[]> = fc.constant([]),
): Drafts {
  return fc
    .record({ alias, args, directive, selection: inner })
    .map((rest) => [{ name, list: undefined, ...rest }] as const)
}

const typename: Choice = { weight: 1, drafts: draft('__typename') }

function choiceOf(names: readonly string[], weight: number): Choice[] {
  return names.length > 0 ? [{ weight, drafts: fc.constantFrom(...names).chain((name) => draft(name)) }] : []
}

/** The object with a key, which may not exist. */
function lookup(template: Template, context: QueryContext): Drafts {
  const { keys } = context.generated
  const found = keys.get(template.name) ?? []
  const none = keys.get(`missing ${template.name}`) ?? []
  const key = fc.oneof(...(found.length > 0 ? [{ weight: 4, arbitrary: fc.constantFrom(...found) }] : []), {
    weight: 1,
    arbitrary: fc.constantFrom(...none),
  })
  const args = key.chain((value) => {
    const partOf = (name: string) => (template.key.length === 1 ? value : (value as Record<string, unknown>)[name])
    return fc.tuple(...template.key.map(({ name }) => argument(name, fc.constant(partOf(name)))))
  })
  return draft(template.fieldName, objectSelection(template, 2, context), args)
}

function objectSelection(template: Template, depth: number, context: QueryContext): fc.Arbitrary<QuerySelection> {
  const { model } = context
  const plain = template.fields.filter((field) => field.type !== 'object' && !field.reference)
  const objects = template.fields.filter((field) => field.type === 'object')
  const single = template.fields.filter((field) => field.reference)
  const nested = [
    ...single.map((field) => () => draft(field.name, objectSelection(targetOf(field, context), depth - 1, context))),
    ...template.reverseFields.map(
      ({ name, from }) =>
        () =>
          connection(name, model.byName.get(from) as Template, depth - 1, context),
    ),
  ]
  const own: readonly Choice[] = [
    ...choiceOf(
      plain.map(({ name }) => name),
      4,
    ),
    ...(objects.length > 0
      ? [
          {
            weight: 2,
            drafts: fc.constantFrom(...objects).chain((field) => draft(field.name, memberSelection(field))),
          },
        ]
      : []),
    { weight: 1, drafts: draft('_document') },
    { weight: 1, drafts: draft('_meta', selection([...choiceOf(metaNames, 4), typename], 1, 3)) },
    typename,
  ]
  if (depth === 0 || nested.length === 0) return selection(own, 1, 3)
  const related = { weight: 7, drafts: fc.constantFrom(...nested).chain((make) => make()) }
  return selection([...own, related], 1, 3)
}

function memberSelection({ members }: Field): fc.Arbitrary<QuerySelection> {
  const one = fc
    .constantFrom(...members)
    .chain((member) => draft(member.name, member.type === 'object' ? memberSelection(member) : undefined))
  return selection([{ weight: 5, drafts: one }, typename], 1, 3)
}

/** A list of objects, at the root or on the other side of a reference, perhaps twice with other arguments. */
function connection(name: string, template: Template, depth: number, context: QueryContext): Drafts {
  const object = (deep: number) => objectSelection(template, deep, context)
  const edge = selection(
    [...choiceOf(['cursor'], 2), { weight: 4, drafts: draft('node', object(depth)) }, typename],
    1,
    3,
  )
  const pageInfo = selection(
    [...choiceOf(['hasNextPage', 'hasPreviousPage', 'startCursor', 'endCursor'], 5), typename],
    1,
    4,
  )
  const inner = selection(
    [
      { weight: 8, drafts: draft('nodes', object(depth)) },
      { weight: 3, drafts: draft('edges', edge) },
      { weight: 3, drafts: draft('pageInfo', pageInfo) },
      { weight: 2, drafts: draft('totalCount') },
      { weight: 1, drafts: draft('aggregate', aggregateSelection(template)) },
      { weight: 1, drafts: groupByDraft(template, depth, context) },
      typename,
    ],
    1,
    2,
  )
  const args = listArgumentsOf(template, context)
  return fc.tuple(draft(name, inner), args, oneIn(4, fc.tuple(args, alias))).map(([[field], first, second]) => {
    const withArgs = (list: readonly QueryArgument[]): FieldDraft => {
      return { ...(field as FieldDraft), args: list, list: template.name }
    }
    return [withArgs(first), ...(second ? [{ ...withArgs(second[0]), alias: second[1] }] : [])]
  })
}

function aggregateSelection(template: Template): fc.Arbitrary<QuerySelection> {
  const ordered = template.fields.filter((field) => !field.list && fieldTypes[field.type].ordering !== undefined)
  const sums = ordered.filter((field) => fieldTypes[field.type].totals !== undefined).map(({ name }) => name)
  const meta = draft('_meta', selection([...choiceOf(['version', 'createTime', 'updateTime'], 4), typename], 1, 2))
  const extremes = selection(
    [
      ...choiceOf(
        ordered.map(({ name }) => name),
        5,
      ),
      { weight: 1, drafts: meta },
      typename,
    ],
    1,
    3,
  )
  const totals = selection([...choiceOf(sums, 5), typename], 1, 2)
  return selection(
    [
      ...choiceOf(['count'], 2),
      { weight: 2, drafts: draft('min', extremes) },
      { weight: 2, drafts: draft('max', extremes) },
      ...(sums.length > 0 ? [{ weight: 2, drafts: draft('sum', totals) }] : []),
      typename,
    ],
    1,
    3,
  )
}

function groupByDraft(template: Template, depth: number, context: QueryContext): Drafts {
  const args = fc
    .tuple(
      argument('by', groupFields(template)),
      oneIn(2, argument('orderBy', fc.constantFrom('KEY', 'COUNT'))),
      oneIn(2, argument('first', fc.constantFrom(0, 1, 2, 100))),
    )
    .map((list) => list.filter((one) => one !== undefined))
  const fields = groupFieldsOf(template)
  const plain = fields.filter((field) => !field.reference).map(({ name }) => name)
  const references = fields.filter((field) => field.reference)
  const inDepth = Math.max(0, depth - 1)
  const key = selection(
    [
      ...choiceOf(plain, 4),
      ...references.map((field) => ({
        weight: 1,
        drafts: draft(field.name, objectSelection(targetOf(field, context), inDepth, context)),
      })),
      typename,
    ],
    1,
    3,
  )
  const group = selection(
    [
      { weight: 3, drafts: draft('key', key) },
      ...choiceOf(['count'], 2),
      { weight: 1, drafts: draft('latest', objectSelection(template, inDepth, context)) },
      { weight: 1, drafts: draft('aggregate', aggregateSelection(template)) },
      typename,
    ],
    1,
    3,
  )
  return draft('groupBy', group, args)
}

function targetOf({ reference }: Field, { model }: QueryContext): Template {
  return model.byName.get(reference?.to ?? '') as Template
}
