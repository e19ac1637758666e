import type { Path } from '../../errors.ts'
import type { DeclaredTemplate } from '../declared-template.ts'
import { builtInQueryFields, builtInTypeNames, listGeneratedTypes, rootFieldNamesOf } from '../graphql-names.ts'
import type { TemplateIssue } from '../issue.ts'
import { fieldNameInGraphql } from '../names/name-in-graphql.ts'
import { namesOfTemplate } from '../names-of-template.ts'
import { issueAt } from '../source.ts'
import type { Rule } from './rule.ts'

interface Claim {
  readonly kind: 'type' | 'field of Query' | 'field of Mutation'
  readonly name: string
  /** Where the name comes from: a template's `name` or `plural`, or one of its fields. */
  readonly path: Path
  readonly template: DeclaredTemplate
  /** It is a root field that is younger than templates which may have its name. */
  readonly isYoung?: boolean
}

const youngRoles: ReadonlySet<string> = new Set(['history', 'diffMany', 'restoreOne', 'awaitMany', 'awaitMatrix'])

/** Each GraphQL name comes from only one template or field, and none is the same as a built-in name of the API. */
export const graphqlNamesAreUnique: Rule = (declared) => {
  const issues: TemplateIssue[] = []
  const taken = new Map<string, Claim>()
  const reported = new Set<string>()
  const isReserved = ({ kind, name }: Claim) =>
    kind === 'type' ? builtInTypeNames.has(name) : kind === 'field of Query' && builtInQueryFields.has(name)
  for (const template of declared.byName.values()) {
    for (const claim of listClaims(template)) {
      const { kind, name, path } = claim
      const other = taken.get(`${kind} ${name}`)
      if (!other) taken.set(`${kind} ${name}`, claim)
      const isOwnPlural = other?.template === template && other.path.length === 1 && path.length === 1
      if ((!isReserved(claim) && !other) || isOwnPlural) continue
      // `field-names-differ.ts` reports these.
      if (other && isSameInGraphql(claim, other)) continue
      // If two templates share one name, they share many; one issue is enough.
      const templates = JSON.stringify([template.name, other?.template.name])
      const subject = path.length > 1 ? JSON.stringify([template.name, path]) : templates
      if (reported.has(subject) || (other && other.template !== template && reported.has(templates))) continue
      reported.add(subject)
      issues.push(printClash(claim, other))
    }
  }
  return issues
}

/** Whether two fields of one template have the same name in GraphQL, or the objects that they are in have. */
function isSameInGraphql(claim: Claim, other: Claim): boolean {
  const print = ({ path }: Claim) => path.map((segment) => fieldNameInGraphql(String(segment))).join('.')
  return claim.template === other.template && claim.path.length > 1 && print(claim) === print(other)
}

function printClash({ kind, name, path, template, isYoung }: Claim, other: Claim | undefined): TemplateIssue {
  const code = other ? 'NAME_COLLISION' : 'RESERVED_NAME'
  const owner = other ? printOwner(other, template) : 'the API itself has'
  const what = path.length > 1 ? 'The field' : path[0] === 'plural' ? 'The plural' : `The template ${template.name}`
  const message = `${what} gives the ${kind} ${name}, which ${owner}.`
  const suggestion =
    path.length > 1
      ? 'Rename the field.'
      : kind === 'type'
        ? 'Rename the template.'
        : isYoung || other?.isYoung
          ? 'Rename one of the two; with renamedFrom its objects follow.'
          : 'Rename the template or set plural.'
  return issueAt(template.source, path, code, message, { suggestion, part: path.length > 1 ? 'key' : 'value' })
}

function printOwner({ path, template }: Claim, asker: DeclaredTemplate): string {
  if (template === asker)
    return path.length > 1 ? `the field ${path.at(-1)} already gives` : 'the template itself already gives'
  const owner = path.length > 1 ? `the field ${path.at(-1)} of ${template.name}` : `the template ${template.name}`
  return `${owner} in ${template.source.file} already gives`
}

function listClaims(template: DeclaredTemplate): Claim[] {
  const named = { ...namesOfTemplate(template.name, template.plural), fields: template.fields }
  const { query, mutation } = rootFieldNamesOf(named)
  const plural = template.plural === undefined ? ['name'] : ['plural']
  const rootFields = (kind: Claim['kind'], names: Readonly<Record<string, string>>) =>
    Object.entries(names).map(([role, name]) => ({
      kind,
      name,
      template,
      isYoung: youngRoles.has(role),
      path: role.toLowerCase().endsWith('many') ? plural : ['name'],
    }))
  return [
    ...rootFields('field of Query', query),
    ...listGeneratedTypes(named).map(({ name, field }) => ({
      kind: 'type' as const,
      name,
      template,
      path: field.length === 0 ? ['name'] : field.flatMap((segment) => ['fields', segment]),
    })),
    ...rootFields('field of Mutation', mutation),
  ]
}
