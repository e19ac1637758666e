/** What requests may ask for. Every limit is a line of this table; exceeding it is `LIMIT_EXCEEDED` unless its description says otherwise. */

import { GraphQLError } from 'graphql'

interface Limit {
  readonly default: number
  /** What is counted, as in "the request has 300 …" */
  readonly counts: string
  readonly description: string
  /** What to do instead. Default: split the request. */
  readonly remedy?: string
}

export const limits = {
  bodyBytes: { default: 10_000_000, counts: 'bytes in its body', description: 'size of a request body (10 MB)' },
  jsonDepth: {
    default: 64,
    counts: 'levels of nested values',
    description: 'objects and lists inside one variable or literal',
  },
  jsonValues: {
    default: 250_000,
    counts: 'values in its JSON',
    description: 'objects, lists, strings, numbers and literals of a request: some 11,000 objects of 20 fields',
    remedy: 'Split it into several requests.',
  },
  jsonShapes: {
    default: 30_000,
    counts: 'different sequences of names in the objects of its JSON',
    description:
      'names in the JSON of a request; a name counts once after each different sequence of names before it in its object',
    remedy: 'Give all objects their fields in the same order, or split it into several requests.',
  },
  documentLength: {
    default: 4_000_000,
    counts: 'characters in its document',
    description: 'length of the document; pass data in variables',
  },
  tokens: {
    default: 100_000,
    counts: 'tokens in its document',
    description: 'words and punctuators of the document: some 3,000 objects of 10 fields written as literals',
  },
  nesting: {
    default: 200,
    counts: 'levels of nested brackets in its document',
    description: 'nested braces, brackets and parentheses',
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
    description: 'fields of one document; the fields of a fragment count at each use',
  },
  aliases: { default: 500, counts: 'aliases', description: 'aliased fields of one document, fragments included' },
  directives: { default: 500, counts: 'directives', description: 'directives of one document, fragments included' },
  fieldPairs: {
    default: 100_000,
    counts: 'pairs of fields with the same name in the same place',
    description: 'pairs of fields that GraphQL must compare to merge them: grows with the square of repetitions',
  },
  introspectionLists: {
    default: 30,
    counts: 'lists under __schema and __type',
    description: 'lists of an introspection query: each multiplies the size of the answer',
  },
  pageSize: {
    default: 1_000,
    counts: 'objects in one page',
    description: '`first` and `last` of a list',
    remedy: 'Ask for one page after another: after: <endCursor>.',
  },
  nodes: {
    default: 1_000_000,
    counts: 'objects within its reach',
    description: 'objects that an operation may reach: the sizes of nested pages, multiplied',
    remedy: 'Give the inner lists a smaller first, or ask for fewer at once.',
  },
  listValues: {
    default: 10_000,
    counts: 'values in one list of a filter',
    description: 'values of one `in`, `notIn`, `hasSome` or `hasEvery`',
    remedy: 'Split the list over several requests.',
  },
  listedValues: {
    default: 100_000,
    counts: 'values in the lists of its filters',
    description: 'values of all lists of all filters of a request together',
    remedy: 'Split the lists over several requests.',
  },
  conditions: {
    default: 2_000,
    counts: 'conditions in its filters',
    description: 'fields, operators and AND, OR, NOT in all filters of a request together',
    remedy: 'Write {in: [...]} for many values of one field, or send several requests.',
  },
  patterns: {
    default: 20,
    counts: 'regular expressions in its filters',
    description:
      '`matches` in all filters of a request together: each is compared with all objects that the other conditions leave',
    remedy: 'Join them with |, or send several requests.',
  },
  measures: {
    default: 100,
    counts: 'distinct counts, percentiles, rates and filtered counts',
    description:
      'distinct counts, percentiles, rates and filtered counts of a request together: each sorts or filters all objects once more',
  },
  groupPaths: {
    default: 10,
    counts: 'paths in one groupBy',
    description: '`paths` of one `groupBy`: each is a join',
    remedy: 'Leave out the last ones.',
  },
  orderTerms: {
    default: 50,
    counts: 'fields in one orderBy',
    description: 'fields of one `orderBy`: the SQL of a cursor grows with their square',
    remedy: 'Leave out the last ones.',
  },
  orderJoins: {
    default: 20,
    counts: 'references in one orderBy',
    description: 'different paths through references in one `orderBy`: each is a join',
    remedy: 'Leave out the last ones.',
  },
  searchWords: {
    default: 10,
    counts: 'words in the text of one search',
    description: 'words of one `search`: all of them must be in an object',
    remedy: 'Leave out the least telling ones.',
  },
  deletes: {
    default: 50_000,
    counts: 'objects to delete',
    description: 'objects that match the filter of one deletion, not counting those deleted by cascade',
    remedy: 'Narrow the filter and delete in several steps.',
  },
  matrixRows: {
    default: 1_000,
    counts: 'rows in a matrix',
    description: 'rows of one matrix',
    remedy: 'Name the rows in rowIn.',
  },
  matrixColumns: {
    default: 1_000,
    counts: 'columns in a matrix',
    description: 'columns of one matrix',
    remedy: 'Narrow the columns with columnWhere.',
  },
  matrixCells: {
    default: 100_000,
    counts: 'cells in a matrix',
    description: 'rows times columns of one matrix',
    remedy: 'Name the rows in rowIn, or narrow the columns with columnWhere.',
  },
  bytesInFlight: {
    default: 500_000_000,
    counts: 'bytes in flight',
    description:
      'size of all request bodies and answers that the server holds at one time (500 MB); a request beyond it is SERVICE_UNAVAILABLE',
    remedy: 'Try again shortly.',
  },
  callerStatements: {
    default: 4,
    counts: 'statements at a time',
    description:
      'statements of one caller that run at a time, where there are rules of access; by default a third of the connections. A request that waits for 2 s is answered with HTTP 429',
  },
  callerQueue: {
    default: 200,
    counts: 'requests waiting',
    description: 'requests of one caller that wait for its statements to end; one more is answered with HTTP 429',
  },
  callerListeners: {
    default: 2_000,
    counts: 'waits and subscriptions open',
    description:
      'waits and subscriptions of one caller that are open at a time, where there are rules of access; one more is answered with HTTP 429',
  },
  answerBytes: {
    default: 100_000_000,
    counts: 'bytes in its answer',
    description:
      "size of the database's answers to all root fields of a query, or to one statement of a mutation (100 MB)",
    remedy: 'Select less of each object, or ask for fewer at once.',
  },
  statementMilliseconds: {
    default: 4_000,
    counts: 'milliseconds of work in the database',
    description: 'time that one statement may take in the database; a statement beyond it is TIMEOUT',
    remedy: 'Ask for less at a time, or filter by an indexed field.',
  },
} as const satisfies Record<string, Limit>

