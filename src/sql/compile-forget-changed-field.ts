import type { Field, Template } from '../template/model.ts'
import { type Statement, sql, toStatement } from './sql.ts'

/**
 * Removes a field from those whose types have changed, unless another server has recorded another form of the template in the
 * meantime, about which this server knows nothing.
 */
export function compileForgetChangedField(template: Template, field: Field, definition: unknown): Statement {
  return toStatement(
    sql`update registry_template set changed_fields = array_remove(changed_fields, ${field.attribute}) where name = ${template.name} and definition = ${JSON.stringify(definition)}::jsonb`,
  )
}
