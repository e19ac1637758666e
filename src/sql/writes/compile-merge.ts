import { fieldTypes } from '../../template/field-types/field-types.ts'
import { hasOrder } from '../../template/field-types/has-order.ts'
import type { Field, Merge, Template } from '../../template/model.ts'
import { orderings } from '../orderings.ts'
import { filledRefs } from '../references.ts'
import { empty, join, literal, type Sql, sql } from '../sql.ts'
import { filledDocument } from '../stored-document.ts'

/** The document and refs of a row after a write, and what they are computed from, to stand behind a `from`. */
export interface Merged {
  readonly document: Sql
  readonly refs: Sql
  readonly from: Sql
}

/** What a write gives the row `o`. */
export interface Patch {
  readonly document: Sql
  readonly refs: Sql
  /** A document, or refs, without the attributes that the write clears. */
  readonly clear: (values: Sql) => Sql
}

/** Whether a write keeps some values of the stored object, whatever it gives. */
export function hasMerges({ fields }: Template): boolean {
  return fields.some(({ merge }) => merge)
}

/**
 * The row `o` with those values of the patch that win, by the `merge` of their fields. Without `merge`, all do.
 *
 *     …, lateral (select o.document) as old, lateral (select array_remove(array[case when … then 'started' end, …], null) as names) as lost,
 *     lateral (select (o.document - cleared.names) || (patch.document - lost.names) as document) as won
 *
 * For `maxBy`, the value of the field that decides is kept with the value where it is not that of the object: reports may have the one
 * and not the other. It stands in `refs`, under a name that no field has.
 */
export function compileMerge(template: Template, patch: Patch): Merged {
  const merged = template.fields.filter(({ merge }) => merge)
  const decided = merged.flatMap((field) =>
    field.merge?.kind === 'maxBy' ? [toDecided(field, field.merge, template)] : [],
  )
  const losing = merged.map((field) => {
    const other = decided.find((one) => one.field === field)
    return sql`case when ${other ? losesByOther(other, patch) : loses(field, patch)} then ${literal(field.attribute)} end`
  })
  const kept = decided.map(({ field, by, name, formerBy }) => {
    const isGiven = sql`${patch.document} ? ${literal(field.attribute)} and ${literal(field.attribute)} <> all (lost.names)`
    const value = sql`case when ${isGiven} then ${patch.document}->${literal(by.attribute)} else ${formerBy} end`
    return sql`case when won.document ? ${literal(field.attribute)} and (${value}) is distinct from won.document->${literal(by.attribute)} then jsonb_build_object(${literal(name)}, coalesce((${value}), 'null')) else '{}' end`
  })
  const refs = sql`${patch.clear(filledRefs(template.fields, sql`o.refs`))} || (${patch.refs} - lost.names)`
  return {
    document: sql`won.document`,
    refs: decided.length > 0 ? sql`(((${refs}) - array[${namesOf(decided)}]) || ${join(kept, ' || ')})` : refs,
    from: sql`, lateral (select ${filledDocument(template, 'o')} as document) as old, lateral (select array_remove(array[${join(losing, ', ')}], null) as names) as lost, lateral (select ${patch.clear(filledDocument(template, 'o'))} || (${patch.document} - lost.names) as document) as won`,
  }
}

/** At least one. */
function namesOf(decided: readonly { readonly name: string }[]): Sql {
  return join(
    decided.map(({ name }) => literal(name)),
    ', ',
  )
}

/** The same, with the whole patch: nothing else is known of what decides then. */
export function compileOverwrite(template: Template, patch: Patch): Merged {
  const names = template.fields.flatMap((field) =>
    field.merge?.kind === 'maxBy' ? [literal(toDecided(field, field.merge, template).name)] : [],
  )
  const refs = sql`${patch.clear(filledRefs(template.fields, sql`o.refs`))} || ${patch.refs}`
  return {
    document: sql`${patch.clear(filledDocument(template, 'o'))} || ${patch.document}`,
    refs: names.length > 0 ? sql`(${refs}) - array[${join(names, ', ')}]` : refs,
    from: empty,
  }
}

/** A field whose value goes by that of another one. */
interface Decided {
  readonly field: Field
  readonly by: Field
  /** Where `refs` has the deciding value of the stored value, if the object has another one. */
  readonly name: string
  readonly formerBy: Sql
}

function toDecided(field: Field, merge: Extract<Merge, { kind: 'maxBy' }>, { fieldByName }: Template): Decided {
  const by = fieldByName.get(merge.by)
  if (!by) throw new Error(`no field "${merge.by}"`)
  const name = `${field.attribute} by ${by.attribute}`
  const formerBy = sql`case when o.refs ? ${literal(name)} then o.refs->${literal(name)} else old.document->${literal(by.attribute)} end`
  return { field, by, name, formerBy }
}

function loses(field: Field, patch: Patch): Sql {
  const former = rankOf(field, sql`old.document->${literal(field.attribute)}`)
  const given = rankOf(field, sql`${patch.document}->${literal(field.attribute)}`)
  switch (field.merge?.kind) {
    case 'min':
      return sql`${given} >= ${former}`
    case 'max':
      return sql`${given} <= ${former}`
    default:
      return sql`nullif(old.document->${literal(field.attribute)}, 'null') is not null`
  }
}

/** The greater of two deciding values wins, and of equal ones, or if both are absent, the greater value. A value without one comes after all that have one. */
function losesByOther({ field, by, formerBy }: Decided, patch: Patch): Sql {
  const former = rankOf(field, sql`old.document->${literal(field.attribute)}`)
  const given = rankOf(field, sql`${patch.document}->${literal(field.attribute)}`)
  const formerRank = rankOf(by, sql`(${formerBy})`)
  const givenRank = rankOf(by, sql`${patch.document}->${literal(by.attribute)}`)
  return sql`(${former} is not null and case when ${givenRank} = ${formerRank} or coalesce(${givenRank}, ${formerRank}) is null then ${given} <= ${former} else coalesce(${givenRank} < ${formerRank}, ${givenRank} is null) end)`
}

/** What a value is compared by; null if it is absent or of another type. Values without an order compare as texts, so that one of two always wins. */
function rankOf(field: Field, json: Sql): Sql {
  const { ordering } = fieldTypes[field.type]
  const text = sql`((${json}) #>> '{}')`
  if (!hasOrder(field) || !ordering) return sql`((nullif(${json}, 'null'))::text collate "C")`
  return orderings[ordering].expression({ json: sql`(${json})`, text }, field)
}
