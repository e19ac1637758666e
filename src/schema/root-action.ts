import type { GraphQLField } from 'graphql'
import type { ChangedPlan } from '../plan/live/changed-plan.ts'
import type { Binding } from '../plan/open-value.ts'
import type { ReadPlan } from '../plan/plan.ts'
import type { RootField } from '../plan/plan-read.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import type { UpsertStatements } from '../sql/writes/compile-upsert.ts'
import type { Template } from '../template/model.ts'
import type { RequestContext } from './request-context.ts'
import type { Outcome } from './writes/print-payload.ts'

/** How the executor gets the value of a field of Query or Mutation. */
export type RootAction =
  /** One statement, whose JSON is the value. */
  | { readonly kind: 'read'; readonly plan: (args: Args, field: RootField, request: PlanRequest) => ReadPlan }
  | { readonly kind: 'write'; readonly verb: 'upsert' | 'delete'; readonly template: Template; readonly run: Write }
  /** Where the feed of changes ends: it is found out before the other fields of a query are read. */
  | { readonly kind: 'cursor' }
  /** Events. */
  | {
      readonly kind: 'subscribe'
      readonly template: Template
      readonly plan: (args: Args, field: RootField, request: PlanRequest) => ChangedPlan
    }
  /** A value whose fields have resolvers. `selects` tells whether a field with a name is selected in it, at any depth. */
  | {
      readonly kind: 'load'
      readonly run: (context: RequestContext, args: Args, selects: (name: string) => boolean) => unknown
    }

type Args = Readonly<Record<string, unknown>>

/** Performs the write that the arguments describe. The statements return the selected fields of the objects. */
export type Write = (args: Args, shown: Shown, context: RequestContext) => Promise<WriteResult>

export interface Shown {
  readonly statements: UpsertStatements
  /** How many objects can be reached from one that is shown. */
  readonly reach: number
  /** Fills the open values in the statements. */
  readonly binding: Binding
  /** The JSON text of the root field for that result. */
  readonly print: (result: WriteResult) => string
  /** A text that is the same for the same root field with the same arguments and selection. */
  readonly describe: () => string
}

/** A number, the outcome that the payload is printed from, or null. */
export type WriteResult = number | Outcome | null

/** Undefined for `__schema` and the like, which graphql-js answers itself. */
export function actionOf(field: GraphQLField<unknown, unknown>): RootAction | undefined {
  return field.extensions['action'] as RootAction | undefined
}
