import type { GraphQLField } from 'graphql'
import type { ReadPlan } from '../plan/plan.ts'
import type { RootField } from '../plan/plan-read.ts'
import type { PlanRequest } from '../plan/plan-request.ts'
import { readObjects } from '../store/read-objects.ts'
import type { Args, OutputField } from './dynamic-builder.ts'

/** What one root field asks for, from its arguments, coerced by GraphQL, and the selection below it. */
export type PlanRead = (args: Args, field: RootField, request: PlanRequest) => ReadPlan

/**
 * A root field that is one statement, whose JSON is the field's value in the response. Its plan stands in the
 * field's extensions too, for the executor that does without graphql-js.
 */
export function readField({
  planRead,
  ...field
}: Omit<OutputField, 'resolve' | 'extensions'> & { readonly planRead: PlanRead }): OutputField {
  return {
    ...field,
    extensions: { planRead },
    resolve: (_parent, args, { reads, request }, info) => readObjects(reads.run, planRead(args, info, request)),
  }
}

/** How the field is read; undefined where it is more than a statement. */
export function planReadOf(field: GraphQLField<unknown, unknown>): PlanRead | undefined {
  return field.extensions['planRead'] as PlanRead | undefined
}
