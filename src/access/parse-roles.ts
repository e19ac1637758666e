import { compareText } from '../template/compare-text.ts'
import { compareIssues, type TemplateIssue } from '../template/issue.ts'
import type { TemplateFile } from '../template/parse-templates.ts'
import { parseYaml } from '../template/parse-yaml.ts'
import { quote } from '../template/quote.ts'
import { isMapping, issueAt, type Source } from '../template/source.ts'
import { checkWheres } from './check-wheres.ts'
import type { RuleContext } from './compile-where.ts'
import { withoutSlash } from './jobs/load-keys.ts'
import { readRole } from './read-role.ts'
import type { Role } from './role.ts'
import { warnOfUnfitValues } from './warn-of-unfit-values.ts'

export interface ParsedRoles {
  /** Those of the files without problems. */
  readonly roles: readonly Role[]
  readonly issues: readonly TemplateIssue[]
  readonly warnings: readonly TemplateIssue[]
}

/** Parses and validates the files of roles together: every problem of every file, ordered by file and place. */
export function parseRoles(files: readonly TemplateFile[], context: RuleContext): ParsedRoles {
  const issues: TemplateIssue[] = []
  const warnings: TemplateIssue[] = []
  const read: { readonly role: Role; readonly source: Source }[] = []
  const sources: Source[] = []
  for (const { file, text } of [...files].sort((a, b) => compareText(a.file, b.file))) {
    const parsed = parseYaml(file, text.replace(/^\uFEFF/, ''))
    issues.push(...parsed.issues)
    if (parsed.source) sources.push(parsed.source)
  }
  for (const source of sources) {
    const found = readRole(source, context.model)
    const ofWheres = checkWheres(source, sources, context)
    issues.push(...found.issues, ...ofWheres.issues)
    warnings.push(...found.warnings, ...ofWheres.warnings)
    if (!found.role || ofWheres.issues.length > 0) continue
    warnings.push(...warnOfUnfitValues(found.role, source, context))
    read.push({ role: found.role, source })
  }
  issues.push(...findDuplicates(sources))
  warnings.push(...warnOfIssuers(read))
  return {
    roles: read.map(({ role }) => role),
    issues: issues.sort(compareIssues),
    warnings: warnings.sort(compareIssues),
  }
}

/** Also of files that have other problems. */
function findDuplicates(sources: readonly Source[]): TemplateIssue[] {
  const first = new Map<string, string>()
  return sources.flatMap((source) => {
    const name = isMapping(source.value) ? source.value['name'] : undefined
    if (typeof name !== 'string') return []
    const other = first.get(name)
    if (other === undefined) first.set(name, source.file)
    return other === undefined
      ? []
      : [issueAt(source, ['name'], 'DUPLICATE_ROLE', `There is a role ${quote(name)} in ${other} as well.`)]
  })
}

/** Two issuers of one host: what is known of their callers is the same. */
function warnOfIssuers(read: readonly { readonly role: Role; readonly source: Source }[]): TemplateIssue[] {
  const first = new Map<string, { readonly issuer: string; readonly file: string }>()
  return read.flatMap(({ role, source }) =>
    role.who.flatMap((who, i) => {
      if (who.kind !== 'oidc') return []
      const { host } = new URL(who.issuer)
      const issuer = withoutSlash(who.issuer)
      const known = first.get(host)
      if (known === undefined) first.set(host, { issuer, file: source.file })
      if (known === undefined || known.issuer === issuer) return []
      const message = `Callers with the same sub are one caller here and at ${known.issuer} (${known.file}): both are SUB@${host}.`
      const suggestion = 'Where both may do something, compare claims, such as {claims.iss}, and not {actor}.'
      return [issueAt(source, ['who', i, 'oidc'], 'WEAK_IDENTITY', message, { suggestion })]
    }),
  )
}
