import { readFile, stat } from 'node:fs/promises'
import { CliError, createUsageError, exitCodes } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import type { Connection } from '../connection/connection.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import type { Template } from '../connection/template.ts'
import { keyFieldsOf, namesOf } from '../connection/template-names.ts'
import { createImporter } from '../import/create-importer.ts'
import { printSummary } from '../import/import-file.ts'
import { type ImportProblem, printProblems } from '../import/import-problem.ts'
import type { Input } from '../import/import-row.ts'
import { writeError } from '../output/terminal.ts'
import { parseTimeZone } from './local-time.ts'
import { type PlannedObject, planObjects } from './plan-objects.ts'
import { type PythonObject, readRegistry } from './read-registry.ts'

export interface ImportRegistryOptions extends CommonOptions {
  readonly timezone?: string
  readonly dryRun?: boolean
}

const largestFile = 64_000_000

/**
 * `registry import pyregistrystore FILE.yml…`: writes the objects of the files, after checking that all of them fit.
 * Returns the exit code.
 */
export async function importRegistry(files: readonly string[], options: ImportRegistryOptions): Promise<number> {
  const zoneName = options.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
  const timeZone = parseTimeZone(zoneName)
  if (!timeZone)
    throw createUsageError(
      `--timezone takes a name such as Europe/Moscow, or an offset such as +03:00, not ${JSON.stringify(zoneName)}.`,
    )
  const found: PythonObject[] = []
  const problems: ImportProblem[] = []
  for (const file of files) {
    const read = readRegistry(file, await readText(file))
    found.push(...read.objects)
    problems.push(...read.problems)
  }
  const connection = await openConnection(options)
  const templates = await loadTemplateList(connection)
  const planned = planObjects(found, templates, timeZone)
  problems.push(...planned.problems, ...(await findMissingReferences(connection, planned.objects, templates)))
  problems.sort((a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line)
  // Repairs are always reported, so that the files can be corrected in one go.
  if (!options.quiet) writeError(printProblems(planned.repairs))
  if (problems.length > 0) {
    writeError(printProblems(problems))
    writeError(`\n${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}; nothing was written\n`)
    return exitCodes.failed
  }
  const isDryRun = options.dryRun === true
  const report = (refused: readonly ImportProblem[]) => writeError(printProblems(refused))
  const importer = createImporter({ connection, templates, isIndependent: false, isDryRun, report })
  try {
    for (const { file, line, template, input } of planned.objects) {
      if (!(await importer.add({ file, line, template, input: input as Input }))) break
    }
    await importer.finish()
  } finally {
    await importer.close()
  }
  printSummary(importer.counts(), isDryRun, options)
  if (!options.quiet && planned.objects.length > 0) {
    writeError(
      `Times were read as ${zoneName}${options.timezone === undefined ? ', the time zone of this machine; choose another one with --timezone' : ''}.\n`,
    )
  }
  return importer.counts().failed > 0 ? exitCodes.failed : exitCodes.done
}

async function readText(file: string): Promise<string> {
  try {
    if ((await stat(file)).size > largestFile)
      throw createUsageError(`${file} is larger than ${largestFile / 1_000_000} MB.`)
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
  } catch (error) {
    if (error instanceof CliError) throw error
    throw createUsageError(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message}).`,
    )
  }
}

/** The references to objects that neither the files nor the registry have. */
async function findMissingReferences(
  connection: Connection,
  objects: readonly PlannedObject[],
  templates: readonly Template[],
): Promise<ImportProblem[]> {
  const byName = new Map(templates.map((template) => [template.name, template]))
  const brought = new Set(
    objects.map(({ template, input }) =>
      identify(
        template,
        template.key.map((name) => input[name]),
      ),
    ),
  )
  const wanted = new Map<
    string,
    { readonly target: Template; readonly key: readonly unknown[]; readonly from: ImportProblem[] }
  >()
  for (const { template, input, file, line } of objects) {
    for (const field of template.fields) {
      const target = field.type === 'reference' ? byName.get(field.to ?? '') : undefined
      const given = input[field.name]
      const values: readonly unknown[] = Array.isArray(given) ? given : [given]
      if (!target) continue
      for (const value of values) {
        if (value === null || value === undefined) continue
        const key = keyOf(target, value)
        const id = identify(target, key)
        if (brought.has(id)) continue
        const entry = wanted.get(id) ?? { target, key, from: [] as ImportProblem[] }
        entry.from.push({
          file,
          line,
          message: `${field.name}: there is no ${target.name} ${JSON.stringify(target.key.length === 1 ? value : key)}, neither in these files nor in the registry`,
        })
        wanted.set(id, entry)
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
    const variables = Object.fromEntries(some.map(({ target, key }, j) => [`where${j}`, whereKey(target, key, byName)]))
    const data = await connection.send<Found>(
      `query RegistryTargets(${declarations.join(', ')}) { ${fields.join(' ')} }`,
      variables,
    )
    for (const [j, { from }] of some.entries()) if (data[`target${j}`]?.nodes.length === 0) problems.push(...from)
  }
  return problems
}

const lookupsAtOnce = 50
type Found = Readonly<Record<string, { readonly nodes: readonly unknown[] }>>

/** `{name: {equals: "a"}, image: {name: {equals: "b"}}}`. */
function whereKey(
  template: Template,
  key: readonly unknown[],
  byName: ReadonlyMap<string, Template>,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    keyFieldsOf(template).map((field, i) => {
      const target = field.type === 'reference' ? byName.get(field.to ?? '') : undefined
      return [field.name, target ? whereKey(target, keyOf(target, key[i]), byName) : { equals: key[i] }]
    }),
  )
}

/** The parts of a key, from a reference, whose value is the key field's value if the key is one field. */
function keyOf(target: Template, value: unknown): readonly unknown[] {
  return target.key.length === 1
    ? [value]
    : target.key.map((name) => (value as Readonly<Record<string, unknown>>)[name])
}

function identify(template: Template, key: readonly unknown[]): string {
  return `${template.name} ${JSON.stringify(key)}`
}
