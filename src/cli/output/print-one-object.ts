import { parseColumns } from '../arguments/parse-columns.ts'
import type { OutputOptions } from '../commands/output-options.ts'
import type { Template } from '../connection/template.ts'
import { createWriter } from './create-writer.ts'
import type { ShownObject } from './print-object.ts'

/** Prints the only object that is the result of a command. */
export async function printOneObject(object: ShownObject, template: Template, options: OutputOptions): Promise<void> {
  const columns = options.fields === undefined ? undefined : parseColumns(options.fields, template)
  const github = options.githubOutput ? await import('./github-output.ts') : undefined
  github?.assertGithubOutput()
  const writer = await createWriter(options.output, { template, columns, isSingle: true })
  writer.write([object])
  writer.end()
  github?.appendGithubObject(object, template, columns)
}
