import { createWriter } from './create-writer.ts'
import type { Template } from './load-template-list.ts'
import type { OutputOptions } from './output-options.ts'
import { parseColumns } from './parse-columns.ts'
import type { ShownObject } from './print-object.ts'

/** Prints the one object that a command is about. */
export async function printOneObject(object: ShownObject, template: Template, options: OutputOptions): Promise<void> {
  const columns = options.fields === undefined ? undefined : parseColumns(options.fields, template)
  const github = options.githubOutput ? (await import('./github-output.ts')).createGithubOutput() : undefined
  const writer = await createWriter(options.output, { template, columns, isSingle: true })
  writer.write([object])
  writer.end()
  github?.writeObject(object, template, columns)
}
