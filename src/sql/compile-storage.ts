import type { Field, Template } from '../template/model.ts'
import { searchedWords } from './compile-search.ts'
import { digest } from './digest.ts'
import { slotOf } from './latest/update-time.ts'
import { compileOrdering } from './ordering.ts'
import { filledRefs, hasFilledRefs, indexedKey, referenceForm } from './references.ts'
import { objectTable, partitionOf } from './source.ts'
import { identifier, join, literal, type Sql, type Statement, sql, toStatement } from './sql.ts'
import { indexedDocument } from './stored-document.ts'

/** An index of a template's partition. The name depends on the definition, so that another definition is another index. */
export interface IndexDefinition {
  readonly name: string
  /** `create index concurrently …`; without parameters. */
  readonly create: (options: { readonly concurrently: boolean }) => string
  /** The field declared unique or indexed, if the index is for that. */
  readonly field: Field | undefined
  /** The fields that are unique or indexed together, if the index is for that. */
  readonly together: readonly Field[] | undefined
  readonly isUnique: boolean
  /**
   * Whether PostgreSQL keeps statistics of it: for those, `analyze` computes its expression for some 30,000 objects. The words of search would
   * take it 3 s instead of 0.1, and no plan depends on them, since `offset 0` keeps all else from being chosen than their index.
   */
  readonly isAnalyzed: boolean
}

/** The prefix of all indexes that this program creates; it drops those that no template asks for any more. */
export const indexPrefix = 'ro_'

/**
 * Creates the partition of a template with these indexes. It is filled, indexed and analyzed as a table of its own, which takes less than as
 * a partition, and then attached: unlike `partition of`, this does not wait for running reads.
 */
export function compileCreatePartition(template: Template, indexes: readonly IndexDefinition[]): readonly string[] {
  const partition = partitionOf(template.stored)
  const { fill, analyze, clear } = compileFirstStatistics(template)
  return [
    sql`create table ${partition} (like ${objectTable} including defaults including constraints)`.text,
    fill,
    ...indexes.map((index) => index.create({ concurrently: false })),
    ...indexes.filter(({ isAnalyzed }) => !isAnalyzed).map(({ name }) => compileSkipStatistics(name)),
    analyze,
    clear,
    sql`alter table ${objectTable} attach partition ${partition} for values in (${literal(template.stored)})`.text,
  ]
}

/**
 * Deletes all objects of a template, and returns a row with `count`. The partition stays: other servers may still look into it. As with
 * any delete, what is gone is kept in the past, until the past is forgotten.
 */
export function compilePurge(stored: string): Statement {
  return toStatement(
    sql`with gone as (delete from ${partitionOf(stored)} returning 1) select count(*)::int as count from gone`,
  )
}

/**
 * Gives the planner first statistics of a new partition: that `template` has only one value there. Without statistics, the
 * planner assumes that a partition has a single object, and joins a freshly filled one object by object. This writes some
 * rows, analyzes them and deletes them; PostgreSQL updates the statistics as data come in.
 */
function compileFirstStatistics(template: Template): Readonly<Record<'fill' | 'analyze' | 'clear', string>> {
  const partition = partitionOf(template.stored)
  const references = template.fields.filter((field) => field.reference).slice(0, 50)
  const refs = references.flatMap(({ attribute, list }) => [
    literal(attribute),
    list ? sql`jsonb_build_array(i::text)` : sql`i::text`,
  ])
  return {
    fill: sql`insert into ${partition} (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
select ${literal(template.stored)}, i::text, gen_random_uuid(), jsonb_build_object('', i), ${refs.length > 0 ? sql`jsonb_build_object(${join(refs, ', ')})` : sql`'{}'`}, 1, now() + i * interval '1 second', now() + i * interval '1 second', 'CREATED' from generate_series(1, 30) as i`
      .text,
    analyze: sql`analyze ${partition}`.text,
    clear: sql`delete from ${partition}`.text,
  }
}

/** Statistics of a storage that has been filled at one go or has new indexes, for the plans of the first requests. Blocks nobody. */
export function compileAnalyze(template: Template): string {
  return sql`analyze ${partitionOf(template.stored)}`.text
}

/** Keeps `analyze` from computing what the index holds. Waits for nobody who reads or writes. */
export function compileSkipStatistics(index: string): string {
  return sql`alter index ${identifier(index)} alter column 1 set statistics 0`.text
}

/** Waits for transactions that use the index, without blocking others. */
export function compileDropIndex(name: string): string {
  return sql`drop index concurrently if exists ${identifier(name)}`.text
}

/**
 * The indexes of a template besides the primary key: creation order (the default ordering), update time, whole
 * documents (equality on any field), search, each reference, the fields declared unique or indexed, and with an index
 * on the past, the time of the present version.
 */
