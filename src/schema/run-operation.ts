import { type FieldNode, type GraphQLError, getArgumentValues, locatedError, OperationTypeNode } from 'graphql'
import { assertNever } from '../errors.ts'
import { assertMatrixFits } from '../plan/matrix/plan-matrix.ts'
import type { Binding } from '../plan/open-value.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import { compactJson } from './compact-json.ts'
import {
  type CompiledField,
  type CompiledRead,
  type CompiledWrite,
  collectRootFields,
  type RootOperation,
} from './compile-operation.ts'
import { printPayload } from './print-payload.ts'
import type { RequestContext } from './request-context.ts'
import type { AbstractType } from './resolve-object-type.ts'

/** The result of a root field, by its response key: JSON text, a value for graphql-js to complete, or an error. */
export type FieldResult = { readonly key: string } & (
  | { readonly kind: 'text'; readonly text: string; readonly abstractType?: AbstractType | undefined }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: GraphQLError; readonly isNull: boolean }
)

/**
 * Runs the root fields: those of a query concurrently, those of a mutation one after another, until one fails that must not
 * be null (sections 6.2.1 and 6.2.2 of the specification).
 */
export async function runOperation(fields: readonly CompiledField[], run: Run): Promise<readonly FieldResult[]> {
  if (run.operation.definition.operation === OperationTypeNode.QUERY)
    return Promise.all(fields.map((field) => runField(field, run)))
  const results: FieldResult[] = []
  for (const field of fields) {
    const result = await runField(field, run)
    results.push(result)
    if (result.kind === 'error' && !result.isNull) break
  }
  return results
}

interface Run {
  readonly operation: RootOperation
  readonly binding: Binding
  readonly context: RequestContext
}

async function runField(field: CompiledField, run: Run): Promise<FieldResult> {
  const { key, isNullable } = field
  try {
    switch (field.kind) {
      case 'typename':
        return { kind: 'text', key, text: JSON.stringify(field.name) }
      case 'read':
        return await runRead(field, run)
      case 'write':
        return { kind: 'text', key, text: await runWrite(field, run) }
      case 'load':
        return { kind: 'value', key, value: await field.run(run.context, argumentsOf(field, run)) }
      case 'introspection':
        return { kind: 'value', key, value: undefined }
      case 'refused':
        throw field.error
      default:
        return assertNever(field)
    }
  } catch (error) {
    return { kind: 'error', key, error: locatedError(error, nodesOf(key, run), [key]), isNull: isNullable }
  }
}

function nodesOf(key: string, { operation, binding }: Run): readonly FieldNode[] {
  return collectRootFields(operation, binding.variables).get(key) ?? []
}

function argumentsOf(
  { key, field }: Pick<CompiledWrite, 'key' | 'field'>,
  run: Run,
): Readonly<Record<string, unknown>> {
  const [node] = nodesOf(key, run)
  if (!node) throw new Error(`no node for "${key}"`)
  return getArgumentValues(field, node, run.binding.variables)
}

async function runRead(field: CompiledRead, { binding, context }: Run): Promise<FieldResult> {
  const [row] = await context.reads(bindStatement(field.statement, binding))
  if (field.matrixLimits) assertMatrixFits(field.matrixLimits, Number(row?.rows), Number(row?.columns))
  const text = typeof row?.value === 'string' ? compactIf(field.hasSpaces, row.value) : 'null'
  return {
    kind: 'text',
    key: field.key,
    text,
    abstractType: field.abstractType ?? (row?.type as AbstractType | undefined),
  }
}

async function runWrite(field: CompiledWrite, run: Run): Promise<string> {
  const { payload, statements, hasSpaces } = field
  const { binding, context } = run
  const args = argumentsOf(field, run)
  const result = await field.run(args, { statements, binding, reach: payload?.reach ?? 0 }, context)
  if (result === null || typeof result === 'number' || !payload) return JSON.stringify(result)
  const [only] = payload.entries
  // If a mutation returns the object itself, its view has no name.
  if (only?.kind === 'object' && only.view === '') return compactIf(hasSpaces, result.views?.[''] ?? 'null')
  return compactIf(hasSpaces, printPayload(payload.entries, result))
}

function compactIf(hasSpaces: boolean, json: string): string {
  return hasSpaces ? compactJson(json) : json
}
