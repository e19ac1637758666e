import type { DocumentForm } from '../../plan/past/history-plan.ts'
import { isReadAs } from '../../template/changes/form-to-read.ts'
import type { Field, Template } from '../../template/model.ts'
import { compileNamed, compileNamedValue } from '../compile-named.ts'
import { join, literal, type Sql, sql } from '../sql.ts'
import { filledDocument, formerValue, wholeDocument } from '../stored-document.ts'

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

/** The same of a version. */
export function namedVersion(form: DocumentForm, template: Template, row: string): Sql {
  const formers = form.formers.map((former) => ({ ...former, field: inVersions(former.field) }))
  return namedDocument({ ...form, formers }, { ...template, fields: template.fields.map(inVersions) }, row)
}

/** The stored document of a version, with the values that fields have there although it has them in no form, or in another one alone. */
export function versionAsRead(template: Template, row: string): Sql {
  return filledDocument({ ...template, fields: template.fields.map(inVersions) }, row)
}

/**
 * A field as it is to be read in versions, also in those that are older than a change of the template which makes no version: a new required
 * field reads there as it does everywhere, and so does a number whose type takes more since.
 */
function inVersions(field: Field): Field {
  const readsOtherwise = field.fill !== undefined || field.formers.some((former) => isReadAs(former, field))
  return readsOtherwise ? { ...field, isFilling: true } : field
}