export function indexesOf(template: Template): readonly IndexDefinition[] {
  const expression = (field: Field) => compileOrdering(field, sql`document`)
  const indexes = [
    defineIndex(template, 'created', sql`btree (created_at, key)`),
    defineIndex(template, 'updated', sql`btree ((${slotOf(sql`updated_at`)}))`),
    defineIndex(template, 'document', sql`gin (document jsonb_path_ops)`),
  ]
  // As of a time long ago, few objects are still what they were.
  if (template.isPastIndexed) indexes.push(defineIndex(template, 'changed', sql`btree (changed_at)`))
  if (template.isSearched) {
    const words = defineIndex(template, 'search', sql`gin (${searchedWords(sql`document`)})`)
    indexes.push({ ...words, isAnalyzed: false })
  }
  for (const field of template.fields) {
    if (field.reference)
      indexes.push(defineIndex(template, field.attribute, referenceForm(field).index(field, sql`refs`)))
    if (field.unique)
      indexes.push(defineIndex(template, field.attribute, sql`btree (${expression(field)})`, field, true))
    if (field.indexed)
      indexes.push(defineIndex(template, field.attribute, sql`btree (${expression(field)}, key)`, field))
    indexes.push(...indexesOfFilling(template, field))
  }
  return [
    ...indexes,
    ...template.unique.flatMap((names) => defineTogether(template, names, true)),
    ...template.indexes.flatMap((names) => defineTogether(template, names, false)),
  ]
}

/**
 * Until all objects are filled, a second index holds what is read in another form, so that it is unique and found among all objects.
 * It comes after the other one, which then tells of the same conflicts.
 */
function indexesOfFilling(template: Template, field: Field): readonly IndexDefinition[] {
  const column = field.reference || field.unique || field.indexed ? filledColumn(field) : undefined
  if (!column) return []
  if (field.reference) return [defineIndex(template, field.attribute, referenceForm(field).index(field, column))]
  const expression = compileOrdering(field, column)
  return [
    ...(field.unique ? [defineIndex(template, field.attribute, sql`btree (${expression})`, field, true)] : []),
    ...(field.indexed ? [defineIndex(template, field.attribute, sql`btree (${expression}, key)`, field)] : []),
  ]
}

/** The column with the field as it is read of objects that have not been filled; undefined if there is no such column, or no such object. */
function filledColumn(field: Field): Sql | undefined {
  if (!field.reference) return indexedDocument(field)
  return hasFilledRefs(field) ? filledRefs([field], sql`refs`) : undefined
}

/** The index of update times as servers have it that do not know of confirmations apart. */
export function formerIndexOf(template: Template): IndexDefinition {
  return defineIndex(template, 'updated', sql`btree (updated_at, key)`)
}

/** Whether no such servers are expected any more, which share the database: a row with `apart`. */
export function compileConfirmsApart(): Statement {
  return toStatement(sql`select registry_confirms_apart() as apart`)
}

/** References are unique by a digest of the target's key, because several keys would be too long for an index entry. */
function defineTogether(template: Template, names: readonly string[], isUnique: boolean): readonly IndexDefinition[] {
  const fields = names.flatMap((name) => template.fieldByName.get(name) ?? [])
  const subject = fields.map(({ attribute }) => attribute).join('_')
  const define = (columnOf: (field: Field) => Sql) => {
    const expressions = fields.map((field) => {
      if (!field.reference) return sql`(${compileOrdering(field, columnOf(field))})`
      return isUnique ? sql`md5(${indexedKey(field, columnOf(field))})` : indexedKey(field, columnOf(field))
    })
    return defineIndex(template, subject, sql`btree (${join(expressions, ', ')})`, undefined, isUnique, fields)
  }
  const stored = ({ reference }: Field) => (reference ? sql`refs` : sql`document`)
  const index = define(stored)
  return fields.some((field) => filledColumn(field))
    ? [index, define((field) => filledColumn(field) ?? stored(field))]
    : [index]
}

function defineIndex(
  template: Template,
  subject: string,
  method: Sql,
  field?: Field,
  isUnique = false,
  together?: readonly Field[],
): IndexDefinition {
  const on = sql`on ${partitionOf(template.stored)} using ${method}`
  const name = `${indexPrefix}${template.stored.slice(0, 24)}_${subject.slice(0, 20)}_${digest(`${isUnique ? 'unique ' : ''}${on.text}`)}`
  return {
    name,
    field,
    together,
    isUnique,
    isAnalyzed: true,
    create: ({ concurrently }) =>
      join(
        [
          sql`create`,
          ...(isUnique ? [sql`unique`] : []),
          sql`index`,
          ...(concurrently ? [sql`concurrently`] : []),
          identifier(name),
          on,
        ],
        ' ',
      ).text,
  }
}
