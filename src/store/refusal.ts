import { GraphQLError } from 'graphql'
import type { InputIssue } from '../errors.ts'

/** Thrown inside a write to roll it back: the inputs that cannot be written, by their position in the caller's list. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  /** Each with its issues. */
  readonly failures: ReadonlyMap<number, GraphQLError>
  constructor(failures: ReadonlyMap<number, GraphQLError>) {
    super('refused')
    this.failures = failures
  }
}

/**
 * One error for several inputs, with all their issues and the code of the first. Its message gives the position
 * of each issue's item in the list.
 */
export function combineErrors(failures: ReadonlyMap<number, GraphQLError>): GraphQLError {
  const errors = [...failures].sort(([a], [b]) => a - b).map(([, error]) => error)
  const [first] = errors
  if (!first) throw new Error('no failure to tell of')
  const issues = errors.flatMap((error) => error.extensions.issues as readonly InputIssue[])
  const message = issues.map((issue) => `${positionOf(issue)}${issue.message}`).join('\n')
  return new GraphQLError(message, { extensions: { ...first.extensions, issues } })
}

/** `input[3]: ` for an item of a list. */
function positionOf({ path: [argument, index] }: InputIssue): string {
  return typeof index === 'number' ? `${argument}[${index}]: ` : ''
}
