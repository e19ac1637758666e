/** The statements of an export of all that objects were. */

import type { DocumentForm, ExportCursor, VersionSource } from '../../plan/past/history-plan.ts'
import { lastSequence } from '../../plan/past/past-cursor.ts'
import { originOf } from '../../template/changes/continue-model.ts'
import type { Template } from '../../template/model.ts'
import { metaText, metaTextOf } from '../columns.ts'
import { createCompiler } from '../compiler.ts'
import { changeTable, historyTable, objectsOf, pastTable } from '../source.ts'
import { empty, identifier, integer, literal, type Sql, type Statement, sql, toStatement } from '../sql.ts'
import { namedVersion } from './named-document.ts'
import { versionOf } from './version-document.ts'

export interface ExportPage extends VersionSource {
  readonly document: DocumentForm
  readonly size: number
  readonly after: ExportCursor | undefined
}

/**
 * A page of the versions of all objects that there are or were, by key, oldest first. An object whose newest version the log does not
 * have, since its key has changed or its history is not kept, comes with that version, and `has_change` is false.
 *
 *     select c.key, c.sequence, … from (((select … from registry_change where template = 'role' and (key, sequence) > ($1, $2) order by key, sequence limit 200)
 *       union all (select … from registry_role_objects as "o" where … and not exists (…) order by key limit 200)) order by key, sequence limit 200) as c
 *       left join lateral (…) as o1 on true left join lateral (…) as o2 on true order by c.key, c.sequence
 */
export function compileExportPage({ source, model, references, document, size, after }: ExportPage): Statement {
  const compiler = createCompiler()
  const [version, live] = [compiler.next(), compiler.next()]
  const [v, o] = [identifier(version), identifier(live)]
  const { template } = source
  const most = integer(size)
  const behind = (sequence: Sql) =>
    after ? sql` and (key, ${sequence}) > (${after[0]}::text, ${after[1]}::bigint)` : empty
  const last = sql`${literal(lastSequence)}::bigint`
  const present = objectsOf(source, 'p', compiler)
  // Nothing of what was is kept there: the log has what its readers need for a day.
  const kept =
    template.keptPast.kind === 'none'
      ? sql` and outcome <> 'DELETED' and exists (select from ${present} and p.key = c.key and p.uuid = c.uuid and p.version = c.version)`
      : empty
  const columns = sql`key, uuid, version, changed_at`
  const changes = sql`select true as has_change, sequence, template, outcome, ${columns}, changed_by, run, changed_for, document from ${changeTable} as c where template = ${literal(template.stored)}${behind(sql`sequence`)}${kept} order by key, sequence limit ${most}`
  const isLogged = sql`select from ${changeTable} as c where c.template = p.template and c.key = p.key and c.uuid = p.uuid and c.version = p.version`
  const others = sql`select false, ${last}, template, 'UPDATED', ${columns}, null, null, null, null from ${present}${behind(last)} and not exists (${isLogged}) order by key limit ${most}`
  const page = sql`(${changes}) union all (${others}) order by key, sequence limit ${most}`
  const versions = versionOf({ source, model, references }, 'c', sql`c.key`)
  const isPresent = sql`c.outcome <> 'DELETED' and ${o}.key = c.key and ${o}.uuid = c.uuid and ${o}.version = c.version`
  const time = (value: Sql) => metaTextOf('updateTime', value)
  return toStatement(
    sql`select c.key, c.sequence::text as sequence, c.has_change, c.outcome, c.version, c.uuid::text as uuid, ${time(sql`c.changed_at`)} as time, c.changed_by, c.run, c.changed_for, case when c.outcome <> 'DELETED' then ${namedVersion(document, template, version)} end as document, ${v}.key is not null as is_kept, ${time(sql`${v}.created_at`)} as created_at, ${v}.created_by, ${v}.created_for, ${o}.key is not null as is_present, ${o}.outcome = 'UNCHANGED' as is_confirmed, ${metaText('updateTime', live)} as updated_at, case when ${o}.key is not null then ${o}.updated_by else ${v}.updated_by end as updated_by, case when ${o}.key is not null then ${o}.updated_for else ${v}.updated_for end as updated_for from (${page}) as c left join lateral (${versions}) as ${v} on true left join lateral (select ${o}.* from ${objectsOf(source, live, compiler)} and ${isPresent}) as ${o} on true order by c.key, c.sequence`,
  )
}

/**
 * From when on all that the objects of a template were is in an export: a row of `since`, null for all of it. What they were before the key
 * of their template changed is not: its changes stand under other keys.
 */
export function compileExportedSince({ stored }: Template): Statement {
  const known = sql`select since from ${historyTable} where template = ${literal(stored)} and since > '-infinity' and since < 'infinity'`
  const logged = sql`select from ${changeTable} as c where c.template = p.template and c.key = p.key and c.uuid = p.uuid and c.version = p.version`
  const others = sql`select max(valid_to) from ${pastTable} as p where template = ${literal(stored)} and valid_to > valid_from and not exists (${logged})`
  const since = originOf(stored) === stored ? sql`(${known})` : sql`greatest((${known}), (${others}))`
  return toStatement(sql`select ${metaTextOf('updateTime', since)} as since`)
}
