import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInterfaceType,
  isListType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'
import { hasOrder } from '../../src/template/field-types/has-order.ts'
import { metaFields } from '../../src/template/meta-fields.ts'
import type { Field, Template, TemplateModel } from '../../src/template/model.ts'
import type { Document, Where } from './evaluate.ts'

export interface Operation {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** What operations are made of. */
export interface OperationContext {
  readonly schema: GraphQLSchema
  readonly model: TemplateModel
  readonly documents: ReadonlyMap<string, readonly Document[]>
  readonly uuids: readonly string[]
  /** Some filter of a template. */
  readonly whereOf: (name: string, random: Random) => Where
  /** Orderings of each template, each with the cursors of all its objects. */
  readonly cursors: ReadonlyMap<string, readonly OrderedCursors[]>
  /** Times as of which is read; without them, the present is. */
  readonly times?: readonly string[]
  /** Fields that are left out. */
  readonly without: ReadonlySet<string>
}

export interface OrderedCursors {
  readonly orderBy: readonly Where[]
  readonly cursors: readonly string[]
}

/** The same numbers for the same seed. */
export interface Random {
  /** A number from 0 up to below the bound. */
  readonly below: (bound: number) => number
  /** True once in so many times. */
  readonly oneIn: (count: number) => boolean
  readonly pick: <Value>(values: readonly Value[]) => Value
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const below = (bound: number) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound)
  }
  return {
    below,
    oneIn: (count) => below(count) === 0,
    pick(values) {
      const value = values[below(values.length)]
      if (value === undefined) throw new Error('there is nothing to pick from')
      return value
    },
  }
}

