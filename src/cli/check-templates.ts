import { loadEnvFile } from '../config.ts'
import { ConfigError } from '../errors.ts'
import { TemplateError } from '../template/issue.ts'
import { loadTemplates } from '../template/load-templates.ts'

/** Prints what is wrong with a folder of templates to stderr, or a confirmation to stdout. Returns the exit code. */
export async function checkTemplates(given: string | undefined): Promise<number> {
  try {
    if (given === undefined) loadEnvFile()
    const directory = given ?? (process.env['TEMPLATES_DIR'] || 'object-templates')
    const { templates } = await loadTemplates(directory)
    const names = templates.map(({ name }) => name).join(', ')
    process.stdout.write(
      `${templates.length} ${templates.length === 1 ? 'template is' : 'templates are'} in order: ${names}\n`,
    )
    return 0
  } catch (error) {
    if (!(error instanceof TemplateError || error instanceof ConfigError)) throw error
    process.stderr.write(`${error.message}\n`)
    if (error instanceof TemplateError) {
      const { length } = error.issues
      process.stderr.write(`\n${length} ${length === 1 ? 'problem' : 'problems'}\n`)
    }
    return 1
  }
}
