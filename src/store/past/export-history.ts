import { pastCursors } from '../../plan/past/history-plan.ts'
import { compileExportedSince, compileExportPage, type ExportPage } from '../../sql/past/compile-export-history.ts'
import type { Row, Run } from '../database.ts'

export interface ExportedPage {
  readonly nodes: readonly Readonly<Record<string, unknown>>[]
  readonly since: string | null
  readonly endCursor: string | null
}

/** A page of what the objects of a source are and were. */
export async function exportHistory(run: Run, page: ExportPage): Promise<ExportedPage> {
  const rows = await run(compileExportPage(page))
  const last = rows.length < page.size ? undefined : rows.at(-1)
  // After all versions: what was removed before they were read is older than that.
  const [known] = last ? [] : await run(compileExportedSince(page.source.template))
  const cursor = last && JSON.stringify([pastCursors.exported, last.key, last.sequence])
  return {
    nodes: rows.map(toNode),
    since: (known?.since as string | undefined) ?? null,
    endCursor: cursor ? Buffer.from(cursor).toString('base64url') : null,
  }
}

/** As `importHistory` takes it; what is the same as elsewhere in the version, or absent, is left out. */
function toNode(row: Row): Readonly<Record<string, unknown>> {
  const outcome = row.has_change ? row.outcome : null
  const meta = {
    createTime: row.created_at === row.time ? null : row.created_at,
    createdBy: row.created_by,
    createdFor: row.created_for,
    updateTime: row.updated_at === row.time ? null : row.updated_at,
    confirmed: row.is_confirmed === true ? true : null,
  }
  const authors = {
    ...(row.updated_by !== row.changed_by && { updatedBy: row.updated_by }),
    ...(row.updated_for !== row.changed_for && { updatedFor: row.updated_for }),
  }
  const document = row.outcome === 'DELETED' || !row.is_kept ? null : row.document
  return {
    key: JSON.parse(String(row.key)) as unknown,
    outcome,
    version: row.version,
    time: row.time,
    uuid: row.uuid,
    actor: row.changed_by,
    run: row.run,
    onBehalfOf: row.changed_for,
    ...(document !== null && { document, meta: { ...withoutNull(meta), ...authors } }),
  }
}

function withoutNull(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined))
}
