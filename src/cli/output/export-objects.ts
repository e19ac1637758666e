import { findTemplate } from '../arguments/find-template.ts'
import type { Json } from '../arguments/parse-value.ts'
import { createUsageError } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import type { Connection } from '../connection/connection.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { type MetaName, type SelectedMeta, selectMeta, toShownMeta } from '../connection/meta-names.ts'
import { openConnection } from '../connection/open-connection.ts'
import { orderByReferences } from '../connection/order-by-references.ts'
import type { Template } from '../connection/template.ts'
import { namesOf } from '../connection/template-names.ts'
import { writeOut } from './terminal.ts'

export interface ExportOptions extends CommonOptions {
  readonly all?: boolean
}

/** In the order in which they are printed. */
const exportedMeta: readonly MetaName[] = ['uuid', 'version', 'create_time', 'update_time', 'created_by', 'updated_by']

interface Exported {
  readonly _document: Readonly<Record<string, Json>>
  readonly _meta: SelectedMeta
}

interface Page {
  readonly page: {
    readonly nodes: readonly Exported[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}

/** `registry export TEMPLATE|--all`: ndjson, a page at a time, templates after those they refer to. */
export async function exportObjects(name: string | undefined, options: ExportOptions): Promise<void> {
  if ((name === undefined) === (options.all !== true))
    throw createUsageError('Give what to export: a template, or --all.')
  const connection = await openConnection(options)
  const templates = await loadTemplateList(connection)
  const exported = name === undefined ? orderByReferences(templates).ordered : [findTemplate(templates, name)]
  for (const template of exported) await exportTemplate(connection, template)
}

/** Prints objects by time of creation, then key: this order is indexed, and parents precede their children. */
async function exportTemplate(connection: Connection, template: Template): Promise<void> {
  const query = `query RegistryExport($after: String) {
  page: ${namesOf(template).query.many}(first: 1000, after: $after) {
    nodes { _document ${selectMeta(exportedMeta)} }
    pageInfo { hasNextPage endCursor }
  }
}`
  for (let after: string | null = null; ; ) {
    const { page }: Page = await connection.send<Page>(query, { after })
    if (page.nodes.length > 0)
      writeOut(page.nodes.map((object) => `${JSON.stringify(toLine(template, object))}\n`).join(''))
    if (!page.pageInfo.hasNextPage) return
    after = page.pageInfo.endCursor
  }
}

/** Absent fields are null, so that no default fills them when the line is imported. */
function toLine(template: Template, { _document, _meta }: Exported): Json {
  const stored = new Map(Object.entries(_document))
  const others = Object.keys(_document).filter((name) => !template.fields.some((field) => field.name === name))
  return {
    _template: template.name,
    _meta: toShownMeta(_meta, exportedMeta),
    ...Object.fromEntries(template.fields.map(({ name }) => [name, stored.get(name) ?? null])),
    ...(template.additionalFields &&
      others.length > 0 && {
        _additional: Object.fromEntries(others.sort().map((name) => [name, _document[name] as Json])),
      }),
  }
}
