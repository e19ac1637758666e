import { printIssues } from '../template/issue.ts'
import type { TemplateModel } from '../template/model.ts'
import { writeError } from './output/terminal.ts'
import { loadTemplateFolder } from './templates/load-template-folder.ts'
import { reportWrongFiles } from './templates/report-wrong-files.ts'

/**
 * Prints what is wrong with a folder of templates, and with the roles of ACCESS_DIR, to stderr, or a confirmation to stdout. Returns
 * the exit code. Of another folder of templates, the roles in `object-access` are not those.
 */
export async function checkTemplates(given: string | undefined): Promise<number> {
  const folder = await loadTemplateFolder(given)
  if (!folder) return 1
  const { templates } = folder.model
  const roles = await checkRoles(folder.model, given !== undefined)
  if (!roles) return 1
  const lines = [printCount('template', templates), ...(roles.length > 0 ? [printCount('role', roles)] : [])]
  process.stdout.write(lines.map((line) => `${line}\n`).join(''))
  return 0
}

/** Undefined, and the problems on stderr, if roles are wrong. */
async function checkRoles(
  model: TemplateModel,
  isOther: boolean,
): Promise<readonly { readonly name: string }[] | undefined> {
  const directory = process.env['ACCESS_DIR'] || undefined
  if (directory === undefined && isOther) return []
  const { loadRoles } = await import('../access/load-roles.ts')
  try {
    const { roles, warnings } = await loadRoles(directory, async () => {
      const { buildSchema } = await import('../schema/build-schema.ts')
      const { defaultLimits } = await import('../limits.ts')
      return { model, schema: buildSchema(model), limits: defaultLimits }
    })
    if (warnings.length > 0) writeError(`${printIssues(warnings)}\n`)
    return roles
  } catch (error) {
    reportWrongFiles(error)
    return undefined
  }
}

function printCount(what: string, named: readonly { readonly name: string }[]): string {
  const names = named.map(({ name }) => name).join(', ')
  return `${named.length} ${named.length === 1 ? `${what} is` : `${what}s are`} in order: ${names}`
}