/** A valid query made from the schema alone: whatever can be selected and every argument, so that a new field takes part at once. */
export function anyOperation(context: OperationContext, random: Random): Operation {
  const declared: string[] = []
  const variables: Record<string, unknown> = {}
  const { schema } = context
  const query = schema.getQueryType() as GraphQLObjectType
  const fieldsOf = (fields: Readonly<Record<string, GraphQLField<unknown, unknown>>>) =>
    Object.values(fields).filter(({ name }) => !context.without.has(name))
  const roots = fieldsOf(query.getFields())
  const size = 1 + random.below(2)
  const fields = Array.from({ length: size }, (_, i) => printField(random.pick(roots), query, `r${i}`, 4))
  const head = declared.length > 0 ? `query (${declared.join(', ')})` : 'query'
  return { query: `${head} { ${fields.join(' ')} }`, variables }

  function declare(value: unknown, type: string): string {
    const name = `v${declared.length}`
    declared.push(`$${name}: ${type}`)
    variables[name] = value
    return `$${name}`
  }

  function printField(
    field: GraphQLField<unknown, unknown>,
    parent: GraphQLNamedType,
    key: string,
    depth: number,
  ): string {
    const type = getNamedType(field.type)
    const selection = isCompositeType(type) ? ` { ${printSelection(type, key, depth - 1)} }` : ''
    return `${key}: ${field.name}${printArguments(field, parent)}${selection}`
  }

  function printSelection(type: GraphQLNamedType, key: string, depth: number): string {
    if (isAbstractType(type)) {
      const some = schema.getPossibleTypes(type).filter(() => random.oneIn(3))
      const common = isInterfaceType(type) ? printFields(type.getFields(), type, `${key}c`, depth) : ''
      return [
        ...some.map((one) => `... on ${one.name} { ${printSelection(one, `${key}${one.name}`, depth)} }`),
        common,
        '__typename',
      ].join(' ')
    }
    if (!isObjectType(type)) throw new Error(`${type.name} has no fields`)
    return printFields(type.getFields(), type, key, depth) || '__typename'
  }

  function printFields(
    fields: Readonly<Record<string, GraphQLField<unknown, unknown>>>,
    parent: GraphQLNamedType,
    key: string,
    depth: number,
  ): string {
    const possible = fieldsOf(fields).filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)))
    if (possible.length === 0) return ''
    // What leads on is rarer than what does not.
    const leading = possible.filter((field) => isCompositeType(getNamedType(field.type)))
    const some = Array.from({ length: 1 + random.below(3) }, () =>
      leading.length > 0 && random.oneIn(2) ? random.pick(leading) : random.pick(possible),
    )
    return some.map((field, i) => printField(field, parent, `${key}${i}`, depth)).join(' ')
  }

  function printArguments(field: GraphQLField<unknown, unknown>, parent: GraphQLNamedType): string {
    const template = templateOf(field, parent)
    const given = new Map<string, unknown>()
    for (const argument of field.args) {
      const value = valueOfArgument(argument, template)
      if (value !== undefined) given.set(argument.name, value)
    }
    // A whole page in an ordering of which there are cursors.
    const pages =
      template && field.args.some(({ name }) => name === 'after') ? (context.cursors.get(template.name) ?? []) : []
    if (pages.length > 0 && random.oneIn(5)) {
      const { orderBy, cursors } = random.pick(pages)
      given.set('orderBy', orderBy).set(random.pick(['after', 'before']), random.pick(cursors))
    }
    if (template) agree(given, template)
    if (given.has('last')) given.delete('first')
    if (!given.has('latestPer')) for (const name of ['whereLatest', '_whereLatest']) given.delete(name)
    const printed = [...given].map(([name, value]) => {
      const type = field.args.find((argument) => argument.name === name)?.type
      return `${name}: ${declare(value, String(type))}`
    })
    return printed.length > 0 ? `(${printed.join(', ')})` : ''
  }

  /** Makes arguments fit each other. */
  function agree(given: Map<string, unknown>, template: Template): void {
    const by = given.get('by')
    if (Array.isArray(by) && by.length === 0 && !given.has('paths') && !given.has('buckets'))
      given.set('buckets', { _meta: { updateTime: 'YEAR' } })
    const columns = template.fieldByName.get(String(given.get('columns')))
    const where = given.get('columnWhere')
    if (columns && where) given.set('columnWhere', columnWhere(columns, template))
    if (given.has('rowIn')) {
      const rows = [0, 1].map(() => valueInDocument(String(given.get('rows')), template))
      given.set(
        'rowIn',
        rows.filter((row) => row !== undefined),
      )
    }
  }

  /** `{image: {…}}` if the columns may be objects of several templates. */
  function columnWhere(columns: Field, template: Template): Where {
    const where = context.whereOf(targetOf(columns).name, random)
    return schema.getType(`${template.typeName}MatrixColumnWhere`) ? { [columns.name]: where } : where
  }

  /** The template whose objects a field gives, or summarizes. */
  function templateOf(field: GraphQLField<unknown, unknown>, parent: GraphQLNamedType): Template | undefined {
    const longestFirst = [...context.model.templates].sort((a, b) => b.typeName.length - a.typeName.length)
    return [getNamedType(field.type).name, parent.name]
      .map((name) => longestFirst.find(({ typeName }) => new RegExp(`^${typeName}([A-Z]|$)`).test(name)))
      .find((template) => template !== undefined)
  }

  function valueOfArgument(argument: GraphQLArgument, template: Template | undefined): unknown {
    const { name } = argument
    const isRequired = isRequiredArgument(argument)
    const often: Readonly<Record<string, number>> = {
      where: 3,
      orderBy: 3,
      latestPer: 6,
      whereLatest: 2,
      columnWhere: 4,
      rowIn: 8,
      having: 4,
    }
    // No answer takes longer for waiting.
    if (name === 'timeout') return 0
    if (!isRequired && !random.oneIn(often[name] ?? 6)) return undefined
    return valueOfType(argument.type, name, template)
  }

  function valueOfType(given: GraphQLInputType, name: string, template: Template | undefined): unknown {
    const type = getNullableType(given)
    const named = getNamedType(type)
    if (named.name === 'UUID' || named.name === 'ID') return random.pick(context.uuids)
    if (named.name === 'Int') return random.below(5)
    if (named.name === 'Float') return random.pick([0, 0.5, 1])
    if (named.name === 'Boolean') return random.oneIn(2)
    if (named.name === 'DateTime' && ['at', '_at', 'from', 'to'].includes(name))
      return context.times && random.pick(context.times)
    if (name === 'templates')
      return context.model.templates.filter(({ isSearched }) => isSearched && random.oneIn(2)).map((one) => one.name)
    if (name === 'text') return random.pick(['a', 'i', 'i1', 'c0', 'é', '1', 'b', 'nowhere', 'aB', '10'])
    if (name === 'after' || name === 'before' || name === 'timeZone') return undefined
    if (!template) return undefined
    const where = (one: Template) => context.whereOf(one.name, random)
    const { typeName } = template
    switch (named.name) {
      case `${typeName}Where`:
        return where(template)
      case `${typeName}OrderBy`:
        return Array.from({ length: 1 + random.below(2) }, () => anyOrder(template, 2))
      case `${typeName}Having`:
        return random.pick<object>([
          { count: { gte: 1 + random.below(3) } },
          { matching: { where: where(template), count: { gte: 1 } } },
          { max: { _meta: { version: { gte: 2 } } } },
        ])
      case `${typeName}GroupBy`:
        return { _meta: { updateTime: random.pick(['DAY', 'YEAR']) } }
      case `${typeName}GroupOrderBy`:
        return [
          random.pick<object>([
            { count: 'desc' },
            { matching: { where: where(template), rate: 'asc' } },
            { max: { _meta: { version: 'asc' } } },
          ]),
        ]
      default:
    }
    if (name === 'paths') return [pathOf(template)]
    // See `agree`.
    if (name === 'columnWhere' || name === 'rowIn') return true
    if (isEnumType(named)) {
      const values = named.getValues().map((value) => value.name)
      if (!isListType(type)) return random.pick(values)
      const some = [random.pick(values), ...(random.oneIn(2) ? [random.pick(values)] : [])]
      return name === 'by' && random.oneIn(6) ? [] : some
    }
    return valueInDocument(name, template)
  }

  function targetOf({ reference }: Field): Template {
    return context.model.byName.get(reference?.to ?? '') as Template
  }

  function anyOrder(template: Template, depth: number): Where {
    const direction = random.pick(['asc', 'desc'])
    const ways: (() => Where)[] = [
      () => ({ [random.pick(template.fields.filter(hasOrder)).name]: direction }),
      () => ({ _meta: { [random.pick(Object.keys(metaFields))]: direction } }),
    ]
    const references = template.fields.filter(({ reference, list }) => reference && !list)
    if (depth > 0 && references.length > 0) {
      const through = () => {
        const field = random.pick(references)
        return { [field.name]: anyOrder(targetOf(field), depth - 1) }
      }
      ways.push(through, through)
    }
    if (depth === 2 && template.reverseFields.length > 0)
      ways.push(() => {
        const { name, from } = random.pick(template.reverseFields)
        return { [name]: { count: direction, ...(random.oneIn(2) && { where: context.whereOf(from, random) }) } }
      })
    return random.pick(ways)()
  }

  function pathOf(template: Template): readonly string[] {
    const references = template.fields.filter(({ reference }) => reference)
    const field = references.length > 0 && !random.oneIn(4) ? random.pick(references) : undefined
    if (field) return [field.name, ...pathOf(targetOf(field))]
    return random.oneIn(2) ? ['_meta', 'createdBy'] : [random.pick(template.fields.filter(hasOrder)).name]
  }

  /** What some object has there. */
  function valueInDocument(name: string, template: Template): unknown {
    const there = (context.documents.get(template.name) ?? []).flatMap((document) => document[name] ?? [])
    return there.length > 0 && template.fieldByName.get(name)?.list !== true ? random.pick(there) : undefined
  }
}
