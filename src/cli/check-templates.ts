import { printIssues } from '../template/issue.ts'
import type { TemplateModel } from '../template/model.ts'
import { writeError } from './output/terminal.ts'
import { loadTemplateFolder } from './templates/load-template-folder.ts'
import { reportWrongFiles } from './templates/report-wrong-files.ts'

/**
 * Prints what is wrong with a folder of templates, and with the roles of ACCESS_DIR and the webhooks of WEBHOOKS_DIR, to stderr, or a confirmation to stdout. Returns
 * the exit code. Of another folder of templates, the roles in `object-access` and the webhooks in `object-webhooks` are not those.
 */
export async function checkTemplates(given: string | undefined): Promise<number> {
  const folder = await loadTemplateFolder(given)
  if (!folder) return 1
  const { templates } = folder.model
  const roles = await checkRoles(folder.model, given !== undefined)
  const webhooks = await checkWebhooks(folder.model, given !== undefined)
  if (!roles || !webhooks) return 1
  const lines = [
    printCount('template', templates),
    ...(roles.length > 0 ? [printCount('role', roles)] : []),
    ...(webhooks.length > 0 ? [printCount('webhook', webhooks)] : []),
  ]
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
    const { roles, warnings } = await loadRoles(directory, () => createContext(model))
    if (warnings.length > 0) writeError(`${printIssues(warnings)}\n`)
    return roles
  } catch (error) {
    reportWrongFiles(error)
    return undefined
  }
}

/** The same for webhooks. Their secrets are the server's: they need not be there. */
async function checkWebhooks(
  model: TemplateModel,
  isOther: boolean,
): Promise<readonly { readonly name: string }[] | undefined> {
  const directory = process.env['WEBHOOKS_DIR'] || undefined
  if (directory === undefined && isOther) return []
  const { loadWebhooks } = await import('../webhooks/load-webhooks.ts')
  try {
    return await loadWebhooks(directory, () => createContext(model))
  } catch (error) {
    reportWrongFiles(error)
    return undefined
  }
}

/** Making a schema takes its time. */
async function createContext(model: TemplateModel) {
  const { buildSchema } = await import('../schema/build-schema.ts')
  const { defaultLimits } = await import('../limits.ts')
  return { model, schema: buildSchema(model), limits: defaultLimits }
}

function printCount(what: string, named: readonly { readonly name: string }[]): string {
  const names = named.map(({ name }) => name).join(', ')
  return `${named.length} ${named.length === 1 ? `${what} is` : `${what}s are`} in order: ${names}`
}
