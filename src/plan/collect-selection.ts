import { collectSubFields } from '@graphql-tools/utils'
import {
  type FieldNode,
  type GraphQLField,
  GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getArgumentValues,
  getNamedType,
  Kind,
} from 'graphql'
import type { TypenameEntry } from './plan.ts'
import type { PlanRequest } from './plan-request.ts'

/** The parts of an operation that planning needs, as graphql-js gives them to resolvers. */
export interface PlannedOperation extends Pick<GraphQLResolveInfo, 'schema' | 'fragments' | 'variableValues'> {
  /** The variables for arguments, with open values in place of those that planning need not know. Default: the values. */
  readonly openVariables?: Readonly<Record<string, unknown>>
}

/** What planning needs in addition to the field itself. */
export interface PlanContext {
  readonly request: PlanRequest
  readonly operation: PlannedOperation
  /** The response keys from the root field to the field being planned: `['nodes', 'roles']`. */
  readonly path: readonly string[]
}

/** One selected field: its response key, all nodes that select it (GraphQL merges them), its type and its arguments. */
export interface SelectedField {
  readonly key: string
  readonly name: string
  readonly nodes: readonly FieldNode[]
  readonly type: GraphQLObjectType | undefined
  readonly args: Readonly<Record<string, unknown>>
}

/**
 * The fields selected below some field nodes on a type, in the order of the response; fragments, `@skip` and
 * `@include` are resolved as graphql-js does (section 6.3.2 of the specification, CollectFields).
 */
function collectSelection(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  { operation }: PlanContext,
): SelectedField[] {
  const { schema, fragments, variableValues } = operation
  const { fields } = collectSubFields(schema, fragments, variableValues, type, [...nodes])
  return [...fields].flatMap(([key, fieldNodes]) => {
    const [node] = fieldNodes
    if (!node) return []
    const name = node.name.value
    const definition = type.getFields()[name]
    return [
      {
        key,
        name,
        nodes: fieldNodes,
        type: definition && toObjectType(definition.type),
        args: definition ? argumentsOf(definition, node, operation.openVariables ?? variableValues) : {},
      },
    ]
  })
}

/**
 * The arguments of a field, without the defaults that the schema only shows. Planning works those out: a page has a default
 * size only if it has no `last` either, and no more objects than the limit allows.
 */
export function argumentsOf(
  definition: GraphQLField<unknown, unknown>,
  node: FieldNode,
  variables: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> {
  const values = getArgumentValues(definition, node, variables)
  for (const { name, extensions } of definition.args)
    if (extensions['isDefaultPlanned'] === true && !isGiven(name, node, variables)) delete values[name]
  return values
}

function isGiven(name: string, node: FieldNode, variables: Readonly<Record<string, unknown>>): boolean {
  const value = node.arguments?.find((argument) => argument.name.value === name)?.value
  if (!value) return false
  return value.kind !== Kind.VARIABLE || Object.hasOwn(variables, value.name.value)
}

/** Plans each field that is selected below some field nodes on a type; `planOne` gets all but `__typename`. */
export function planFields<Entry>(
  type: GraphQLObjectType,
  nodes: readonly FieldNode[],
  context: PlanContext,
  planOne: (selected: SelectedField) => Entry,
): (Entry | TypenameEntry)[] {
  return collectSelection(type, nodes, context).map((selected) =>
    selected.name === '__typename' ? { kind: 'typename', key: selected.key, name: type.name } : planOne(selected),
  )
}

/** Plans each field that is selected below another. */
export function planSubfields<Entry>(
  selected: SelectedField,
  context: PlanContext,
  planOne: (selected: SelectedField) => Entry,
): (Entry | TypenameEntry)[] {
  return planFields(assertType(selected), selected.nodes, context, planOne)
}

/** The context one response key further down. */
export function below(context: PlanContext, key: string): PlanContext {
  return { ...context, path: [...context.path, key] }
}

/** The object type of a field's value. */
export function assertType(selected: SelectedField): GraphQLObjectType {
  if (!selected.type) throw new Error(`"${selected.name}" has no fields to select`)
  return selected.type
}

function toObjectType(type: GraphQLOutputType): GraphQLObjectType | undefined {
  const named = getNamedType(type)
  return named instanceof GraphQLObjectType ? named : undefined
}
