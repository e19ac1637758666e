import { loadEnvFile } from '../../config.ts'
import { ConfigError } from '../../errors.ts'
import { TemplateError } from '../../template/issue.ts'
import { type DeclaredModel, loadDeclaredTemplates } from '../../template/load-templates.ts'
import { writeError } from '../output/terminal.ts'

/** Loads a folder of templates: TEMPLATES_DIR, or object-templates, if none is given. Prints what is wrong with it to stderr and returns undefined. */
export async function loadTemplateFolder(given: string | undefined): Promise<DeclaredModel | undefined> {
  try {
    if (given === undefined) loadEnvFile()
    return await loadDeclaredTemplates(given ?? (process.env['TEMPLATES_DIR'] || 'object-templates'))
  } catch (error) {
    if (!(error instanceof TemplateError || error instanceof ConfigError)) throw error
    writeError(`${error.message}\n`)
    if (error instanceof TemplateError) {
      const { length } = error.issues
      writeError(`\n${length} ${length === 1 ? 'problem' : 'problems'}\n`)
    }
    return undefined
  }
}