export type LimitName = keyof typeof limits
export type Limits = { readonly [Name in LimitName]: number }

/** A value for every limit. */
export function mapLimits<Value>(toValue: (name: LimitName) => Value): Readonly<Record<LimitName, Value>> {
  return Object.fromEntries((Object.keys(limits) as LimitName[]).map((name) => [name, toValue(name)])) as Record<
    LimitName,
    Value
  >
}

/** The default of every limit. */
export const defaultLimits: Limits = Object.freeze(mapLimits((name) => limits[name].default))

/** The environment variable that sets a limit: `LIMIT_PAGE_SIZE` for `pageSize`. */
export function limitVariable(name: LimitName): string {
  return `LIMIT_${name.replace(/[A-Z]/g, '_$&').toUpperCase()}`
}

interface LimitErrorOptions {
  readonly path?: readonly (string | number)[]
  readonly status?: number
  readonly remedy?: string | undefined
}

/**
 * The error `LIMIT_EXCEEDED`, with the limit, the requested amount and the allowed amount.
 *
 * @param asked the count, or `undefined` if counting stopped at the limit
 * @param options.path from the argument inwards, `['where', 'name', 'in']`: becomes the path of the error's one issue
 * @param options.status the HTTP status. Default: GraphQL decides
 * @param options.remedy what to do instead. Default: that of the limit
 */
export function createLimitError(
  name: LimitName,
  allowed: number,
  asked?: number,
  { path, status, remedy: given }: LimitErrorOptions = {},
): GraphQLError {
  const { counts, remedy: usual = 'Split it into smaller requests.' }: Limit = limits[name]
  const remedy = given ?? usual
  const had = asked === undefined || !Number.isSafeInteger(asked) ? `more than ${format(allowed)}` : format(asked)
  const message = `${path === undefined ? 'The' : `${path.join('.')}: the`} request has ${had} ${counts}; at most ${format(allowed)} are allowed (limit "${name}"). ${remedy}`
  return new GraphQLError(message, {
    extensions: {
      code: 'LIMIT_EXCEEDED',
      limit: { name, allowed, ...(Number.isSafeInteger(asked) && { asked }) },
      ...(path && { issues: [{ path, code: 'LIMIT_EXCEEDED', message }] }),
      ...(status !== undefined && { http: { status } }),
    },
  })
}

/**
 * The error `LIMIT_EXCEEDED` of a caller who has as much going on as is allowed: HTTP 429. Nothing of the request has been written.
 *
 * @param retryAfter after how many seconds the caller may try again
 */
export function createBusyCallerError(
  name: LimitName,
  allowed: number,
  message: string,
  retryAfter: number,
): GraphQLError {
  return new GraphQLError(message, {
    extensions: {
      code: 'LIMIT_EXCEEDED',
      limit: { name, allowed },
      http: { status: 429, headers: { 'Retry-After': String(retryAfter) } },
    },
  })
}

/** Throws `LIMIT_EXCEEDED` if a count is over its limit. */
export function assertWithinLimit(name: LimitName, asked: number, given: Limits, options?: LimitErrorOptions): void {
  if (asked > given[name]) throw createLimitError(name, given[name], asked, options)
}

function format(count: number): string {
  return count.toLocaleString('en-US')
}
