/**
 * What people write who know other GraphQL APIs (Hasura, PostGraphile, Prisma, Strapi, Relay), and what it is here. A name that exists
 * here is never looked up. Of several names, the first that the place has is meant.
 */

type Names = readonly string[]

/** Entries of filters: operators, logic and quantifiers. */
const entries: Readonly<Record<string, Names>> = {
  equals: ['eq', '_eq', 'equal', 'equalTo', 'is', '_is', 'isEqualTo', '__eq', 'eqi', 'exact'],
  not: ['ne', 'neq', '_neq', '_ne', '_not', 'notEqual', 'notEquals', 'notEqualTo', 'isNot', 'distinctFrom', 'nei'],
  in: ['_in', 'inList', 'oneOf', 'isIn', 'anyOf'],
  notIn: ['_nin', 'nin', 'not_in', '_not_in', 'notin', 'noneOf'],
  lt: ['_lt', 'lessThan', 'before'],
  lte: ['_lte', 'le', '_le', 'lessThanOrEqual', 'lessThanOrEqualTo'],
  gt: ['_gt', 'greaterThan', 'after'],
  gte: ['_gte', 'ge', '_ge', 'greaterThanOrEqual', 'greaterThanOrEqualTo'],
  contains: [
    '_contains',
    '_like',
    'like',
    'includes',
    'includesInsensitive',
    'substring',
    '_ilike',
    'ilike',
    'containsi',
    'likeInsensitive',
    'icontains',
    'search',
  ],
  startsWith: [
    'starts_with',
    '_starts_with',
    'startswith',
    'beginsWith',
    'prefix',
    'startsWithInsensitive',
    'startsWithi',
  ],
  endsWith: ['ends_with', '_ends_with', 'endswith', 'suffix', 'endsWithInsensitive', 'endsWithi'],
  matches: ['_regex', '_iregex', '_similar', 'regex', 'regexp', 'match', 'similarTo', 're'],
  isNull: [
    '_is_null',
    'is_null',
    'isNil',
    'null',
    'isnull',
    '_isNull',
    'isSet',
    'exists',
    'notNull',
    'isNotNull',
    'is_not_null',
  ],
  has: ['_has_key', '_contains', 'contains', 'includes', 'anyEqualTo', 'containsElement'],
  hasSome: ['_has_keys_any', 'hasAny', 'overlaps', 'containsAny', 'containsSome', '_overlap', 'in'],
  hasEvery: ['_has_keys_all', 'hasAll', 'containsAll', 'containsEvery'],
  AND: ['and', '_and', 'And', 'all'],
  OR: ['or', '_or', 'Or', 'any'],
  NOT: ['not', '_not', 'Not', 'nor', 'NOR'],
  some: ['any', '_some', 'has', 'exists', 'someOf'],
  every: ['all', '_every', 'each'],
  none: ['_none', 'no', 'nothing'],
  _meta: ['meta'],
}

/** Operators that take the least and the greatest value. */
export const rangesElsewhere: ReadonlySet<string> = new Set(['between', '_between', 'range', 'inRange'])

/** Operators that compare without regard to case, which is an option here. */
export const caselessElsewhere: ReadonlySet<string> = new Set([
  'ilike',
  '_ilike',
  '_iregex',
  'includesInsensitive',
  'startsWithInsensitive',
  'endsWithInsensitive',
  'likeInsensitive',
  'containsi',
  'icontains',
  'startsWithi',
  'endsWithi',
  'eqi',
  'nei',
])

/** Arguments of lists, of upserts and of deletions. */
const parameters: Readonly<Record<string, Names>> = {
  where: ['filter', 'condition', 'query', 'q', '_where', 'filters', 'having', 'search', 'match'],
  orderBy: ['order_by', 'order', 'sort', 'sortBy', 'sort_by', 'orderby', 'orderBys', 'sorting', 'ordering'],
  first: ['limit', 'take', 'top', 'perPage', 'per_page', 'pageSize', 'size', 'count', 'max'],
  after: ['offset', 'skip', 'page', 'cursor', 'start'],
  latestPer: ['distinct_on', 'distinctOn', 'distinct', 'distinctBy'],
  input: ['data', 'object', 'objects', 'values', 'set', '_set', 'create', 'update', 'patch', 'record'],
}

