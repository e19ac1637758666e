import type { VersionSource } from '../../plan/past/history-plan.ts'
import { createCompiler } from '../compiler.ts'
import { objectsOf } from '../source.ts'
import { identifier, type Statement, sql, toStatement } from '../sql.ts'
import { toldChanges } from './compile-history.ts'
import { versionAsRead } from './named-document.ts'
import { versionOf } from './version-document.ts'

/**
 * The newest change under a key that made a version, as the caller may read it: a row with `outcome` and the stored `document` as it reads now, null
 * if that is not kept; and the `present` document of the object, null if there is none.
 */
export function compileFindVersion(plan: VersionSource, key: string, version: number): Statement {
  const compiler = createCompiler()
  const row = compiler.next()
  const o = identifier(row)
  const changes = sql`select c.* from ${toldChanges(plan, { key: sql`${key}::text` }, compiler)} and c.version = ${version}::int order by c.sequence desc limit 1`
  const present = sql`select ${o}.document from ${objectsOf(plan.source, row, compiler)} and ${o}.key = ${key}::text`
  return toStatement(
    sql`select c.outcome, ${versionAsRead(plan.source.template, 'v')} as document, (${present}) as present from (${changes}) as c left join lateral (${versionOf(plan, 'c', sql`${key}::text`)}) as v on true`,
  )
}

/** The last versions under a key that are no deletions, as the caller may read them: rows of `version`. */
export function compileListVersions(plan: VersionSource, key: string, most: number): Statement {
  const changes = toldChanges(plan, { key: sql`${key}::text` }, createCompiler())
  return toStatement(
    sql`select c.version from ${changes} and c.outcome <> 'DELETED' order by c.version desc, c.sequence desc limit ${most}::int`,
  )
}
