import { needsConsent } from '../../template/changes/template-plan.ts'
import type { DeclaredModel } from '../../template/load-templates.ts'
import { type ExitCode, exitCodes } from '../cli-error.ts'
import type { PlanOptions } from '../commands/templates-plan.ts'
import { openConnection } from '../connection/open-connection.ts'
import { printJsonSafely, printSafely } from '../output/print-safely.ts'
import { isTerminal, writeError, writeOut } from '../output/terminal.ts'
import { readTextFile } from '../read-text-file.ts'
import { type CheckedOperations, checkOperations } from './check-operations.ts'
import { findOperationFiles } from './find-operation-files.ts'
import { loadTemplateFolder } from './load-template-folder.ts'
import { type Outcome, printOutcomeAsJson, printOutcomeAsMarkdown, printOutcomeAsText } from './print-outcome.ts'
import { requestPlan, type SentFile } from './request-plan.ts'

/** `registry templates plan [DIR]`. Sends nothing unless the templates are in order. */
export async function planTemplates(directory: string | undefined, options: PlanOptions): Promise<ExitCode> {
  // Before .env is read for TEMPLATES_DIR: like every command, this one takes the address from the environment alone.
  const connection = await openConnection(options)
  const operationFiles = options.operations && (await findOperationFiles(options.operations))
  const folder = await loadTemplateFolder(directory)
  if (!folder) return exitCodes.failed
  const plan = await requestPlan(connection, await readFiles(folder))
  const operations =
    operationFiles && (await checkOperations(operationFiles, await connection.read('/schema.graphql'), folder.model))
  if (operations && !options.quiet) writeNotes(operations)
  writeOut(print({ plan, operations }, options))
  const isHarmless = plan.digest !== undefined && !needsConsent(plan) && !operations?.broken.length
  return isHarmless ? exitCodes.done : exitCodes.conflict
}

/** The texts of the files, one for each template. */
function readFiles({ model, placeOf }: DeclaredModel): Promise<SentFile[]> {
  const names = model.templates.flatMap((template) => placeOf(template.name, [])?.file ?? [])
  return Promise.all(names.map(async (name) => ({ name, text: await readTextFile(name) })))
}

function writeNotes({ notes }: CheckedOperations): void {
  for (const note of notes) writeError(`${note}\n`)
}

function print(outcome: Outcome, { output }: PlanOptions): string {
  switch (output) {
    case 'text':
      return printSafely(printOutcomeAsText(outcome))
    case 'json':
      return printJsonSafely(printOutcomeAsJson(outcome, isTerminal(1) ? 2 : undefined))
    case 'markdown':
      return printSafely(printOutcomeAsMarkdown(outcome))
  }
}
