import { originOf } from '../../template/changes/continue-model.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { longestKey } from '../../template/object-key.ts'
import { templateOf } from '../../template/template-of.ts'
import { objectTable, partitionOf } from '../source.ts'
import { identifier, integer, join, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'
import { compileFill } from '../stored-document.ts'
import { attributesOf } from './compile-triggers.ts'
import { formToJson, hasOtherNames, presentForm } from './stored-rules.ts'

export const mostSamples = 5

/** All objects of a template: a row of `objects`, their number, and `samples`, the keys of the first few; so for each question. */
export function compileAll(template: Template): Statement {
  return compileFound(template, sql`true`)
}

/** The objects that have a value at one of these places, through lists as well. */
export function compilePresent(template: Template, places: readonly (readonly string[])[]): Statement {
  const conditions = places.map(([first = '', ...inner]) =>
    inner.length === 0
      ? sql`document ? ${literal(first)}`
      : sql`jsonb_path_exists(document, ${['$', ...[first, ...inner].map((name) => JSON.stringify(name))].join('.')}::jsonpath)`,
  )
  return compileFound(template, join(conditions, ' or '))
}

/** The objects that share their value of a field with another; the samples are those of one value. With `shared`, a text of it. */
export function compileDuplicates(template: Template, field: Field, model: TemplateModel): Statement {
  const read = compileConverted(field, model)
  return compileShared(template, orFill(read, field))
}

/** The objects that would have the same key as another. */
export function compileSameKeys(template: Template, key: readonly Field[], model: TemplateModel): Statement {
  return compileShared(template, compileKeyText(key, model))
}

/** The objects that have all of these fields, and share their values with another. */
export function compileSharedTogether(template: Template, fields: readonly Field[], model: TemplateModel): Statement {
  const lacking = fields.map((field) => sql`coalesce(${compileKeyPart(field, model)}, 'null') = 'null'`)
  return compileShared(
    template,
    sql`case when not (${join(lacking, ' or ')}) then ${compileKeyText(fields, model)} end`,
  )
}

/** The objects that lack a field of a key, or what it refers to, or whose key would be too long. */
export function compileKeyless(template: Template, key: readonly Field[], model: TemplateModel): Statement {
  const lacking = key.map((field) => sql`coalesce(${compileKeyPart(field, model)}, 'null') = 'null'`)
  // An object that was written while its target could be missing must not be known by it.
  const lost = key
    .filter(({ reference }) => reference)
    .map((field) => sql`(document ? ${literal(field.attribute)} and ${compileReaching(field, model)} is null)`)
  const isTooLong = sql`octet_length(${compileKeyText(key, model)}) > ${integer(longestKey)}`
  return compileFound(template, join([...lacking, ...lost, isTooLong], ' or '))
}

function compileKeyText(key: readonly Field[], model: TemplateModel): Sql {
  const parts = key.map((field) => compileKeyPart(field, model))
  return sql`registry_key_text(jsonb_build_array(${join(parts, ', ')}))`
}

/** The value, or what fills objects that have none in any form. */
function orFill(value: Sql, field: Field): Sql {
  const { attribute, formers, fill } = field
  if (!fill) return value
  return sql`case when document ?| ${attributesOf([field, ...formers])} then ${value} else ${compileFill(attribute, fill)} end`
}

/** The value of a field of the next key, null if there will be none. */
function compileKeyPart(field: Field, model: TemplateModel): Sql {
  const value = field.reference ? compileKeyReference(field, model) : compileConverted(field, model)
  return orFill(value, field)
}

/** A reference follows its target, and has the value of its former key until then. */
function compileKeyReference(field: Field, model: TemplateModel): Sql {
  const origin = originOf(templateOf(model, field.reference?.to).stored)
  const cases = [field, ...field.formers].map((form) => {
    const stored = form.reference?.stored
    const attribute = literal(form.attribute)
    const follows = stored !== undefined && originOf(stored) === origin
    const value = follows
      ? sql`case when exists (select from ${partitionOf(stored)} as target where target.template = ${literal(stored)} and target.key = o.refs->>${attribute}) then document->${attribute} end`
      : compileReaching(field, model)
    return sql`when document ? ${attribute} then ${form === field ? sql`document->${attribute}` : value}`
  })
  return sql`(case ${join(cases, ' ')} end)`
}

/** The objects whose value, as it will read, does not fit into an index. */
export function compileTooLong(template: Template, field: Field, longest: number, model: TemplateModel): Statement {
  const value = compileConverted(field, model)
  return compileFound(
    template,
    sql`jsonb_typeof(${value}) = 'string' and octet_length(${value} #>> '{}') > ${integer(longest)}`,
  )
}

function compileFound(template: Template, condition: Sql): Statement {
  const from = sql`from ${partitionOf(template.stored)} as o where ${condition}`
  return toStatement(
    sql`select (select count(*)::int ${from}) as objects, array(select key ${from} order by key limit ${integer(mostSamples)}) as samples`,
  )
}

/** Absent values are not shared. Keys are read only of the value that is told. */
function compileShared(template: Template, value: Sql): Statement {
  const from = sql`from ${partitionOf(template.stored)} as o`
  return toStatement(
    sql`with shared as materialized (select ${value} as value, count(*) as count, min(key) as key ${from} where (${value}) is not null group by 1 having count(*) > 1), told as materialized (select value from shared order by key limit 1)
select coalesce((select sum(count)::int from shared), 0) as objects, array(select key ${from} where exists (select from told) and (${value}) = (select value from told) order by key limit ${integer(mostSamples)}) as samples, (select value::text from told) as shared`,
  )
}

/**
 * Whether an object lacks a required field, or has only a former form of a value: a row of booleans, `f0` for the first of these
 * fields and so on.
 */
export function compileHasUnfit(template: Template, fields: readonly Field[]): Statement {
  const found = fields.map(({ attribute, formers, required }, i) => {
    const isLacking = sql`not document ? ${literal(attribute)}`
    const isUnfit = required ? isLacking : sql`${isLacking} and document ?| ${attributesOf(formers)}`
    return sql`coalesce(bool_or(${isUnfit}), false) as ${identifier(`f${i}`)}`
  })
  return toStatement(sql`select ${join(found, ', ')} from ${partitionOf(template.stored)}`)
}

/**
 * What some fields have in the next objects after a key, each value once: rows of `field`, its index; `value` as it will read; `isThere`,
 * whether there is one in any form; `objects`, how many have it; `samples`, up to five keys of them. A row of field -1 has the number of
 * the objects read, and the last key. The page has only what is needed, so that it fits into memory, and values are converted after they
 * are grouped: as a rule, there are few different ones.
 */
export function compileValues(
  template: Template,
  fields: readonly Field[],
  model: TemplateModel,
  after: string,
  count: number,
): Statement {
  const read = fields.map((field, i) => readOf(field, `f${i}`))
  const columns = read.flatMap((one) => one.map(({ value, name }) => sql`, ${value} as ${name}`))
  const found = fields.map((field, i) => {
    const parts = read[i] ?? []
    const names = join(
      parts.map(({ name }) => name),
      ', ',
    )
    const grouped = sql`select ${names}, count(*)::int as objects, (array_agg(key))[1:${integer(mostSamples)}] as samples from page group by ${names}`
    const object = (['document', 'refs', 'created_by'] as const).map(
      (column) => sql`${restore(parts, column)} as ${identifier(column)}`,
    )
    return sql` union all select ${integer(i)}, ${compileReading(field, model)}, objects, samples from (select ${join(object, ', ')}, objects, samples from (${grouped}) as grouped) as o`
  })
  return toStatement(
    sql`with page as materialized (select key${join(columns, '')} from ${partitionOf(template.stored)} where template = ${literal(template.stored)} and key > ${after} order by key limit ${integer(count)})
select -1 as field, null::jsonb as value, false as "isThere", count(*)::int as objects, array[max(key)] as samples from page${join(found, '')}`,
  )
}

/** Something of an object on which the value of a field depends, as a column of a page. */
interface ReadPart {
  readonly column: 'document' | 'refs' | 'created_by'
  readonly attribute: string
  readonly value: Sql
  readonly name: Sql
}

function readOf(field: Field, prefix: string): readonly ReadPart[] {
  const parts: Omit<ReadPart, 'name'>[] = []
  for (const { attribute, reference } of [field, ...field.formers]) {
    parts.push({ column: 'document', attribute, value: sql`document->${literal(attribute)}` })
    if (reference) parts.push({ column: 'refs', attribute, value: sql`refs->${literal(attribute)}` })
  }
  if (field.fill?.kind === 'creator') parts.push({ column: 'created_by', attribute: '', value: sql`created_by` })
  return parts.map((part, i) => ({ ...part, name: identifier(`${prefix}_${i}`) }))
}

/** A column of an object with the parts that have been read of it. */
function restore(parts: readonly ReadPart[], column: ReadPart['column']): Sql {
  const own = parts.filter((part) => part.column === column)
  if (column === 'created_by') return own[0]?.name ?? sql`null::text`
  const objects = own.map(
    ({ attribute, name }) =>
      sql`case when ${name} is null then '{}' else jsonb_build_object(${literal(attribute)}, ${name}) end`,
  )
  return objects.length > 0 ? sql`(${join(objects, ' || ')})` : sql`'{}'::jsonb`
}

/** The field's value as it will read, null if there is none. */
function compileConverted(field: Field, model: TemplateModel): Sql {
  const own = sql`document->${literal(field.attribute)}`
  if (field.formers.length === 0) return own
  return sql`coalesce(${own}, registry_convert(${compileConvertible(field, model)}, ${literal(JSON.stringify(presentForm(field, model)))}::jsonb))`
}

/** The former form of a value, with its members named as in the present one. */
function compileConvertible(field: Field, model: TemplateModel): Sql {
  const { formers } = field
  if (!formers.some((former) => hasOtherNames(former, field, model))) return compileStored(formers)
  const toJson = (form: Field) => sql`${literal(JSON.stringify(formToJson(form, [field, ...formers], model)))}::jsonb`
  const values = formers.map(
    (former) => sql`registry_convertible(document->${literal(former.attribute)}, ${toJson(former)}, ${toJson(field)})`,
  )
  return sql`coalesce(${join(values, ', ')})`
}

/** The first form of a value that there is. */
function compileStored(forms: readonly Field[]): Sql {
  return sql`coalesce(${join(
    forms.map(({ attribute }) => sql`document->${literal(attribute)}`),
    ', ',
  )})`
}

/** That, and whether there is a value in any form. */
function compileReading(field: Field, model: TemplateModel): Sql {
  const value = compileReaching(field, model)
  const filled = field.fill?.kind === 'creator' ? orFill(value, field) : value
  return sql`${filled}, ${compileStored([field, ...field.formers])} is not null`
}

/** The field's value as it will read; that of a reference only if its targets exist, where they must. */
function compileReaching(field: Field, model: TemplateModel): Sql {
  const read = compileConverted(field, model)
  if (!field.reference || field.reference.onMissing === 'allow') return read
  const target = literal(model.byName.get(field.reference.to)?.stored ?? '')
  const attribute = literal(field.attribute)
  const wanted = field.list ? sql`jsonb_array_elements_text(refs->${attribute})` : sql`(values (refs->>${attribute}))`
  // A value in the present form has its keys in `refs`.
  const reaches = sql`not exists (select from ${wanted} as wanted (key) where not exists (select from ${objectTable} as target where target.template = ${target} and target.key = wanted.key))`
  const keys = sql`registry_reference_keys(${read}, ${literal(JSON.stringify(presentForm(field, model)))}::jsonb)`
  return sql`(case when document ? ${attribute} then case when ${reaches} then document->${attribute} end when registry_targets_exist(${keys}, ${target}) then ${read} end)`
}
