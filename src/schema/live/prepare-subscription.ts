import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FieldNode,
  type GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  locatedError,
  type OperationDefinitionNode,
} from 'graphql'
import { argumentsOf } from '../../plan/collect-selection.ts'
import { allOf, always } from '../../plan/condition.ts'
import { parseFeedCursor, printFeedCursor } from '../../plan/feed/feed-cursor.ts'
import type { ChangedEntry, ChangedPlan } from '../../plan/live/changed-plan.ts'
import { createJudge } from '../../plan/live/judge.ts'
import { needOf } from '../../plan/live/need-of.ts'
import type { Binding } from '../../plan/open-value.ts'
import { bindStatement } from '../../sql/bind-statement.ts'
import { compileChanged } from '../../sql/live/compile-changed.ts'
import { compileJudgedVersions } from '../../sql/live/compile-judged-versions.ts'
import type { Row } from '../../store/database.ts'
import type { Mesh } from '../../store/live/create-sieve.ts'
import type { EventStream, StreamEvent, Topic } from '../../store/live/create-streams.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import { createCoerceVariables } from '../coerce-variables.ts'
import { compactJson } from '../compact-json.ts'
import { collectRootFields, type RootOperation } from '../compile-operation.ts'
import { nameArgumentErrors } from '../document-error.ts'
import type { Variables } from '../open-variables.ts'
import { fragmentsOf } from '../prepare-operation.ts'
import { callerNameOf, type RequestContext } from '../request-context.ts'
import { actionOf } from '../root-action.ts'
import { hasUnfit, parseWithUnfit } from '../unfit-values.ts'
import { identify } from './await-row.ts'

/** One event as the JSON text of `data`, or errors. */
export interface EventResult {
  readonly data: string | undefined
  readonly errors: readonly GraphQLError[]
}

export interface Subscription {
  /** The events from now on, or errors if there can be none. */
  readonly subscribe: (given: Variables, context: RequestContext) => Promise<EventStream<EventResult> | EventResult>
}

/** Prepares the subscription of a valid document, which has one field. */
export function prepareSubscription(
  schema: GraphQLSchema,
  document: DocumentNode,
  definition: OperationDefinitionNode,
): Subscription {
  const type = schema.getRootType(definition.operation)
  if (!type) throw new Error('the schema has no subscriptions')
  const operation: RootOperation = { schema, type, definition, fragments: fragmentsOf(document, definition) }
  const coerce = createCoerceVariables(schema, document, definition)
  return {
    async subscribe(given, context) {
      let root: readonly [string, readonly FieldNode[]] | undefined
      const fail = (error: unknown): EventResult => ({
        data: undefined,
        errors: nameArgumentErrors([locatedError(error, root?.[1], root && [root[0]])], document),
      })
      try {
        const { coerced, errors } = await coerce(given, context.request)
        if (errors) return { data: undefined, errors }
        ;[root] = collectRootFields(operation, coerced)
        // All of it may be skipped.
        if (!root) return { data: '{}', errors: [] }
        const [key, nodes] = root
        const [node] = nodes
        const field = type.getFields()[node?.name.value ?? '']
        const action = field && actionOf(field)
        if (!node || !field || action?.kind !== 'subscribe') throw new Error(`no subscription "${key}"`)
        const { request } = context
        const args = argumentsOf(field, node, coerced)
        const path = { prev: undefined, key, typename: type.name }
        const planned = {
          ...operation,
          variableValues: coerced,
          fieldName: field.name,
          fieldNodes: nodes,
          returnType: field.type,
          path,
        }
        const plan = action.plan(args, planned, request)
        const after = typeof args.after === 'string' ? parseFeedCursor(args.after, ['after']) : undefined
        const statement = compileChanged(plan)
        const binding: Binding = { variables: coerced, now: request.now, caller: request.rights.values }
        const { asker } = context
        const { name, isRelative } = identify(statement, { ...binding, parts: [[]] })
        const topic: Topic = {
          name,
          origin: originOf(action.template.stored),
          lane: callerNameOf(context),
          mesh: meshOf(plan, { name, isRelative }, binding),
          read: (run, sequences) => run(bindStatement(statement, { ...binding, now: new Date(), parts: [sequences] })),
          verify: async () => asker.verify?.(),
        }
        const events = await context.streams.open(topic, after, asker.connection)
        return toResults(
          events,
          (event) => printEvent(event, key, plan.entries),
          fail,
          (data) => complete(data, { schema, document, definition, given, context }),
        )
      } catch (error) {
        return fail(error)
      }
    },
  }
}

