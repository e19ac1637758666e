import {
  type ASTNode,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  ProvidedRequiredArgumentsRule,
  specifiedRules,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
  validate,
} from 'graphql'
import type { InputIssue } from '../errors.ts'
import { toDocumentErrors } from './document-error.ts'
import { InputValuesRule, RequiredArgumentsRule } from './input-rules.ts'
import { addRemedy } from './remedies/add-remedy.ts'
import { findRemedies } from './remedies/find-remedies.ts'

const replaced: ReadonlyMap<ValidationRule, ValidationRule> = new Map([
  [ValuesOfCorrectTypeRule, InputValuesRule],
  [ProvidedRequiredArgumentsRule, RequiredArgumentsRule],
])
const rules = specifiedRules.map((rule) => replaced.get(rule) ?? rule)

/**
 * The errors of a document: `BAD_USER_INPUT`, each with the path from an argument inwards, and with what to write instead, if that is
 * known and the caller may see the schema. A valid document has none.
 */
export function validateQueryDocument(
  schema: GraphQLSchema,
  document: DocumentNode,
  introspects: boolean,
): readonly GraphQLError[] {
  // The suggestions of graphql-js may be far from what was written.
  const errors = validate(schema, document, rules, { hideSuggestions: true })
  if (!introspects) return toDocumentErrors(errors, document)
  const remedies = findRemedies(schema, document, errors)
  return toDocumentErrors(
    errors.map((error) => withRemedy(error, remedies)),
    document,
  )
}

function withRemedy(error: GraphQLError, remedies: ReadonlyMap<ASTNode, string>): GraphQLError {
  const { nodes, message, extensions } = error
  const remedy = nodes?.[0] && remedies.get(nodes[0])
  if (remedy === undefined) return error
  const issues = extensions['issues'] as readonly InputIssue[] | undefined
  const extended = issues?.map((issue) => ({ ...issue, message: addRemedy(issue.message, remedy) }))
  return new GraphQLError(addRemedy(message, remedy), {
    nodes: nodes ?? null,
    extensions: { ...extensions, ...(extended && { issues: extended }) },
  })
}
