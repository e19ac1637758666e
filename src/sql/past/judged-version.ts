import type { VersionSource } from '../../plan/past/history-plan.ts'
import { judgedValues } from '../../plan/past/judged-values.ts'
import type { Source } from '../../plan/source.ts'
import { metaColumnNames } from '../columns.ts'
import type { Compiler } from '../compiler.ts'
import { empty, identifier, join, literal, type Sql, sql } from '../sql.ts'
import { document, hasFormerOnly } from '../stored-document.ts'

/** How the rules of access judge a version. */
export interface JudgedVersion {
  /** The alias of the version in step with the template. */
  readonly row: string
  /** What follows the version's row in a `from`; nothing if the rules judge that row itself. */
  readonly from: Sql
  /** Whether the caller may read the version; false or null if not. */
  readonly isVisible: Sql
}

/**
 * Rules speak of the template as it is now, so they judge a version by its document in step with that, as a read as of then does. What is
 * shown of it stays as it was written. If a value that a rule looks at is not known, whatever the rule says, the version is not visible.
 *
 *      left join lateral (select o.template, …, step.document, step.refs, … from (select o2.*) as o, lateral (…) as step) as o3 on true
 */
export function judgedVersion({ source, model }: VersionSource, version: string, compiler: Compiler): JudgedVersion {
  const step = compiler.pastStep(source.template, model)
  if (!step) return { row: version, from: empty, isVisible: visibleIfKnown(source, version, compiler) }
  const stepped = compiler.next()
  const inStep = sql`select o.document, o.refs where not (${step.needs}) union all select s.document, s.refs from ${step.stepped} as s where ${step.needs}`
  const columns = sql`o.template, o.key, o.uuid, step.document, step.refs, o.version, o.created_at, o.updated_at, o.confirmed_at, o.created_by, o.updated_by, o.created_for, o.updated_for`
  return {
    row: stepped,
    from: sql` left join lateral (select ${columns} from (select ${identifier(version)}.*) as o, lateral (${inStep}) as step) as ${identifier(stepped)} on true`,
    isVisible: visibleIfKnown(source, stepped, compiler),
  }
}

/** Values may have only a former type, and versions from before there was a past do not know who created the object, and when. */
function visibleIfKnown({ template, visible }: Source, row: string, compiler: Compiler): Sql {
  const { attributes, meta } = judgedValues(visible)
  const judged = template.fields.filter(({ attribute }) => attributes.has(attribute))
  const isOld = sql`${identifier(row)}.created_at is null`
  const unknown = judged.flatMap((field) => [
    ...(field.formers.length > 0 ? [hasFormerOnly(field, row)] : []),
    ...(field.fill?.kind === 'creator' ? [sql`${isOld} and not ${document(row)} ? ${literal(field.attribute)}`] : []),
  ])
  if ([...meta].some((name) => metaColumnNames(name).some((column) => column.startsWith('created_'))))
    unknown.push(isOld)
  const isVisible = compiler.condition(visible, row)
  return unknown.length > 0 ? sql`(not (${join(unknown, ' or ')}) and ${isVisible})` : isVisible
}
