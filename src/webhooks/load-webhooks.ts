import { readFileSync } from 'node:fs'
import type { RuleContext } from '../access/compile-where.ts'
import { ConfigError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { TemplateError, type TemplateIssue } from '../template/issue.ts'
import { listYamlFiles, readTemplateFile } from '../template/load-templates.ts'
import type { TemplateFile } from '../template/parse-templates.ts'
import { parseWebhooks } from './parse-webhooks.ts'
import { parseSecret } from './sign.ts'
import type { Webhook } from './webhook.ts'

/** Where webhooks are, unless the operator says otherwise. */
const defaultWebhooksDir = 'object-webhooks'

/**
 * Loads all webhooks of a folder: its files `*.yaml`, `*.yml` and `*.json`, except subfolders and files whose names begin with a dot.
 * Throws `TemplateError` with all problems of all files, and `ConfigError` for a folder that cannot be read.
 *
 * @param directory undefined: the default one, which need not exist
 * @param createContext is called only if there are files
 */
export async function loadWebhooks(
  directory: string | undefined,
  createContext: () => RuleContext | Promise<RuleContext>,
): Promise<readonly Webhook[]> {
  const loaded = await Promise.all((await listWebhookFiles(directory)).map(readTemplateFile))
  if (loaded.length === 0) return []
  const files = loaded.filter((file): file is TemplateFile => 'text' in file)
  const unread = loaded.filter((file): file is TemplateIssue => 'code' in file)
  const { webhooks, issues } = parseWebhooks(files, await createContext())
  if (unread.length + issues.length > 0) throw new TemplateError([...unread, ...issues])
  return webhooks
}

async function listWebhookFiles(given: string | undefined): Promise<readonly string[]> {
  const directory = given ?? defaultWebhooksDir
  return listYamlFiles(directory).catch((error: NodeJS.ErrnoException) => {
    if (given === undefined && error.code === 'ENOENT') return []
    const reason = explainFileError(error)
    throw new ConfigError(`WEBHOOKS_DIR: the folder of webhooks, ${directory}, cannot be read: ${reason}.`, {
      cause: error,
    })
  })
}

/** The keys by which webhooks are signed, by name. Throws `ConfigError` with all that are missing or wrong. No secret is in its message. */
export function readSecrets(
  webhooks: readonly Webhook[],
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, Buffer> {
  const problems: string[] = []
  const keys = webhooks.flatMap(({ name, secret }): [string, Buffer][] => {
    const say = (problem: string) => {
      problems.push(`the webhook "${name}": ${problem}`)
      return []
    }
    const place = secret.kind === 'env' ? `the variable ${secret.name}` : `the file ${secret.path}`
    try {
      const text = (secret.kind === 'env' ? env[secret.name] : readFileSync(secret.path, 'utf8'))?.trim() ?? ''
      if (text === '')
        return say(`${place}, where its secret is to be, is ${secret.kind === 'env' ? 'not set' : 'empty'}`)
      const key = parseSecret(text)
      return key ? [[name, key]] : say(`the secret in ${place} begins with whsec_, but the rest is no Base64`)
    } catch (error) {
      return say(
        `${place}, where its secret is to be, cannot be read: ${explainFileError(error as NodeJS.ErrnoException)}`,
      )
    }
  })
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return new Map(keys)
}
