import { GraphQLError, type Source } from 'graphql'
import { fieldNameInGraphql } from '../template/names/name-in-graphql.ts'

/** The longest name of a field. */
const longest = 200

/**
 * An error of syntax at a name as files have it, `console-ports`, with the name that GraphQL has instead; any other error as it is.
 * GraphQL reads `a:b` as an alias.
 */
export function explainName(error: unknown, { body }: Source): unknown {
  if (!(error instanceof GraphQLError)) return error
  const position = error.positions?.[0]
  if (position === undefined) return error
  const [before = ''] = /[\w./-]*$/.exec(body.slice(Math.max(position - longest, 0), position)) ?? []
  const [after = ''] = /^[\w./-]*/.exec(body.slice(position, position + longest)) ?? []
  const name = `${before}${after}`
  if (!/^[A-Za-z]\w*([./-]+\w+)+$/.test(name)) return error
  return new GraphQLError(`${error.message} In GraphQL, the name of ${name} is ${fieldNameInGraphql(name)}.`, {
    source: error.source ?? null,
    positions: error.positions ?? null,
  })
}
