import type { Field, Template } from '../template/model.ts'
import { type Statement, sql, toStatement } from './sql.ts'

/**
 * Takes a field out of those whose types have changed; not where another server has recorded another form of the template
 * meanwhile, for which this one cannot tell.
 */
export function compileForgetChangedField(template: Template, field: Field, definition: unknown): Statement {
  return toStatement(
    sql`update registry_template set changed_fields = array_remove(changed_fields, ${field.attribute}) where name = ${template.name} and definition = ${JSON.stringify(definition)}::jsonb`,
  )
}
