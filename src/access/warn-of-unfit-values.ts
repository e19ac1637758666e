import type { CallerValues } from '../plan/rights.ts'
import type { TemplateIssue } from '../template/issue.ts'
import { quote } from '../template/quote.ts'
import { issueAt, type Source } from '../template/source.ts'
import { isValueOf, listPlaceholderTexts, type RuleContext } from './compile-where.ts'
import { fillPlaceholders, listPlaceholders, type PlaceholderText } from './placeholders.ts'
import type { Role, Who } from './role.ts'

/** Texts with placeholders that have no caller's value of their type, such as `{actor}` where a number is compared. */
export function warnOfUnfitValues(role: Role, source: Source, context: RuleContext): readonly TemplateIssue[] {
  const { templates } = context.model
  return role.may.flatMap(({ where, templates: granted }, i) =>
    templates
      .filter(({ name }) => where && (granted === 'all' || granted.includes(name)))
      .flatMap((template) =>
        listPlaceholderTexts(where, template, context)
          .filter((found) => isUnfit(found, role.who))
          .map(({ text, type, path }) => {
            const message = `${quote(text)} is never a value of the type ${type.name} for these callers, so that nothing of ${template.name} is granted.`
            return issueAt(source, ['may', i, 'where', ...path], 'NEVER_MATCHES', message)
          }),
      ),
  )
}

/** Callers who lack a value are warned of elsewhere. */
function isUnfit({ text, type }: PlaceholderText, who: readonly Who[]): boolean {
  const known = who.map((one) => valuesOf(one, text))
  if (known.includes(undefined)) return false
  const filled = known.flatMap((values) => (values && fillPlaceholders(text, values)) ?? [])
  return filled.length > 0 && !filled.some((one) => isValueOf(type, one))
}

/** The values of such callers; undefined if the role does not tell what the text needs. */
function valuesOf(who: Who, text: string): CallerValues | undefined {
  switch (who.kind) {
    case 'anyone':
      return undefined
    case 'token':
      return { actor: who.name, claims: {} }
    case 'oidc': {
      const { claims, issuer } = who
      const isTold = (one: string) => one === '{actor}' || Object.hasOwn(claims, one.slice('{claims.'.length, -1))
      // No subject makes anything but a text of it.
      const actor = `${claims['sub'] ?? 'subject'}@${new URL(issuer).host}`
      return listPlaceholders(text).every(isTold) ? { actor, claims } : undefined
    }
  }
}
