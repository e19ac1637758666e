import { ConfigError } from '../../errors.ts'
import { TemplateError } from '../../template/issue.ts'
import { writeError } from '../output/terminal.ts'

/** Prints what is wrong with files of templates or roles to stderr. Throws an error that says something else. */
export function reportWrongFiles(error: unknown): void {
  if (!(error instanceof TemplateError || error instanceof ConfigError)) throw error
  writeError(`${error.message}\n`)
  if (error instanceof TemplateError) {
    const { length } = error.issues
    writeError(`\n${length} ${length === 1 ? 'problem' : 'problems'}\n`)
  }
}
