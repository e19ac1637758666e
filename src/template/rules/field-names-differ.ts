import { allFields, type DeclaredField, type DeclaredTemplate } from '../declared-template.ts'
import type { TemplateIssue } from '../issue.ts'
import { fieldNameInGraphql } from '../names/name-in-graphql.ts'
import { quote } from '../quote.ts'
import { issueAt } from '../source.ts'
import type { Rule } from './rule.ts'

/** The fields of a template, and the members of an object, have different names in GraphQL too: `a-b` and `a_b` have one. */
export const fieldNamesDiffer: Rule = (declared) =>
  declared.templates.flatMap((template) =>
    [template.fields, ...allFields(template).map(({ members }) => members)].flatMap((fields) =>
      validateNames(fields, template),
    ),
  )

function validateNames(fields: readonly DeclaredField[], template: DeclaredTemplate): readonly TemplateIssue[] {
  const names = new Map<string, string>()
  return fields.flatMap(({ name, path }) => {
    const graphqlName = fieldNameInGraphql(name)
    const other = names.get(graphqlName)
    if (other === undefined) {
      names.set(graphqlName, name)
      return []
    }
    const message = `${quote(other)} and ${quote(name)} would both be ${graphqlName} in GraphQL.`
    return [
      issueAt(template.source, path, 'NAME_COLLISION', message, { suggestion: 'Rename one of the two.', part: 'key' }),
    ]
  })
}
