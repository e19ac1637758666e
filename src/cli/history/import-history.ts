import { findTemplate } from '../arguments/find-template.ts'
import type { Json } from '../arguments/parse-value.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { type Connection, createAnswerError, type Issue, isRefusal } from '../connection/connection.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import { createAside } from '../import/import-aside.ts'
import type { ImportItem } from '../import/import-item.ts'
import type { ImportProblem } from '../import/import-problem.ts'
import type { ImportRow, Input } from '../import/import-row.ts'
import { placeAt, placeWhole } from '../import/place-errors.ts'
import { writeOut } from '../output/terminal.ts'
import { toUntyped } from '../values/written.ts'

export interface HistoryImportCounts {
  readonly objects: number
  readonly versions: number
  readonly unchanged: number
  readonly failed: number
}

/** Writes lines of `export --history`. */
export interface HistoryImporter {
  readonly counts: () => HistoryImportCounts
  /** Returns false if a refusal has ended the import. */
  readonly add: (item: ImportItem) => Promise<boolean>
  readonly finish: () => Promise<void>
  readonly close: () => Promise<void>
}

/** How much goes into one request. A line is never parted but where the registry finds it too large. */
const chunkVersions = 500
const chunkCharacters = 1_000_000

/** What other lines may bring first: an object that is referred to, a reference that goes, the versions before. */
const waitsForOthers: ReadonlySet<string> = new Set(['REFERENCE_NOT_FOUND', 'STILL_REFERENCED', 'NOT_FOUND'])

const mutation = `mutation RegistryImportHistory($objects: [JSON!]!, $dryRun: Boolean!) {
  result: importHistory(objects: $objects, dryRun: $dryRun) { objects versions unchanged }
}`

/** Whether a row is a line of `export --history`. */
export function isHistoryRow(row: ImportRow): boolean {
  return row.error === undefined && (Object.hasOwn(row.values, '_versions') || Object.hasOwn(row.values, '_since'))
}

/** A row as a line of the mutation. `given` is the template that the command names. */
export function readHistoryRow(
  row: ImportRow,
  templates: TemplateList,
  given: Template | undefined,
): Omit<ImportItem, 'file'> | Omit<ImportProblem, 'file'> {
  const { line } = row
  if (row.error !== undefined) return { line, message: row.error }
  const { _template: name, _key: key, _after: after, _versions: versions, _since: since } = row.values
  if (typeof name !== 'string') return { line, message: '_template is not the name of a template' }
  if (given && name !== given.name)
    return { line, message: `_template is ${JSON.stringify(name)}, but the template to import is ${given.name}` }
  try {
    const template = findTemplate(templates, name)
    const values = { key, after, versions, since }
    const input = Object.fromEntries(
      Object.entries(values).flatMap(([one, value]): [string, Json][] =>
        value === undefined ? [] : [[one, toUntyped(value)]],
      ),
    )
    return { line, template, input, size: row.size }
  } catch (error) {
    return { line, message: (error as Error).message }
  }
}

