import type { DocumentForm } from '../../plan/past/history-plan.ts'
import type { Template } from '../../template/model.ts'
import { compileNamed, compileNamedValue } from '../compile-named.ts'
import { join, literal, type Sql, sql } from '../sql.ts'
import { formerValue, wholeDocument } from '../stored-document.ts'

/** The document with its fields' names. What has only a form of a former type is shown in that form. */
export function namedDocument({ naming, formers }: DocumentForm, template: Template, row: string): Sql {
  const unfit = formers.map(({ field, form, naming }) => {
    const value = formerValue(field, form, row)
    const named = compileNamedValue(value, naming, form.list)
    return sql`case when ${value} is null then '{}' else jsonb_build_object(${literal(field.name)}, ${named}) end`
  })
  const named = compileNamed(wholeDocument(template, row), naming)
  return unfit.length > 0 ? sql`(${join([named, ...unfit], ' || ')})` : named
}
