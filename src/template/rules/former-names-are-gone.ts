import type { DeclaredField } from '../declared-template.ts'
import type { FormerName } from '../former-names.ts'
import type { TemplateIssue } from '../issue.ts'
import { quote } from '../quote.ts'
import { issueAt, type Source } from '../source.ts'
import type { Rule } from './rule.ts'

/** A template or a field. */
interface Renamed {
  readonly name: string
  readonly renamedFrom: readonly FormerName[]
  readonly source: Source
  /** `the field commit`. */
  readonly title: string
}

/**
 * A former name leads to stored data, so it must lead to one place: no template has it now, and only one had it before. The same
 * holds for the fields of a template and for the members of an object.
 */
export const formerNamesAreGone: Rule = (declared) => [
  ...validateTogether(
    [...declared.byName.values()].map(({ name, renamedFrom, source }) => ({
      name,
      renamedFrom,
      source,
      title: `the template ${name} in ${source.file}`,
    })),
  ),
  ...declared.templates.flatMap(({ fields, source }) => validateFields(fields, source)),
]

function validateFields(fields: readonly DeclaredField[], source: Source): TemplateIssue[] {
  const together = fields.map(({ name, renamedFrom }) => ({ name, renamedFrom, source, title: `the field ${name}` }))
  return [...validateTogether(together), ...fields.flatMap(({ members }) => validateFields(members, source))]
}

/** Validates templates or fields among which each name is unique. */
function validateTogether(all: readonly Renamed[]): TemplateIssue[] {
  const byName = new Map(all.map((one) => [one.name, one]))
  const byFormerName = new Map<string, Renamed>()
  return all.flatMap((one) =>
    one.renamedFrom.flatMap(({ name, path }) => {
      const refuse = (message: string, suggestion?: string) => [
        issueAt(one.source, path, 'FORMER_NAME', message, { suggestion }),
      ]
      const present = byName.get(name)
      const other = byFormerName.get(name)
      if (other === one) return refuse(`${quote(name)} appears twice.`)
      if (!other) byFormerName.set(name, one)
      if (present === one) return refuse(`${quote(name)} is the present name, not a former one.`)
      if (present) {
        const suggestion = `Remove it from renamedFrom, or remove ${present.title}.`
        return refuse(`${quote(name)} is not a former name: ${present.title} has it.`, suggestion)
      }
      return other ? refuse(`${quote(name)} is already a former name of ${other.title}.`) : []
    }),
  )
}
