import { loadEnvironment, printWarning } from '../../config.ts'
import { type DeclaredModel, loadDeclaredTemplates } from '../../template/load-templates.ts'
import { writeError } from '../output/terminal.ts'
import { reportWrongFiles } from './report-wrong-files.ts'

/** Loads a folder of templates: TEMPLATES_DIR, or object-templates, if none is given. Prints what is wrong with it to stderr and returns undefined. */
export async function loadTemplateFolder(given: string | undefined): Promise<DeclaredModel | undefined> {
  try {
    if (given === undefined) for (const warning of loadEnvironment()) writeError(`${printWarning(warning)}\n`)
    return await loadDeclaredTemplates(given ?? (process.env['TEMPLATES_DIR'] || 'object-templates'))
  } catch (error) {
    reportWrongFiles(error)
    return undefined
  }
}
