import type { Where } from './evaluate.ts'

/** A query as data: its meaning, and the form in which it is printed, which must not change the answer. */
export interface Query {
  readonly selection: QuerySelection
}

export interface QueryField {
  /** The response key; printed if it differs from the name. */
  readonly key: string
  readonly name: string
  readonly args: readonly QueryArgument[]
  readonly directive: Directive | undefined
  readonly selection: QuerySelection | undefined
  /** The template whose objects are listed, where the field is a list of objects. */
  readonly list: string | undefined
}

/** The parts of a list that its cursors depend on. */
export interface ListShape {
  readonly template: string
  readonly orderBy: readonly Where[]
}

export interface QuerySelection {
  readonly fields: readonly QueryField[]
  /** Inside no fragment, one without a type, one with it, or a named one. */
  readonly wrap: 'none' | 'inline' | 'typed' | 'named'
  /** Of the fragment, if it is inside of one. */
  readonly directive: Directive | undefined
  /** Printed twice, with half of the selection each, so that GraphQL merges them. */
  readonly isSplit: boolean
}

export interface QueryArgument {
  readonly name: string
  readonly value: unknown
  /** Written out, as a variable, as a variable's default, or written out with variables for the values in it. */
  readonly form: 'literal' | 'variable' | 'default' | 'leaves'
}

export interface Directive {
  readonly name: 'include' | 'skip'
  readonly if: boolean
  readonly isVariable: boolean
}

/** The value of an `after` or `before`: the object at that place of all objects of a template, in the list's ordering. */
export interface CursorPlace {
  readonly kind: 'cursor'
  readonly place: number
}

export function isCursorPlace(value: unknown): value is CursorPlace {
  return typeof value === 'object' && value !== null && (value as CursorPlace).kind === 'cursor'
}

/** The value of an argument, undefined if it is not given. */
export function argumentOf({ args }: QueryField, name: string): unknown {
  return args.find((one) => one.name === name)?.value
}

/** The list that a field is. */
export function listOf(field: QueryField): ListShape {
  return { template: String(field.list), orderBy: (argumentOf(field, 'orderBy') ?? []) as readonly Where[] }
}

/** The fields that are really selected. */
export function askedFields({ fields, wrap, directive }: QuerySelection): readonly QueryField[] {
  return wrap === 'none' || isAsked(directive) ? fields.filter((field) => isAsked(field.directive)) : []
}

function isAsked(directive: Directive | undefined): boolean {
  return directive === undefined || directive.if === (directive.name === 'include')
}

/** The same text with other values of its variables: pages of other sizes, no filters, and what was left out asked for. */
export function withOtherVariables({ selection }: Query): Query {
  return { selection: otherSelection(selection) }
}

function otherSelection({ fields, ...rest }: QuerySelection): QuerySelection {
  return {
    ...rest,
    directive: otherDirective(rest.directive),
    fields: fields.map((field) => ({
      ...field,
      args: field.args.map(otherArgument),
      directive: otherDirective(field.directive),
      selection: field.selection && otherSelection(field.selection),
    })),
  }
}

function otherDirective(directive: Directive | undefined): Directive | undefined {
  return directive?.isVariable ? { ...directive, if: !directive.if } : directive
}

function otherArgument(argument: QueryArgument): QueryArgument {
  const { name, value, form } = argument
  if (form !== 'variable') return argument
  if (name === 'where' || name === 'whereLatest') return { ...argument, value: {} }
  return ['first', 'last'].includes(name) && typeof value === 'number'
    ? { ...argument, value: (value + 1) % 4 }
    : argument
}
