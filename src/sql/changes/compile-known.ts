import { originOf } from '../../template/changes/continue-model.ts'
import type { Field, Template, TemplateModel } from '../../template/model.ts'
import { targetOf } from '../../template/template-of.ts'
import { objectTable } from '../source.ts'
import { join, literal, type Sql, sql } from '../sql.ts'
import { rulesOf } from './stored-rules.ts'

/**
 * What references of the row `o` to objects with another key become, as `registry_in_step` takes it. Lists are left to that function.
 *
 *     jsonb_build_object('image', jsonb_strip_nulls(jsonb_build_object('image~2', (select … from registry_object as n …))))
 */
export function compileKnown(template: Template, model: TemplateModel): Sql {
  const known = rulesOf(template).families.flatMap((family) =>
    family.slice(1).flatMap((changed) => {
      const others = family.flatMap((other) => {
        const object = compileSameObject(changed, other, model)
        return object ? [pair(other.attribute, object)] : []
      })
      return others.length > 0 ? [pair(changed.attribute, sql`jsonb_strip_nulls(${join(others, ' || ')})`)] : []
    }),
  )
  return known.length > 0 ? sql`${join(known, ' || ')}` : sql`'{}'`
}

function pair(name: string, value: Sql): Sql {
  return sql`jsonb_build_object(${literal(name)}, ${value})`
}

/**
 * The value of the other form, and the canonical key in it, if both lead to storages of one template: the object with the same uuid.
 */
function compileSameObject(form: Field, other: Field, model: TemplateModel): Sql | undefined {
  if (!form.reference || !other.reference || form.list || other.list) return undefined
  const [from, to] = [targetOf(form.reference, model), targetOf(other.reference, model)]
  if (from.stored === to.stored || originOf(from.stored) !== originOf(to.stored)) return undefined
  const held = (attribute: string) => sql`n.document->${literal(attribute)}`
  const [first, ...more] = to.key.map(({ attribute }) => attribute)
  const value =
    first !== undefined && more.length === 0
      ? held(first)
      : join(
          to.key.map(({ attribute }) => pair(attribute, held(attribute))),
          ' || ',
        )
  return sql`(select jsonb_build_object('value', ${value}, 'key', n.key) from ${objectTable} as f join ${objectTable} as n on n.template = ${literal(to.stored)} and n.uuid = f.uuid where f.template = ${literal(from.stored)} and f.key = o.refs->>${literal(form.attribute)})`
}
