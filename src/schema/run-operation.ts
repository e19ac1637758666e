import { type FieldNode, type GraphQLError, getArgumentValues, locatedError, OperationTypeNode } from 'graphql'
import { assertNever } from '../errors.ts'
import { printFeedCursor } from '../plan/feed/feed-cursor.ts'
import { assertMatrixFits } from '../plan/matrix/plan-matrix.ts'
import { type Binding, bindValue, type Given } from '../plan/open-value.ts'
import type { PastRead } from '../plan/plan.ts'
import { bindStatement } from '../sql/bind-statement.ts'
import type { Statement } from '../sql/sql.ts'
import type { Row } from '../store/database.ts'
import { findFeedEnd } from '../store/feed/read-feed.ts'
import { KeptAnswer } from '../store/writes/keep-answer.ts'
import type { Tracer } from '../traces/tracer.ts'
import { compactJson } from './compact-json.ts'
import {
  type CompiledCursor,
  type CompiledField,
  type CompiledLoad,
  type CompiledRead,
  type CompiledWrite,
  collectRootFields,
  type RootOperation,
} from './compile-operation.ts'
import { selectsField } from './feed/selects-field.ts'
import type { FieldLabel } from './field-label.ts'
import { awaitRow } from './live/await-row.ts'
import type { RequestContext } from './request-context.ts'
import type { AbstractType } from './resolve-object-type.ts'
import type { WriteResult } from './root-action.ts'
import { describeRequest } from './writes/describe-request.ts'
import { printPayload } from './writes/print-payload.ts'

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
  if (run.operation.definition.operation === OperationTypeNode.QUERY) return runQuery(fields, run)
  const results: FieldResult[] = []
  for (const field of fields) {
    const result = await runField(field, run)
    results.push(result)
    if (result.kind === 'error' && !result.isNull) break
  }
  return results
}

/** All at once, but what takes a cursor of the feed first: the others then see all that is before it, on the primary. */
async function runQuery(fields: readonly CompiledField[], run: Run): Promise<readonly FieldResult[]> {
  if (!fields.some(takesCursor)) return Promise.all(fields.map((field) => runField(field, run)))
  const { context } = run
  const cursors = await Promise.all(fields.map((field) => takesCursor(field) && runField(field, run)))
  const reads = context.database.position ? context.database.run : context.reads
  const later: Run = { ...run, context: { ...context, reads } }
  return Promise.all(fields.map((field, i) => cursors[i] || runField(field, later)))
}

function takesCursor({ kind }: CompiledField): boolean {
  return kind === 'cursor'
}

interface Run {
  readonly operation: RootOperation
  readonly binding: Binding
  readonly context: RequestContext
}

async function runField(field: CompiledField, run: Run): Promise<FieldResult> {
  const { key, isNullable } = field
  const { metrics, tracer } = run.context
  const startedAt = metrics ? performance.now() : 0
  try {
    switch (field.kind) {
      case 'typename':
        return { kind: 'text', key, text: JSON.stringify(field.name) }
      case 'read':
      case 'write':
      case 'load':
      case 'cursor':
        return await (tracer ? traceField(field, run, tracer) : runAction(field, run))
      case 'introspection':
        return { kind: 'value', key, value: undefined }
      case 'refused':
        throw field.error
      default:
        return assertNever(field)
    }
  } catch (error) {
    return { kind: 'error', key, error: locatedError(error, nodesOf(key, run), [key]), isNull: isNullable }
  } finally {
    if (metrics && 'label' in field)
      metrics.observe('fieldDuration', field.label, (performance.now() - startedAt) / 1_000)
  }
}

type ActionField = Extract<CompiledField, { readonly label: FieldLabel }>

function traceField(field: ActionField, run: Run, tracer: Tracer): Promise<FieldResult> {
  const { kind, template } = field.label
  const attributes = { 'registry.kind': kind, ...(template !== '' && { 'registry.template': template }) }
  return tracer.trace(template === '' ? kind : `${kind} ${template}`, attributes, () => runAction(field, run))
}

