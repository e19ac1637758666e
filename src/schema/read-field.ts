import type { GraphQLField } from 'graphql'
import type { ReadPlan } from '../plan/plan.ts'
import type { ReadRequest } from '../plan/plan-read.ts'
import { readObjects } from '../store/read-objects.ts'
import type { Args, OutputField } from './dynamic-builder.ts'

/** What one root field asks for, from its arguments, coerced by GraphQL, and the selection below it. */
export type PlanRead = (args: Args, request: ReadRequest) => ReadPlan

/**
 * A root field that is one statement, whose JSON is the field's value in the response. Its plan stands in the
 * field's extensions too, for those who answer without graphql-js.
 */
export function readField({
  planRead,
  ...field
}: Omit<OutputField, 'resolve' | 'extensions'> & { readonly planRead: PlanRead }): OutputField {
  return {
    ...field,
    extensions: { planRead },
    resolve(_parent, args, { reads, failures }, info) {
      const failure = failures?.get(String(info.path.key))
      if (failure !== undefined) throw failure
      return readObjects(reads.run, planRead(args, info))
    },
  }
}

/** How the field is read; undefined where it is more than a statement. */
export function planReadOf(field: GraphQLField<unknown, unknown>): PlanRead | undefined {
  return field.extensions['planRead'] as PlanRead | undefined
}