/** Undefined if every change of the template has to be looked at by PostgreSQL, or what matches depends on when it is looked at. */
function meshOf(
  plan: ChangedPlan,
  { name, isRelative }: { readonly name: string; readonly isRelative: boolean },
  binding: Binding,
): Mesh | undefined {
  // Who may not see a version is told nothing that depends on it.
  const condition = allOf([plan.source.visible, plan.where ?? always])
  const judged = condition.kind === 'always' || isRelative ? undefined : createJudge(condition, binding)
  if (!judged) return undefined
  const statement = compileJudgedVersions(plan)
  return {
    name,
    form: statement.text,
    attributes: judged.attributes,
    need: needOf(condition, binding),
    mayMatch: (version) => judged.judge(version) !== false,
    read: (run, sequences, attributes) => run(bindStatement(statement, { ...binding, parts: [sequences, attributes] })),
  }
}

/** Each event as a result; an error is the last one. */
function toResults(
  events: EventStream<StreamEvent>,
  print: (event: StreamEvent) => string,
  fail: (error: unknown) => EventResult,
  complete: (data: string) => Promise<EventResult>,
): EventStream<EventResult> {
  const done = { done: true, value: undefined } as const
  let hasFailed = false
  return {
    async next() {
      if (hasFailed) return done
      try {
        const { done: isDone, value } = await events.next()
        if (isDone || !value) return done
        const data = print(value)
        return { done: false, value: hasUnfit(data) ? await complete(data) : { data, errors: [] } }
      } catch (error) {
        hasFailed = true
        return { done: false, value: fail(error) }
      }
    },
    async return() {
      await events.return()
      return done
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function printEvent({ row, position }: StreamEvent, key: string, entries: readonly ChangedEntry[]): string {
  const members = entries.map((entry, i) => {
    const value = entry.kind === 'cursor' ? JSON.stringify(printFeedCursor(position)) : printEntry(entry, i, row)
    return `${JSON.stringify(entry.key)}:${value}`
  })
  return `{${JSON.stringify(key)}:{${members.join(',')}}}`
}

function printEntry(entry: ChangedEntry, i: number, row: Row | undefined): string {
  if (row) return compactJson(String(row[`e${i}`] ?? 'null'))
  if (entry.kind === 'typename') return JSON.stringify(entry.name)
  if (entry.kind === 'kind') return '"BOOKMARK"'
  return entry.kind === 'changes' ? '[]' : 'null'
}

/** Has graphql-js put errors in the places of values that do not fit their template. */
async function complete(
  data: string,
  {
    schema,
    document,
    definition,
    given,
    context,
  }: {
    readonly schema: GraphQLSchema
    readonly document: DocumentNode
    readonly definition: OperationDefinitionNode
    readonly given: Variables
    readonly context: RequestContext
  },
): Promise<EventResult> {
  const result: ExecutionResult = await execute({
    schema,
    document,
    operationName: definition.name?.value,
    rootValue: parseWithUnfit(data),
    contextValue: context,
    variableValues: given,
  })
  return { data: JSON.stringify(result.data ?? null), errors: result.errors ?? [] }
}

/** The subscription of that name; undefined for another operation. */
export function findSubscription(
  document: DocumentNode,
  name: string | undefined,
): OperationDefinitionNode | undefined {
  const definition = getOperationAST(document, name)
  return definition?.operation === 'subscription' ? definition : undefined
}