function runAction(field: ActionField, run: Run): Promise<FieldResult> {
  switch (field.kind) {
    case 'read':
      return runRead(field, run)
    case 'write':
      return runWrite(field, run)
    case 'load':
      return runLoad(field, run)
    case 'cursor':
      return runCursor(field, run)
    default:
      return assertNever(field)
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

async function runRead(field: CompiledRead, run: Run): Promise<FieldResult> {
  const row = field.awaited ? await awaitRow(field, field.awaited, run) : await readRow(field, run)
  const text = typeof row?.value === 'string' ? compactIf(field.hasSpaces, row.value) : 'null'
  return {
    kind: 'text',
    key: field.key,
    text,
    abstractType: field.abstractType ?? (row?.type as AbstractType | undefined),
  }
}

async function readRow(
  { statement, past, matrixLimits }: CompiledRead,
  { binding, context }: Run,
): Promise<Row | undefined> {
  const rows = past ? readPast(past, statement, binding, context) : context.reads(bindStatement(statement, binding))
  const [row] = await rows
  if (matrixLimits) assertMatrixFits(matrixLimits, Number(row?.rows), Number(row?.columns))
  return row
}

/** Reads as of a time that no write can change any more; relative times start from it, unless the present is read as well. */
function readPast(
  { at, argument, from, isUntilNow, templates, unkept, sought }: PastRead,
  statement: Statement,
  binding: Binding,
  { database, reads, readPast: read }: RequestContext,
): Promise<readonly Row[]> {
  const textOf = (given: Given<string>) => String(bindValue(given, binding))
  const time = textOf(at)
  const earlier = from === undefined ? undefined : textOf(from)
  const bound = bindStatement(statement, {
    ...binding,
    at: time,
    ...(!isUntilNow && { now: new Date(time) }),
    ...(earlier !== undefined && { from: earlier }),
  })
  const past = {
    ...{ at: time, argument, from: earlier, templates, unkept },
    sought: sought && { ...sought, uuid: textOf(sought.uuid) },
  }
  // With replicas, one of these may run the reads of the request.
  return read(database.position ? database.run : reads, bound, past)
}

async function runLoad(field: CompiledLoad, run: Run): Promise<FieldResult> {
  const selects = (name: string) => selectsField(name, nodesOf(field.key, run), run.operation.fragments)
  return { kind: 'value', key: field.key, value: await field.run(run.context, argumentsOf(field, run), selects) }
}

async function runCursor({ key }: CompiledCursor, { context }: Run): Promise<FieldResult> {
  return { kind: 'text', key, text: JSON.stringify(printFeedCursor(await findFeedEnd(context.database.run))) }
}

async function runWrite(field: CompiledWrite, run: Run): Promise<FieldResult> {
  const { key, payload, statements, hasSpaces } = field
  const { operation, binding, context } = run
  const args = argumentsOf(field, run)
  const print = (result: WriteResult): string => {
    if (result === null || typeof result === 'number' || !payload) return JSON.stringify(result)
    const [only] = payload.entries
    // If a mutation returns the object itself, its view has no name.
    if (only?.kind === 'object' && only.view === '') return compactIf(hasSpaces, result.views?.[''] ?? 'null')
    return compactIf(hasSpaces, printPayload(payload.entries, result))
  }
  const describe = () => describeRequest(nodesOf(key, run), args, operation.fragments, binding.variables)
  try {
    const result = await field.run(args, { statements, binding, reach: payload?.reach ?? 0, print, describe }, context)
    return { kind: 'text', key, text: print(result) }
  } catch (error) {
    if (error instanceof KeptAnswer) return { kind: 'text', key, text: error.answer }
    throw error
  }
}

function compactIf(hasSpaces: boolean, json: string): string {
  return hasSpaces ? compactJson(json) : json
}
