import { parse, print } from 'graphql'
import { matrixColumnFields, matrixRowFields } from './plan/matrix/matrix-fields.ts'
import { fieldEnumValueOf, rootFieldNamesOf } from './template/graphql-names.ts'
import { pascalCase } from './template/letter-case.ts'
import type { Field, ReverseField, Template, TemplateModel } from './template/model.ts'
import { memberNameInGraphql } from './template/names/name-in-graphql.ts'

/** A query that GraphiQL opens; its tab is named after the operation. */
export interface ExampleQuery {
  readonly query: string
}

/** Queries for exactly these templates: the templates, the first objects, what is still missing, and a write. */
export function listExampleQueries(model: TemplateModel): ExampleQuery[] {
  const relation = findRelation(model)
  const template = relation?.target ?? model.templates[0]
  return [
    printExample(
      'The kinds of objects in this registry.\n# Ctrl-Enter runs the query, Ctrl-Space completes it.',
      '{ templates { name description count fields { name type required description } } }',
      'Templates',
    ),
    ...(relation ? [printMissing(relation), ...printMatrix(relation)] : []),
    ...(template ? [printList(template)] : []),
    ...model.templates.filter(isPlainlyWritten).slice(0, 1).map(printUpsert),
  ]
}

/** Whether this file can write a value for each required field, so that it can create an object. */
function isPlainlyWritten(template: Template): boolean {
  return template.fields.every((field) => !field.required || field.default !== undefined || isPlain(field))
}

interface Relation {
  readonly target: Template
  readonly reverse: ReverseField
  readonly from: Template
}

function findRelation(model: TemplateModel): Relation | undefined {
  for (const target of model.templates) {
    for (const reverse of target.reverseFields) {
      const from = model.byName.get(reverse.from)
      if (from) return { target, reverse, from }
    }
  }
  return undefined
}

/** The question the registry exists for. */
function printMissing({ target, reverse, from }: Relation): ExampleQuery {
  const filters = from.fields.filter(isPlain).map((field) => `${field.graphqlName}: { equals: ${printValue(field)} }`)
  return printExample(
    `The ${target.pluralName} for which there is no such ${from.name} yet.`,
    `{ ${target.pluralName}(where: { ${reverse.name}: { none: { ${filters.join(', ')} } } }) { totalCount nodes { ${printFields(target)} } } }`,
    `${pascalCase(target.pluralName)}Without${pascalCase(reverse.name)}`,
  )
}

/** Every pair of a value and an object, if the reference makes a matrix. */
function printMatrix({ reverse, from }: Relation): ExampleQuery[] {
  const columns = matrixColumnFields(from).find((field) => field.name === reverse.field)
  const rows = matrixRowFields(from).find((field) => field !== columns)
  if (!columns || !rows) return []
  const { matrix } = rootFieldNamesOf(from).query
  return [
    printExample(
      `What the latest of the ${from.pluralName} says for each ${rows.name} and ${columns.name}.`,
      `{ ${matrix}(rows: ${fieldEnumValueOf(rows)}, columns: ${fieldEnumValueOf(columns)}) { counts { passed failed stale missing present } notPassed { row column { _document } verdict } } }`,
      pascalCase(matrix),
    ),
  ]
}

function printList(template: Template): ExampleQuery {
  return printExample(
    `The ${template.pluralName} that were written last.`,
    `{ ${template.pluralName}(orderBy: [{ _meta: { updateTime: desc } }], first: 10) { totalCount nodes { ${printFields(template)} _meta { version updateTime updatedBy } } } }`,
    `Last${pascalCase(template.pluralName)}`,
  )
}

function printUpsert(template: Template): ExampleQuery {
  const values = template.fields.filter(isPlain).map((field) => `${field.graphqlName}: ${printValue(field)}`)
  const { upsertOne } = rootFieldNamesOf(template).mutation
  return printExample(
    `What would create the ${template.name}, or update these fields of the existing one: without dryRun it does.`,
    `{ ${upsertOne}(input: { ${values.join(', ')} }, dryRun: true) { outcome ${template.fieldName} { _document _meta { version updateTime } } } }`,
    pascalCase(upsertOne),
    'mutation',
  )
}

function printExample(comment: string, selection: string, name: string, operation = 'query'): ExampleQuery {
  return { query: `# ${comment}\n${print(parse(`${operation} ${name} ${selection}`))}\n` }
}

function printFields(template: Template): string {
  return template.fields
    .filter((field) => !field.reference && field.type !== 'object')
    .map((field) => field.graphqlName)
    .join(' ')
}

function isPlain(field: Field): boolean {
  return !field.list && ['string', 'boolean', 'int', 'enum', 'version'].includes(field.type)
}

function printValue(field: Field): string {
  if (field.type === 'boolean') return 'true'
  if (field.type === 'int') return '1'
  return field.type === 'enum' ? memberNameInGraphql(field.values[0] ?? '') : `"${field.name}"`
}
