import type { GraphQLError } from 'graphql'
import { createInputError, type InputIssue } from '../errors.ts'

/** Thrown inside a write to undo it: which inputs cannot be written, by their place in the caller's list. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly failures: ReadonlyMap<number, GraphQLError>
  constructor(failures: ReadonlyMap<number, GraphQLError>) {
    super('refused')
    this.failures = failures
  }
}

/** One error for several inputs: all input issues together, else the first error. */
export function combineErrors(failures: ReadonlyMap<number, GraphQLError>): GraphQLError {
  const errors = [...failures].sort(([a], [b]) => a - b).map(([, error]) => error)
  const issues = errors.flatMap((error) => (error.extensions.issues ?? []) as InputIssue[])
  const [first] = errors
  if (!first) throw new Error('no failure to tell of')
  return issues.length > 0 && errors.every((error) => error.extensions.code === 'BAD_USER_INPUT')
    ? createInputError(issues)
    : first
}
