import { type GraphQLError, getArgumentValues, locatedError, OperationTypeNode } from 'graphql'
import { assertNever } from '../errors.ts'
import type { Binding } from '../plan/open-value.ts'
import { assertMatrixFits } from '../plan/plan-matrix.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import { compactJson } from './compact-json.ts'
import type { CompiledField, CompiledRead, CompiledWrite } from './compile-operation.ts'
import { printPayload } from './print-payload.ts'
import type { RequestContext } from './request-context.ts'

/** What a root field came to: JSON text, a value for graphql-js to complete, or an error. */
export type FieldResult =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'error'; readonly error: GraphQLError; readonly isNull: boolean }

/**
 * Runs the root fields: of a query all at once, of a mutation one after the other, until one fails that cannot be null
 * (sections 6.2.1 and 6.2.2 of the specification).
 */
export async function runOperation(
  fields: readonly CompiledField[],
  operation: OperationTypeNode,
  binding: Binding,
  context: RequestContext,
): Promise<readonly FieldResult[]> {
  if (operation === OperationTypeNode.QUERY)
    return Promise.all(fields.map((field) => runField(field, binding, context)))
  const results: FieldResult[] = []
  for (const field of fields) {
    const result = await runField(field, binding, context)
    results.push(result)
    if (result.kind === 'error' && !result.isNull) break
  }
  return results
}

async function runField(field: CompiledField, binding: Binding, context: RequestContext): Promise<FieldResult> {
  if (field.kind === 'typename') return { kind: 'text', text: JSON.stringify(field.name) }
  try {
    switch (field.kind) {
      case 'read':
        return { kind: 'text', text: await runRead(field, binding, context) }
      case 'write':
        return { kind: 'text', text: await runWrite(field, binding, context) }
      case 'load':
        return { kind: 'value', value: field.run(context) }
      case 'refused':
        throw field.error
      default:
        return assertNever(field)
    }
  } catch (error) {
    return { kind: 'error', error: locatedError(error, field.nodes, [field.key]), isNull: field.isNullable }
  }
}

async function runRead(field: CompiledRead, binding: Binding, { reads }: RequestContext): Promise<string> {
  const [value = null, rows, columns] = (await reads.readRow(bindStatement(field.statement, binding))) ?? []
  if (field.matrix) assertMatrixFits(field.matrix, Number(rows), Number(columns))
  return value === null ? 'null' : compactIf(field.hasSpaces, value)
}

async function runWrite(field: CompiledWrite, binding: Binding, context: RequestContext): Promise<string> {
  const { nodes, payload, statements, hasSpaces } = field
  const [node] = nodes
  if (!node) throw new Error(`no node for "${field.key}"`)
  const args = getArgumentValues(field.field, node, binding.variables)
  const result = await field.run(args, { statements, binding }, context)
  if (result === null || typeof result === 'number' || !payload) return JSON.stringify(result)
  const [only] = payload.entries
  // A mutation that returns the object itself shows it in a view without a name.
  if (only?.kind === 'object' && only.view === '') return compactIf(hasSpaces, result.views?.[''] ?? 'null')
  return compactIf(hasSpaces, printPayload(payload.entries, result))
}

function compactIf(hasSpaces: boolean, json: string): string {
  return hasSpaces ? compactJson(json) : json
}
