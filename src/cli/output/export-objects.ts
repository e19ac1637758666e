import { findTemplate } from '../arguments/find-template.ts'
import type { Json } from '../arguments/parse-value.ts'
import { createUsageError } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { type MetaName, selectMeta, toShownMeta } from '../connection/meta-names.ts'
import { openConnection } from '../connection/open-connection.ts'
import { readPages } from '../connection/operations.ts'
import { orderByReferences } from '../connection/order-by-references.ts'
import type { Template } from '../connection/template.ts'
import type { SelectedObject } from './print-object.ts'
import { writeJson } from './terminal.ts'

export interface ExportOptions extends CommonOptions {
  readonly all?: boolean
  readonly history?: boolean
}

/** In the order in which they are printed. */
const exportedMeta: readonly MetaName[] = ['uuid', 'version', 'create_time', 'update_time', 'created_by', 'updated_by']
/** Printed if they have a value. Without it, an import of an author knows that there is none. */
const rareMeta: readonly MetaName[] = ['created_for', 'updated_for']
const selection = `_document ${selectMeta([...exportedMeta, ...rareMeta])}`

/** `registry export TEMPLATE|--all`: ndjson, a page at a time, templates after those they refer to. */
export async function exportObjects(name: string | undefined, options: ExportOptions): Promise<void> {
  if ((name === undefined) === (options.all !== true))
    throw createUsageError('Give what to export: a template, or --all.')
  const connection = await openConnection(options)
  const templates = await loadTemplateList(connection)
  const exported = name === undefined ? orderByReferences(templates).ordered : [findTemplate(templates, name)]
  if (options.history) {
    const { exportHistory } = await import('../history/export-history.ts')
    for (const template of exported) for await (const line of exportHistory(connection, template)) writeJson(line)
    return
  }
  // By time of creation, then key: this order is indexed, and parents precede their children.
  for (const template of exported)
    for await (const objects of readPages(connection, template, {}, 'RegistryExport', selection))
      writeJson(objects.map((object) => `${JSON.stringify(toLine(template, object))}\n`).join(''))
}

/** Absent fields are null, so that no default fills them when the line is imported. */
function toLine(template: Template, { _document, _meta }: SelectedObject): Json {
  const stored = new Map(Object.entries(_document))
  const others = Object.keys(_document).filter((name) => !template.fields.some((field) => field.name === name))
  return {
    _template: template.name,
    _meta: {
      ...toShownMeta(_meta, exportedMeta),
      ...Object.fromEntries(
        Object.entries(toShownMeta(_meta, rareMeta)).filter(([, value]) => value !== null && value !== undefined),
      ),
    },
    ...Object.fromEntries(template.fields.map(({ name }) => [name, stored.get(name) ?? null])),
    ...(template.additionalFields &&
      others.length > 0 && {
        _additional: Object.fromEntries(others.sort().map((name) => [name, _document[name] as Json])),
      }),
  }
}
