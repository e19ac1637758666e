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

/** The objects that lack a field of a key, or whose key would be too long. */
export function compileKeyless(template: Template, key: readonly Field[], model: TemplateModel): Statement {
  const lacking = key.map((field) => sql`coalesce(${compileKeyPart(field, model)}, 'null') = 'null'`)
  const isTooLong = sql`octet_length(${compileKeyText(key, model)}) > ${integer(longestKey)}`
  return compileFound(template, join([...lacking, isTooLong], ' or '))
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

/** The objects whose value does not fit into an index. */
export function compileTooLong(template: Template, field: Field, longest: number): Statement {
  return compileFound(template, sql`octet_length(document->>${literal(field.attribute)}) > ${integer(longest)}`)
}

function compileFound(template: Template, condition: Sql): Statement {
  const from = sql`from ${partitionOf(template.stored)} as o where ${condition}`
  return toStatement(
    sql`select (select count(*)::int ${from}) as objects, array(select key ${from} order by key limit ${integer(mostSamples)}) as samples`,
  )
}

/** Absent values are not shared. */
function compileShared(template: Template, value: Sql): Statement {
  return toStatement(
    sql`with shared as materialized (select ${value} as value, count(*) as count, (array_agg(key order by key))[1:${integer(mostSamples)}] as keys from ${partitionOf(template.stored)} as o where (${value}) is not null group by 1 having count(*) > 1)
select coalesce((select sum(count)::int from shared), 0) as objects, coalesce((select keys from shared order by keys[1] limit 1), '{}') as samples, (select value::text from shared order by keys[1] limit 1) as shared`,
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
 * The values of some fields in the next objects after a key: rows of `key` and `values`, an array with, for each field, the
 * value as it will read and whether there is one in any form.
 */
export function compileValues(
  template: Template,
  fields: readonly Field[],
  model: TemplateModel,
  after: string,
  count: number,
): Statement {
  const values = fields.map((field) => sql`jsonb_build_array(${compileReading(field, model)})`)
  return toStatement(
    sql`select key, jsonb_build_array(${join(values, ', ')}) as values from ${partitionOf(template.stored)} where template = ${literal(template.stored)} and key > ${after} order by key limit ${integer(count)}`,
  )
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
