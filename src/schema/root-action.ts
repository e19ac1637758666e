import type { GraphQLField } from 'graphql'
import type { Binding } from '../plan/open-value.ts'
import type { ReadPlan } from '../plan/plan.ts'
import type { RootField } from '../plan/plan-read.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import type { UpsertStatements } from '../sql/writes/compile-upsert.ts'
import type { Template } from '../template/model.ts'
import type { Outcome } from './print-payload.ts'
import type { RequestContext } from './request-context.ts'

/** How the executor gets the value of a field of Query or Mutation. */
export type RootAction =
  /** One statement, whose JSON is the value. */
  | { readonly kind: 'read'; readonly plan: (args: Args, field: RootField, request: PlanRequest) => ReadPlan }
  | { readonly kind: 'write'; readonly template: Template; readonly run: Write }
  /** A value whose fields have resolvers. */
  | { readonly kind: 'load'; readonly run: (context: RequestContext, args: Args) => unknown }

type Args = Readonly<Record<string, unknown>>

/** Performs the write that the arguments describe. The statements return the selected fields of the objects. */
export type Write = (args: Args, shown: Shown, context: RequestContext) => Promise<WriteResult>

interface Shown {
  readonly statements: UpsertStatements
  /** How many objects can be reached from one that is shown. */
  readonly reach: number
  /** Fills the open values in the statements. */
  readonly binding: Binding
}

/** A number, the outcome that the payload is printed from, or null. */
type WriteResult = number | Outcome | null

/** Undefined for `__schema` and the like, which graphql-js answers itself. */
export function actionOf(field: GraphQLField<unknown, unknown>): RootAction | undefined {
  return field.extensions['action'] as RootAction | undefined
}
