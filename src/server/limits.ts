/** What one request may ask for. Every limit is a line of this table; passing one is `LIMIT_EXCEEDED`. */

import { GraphQLError } from 'graphql'

interface Limit {
  readonly default: number
  /** What is counted, as in "the request has 300 …" */
  readonly counts: string
  readonly description: string
}

export const limits = {
  bodyBytes: { default: 10_000_000, counts: 'bytes in its body', description: 'size of a request body (10 MB)' },
  jsonDepth: {
    default: 64,
    counts: 'levels of nested values',
    description: 'objects and lists inside one variable or literal',
  },
  documentLength: {
    default: 4_000_000,
    counts: 'characters in its document',
    description: 'length of the document; data belong into variables',
  },
  tokens: {
    default: 100_000,
    counts: 'tokens in its document',
    description: 'words and punctuators of the document: some 3,000 objects of 10 fields written as literals',
  },
  nesting: {
    default: 200,
    counts: 'levels of nested brackets in its document',
    description: 'braces, brackets and parentheses inside each other',
  },
  operations: { default: 100, counts: 'operations in its document', description: 'operations of one document' },
  fragments: { default: 200, counts: 'fragments in its document', description: 'named fragments of one document' },
  spreads: { default: 1_000, counts: 'fragment spreads in its document', description: 'uses of named fragments' },
  variables: { default: 1_000, counts: 'variables', description: 'variable definitions of one document' },
  depth: { default: 40, counts: 'levels of nested fields', description: 'fields inside fields, fragments included' },
  rootFields: {
    default: 100,
    counts: 'fields at the root',
    description: 'root fields of one document: each is a statement in the database',
  },
  fields: {
    default: 10_000,
    counts: 'fields',
    description: 'fields of one document, those of a fragment counted at each use',
  },
  aliases: { default: 500, counts: 'aliases', description: 'aliased fields of one document, fragments included' },
  directives: { default: 500, counts: 'directives', description: 'directives of one document, fragments included' },
  fieldPairs: {
    default: 100_000,
    counts: 'pairs of fields with one name in one place',
    description: 'fields that must be compared to be merged: grows with the square of repetitions',
  },
  introspectionLists: {
    default: 30,
    counts: 'lists under __schema and __type',
    description: 'lists of an introspection query: each multiplies its answer',
  },
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof limits
export type Limits = { readonly [Name in LimitName]: number }

/** The default of every limit. */
export const defaultLimits: Limits = Object.freeze(
  Object.fromEntries(Object.entries(limits).map(([name, limit]) => [name, limit.default])) as Limits,
)

/**
 * `LIMIT_EXCEEDED`: which limit, what was asked, what is allowed.
 *
 * @param asked the count, or `undefined` if counting stopped at the limit
 * @param status the HTTP status; 400 unless told
 */
export function createLimitError(name: LimitName, allowed: number, asked?: number, status = 400): GraphQLError {
  const had = asked === undefined || !Number.isSafeInteger(asked) ? `more than ${format(allowed)}` : format(asked)
  return new GraphQLError(
    `The request has ${had} ${limits[name].counts}; at most ${format(allowed)} are allowed (limit "${name}"). Split it into smaller requests.`,
    {
      extensions: {
        code: 'LIMIT_EXCEEDED',
        limit: { name, allowed, ...(Number.isSafeInteger(asked) && { asked }) },
        http: { status },
      },
    },
  )
}

/** Throws `LIMIT_EXCEEDED` if a count is over its limit. */
export function assertWithinLimit(name: LimitName, asked: number, given: Limits): void {
  if (asked > given[name]) throw createLimitError(name, given[name], asked)
}

function format(count: number): string {
  return count.toLocaleString('en-US')
}