/** Fields of lists and objects: a path from the place where they are asked for. */
export const fieldsElsewhere: Readonly<Record<string, readonly (readonly string[])[]>> = {
  items: [['nodes']],
  data: [['nodes']],
  results: [['nodes']],
  rows: [['nodes']],
  records: [['nodes']],
  returning: [['nodes']],
  list: [['nodes']],
  node: [['nodes'], ['edges', 'node']],
  total: [['totalCount']],
  total_count: [['totalCount']],
  count: [['totalCount']],
  aggregates: [['aggregate']],
  _count: [['totalCount']],
  groupedAggregates: [['groupBy']],
  id: [['_meta', 'uuid']],
  uuid: [['_meta', 'uuid']],
  createdAt: [['_meta', 'createTime']],
  created_at: [['_meta', 'createTime']],
  create_time: [['_meta', 'createTime']],
  created: [['_meta', 'createTime']],
  updatedAt: [['_meta', 'updateTime']],
  updated_at: [['_meta', 'updateTime']],
  update_time: [['_meta', 'updateTime']],
  updated: [['_meta', 'updateTime']],
  created_by: [['_meta', 'createdBy']],
  updated_by: [['_meta', 'updatedBy']],
  created_for: [['_meta', 'createdFor']],
  updated_for: [['_meta', 'updatedFor']],
  meta: [['_meta']],
}

/** What the names of root fields begin with elsewhere. */
export const verbsElsewhere = {
  read: [
    'findUnique',
    'findFirst',
    'findMany',
    'findOne',
    'findAll',
    'getAll',
    'getMany',
    'listAll',
    'aggregate',
    'groupBy',
    'count',
    'fetch',
    'list',
    'find',
    'load',
    'read',
    'show',
    'query',
    'get',
    'all',
  ],
  write: [
    'createMany',
    'createOne',
    'insertMany',
    'insertOne',
    'updateMany',
    'updateOne',
    'upsertMany',
    'upsertOne',
    'bulkCreate',
    'create',
    'insert',
    'upsert',
    'update',
    'replace',
    'modify',
    'store',
    'patch',
    'write',
    'save',
    'edit',
    'add',
    'put',
    'set',
  ],
  delete: ['deleteMany', 'deleteOne', 'destroy', 'remove', 'delete', 'drop'],
} as const

/** What they end with. */
export const endingsElsewhere: Names = [
  'Connection',
  'Collection',
  'Aggregates',
  'Aggregate',
  'GroupBy',
  'Count',
  'ByName',
  'ByPk',
  'ByKey',
  'ById',
  'List',
  'One',
  'Many',
  'All',
  'Set',
]

/** What the names of input types end with, by the ending that they have here. */
export const typeEndingsElsewhere: Readonly<Record<string, Names>> = {
  Where: ['WhereInput', 'WhereUniqueInput', '_bool_exp', 'BoolExp', 'Filter', 'FilterInput', 'Condition'],
  OrderBy: ['OrderByInput', 'OrderByWithRelationInput', '_order_by', 'sOrderBy', 'SortInput', 'Sort', 'Order'],
  Input: [
    'CreateInput',
    'UpdateInput',
    'UpsertInput',
    '_insert_input',
    '_set_input',
    'Patch',
    'InsertInput',
    'InputType',
  ],
}

/** Scalars, by their names here. */
const scalarsElsewhere: Readonly<Record<string, Names>> = {
  String: ['string', 'text', 'str', 'Text', 'varchar', 'citext', 'Str'],
  Int: ['int', 'Integer', 'integer', 'Number', 'number', 'int4', 'smallint', 'Long'],
  Float: ['float', 'Double', 'double', 'numeric', 'float8', 'Decimal', 'BigFloat', 'real'],
  Boolean: ['boolean', 'bool', 'Bool'],
  BigInt: ['bigint', 'int8', 'Bigint', 'Int64'],
  DateTime: ['timestamptz', 'timestamp', 'Datetime', 'datetime', 'Timestamp', 'Time', 'ISO8601DateTime'],
  Date: ['date'],
  Duration: ['interval', 'Interval', 'duration'],
  UUID: ['uuid', 'Uuid', 'ID', 'GUID'],
  JSON: ['json', 'jsonb', 'Json', 'JSONObject', 'Any', 'Object'],
}

/** The first of the names here that one from elsewhere stands for and that the place has. */
function translate(table: Readonly<Record<string, Names>>, written: string, known: Names): string | undefined {
  return Object.entries(table).find(([name, others]) => known.includes(name) && others.includes(written))?.[0]
}

export const entryOf = (written: string, known: Names) => translate(entries, written, known)
export const parameterOf = (written: string, known: Names) => translate(parameters, written, known)
export const scalarOf = (written: string, known: Names) => translate(scalarsElsewhere, written, known)
