import { stat } from 'node:fs/promises'
import { conditionIn, isEqual, type Where } from '../arguments/parse-where.ts'
import { createUsageError, exitCodes } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import type { Connection } from '../connection/connection.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection, waitForRestarts } from '../connection/open-connection.ts'
import type { Template, TemplateList } from '../connection/template.ts'
import { namesOf, targetOf } from '../connection/template-names.ts'
import { openFolders } from '../import/find-operands.ts'
import { importItems } from '../import/import-items.ts'
import { type ImportProblem, reportProblems } from '../import/import-problem.ts'
import type { Input } from '../import/import-row.ts'
import { writeError } from '../output/terminal.ts'
import { readTextFile } from '../read-text-file.ts'
import { parseTimeZone } from './local-time.ts'
import { type PlannedObjects, planObjects, printIdentity } from './plan-objects.ts'
import { type PythonObject, readRegistry } from './read-registry.ts'

export interface ImportRegistryOptions extends CommonOptions {
  readonly timezone?: string
  readonly dryRun?: boolean
  readonly ignoreUnknown?: boolean
}

const largestFile = 64_000_000

/**
 * `registry import pyregistrystore FILE.yml…`: writes the objects of the files, after checking that all of them fit.
 * Returns the exit code.
 */
export async function importRegistry(words: readonly string[], options: ImportRegistryOptions): Promise<number> {
  const zoneName = options.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const timeZone = parseTimeZone(zoneName)
  if (!timeZone)
    throw createUsageError(
      `--timezone takes a name such as Europe/Moscow, or an offset such as +03:00, not ${JSON.stringify(zoneName)}.`,
    )
  const files = await openFolders(words, ['yml', 'yaml'])
  const found: PythonObject[] = []
  const problems: ImportProblem[] = []
  for (const file of files) {
    const read = readRegistry(file, await readText(file))
    found.push(...read.objects)
    problems.push(...read.problems)
  }
  const connection = await openConnection(options)
  waitForRestarts(connection, options)
  const templates = await loadTemplateList(connection)
  const planned = planObjects(found, templates, { timeZone, ignoresUnknown: options.ignoreUnknown === true })
  problems.push(...planned.problems, ...(await findMissingReferences(connection, planned, templates)))
  const inOrder = (list: readonly ImportProblem[]) =>
    [...list].sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line)
  // Repairs are always reported, so that the files can be corrected in one go.
  if (!options.quiet) reportProblems(inOrder(planned.repairs))
  if (problems.length > 0) {
    reportProblems(inOrder(problems))
    writeError(`\n${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; nothing was written\n`)
    return exitCodes.failed
  }
  const exitCode = await importItems(planned.objects, { connection, templates, isIndependent: false }, options)
  if (!options.quiet && planned.objects.length > 0) {
    writeError(
      `Times were read as ${zoneName}${options.timezone === undefined ? ', the time zone of this machine; choose another one with --timezone' : ''}.\n`,
    )
  }
  return exitCode
}

async function readText(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined)
  if (found && found.size > largestFile) throw createUsageError(`${file} is larger than ${largestFile / 1_000_000} MB.`)
  return readTextFile(file)
}

/** The references to objects that neither the files nor the registry have. */
async function findMissingReferences(
  connection: Connection,
  { objects, byIdentity }: PlannedObjects,
  templates: TemplateList,
): Promise<ImportProblem[]> {
  const wanted = new Map<string, { readonly target: Template; readonly where: Where; readonly from: ImportProblem[] }>()
  for (const { template, input, file, line } of objects) {
    for (const field of template.fields) {
      const target = targetOf(field, templates)
      if (!target) continue
      for (const value of [input[field.name] ?? []].flat()) {
        if (value === null) continue
        const isOne = target.key.length === 1
        const key = isOne ? [value] : target.key.map((name) => (value as Input)[name] ?? null)
        const identity = printIdentity(target, key)
        if (byIdentity.has(identity)) continue
        const where = conditionIn(isEqual({ ...field, list: false }, value, templates))
        const entry = wanted.get(identity) ?? { target, where, from: [] }
        const shown = JSON.stringify(isOne ? value : key)
        const message = `${field.name}: there is no ${target.name} ${shown}, neither in these files nor in the registry`
        entry.from.push({ file, line, message })
        wanted.set(identity, entry)
      }
    }
  }
  const problems: ImportProblem[] = []
  const entries = [...wanted.values()]
  for (let i = 0; i < entries.length; i += lookupsAtOnce) {
    const some = entries.slice(i, i + lookupsAtOnce)
    const declarations = some.map(({ target }, j) => `$where${j}: ${namesOf(target).types.where}!`)
    const fields = some.map(
      ({ target }, j) =>
        `target${j}: ${namesOf(target).query.many}(where: $where${j}, first: 1) { nodes { _meta { version } } }`,
    )
    const data = await connection.send<Found>(
      `query RegistryTargets(${declarations.join(', ')}) { ${fields.join(' ')} }`,
      Object.fromEntries(some.map(({ where }, j) => [`where${j}`, where])),
    )
    for (const [j, { from }] of some.entries()) if (data[`target${j}`]?.nodes.length === 0) problems.push(...from)
  }
  return problems
}

const lookupsAtOnce = 50
type Found = Readonly<Record<string, { readonly nodes: readonly unknown[] }>>
