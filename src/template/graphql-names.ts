import { pascalCase } from './letter-case.ts'
import { assignLateTypeNames, type LateEnding } from './names/late-type-names.ts'
import { fieldNameInGraphql, notEnumValues } from './names/name-in-graphql.ts'
import { oncePerTemplate } from './names/once-per-template.ts'

/** The parts of a template that its GraphQL names depend on. */
export interface NamedTemplate {
  readonly typeName: string
  readonly fieldName: string
  readonly pluralName: string
  readonly fields: readonly NamedField[]
}

export interface NamedField {
  readonly name: string
  readonly type: string | undefined
  readonly list: boolean
  readonly members: readonly NamedField[]
}

/** A GraphQL type that a template generates, and the field that it is for: `['status']`; empty for the template itself. */
export interface GeneratedType {
  readonly name: string
  readonly field: readonly string[]
}

/** The GraphQL types of each template, except those of its fields. */
export const typeNamesOf = oncePerTemplate(
  ({ typeName, pluralName }: Pick<NamedTemplate, 'typeName' | 'pluralName'>) => ({
    object: typeName,
    connection: `${typeName}Connection`,
    edge: `${typeName}Edge`,
    input: `${typeName}Input`,
    key: `${typeName}Key`,
    where: `${typeName}Where`,
    listWhere: `${typeName}ListWhere`,
    orderBy: `${typeName}OrderBy`,
    field: `${typeName}Field`,
    group: `${typeName}Group`,
    groupKey: `${typeName}GroupKey`,
    groupBy: `${typeName}GroupBy`,
    aggregate: `${typeName}Aggregate`,
    min: `${typeName}Min`,
    max: `${typeName}Max`,
    avg: `${typeName}Avg`,
    sum: `${typeName}Sum`,
    matrix: `${typeName}Matrix`,
    matrixRows: `${typeName}MatrixRows`,
    matrixColumns: `${typeName}MatrixColumns`,
    matrixColumnWhere: `${typeName}MatrixColumnWhere`,
    matrixCell: `${typeName}MatrixCell`,
    matrixMissing: `${typeName}MatrixMissing`,
    upsertPayload: `Upsert${typeName}Payload`,
    upsertManyPayload: `Upsert${pascalCase(pluralName)}Payload`,
    upsertResult: `Upsert${typeName}Result`,
  }),
)

const youngTypes = {
  latestWhere: 'LatestWhere',
  matrixRow: 'MatrixRow',
  matrixNotPassed: 'MatrixNotPassed',
  awaitedMatrix: 'AwaitedMatrix',
  listOrderBy: 'ListOrderBy',
  distinctCount: 'DistinctCount',
  having: 'Having',
  havingRange: 'HavingRange',
  havingAvg: 'HavingAvg',
  havingSum: 'HavingSum',
  havingDistinctCount: 'HavingDistinctCount',
  havingMatching: 'HavingMatching',
  havingPercentile: 'HavingPercentile',
  groupOrderBy: 'GroupOrderBy',
  groupOrderByRange: 'GroupOrderByRange',
  groupOrderByTotal: 'GroupOrderByTotal',
  groupOrderByDistinctCount: 'GroupOrderByDistinctCount',
  groupOrderByMatching: 'GroupOrderByMatching',
  groupOrderByPercentile: 'GroupOrderByPercentile',
} as const

/** More types of each template, which give way to the types of its own fields: an enum field `having` has `RoleHaving` already. */
export const youngTypeNamesOf = oncePerTemplate(({ typeName, fields }: Pick<NamedTemplate, 'typeName' | 'fields'>) => {
  const taken = new Set(fields.flatMap((field) => listTypesOfField(typeName, field, []).map(({ name }) => name)))
  const names = Object.entries(youngTypes).map(([key, ending]) => {
    const name = `${typeName}${ending}`
    return [key, taken.has(name) ? `Registry${name}` : name]
  })
  return Object.fromEntries(names) as Readonly<Record<keyof typeof youngTypes, string>>
})

/** Both: the types of each template, except those of its fields, by the names that they have in this one. */
export const allTypeNamesOf = oncePerTemplate(
  (template: Pick<NamedTemplate, 'typeName' | 'pluralName' | 'fields'>) => ({
    ...typeNamesOf(template),
    ...youngTypeNamesOf(template),
  }),
)

/** The GraphQL types of an enum or object field; `parent` is the name of the type that has the field. Only objects have an input. */
export function typeNamesOfField(parent: string, field: Pick<NamedField, 'name'>) {
  const name = `${parent}${pascalCase(fieldNameInGraphql(field.name))}`
  return { output: name, input: `${name}Input`, filter: `${name}Filter`, listFilter: `${name}ListFilter` } as const
}

/** The field as a value of an enum of fields, `RoleField`; no field begins with `_`. */
export function fieldEnumValueOf({ name }: Pick<NamedField, 'name'>): string {
  return notEnumValues.has(name) ? `_${name}` : fieldNameInGraphql(name)
}

/** Every GraphQL type that a template generates. */
export function listGeneratedTypes(template: NamedTemplate): GeneratedType[] {
  return [
    ...Object.values(allTypeNamesOf(template)).map((name) => ({ name, field: [] })),
    ...template.fields.flatMap((field) => listTypesOfField(template.typeName, field, [])),
  ]
}

