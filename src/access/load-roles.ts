import { createHash } from 'node:crypto'
import { ConfigError } from '../errors.ts'
import { explainFileError } from '../explain-file-error.ts'
import { TemplateError, type TemplateIssue } from '../template/issue.ts'
import { listYamlFiles, readTemplateFile } from '../template/load-templates.ts'
import type { TemplateFile } from '../template/parse-templates.ts'
import type { RuleContext } from './compile-where.ts'
import { readKeys } from './jobs/load-keys.ts'
import { parseRoles } from './parse-roles.ts'
import type { Role } from './role.ts'

/** The roles of a folder. */
export interface LoadedRoles {
  readonly roles: readonly Role[]
  /** What is allowed, but hardly meant. */
  readonly warnings: readonly TemplateIssue[]
  /** Names what the files say, with the keys of issuers that they lead to; undefined if there is none. */
  readonly digest: string | undefined
}

/** Where roles are, unless the operator says otherwise. */
const defaultAccessDir = 'object-access'

/**
 * Loads all roles of a folder: its files `*.yaml`, `*.yml` and `*.json`, except subfolders and files whose names begin with a dot.
 * Throws `TemplateError` with all problems of all files, and `ConfigError` for a folder, or a file of keys, that cannot be read.
 *
 * @param directory undefined: the default one, which need not exist
 * @param createContext is called only if there are files: most registries have none, and making a schema takes its time
 */
export async function loadRoles(
  directory: string | undefined,
  createContext: () => RuleContext | Promise<RuleContext>,
): Promise<LoadedRoles> {
  const loaded = await Promise.all((await listRoleFiles(directory)).map(readTemplateFile))
  if (loaded.length === 0) return { roles: [], warnings: [], digest: undefined }
  const files = loaded.filter((file): file is TemplateFile => 'text' in file)
  const unread = loaded.filter((file): file is TemplateIssue => 'code' in file)
  const { roles, issues, warnings } = parseRoles(files, await createContext())
  if (unread.length + issues.length > 0) throw new TemplateError([...unread, ...issues])
  const keys = roles
    .flatMap(({ who }) => who)
    .flatMap((one) => (one.kind === 'oidc' && one.keys !== undefined ? [JSON.stringify(readKeys(one.keys))] : []))
  const texts = [...files.map(({ text }) => text), ...keys]
  return { roles, warnings, digest: files.length > 0 ? digestOf(texts) : undefined }
}

/** The files of a folder of roles. Throws `ConfigError` for a folder that cannot be read. */
async function listRoleFiles(given: string | undefined): Promise<readonly string[]> {
  const directory = given ?? defaultAccessDir
  return listYamlFiles(directory).catch((error: NodeJS.ErrnoException) => {
    if (given === undefined && error.code === 'ENOENT') return []
    throw new ConfigError(
      `ACCESS_DIR: the folder of roles, ${directory}, cannot be read: ${explainFileError(error)}.`,
      {
        cause: error,
      },
    )
  })
}

function digestOf(texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n${text}`)
  return hash.digest('hex').slice(0, 16)
}
