import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  locatedError,
  OperationTypeNode,
  type SelectionNode,
  type SelectionSetNode,
  TypeInfo,
  typeFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { Binding } from '../plan/open-value.ts'
import { assertMatrixFits } from '../plan/plan-matrix.ts'
import { coerceVariables } from './coerce-variables.ts'
import { compactJson } from './compact-json.ts'
import {
  bindStatement,
  type CompiledField,
  type CompiledRead,
  compileOperation,
  type ReadOperation,
} from './compile-operation.ts'
import { nameArgumentErrors } from './document-error.ts'
import { openVariables, printForm, type VariablePlace, type VariableTypes, valueAt } from './open-variables.ts'
import { planReadOf } from './read-field.ts'
import type { RecentlyUsed } from './recently-used.ts'
import type { RequestContext } from './request-context.ts'

/** The answer to a query: its `data` as JSON text, undefined where nothing was run. */
export interface OperationResult {
  readonly data: string | undefined
  readonly errors: readonly GraphQLError[]
}

/** A query whose root fields are all reads, so that PostgreSQL's JSON is its answer. */
export interface PreparedOperation {
  readonly name: string | undefined
  /** The names of all object types that something is selected of. */
  readonly types: ReadonlySet<string>
  /** Runs each root field as one statement, all at once. `given` are the variables as they came. */
  readonly run: (given: Readonly<Record<string, unknown>>, context: RequestContext) => Promise<OperationResult>
}

export type CompiledOperations = RecentlyUsed<readonly CompiledField[]>

let operations = 0

/**
 * Makes an operation of a valid document ready to run; undefined where a root field is more than a read. It is compiled
 * once for each form of its variables, whatever their values.
 */
export function prepareOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
  compiled: CompiledOperations,
): PreparedOperation | undefined {
  const definition = getOperationAST(document, operationName)
  const type = schema.getQueryType()
  if (definition?.operation !== OperationTypeNode.QUERY || !type) return undefined
  const operation: ReadOperation = { schema, type, definition, fragments: fragmentsOf(document) }
  for (const selection of rootSelections(operation, definition.selectionSet))
    if (!isRead(selection, type)) return undefined
  const definitions = definition.variableDefinitions ?? []
  const types: VariableTypes = definitions.map(({ variable, type }) => [
    variable.name.value,
    typeFromAST(schema, type) as GraphQLInputType,
  ])
  const compile = createCompile(operation, types, compiled)
  return {
    name: definition.name?.value,
    types: typesOf(schema, document),
    async run(given, context) {
      const { coerced, errors } = coerceVariables(schema, document, definition, given)
      if (errors) return { data: undefined, errors }
      const result = await runFields(compile(coerced, context), { variables: coerced }, context)
      return { ...result, errors: nameArgumentErrors(result.errors, document) }
    },
  }
}

/** What was settled of variables of one form: their values name the plan too. */
const mostForms = 100
const longestKey = 4_000

function createCompile(operation: ReadOperation, types: VariableTypes, compiled: CompiledOperations) {
  const number = operations++
  const settledOf = new Map<string, readonly VariablePlace[]>()
  const keyOf = (form: string, variables: Readonly<Record<string, unknown>>) => {
    const settled = settledOf.get(form) ?? []
    const values = settled.length > 0 ? JSON.stringify(settled.map((place) => valueAt(variables, place))) : ''
    return `${number} ${form} ${values}`
  }
  return (variables: Record<string, unknown>, { request }: RequestContext): readonly CompiledField[] => {
    const form = printForm(types, variables)
    const known = form.length <= longestKey ? compiled.get(keyOf(form, variables)) : undefined
    if (known) return known
    const settled = new Map((settledOf.get(form) ?? []).map((place) => [place.join('.'), place]))
    const open = openVariables(types, variables, (place) => settled.set(place.join('.'), place))
    const fields = compileOperation(operation, { variableValues: variables, openVariables: open }, request)
    if (settledOf.size >= mostForms && !settledOf.has(form)) settledOf.clear()
    settledOf.set(form, [...settled.values()])
    const key = keyOf(form, variables)
    if (key.length <= longestKey && fields.every(({ kind }) => kind !== 'refused'))
      compiled.set(key, fields, weigh(key, fields))
    return fields
  }
}

/** In bytes, as measured: a text is kept with what is made of it, and each value is a closure or two. */
function weigh(key: string, fields: readonly CompiledField[]): number {
  return fields.reduce(
    (sum, field) =>
      sum + (field.kind === 'read' ? field.statement.text.length + 300 * field.statement.values.length : 0),
    2 * key.length + 1_000,
  )
}

/** Runs the root fields and joins what PostgreSQL says, looking into it only where it has spaces. */
async function runFields(
  fields: readonly CompiledField[],
  binding: Binding,
  { reads }: RequestContext,
): Promise<OperationResult> {
  const parts = await Promise.all(fields.map((field) => runField(field, binding, reads)))
  const errors = parts.flatMap(({ error }) => error ?? [])
  // As graphql-js completes a field that failed: null, or else the whole of data is.
  const isNull = errors.length > 0 && parts.some(({ error }, i) => error && !isNullable(fields[i]))
  return { data: isNull ? 'null' : `{${parts.map(({ text }) => text).join(',')}}`, errors }
}

async function runField(
  field: CompiledField,
  binding: Binding,
  reads: RequestContext['reads'],
): Promise<{ readonly text: string; readonly error?: GraphQLError }> {
  const name = JSON.stringify(field.key)
  if (field.kind === 'typename') return { text: `${name}:${JSON.stringify(field.name)}` }
  try {
    if (field.kind === 'refused') throw field.error
    return { text: `${name}:${await readField(field, binding, reads)}` }
  } catch (error) {
    return { text: `${name}:null`, error: locatedError(error, field.nodes, [field.key]) }
  }
}

function isNullable(field: CompiledField | undefined): boolean {
  return field !== undefined && field.kind !== 'typename' && field.isNullable
}

async function readField(field: CompiledRead, binding: Binding, reads: RequestContext['reads']): Promise<string> {
  const [value = null, rows, columns] = (await reads.readRow(bindStatement(field, binding))) ?? []
  if (field.matrix) assertMatrixFits(field.matrix, Number(rows), Number(columns))
  if (value === null) return 'null'
  return field.hasSpaces ? compactJson(value) : value
}

/** Of the whole document, which may hold other operations too. */
function typesOf(schema: GraphQLSchema, document: DocumentNode): ReadonlySet<string> {
  const types = new Set<string>()
  const info = new TypeInfo(schema)
  visit(
    document,
    visitWithTypeInfo(info, {
      Field() {
        const parent = info.getParentType()
        if (parent) types.add(parent.name)
      },
    }),
  )
  return types
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments: Record<string, FragmentDefinitionNode> = Object.create(null)
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition
  return fragments
}

/** All that stands at the root, in fragments too. */
function* rootSelections(operation: ReadOperation, { selections }: SelectionSetNode): Iterable<SelectionNode> {
  for (const selection of selections) {
    yield selection
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? operation.fragments[selection.name.value] : selection
    if (fragment && fragment.kind !== Kind.FIELD) yield* rootSelections(operation, fragment.selectionSet)
  }
}

function isRead(selection: SelectionNode, type: GraphQLObjectType): boolean {
  if (selection.kind !== Kind.FIELD) return true
  const field = type.getFields()[selection.name.value]
  return field ? planReadOf(field) !== undefined : selection.name.value === '__typename'
}
