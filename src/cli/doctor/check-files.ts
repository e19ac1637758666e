import { assertGuarded } from '../../access/assert-guarded.ts'
import { loadRoles } from '../../access/load-roles.ts'
import { ConfigError } from '../../errors.ts'
import type { Config } from '../../settings.ts'
import { printIssues, TemplateError } from '../../template/issue.ts'
import { type DeclaredModel, loadDeclaredTemplates } from '../../template/load-templates.ts'
import { listNames } from '../../template/suggest.ts'
import { loadWebhooks, readSecrets } from '../../webhooks/load-webhooks.ts'
import { type Finding, fail, ok, unseen, warn } from './finding.ts'

/** The templates, and what there is to say of them. */
export async function checkTemplateFiles({ templatesDir }: Config): Promise<{
  readonly files: DeclaredModel | undefined
  readonly findings: readonly Finding[]
}> {
  try {
    const files = await loadDeclaredTemplates(templatesDir)
    const names = files.model.templates.map(({ name }) => name)
    return { files, findings: [ok('templates', `${names.length} in ${templatesDir}: ${listNames(names)}`)] }
  } catch (error) {
    return { files: undefined, findings: [explainFiles('templates', error)] }
  }
}

/** The roles, and whom they keep out. */
export async function checkAccessFiles(config: Config, files: DeclaredModel | undefined): Promise<readonly Finding[]> {
  if (!files) return [unseen('access', 'roles are checked against the templates')]
  const { model } = files
  try {
    const { roles, warnings } = await loadRoles(config.accessDir, async () => {
      const { buildSchema } = await import('../../schema/build-schema.ts')
      return { model, schema: buildSchema(model), limits: config.limits }
    })
    const guard = assertGuarded(config, roles)
    const found =
      roles.length > 0
        ? `${roles.length} ${roles.length === 1 ? 'role' : 'roles'}: ${listNames(roles.map(({ name }) => name))}`
        : config.adminToken === undefined
          ? 'no rules: everyone who reaches the port may do everything'
          : 'no roles: only the administrator may do anything'
    return [
      ok('access', found),
      ...warnings.map((issue) => warn('access', printIssues([issue]))),
      ...guard.warnings.map((text) => warn('access', text)),
    ]
  } catch (error) {
    return [explainFiles('access', error)]
  }
}

/** The webhooks and their secrets; nothing if there are none. */
export async function checkWebhookFiles(config: Config, files: DeclaredModel | undefined): Promise<readonly Finding[]> {
  if (!files) return []
  const { model } = files
  try {
    const webhooks = await loadWebhooks(config.webhooksDir, async () => {
      const { buildSchema } = await import('../../schema/build-schema.ts')
      return { model, schema: buildSchema(model), limits: config.limits }
    })
    readSecrets(webhooks, process.env)
    const names = listNames(webhooks.map(({ name }) => name))
    return webhooks.length > 0 ? [ok('webhooks', `${webhooks.length} in order: ${names}`)] : []
  } catch (error) {
    return [explainFiles('webhooks', error)]
  }
}

function explainFiles(check: string, error: unknown): Finding {
  if (error instanceof TemplateError) {
    const { length } = error.issues
    const [first] = error.issues
    return fail(
      check,
      `${length} ${length === 1 ? 'problem' : 'problems'}; the first: ${first ? printIssues([first]) : ''}`,
      'registry templates check lists all of them.',
    )
  }
  if (error instanceof ConfigError) return fail(check, error.message)
  throw error
}
