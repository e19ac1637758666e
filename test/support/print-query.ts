import {
  assertObjectType,
  type GraphQLArgument,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
} from 'graphql'
import {
  type CursorPlace,
  type Directive,
  isCursorPlace,
  type ListShape,
  listOf,
  type Query,
  type QueryArgument,
  type QueryField,
  type QuerySelection,
} from './query-shape.ts'

export interface PrintedQuery {
  readonly query: string
  readonly variables: Readonly<Record<string, unknown>>
}

/** The text of the cursor at that place; undefined if there are no objects. */
export type CursorAt = (list: ListShape, cursor: CursorPlace) => string | undefined

interface Printing {
  readonly cursorAt: CursorAt
  /** Name → `$v0: Int = 1`. */
  readonly declared: string[]
  readonly variables: Record<string, unknown>
  /** `on Image { name }` → name. */
  readonly fragments: Map<string, string>
}

export function printQuery({ selection }: Query, schema: GraphQLSchema, cursorAt: CursorAt): PrintedQuery {
  const printing: Printing = { cursorAt, declared: [], variables: {}, fragments: new Map() }
  const root = printSelection(selection, assertObjectType(schema.getQueryType()), printing)
  const declared = printing.declared.length > 0 ? `(${printing.declared.join(', ')})` : ''
  const fragments = [...printing.fragments].map(([text, name]) => `fragment ${name} ${text}`)
  return { query: [`query${declared} ${root}`, ...fragments].join('\n'), variables: printing.variables }
}

function printSelection(selection: QuerySelection, type: GraphQLObjectType, printing: Printing): string {
  const { fields, wrap, isSplit } = selection
  const printed = fields.map((field) => printField(field, type, isSplit, printing))
  const inner = `{ ${[...printed.map(([text]) => text), ...printed.flatMap(([, again]) => again ?? [])].join(' ')} }`
  if (wrap === 'none') return inner
  const directive = printDirective(selection.directive, printing)
  if (wrap !== 'named') return `{ ...${wrap === 'typed' ? ` on ${type.name}` : ''}${directive} ${inner} }`
  const text = `on ${type.name} ${inner}`
  const name = printing.fragments.get(text) ?? `F${printing.fragments.size}`
  printing.fragments.set(text, name)
  return `{ ...${name}${directive} }`
}

/** Once, or in two parts with the same arguments, of which each has half of what is selected. */
function printField(
  field: QueryField,
  type: GraphQLObjectType,
  isSplit: boolean,
  printing: Printing,
): readonly [string, string?] {
  const { key, name, selection } = field
  const definition = type.getFields()[name]
  const args = definition ? printArguments(field, definition.args, printing) : ''
  const head = `${key === name ? name : `${key}: ${name}`}${args}${printDirective(field.directive, printing)}`
  if (!definition || !selection) return isSplit ? [head, head] : [head]
  const inner = getNamedType(definition.type) as GraphQLObjectType
  const half = Math.ceil(selection.fields.length / 2)
  const parts = isSplit && half < selection.fields.length ? [[0, half] as const, [half] as const] : [[0] as const]
  const [first = '', second] = parts.map(
    (part) => `${head} ${printSelection({ ...selection, fields: selection.fields.slice(...part) }, inner, printing)}`,
  )
  return second === undefined ? [first] : [first, second]
}

function printDirective(directive: Directive | undefined, printing: Printing): string {
  if (!directive) return ''
  const value = directive.isVariable ? declare(directive.if, 'Boolean!', printing) : directive.if
  return ` @${directive.name}(if: ${value})`
}

function printArguments(field: QueryField, definitions: readonly GraphQLArgument[], printing: Printing): string {
  const printed = field.args.flatMap((argument) => {
    const { name, value } = argument
    const definition = definitions.find((one) => one.name === name)
    if (!definition) throw new Error(`${field.name} has no argument ${name}`)
    const given = isCursorPlace(value) ? printing.cursorAt(listOf(field), value) : value
    return given === undefined ? [] : [`${name}: ${printArgument({ ...argument, value: given }, definition, printing)}`]
  })
  return printed.length > 0 ? `(${printed.join(', ')})` : ''
}

function printArgument({ value, form }: QueryArgument, { type }: GraphQLArgument, printing: Printing): string {
  if (form === 'variable') return declare(value, String(type), printing)
  if (form !== 'default') return printValue(value, type, form === 'leaves', printing)
  const inside = { ...printing, declared: [], variables: {} }
  const literal = printValue(value, type, false, inside)
  // What cannot be written as a literal would be a variable in a default.
  if (inside.declared.length > 0) return declare(value, String(type), printing)
  const name = `v${printing.declared.length}`
  printing.declared.push(`$${name}: ${type} = ${literal}`)
  return `$${name}`
}

function declare(value: unknown, type: string, printing: Printing): string {
  const name = `v${printing.declared.length}`
  printing.declared.push(`$${name}: ${type}`)
  printing.variables[name] = value
  return `$${name}`
}

function printValue(value: unknown, declaredType: GraphQLInputType, hasVariables: boolean, printing: Printing): string {
  const type = getNullableType(declaredType)
  if (isListType(type)) {
    const printItem = (item: unknown) => printValue(item, type.ofType, hasVariables, printing)
    return Array.isArray(value) ? `[${value.map(printItem).join(', ')}]` : printItem(value)
  }
  if (isInputObjectType(type)) {
    const fields = type.getFields()
    const entries = Object.entries(value as object).map(([name, inner]) => {
      const field = fields[name]
      if (!field) throw new Error(`${type.name} has no field ${name}`)
      return `${name}: ${printValue(inner, field.type, hasVariables, printing)}`
    })
    return `{${entries.join(', ')}}`
  }
  if (hasVariables) return declare(value, String(declaredType), printing)
  if (isEnumType(type)) return String(value)
  return printJson(value) ?? declare(value, String(declaredType), printing)
}

/** Undefined if an attribute's name is none in GraphQL. */
function printJson(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const isList = Array.isArray(value)
  const printed = Object.entries(value).map(([name, inner]) => {
    const text = printJson(inner)
    if (text === undefined || isList) return text
    return /^[A-Za-z_]\w*$/.test(name) ? `${name}: ${text}` : undefined
  })
  if (printed.includes(undefined)) return undefined
  return isList ? `[${printed.join(', ')}]` : `{${printed.join(', ')}}`
}