function listTypesOfField(parent: string, field: NamedField, above: readonly string[]): GeneratedType[] {
  if (field.type !== 'enum' && field.type !== 'object') return []
  const path = [...above, field.name]
  const { output, input, filter, listFilter } = typeNamesOfField(parent, field)
  return [
    ...[output, filter, ...(field.list ? [listFilter] : []), ...(field.type === 'object' ? [input] : [])].map(
      (name) => ({
        name,
        field: path,
      }),
    ),
    ...field.members.flatMap((member) => listTypesOfField(output, member, path)),
  ]
}

/** The root fields of a template. */
export function rootFieldNamesOf({
  typeName,
  fieldName,
  pluralName,
}: Pick<NamedTemplate, 'typeName' | 'fieldName' | 'pluralName'>) {
  const plural = pascalCase(pluralName)
  return {
    query: {
      one: fieldName,
      many: pluralName,
      matrix: `${fieldName}Matrix`,
      history: `${fieldName}History`,
      diffMany: `${pluralName}Diff`,
      awaitMany: `await${plural}`,
      awaitMatrix: `await${typeName}Matrix`,
    },
    mutation: {
      upsertOne: `upsert${typeName}`,
      upsertMany: `upsert${plural}`,
      deleteOne: `delete${typeName}`,
      deleteMany: `delete${plural}`,
      restoreOne: `restore${typeName}`,
      purge: `purge${typeName}`,
    },
    subscription: { changedMany: `${pluralName}Changed` },
  } as const
}

const filteredScalars = [
  'String',
  'Int',
  'BigInt',
  'Float',
  'Boolean',
  'DateTime',
  'Date',
  'Duration',
  'UUID',
  'Version',
  'JSON',
]

/** The GraphQL types that do not depend on the templates. */
export const builtInTypeNames: ReadonlySet<string> = new Set([
  ...[
    'Query',
    'Mutation',
    'Subscription',
    'String',
    'Int',
    'Float',
    'Boolean',
    'ID',
    'BigInt',
    'DateTime',
    'Date',
    'Duration',
    'UUID',
    'JSON',
  ],
  ...[
    'Meta',
    'PageInfo',
    'Template',
    'TemplateField',
    'RegistryObject',
    'OrderDirection',
    'UpsertOutcome',
    'UpsertMode',
  ],
  ...filteredScalars.flatMap((scalar) => [`${scalar}Filter`, `${scalar}ListFilter`]),
  ...[
    'MetaInput',
    'MetaWhere',
    'MetaOrderBy',
    'BatchError',
    'InputIssue',
    'NullsOrder',
    'SortOrder',
    'QueryMode',
    'CountFilter',
    'TimeBucket',
    'GroupOrder',
    'MetaRange',
    'MetaGroupKey',
    'MetaGroupBy',
    'MatrixState',
  ],
])

/** The fields of `Query` that do not depend on the templates. */
export const builtInQueryFields: ReadonlySet<string> = new Set(['templates', 'object'])

interface TakenNames {
  readonly field: ReadonlySet<string>
  readonly type: ReadonlySet<string>
  readonly late: ReadonlyMap<string, string>
}

const takenByTemplates = new WeakMap<readonly NamedTemplate[], TakenNames>()

/** The names that templates have in the API; kept, because they are asked for again and again. */
function takenNames(templates: readonly NamedTemplate[]): TakenNames {
  const known = takenByTemplates.get(templates)
  if (known) return known
  const types = new Set(templates.flatMap((template) => listGeneratedTypes(template).map(({ name }) => name)))
  const late = assignLateTypeNames(templates, types)
  const taken = {
    type: new Set([...types, ...late.values()]),
    field: new Set(templates.flatMap((template) => Object.values(rootFieldNamesOf(template).query) as string[])),
    late,
  }
  takenByTemplates.set(templates, taken)
  return taken
}

/** The name of a type of a template that is younger than its others, `RoleHistory`. */
export function lateTypeNameOf(
  { typeName }: Pick<NamedTemplate, 'typeName'>,
  ending: LateEnding,
  { templates }: { readonly templates: readonly NamedTemplate[] },
): string {
  return takenNames(templates).late.get(`${typeName} ${ending}`) as string
}

/**
 * A name of the API that is younger than templates which may have it: it gives way, as `_templatePlan` to a template
 * `template_plan`, and `RegistryTemplatePlan` to that template's type.
 */
export function giveWay(
  name: string,
  kind: 'field' | 'type',
  { templates }: { readonly templates: readonly NamedTemplate[] },
): string {
  const isTaken = takenNames(templates)[kind].has(name)
  if (!isTaken) return name
  return giveWay(kind === 'type' ? `Registry${name}` : `_${name}`, kind, { templates })
}

/**
 * Whether the objects of a template have the `id` of the interface `Node`. A template keeps a field, or the other side of a
 * reference, that has this name itself; its objects are then no nodes.
 */
export function isNode({
  fields,
  reverseFields,
}: {
  readonly fields: readonly Pick<NamedField, 'name'>[]
  readonly reverseFields: readonly { readonly name: string }[]
}): boolean {
  return ![...fields, ...reverseFields].some(({ name }) => name === 'id')
}

/** The entries of `where` other than those of fields and reverse fields. */
export const reservedFieldNames: ReadonlySet<string> = new Set(['AND', 'OR', 'NOT', 'isNull'])

/** The entries of an object field's filter other than those of its members. */
export const reservedMemberNames: ReadonlySet<string> = new Set([...reservedFieldNames, 'equals', 'not', 'in', 'notIn'])
