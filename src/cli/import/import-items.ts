import { type ExitCode, exitCodes } from '../cli-error.ts'
import type { CommonOptions } from '../commands/common-options.ts'
import { writeOut } from '../output/terminal.ts'
import { createImporter, type ImportCounts, type ImporterOptions } from './create-importer.ts'
import type { ImportItem } from './import-item.ts'
import { type ImportProblem, reportProblems } from './import-problem.ts'

/** Writes objects, and prints refusals and outcomes. `problems` are of what could not be read as objects. Returns the exit code. */
export async function importItems(
  items: Iterable<ImportItem>,
  target: Pick<ImporterOptions, 'connection' | 'templates' | 'isIndependent' | 'mend'>,
  options: CommonOptions & { readonly dryRun?: boolean },
  problems: readonly ImportProblem[] = [],
): Promise<ExitCode> {
  const isDryRun = options.dryRun === true
  const importer = createImporter({ ...target, isDryRun, report: reportProblems })
  try {
    for (const problem of problems) await importer.refuse(problem)
    for (const item of items) if (!(await importer.add(item))) break
    await importer.finish()
  } finally {
    await importer.close()
  }
  const counts = importer.counts()
  printSummary(counts, isDryRun, options)
  return counts.failed > 0 ? exitCodes.failed : exitCodes.done
}

/** Prints the outcomes to stdout, because they are the command's result. */
export function printSummary(
  { created, updated, unchanged, failed }: ImportCounts,
  isDryRun: boolean,
  { quiet }: CommonOptions,
): void {
  if (quiet) return
  writeOut(
    `${isDryRun ? 'dry run, nothing was written: ' : ''}${created} created, ${updated} updated, ${unchanged} unchanged, ${failed} failed\n`,
  )
}
