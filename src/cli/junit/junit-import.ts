import { findTemplate } from '../arguments/find-template.ts'
import { isAssignment } from '../arguments/is-assignment.ts'
import { parseAssignments, toInput } from '../arguments/parse-assignments.ts'
import { createUsageError, exitCodes } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { loadTemplateList } from '../connection/load-template-list.ts'
import { openConnection } from '../connection/open-connection.ts'
import type { ImportItem } from '../import/import-item.ts'
import { importItems } from '../import/import-items.ts'
import { type ImportProblem, reportProblems } from '../import/import-problem.ts'
import { TextReadError } from '../import/text-read-error.ts'
import { writeError } from '../output/terminal.ts'
import { readTextFile } from '../read-text-file.ts'
import { planJunitMapping, toJunitInputs } from './junit-mapping.ts'
import { readJunit } from './junit-results.ts'

export interface JunitOptions extends CommonOptions {
  readonly map?: readonly string[]
  readonly dryRun?: boolean
}

/** `registry junit TEMPLATE FILE… [field=value…]`. Returns the exit code. */
export async function importJunit(name: string, args: readonly string[], options: JunitOptions): Promise<number> {
  const connection = await openConnection(options)
  const templates = await loadTemplateList(connection)
  const template = findTemplate(templates, name)
  // A file with a = in its name is given as ./a=b.xml.
  const assignments = args.filter((word) => isAssignment(word, template))
  const files = args.filter((word) => !assignments.includes(word))
  if (files.length === 0) throw createUsageError('Give the files: registry junit TEMPLATE FILE… [field=value…]')
  const fixed = parseAssignments(assignments, template, templates)
  const mapping = planJunitMapping(template, options.map ?? [], fixed)
  const problems: ImportProblem[] = []
  const byKey = new Map<string, ImportItem & { readonly rank: number }>()
  let left = 0
  let doubles = 0
  for (const file of files) {
    try {
      const found = toJunitInputs(readJunit(await readTextFile(file)), mapping, templates)
      left += found.left
      for (const { input, rank } of found.inputs) {
        const whole = { ...input, ...toInput(fixed) }
        const key = JSON.stringify(template.key.map((field) => whole[field]))
        const before = byKey.get(key)
        if (before) doubles++
        // If two results have the same key, the worse one counts: a success must not hide a failure.
        if (!before || rank >= before.rank) byKey.set(key, { file, line: 1, template, input: whole, rank })
      }
    } catch (error) {
      if (!(error instanceof TextReadError)) throw error
      problems.push({ file, line: error.line, message: error.message })
    }
  }
  if (problems.length > 0) {
    reportProblems(problems)
    return exitCodes.failed
  }
  const exitCode = await importItems(byKey.values(), { connection, templates, isIndependent: true }, options)
  if (left > 0)
    writeError(
      `${left} skipped or incomplete ${left === 1 ? 'result is' : 'results are'} left out, because a key field would be empty\n`,
    )
  if (doubles > 0)
    writeError(
      `${doubles} ${doubles === 1 ? 'result has' : 'results have'} the same key as another; the worst of them counts\n`,
    )
  return exitCode
}