export function createHistoryImporter({
  connection,
  templates,
  isIndependent,
  isDryRun,
  report,
}: {
  readonly connection: Connection
  readonly templates: TemplateList
  readonly isIndependent: boolean
  readonly isDryRun: boolean
  readonly report: (problems: readonly ImportProblem[]) => void
}): HistoryImporter {
  const counts = { objects: 0, versions: 0, unchanged: 0, failed: 0 }
  const aside = createAside(templates)
  let waiting: ImportItem[] = []
  let characters = 0
  let hasEnded = false

  const fail = (items: readonly ImportItem[], problems: readonly ImportProblem[]): void => {
    counts.failed += items.length
    report(problems)
    if (!isIndependent && !isDryRun) hasEnded = true
  }

  /** Sends one mutation, or parts of it. What others may have to come before is put aside, unless there are none left. */
  const write = async (items: readonly ImportItem[], isLast = false): Promise<void> => {
    if (items.length === 0 || hasEnded) return
    const objects = items.map(({ template, input }) => ({ template: template.name, ...input }))
    const { data, errors = [] } = await connection.ask(mutation, { objects, dryRun: isDryRun })
    const result = (data as { readonly result?: HistoryImportCounts } | null | undefined)?.result
    if (errors.length === 0 && result) {
      counts.objects += result.objects
      counts.versions += result.versions
      counts.unchanged += result.unchanged
      return
    }
    const code = errors[0]?.extensions?.code
    const parts = code === 'LIMIT_EXCEEDED' || code === 'TIMEOUT' ? halve(items) : undefined
    if (parts) {
      for (const part of parts) await write(part, isLast)
      return
    }
    const issues = errors.flatMap(({ extensions }) => extensions?.issues ?? [])
    const issuesOf = (item: ImportItem): readonly Issue[] =>
      issues.filter(({ path: [argument, index] }) => argument === 'objects' && items[Number(index)] === item)
    const wrong = items.filter((item) => issuesOf(item).length > 0)
    if (wrong.length === 0) {
      if (!isRefusal(code) && code !== 'STILL_REFERENCED') throw createAnswerError(errors)
      return fail(items, placeWhole(createAnswerError(errors).message, items))
    }
    const later = isLast ? [] : wrong.filter((item) => issuesOf(item).every((one) => waitsForOthers.has(one.code)))
    for (const item of later) await aside.put(item)
    const refused = wrong.filter((item) => !later.includes(item))
    const problems = refused.flatMap((item) => issuesOf(item).map(({ message }) => placeAt(item, message)))
    if (refused.length > 0) fail(refused, problems)
    return write(
      items.filter((item) => !wrong.includes(item)),
      isLast,
    )
  }

  const flush = async (): Promise<void> => {
    const items = waiting
    waiting = []
    characters = 0
    await write(items)
  }

  const add = async (item: ImportItem): Promise<boolean> => {
    const before = waiting.at(-1)
    // The versions of one object come in several requests, in their order.
    if (before && isSameObject(before, item)) await flush()
    waiting.push(item)
    characters += item.size ?? 0
    const versions = waiting.reduce((sum, { input }) => sum + countVersions(input), 0)
    if (versions >= chunkVersions || characters >= chunkCharacters) await flush()
    return !hasEnded
  }

  return {
    counts: () => counts,
    add,
    async finish() {
      await flush()
      for (let left = aside.size(); left > 0 && !hasEnded; left = aside.size()) {
        for await (const item of aside.take()) await add(item)
        await flush()
        if (aside.size() < left) continue
        // They wait for each other, or for what this file does not have.
        const items: ImportItem[] = []
        for await (const item of aside.take()) items.push(item)
        await write(items, true)
      }
    },
    close: () => aside.remove(),
  }
}

function isSameObject(a: ImportItem, b: ImportItem): boolean {
  return a.template === b.template && JSON.stringify(a.input.key) === JSON.stringify(b.input.key)
}

function countVersions({ versions }: Input): number {
  return Array.isArray(versions) ? versions.length : 0
}

/** Prints what became of the lines to stdout, because that is the command's result. */
export function printHistorySummary(
  { objects, versions, unchanged, failed }: HistoryImportCounts,
  isDryRun: boolean,
  { quiet }: CommonOptions,
): void {
  if (quiet) return
  writeOut(
    `${isDryRun ? 'dry run, nothing was written: ' : ''}${versions} versions of ${objects} objects imported, ${unchanged} objects unchanged, ${failed} failed\n`,
  )
}

/** Half of the items each, or of the versions of the only one; undefined if that has only one version. */
function halve(items: readonly ImportItem[]): readonly (readonly ImportItem[])[] | undefined {
  const [only] = items
  const middle = items.length >> 1
  if (middle > 0) return [items.slice(0, middle), items.slice(middle)]
  const versions = only?.input.versions as readonly { readonly version: number }[] | undefined
  if (!only || !versions || versions.length < 2) return undefined
  const half = versions.length >> 1
  const first = { ...only, input: { ...only.input, versions: versions.slice(0, half) as Json } }
  const after = versions[half - 1]?.version ?? null
  const second = { ...only, input: { ...only.input, after, versions: versions.slice(half) as Json } }
  return [[first], [second]]
}
