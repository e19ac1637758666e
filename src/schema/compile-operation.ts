import { collectFields } from '@graphql-tools/utils'
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isNullableType,
  isObjectType,
  type OperationDefinitionNode,
} from 'graphql'
import { assertNever } from '../errors.ts'
import type { Limits } from '../limits.ts'
import { argumentsOf, type PlannedOperation } from '../plan/collect-selection.ts'
import type { AwaitedRead } from '../plan/live/awaited-plan.ts'
import type { PastRead } from '../plan/plan.ts'
import { type PayloadPlan, planPayload } from '../plan/plan-payload.ts'
import { contextOf } from '../plan/plan-read.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import { selectionShowsNestedJson, showsNestedJson } from '../plan/shows-nested-json.ts'
import { compileRead } from '../sql/compile-read.ts'
import type { Statement } from '../sql/sql.ts'
import { createUpsertStatements, type UpsertStatements } from '../sql/writes/compile-upsert.ts'
import { type FieldLabel, labelAction, labelRead } from './field-label.ts'
import { actionOf, type RootAction } from './root-action.ts'

/** An operation of a valid document, and the type of its root. */
export interface RootOperation {
  readonly schema: GraphQLSchema
  readonly type: GraphQLObjectType
  readonly definition: OperationDefinitionNode
  readonly fragments: Record<string, FragmentDefinitionNode>
}

/** One root field of an answer, ready to run. */
export type CompiledField =
  | CompiledRead
  | CompiledWrite
  | CompiledLoad
  | CompiledCursor
  | Introspection
  | Refused
  | TypeName

/** It has no nodes of the document: a compiled operation must not keep a document that its cache has evicted. */
interface Place {
  readonly key: string
  readonly isNullable: boolean
}

interface TypeName extends Place {
  readonly kind: 'typename'
  readonly name: string
}

/** A statement, possibly with open values, and the meaning of its only row. */
export interface CompiledRead extends Place {
  readonly kind: 'read'
  readonly label: FieldLabel
  readonly statement: Statement
  /** The past that it reads. */
  readonly past: PastRead | undefined
  /** What it waits for. */
  readonly awaited: AwaitedRead | undefined
  /** Whether PostgreSQL prints spaces in it. */
  readonly hasSpaces: boolean
  /** Limits of the matrix that is read, if any: its statement also returns its size. */
  readonly matrixLimits: Limits | undefined
  /** The type of all objects in its abstract fields; undefined if it has none, or if the statement returns the type. */
  readonly abstractType: string | undefined
}

export interface CompiledWrite extends Place {
  readonly kind: 'write'
  readonly label: FieldLabel
  /** Its arguments are coerced for each request; nothing compiled depends on them. */
  readonly field: GraphQLField<unknown, unknown>
  readonly run: Extract<RootAction, { kind: 'write' }>['run']
  readonly statements: UpsertStatements
  /** Undefined if the field is a number. */
  readonly payload: PayloadPlan | undefined
  readonly hasSpaces: boolean
}

/** `__schema` and `__type`, which graphql-js answers. */
interface Introspection extends Place {
  readonly kind: 'introspection'
  readonly name: string
}

export interface CompiledLoad extends Place {
  readonly kind: 'load'
  readonly label: FieldLabel
  /** Its arguments are coerced for each request. */
  readonly field: GraphQLField<unknown, unknown>
  readonly run: Extract<RootAction, { kind: 'load' }>['run']
}

export interface CompiledCursor extends Place {
  readonly kind: 'cursor'
  readonly label: FieldLabel
}

/** A root field that cannot be planned; the others can still run. */
interface Refused extends Place {
  readonly kind: 'refused'
  readonly error: unknown
}

type Variables = Pick<PlannedOperation, 'variableValues' | 'openVariables'>

/**
 * Compiles the root fields to statements, in the order of the response, as graphql-js executes them (section 6.3 of the
 * specification).
 */
export function compileOperation(
  root: RootOperation,
  variables: Variables,
  request: PlanRequest,
): readonly CompiledField[] {
  const operation: PlannedOperation = { ...root, ...variables }
  const fields = collectRootFields(root, variables.variableValues)
  return [...fields].map(([key, nodes]) => compileField(key, nodes, root.type, operation, request))
}

/** The nodes of each root field, by response key. */
export function collectRootFields(
  { schema, type, definition, fragments }: RootOperation,
  variables: PlannedOperation['variableValues'],
): ReadonlyMap<string, readonly FieldNode[]> {
  return collectFields(schema, fragments, variables, type, definition.selectionSet).fields
}

function compileField(
  key: string,
  nodes: readonly FieldNode[],
  type: GraphQLObjectType,
  operation: PlannedOperation,
  request: PlanRequest,
): CompiledField {
  const [node] = nodes
  const fieldName = node?.name.value ?? ''
  if (fieldName === '__typename') return { kind: 'typename', key, isNullable: false, name: type.name }
  const field = type.getFields()[fieldName]
  const action = field && actionOf(field)
  if (!node || !action) return { kind: 'introspection', key, isNullable: true, name: fieldName }
  const place: Place = { key, isNullable: isNullableType(field.type) }
  const { variableValues, openVariables = variableValues } = operation
  try {
    switch (action.kind) {
      case 'subscribe':
        throw new Error('a subscription is prepared elsewhere')
      case 'cursor':
        return { ...place, kind: 'cursor', label: labelAction(action) }
      case 'load':
        return { ...place, kind: 'load', label: labelAction(action), field, run: action.run }
      case 'write': {
        const returned = getNamedType(field.type)
        const context = contextOf(operation, request)
        const payload = isObjectType(returned) ? planPayload(action.template, returned, nodes, context) : undefined
        const views = payload?.views ?? new Map()
        const hasSpaces = [...views.values()].some(selectionShowsNestedJson)
        const statements = createUpsertStatements(action.template, views)
        const label = labelAction(action)
        return { ...place, kind: 'write', label, field, run: action.run, statements, payload, hasSpaces }
      }
      case 'read': {
        const path = { prev: undefined, key, typename: type.name }
        const root = { ...operation, fieldName, fieldNodes: nodes, returnType: field.type, path }
        const plan = action.plan(argumentsOf(field, node, openVariables), root, request)
        const matrix = plan.kind === 'matrix' ? plan.matrix : undefined
        return {
          ...place,
          kind: 'read',
          label: labelRead(plan),
          statement: compileRead(plan),
          past: plan.past,
          awaited: plan.awaited,
          hasSpaces: showsNestedJson(plan),
          matrixLimits: matrix?.limits,
          abstractType: matrix?.columns.target.template.typeName,
        }
      }
      default:
        return assertNever(action)
    }
  } catch (error) {
    return { ...place, kind: 'refused', error }
  }
}
