import {
  type ASTNode,
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  KnownTypeNamesRule,
  ProvidedRequiredArgumentsRule,
  specifiedRules,
  type ValidationContext,
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
  [KnownTypeNamesRule, KnownTypesRule],
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
  const errors = mergeDirectives(validate(schema, document, rules, { hideSuggestions: true }))
  if (!introspects) return toDocumentErrors(errors, document)
  const remedies = findRemedies(schema, document, errors)
  return toDocumentErrors(
    errors.map((error) => withRemedy(error, remedies)),
    document,
  )
}

/** That of graphql-js lists the names of all types for each document: 6 ms with 500 templates. */
function KnownTypesRule(context: ValidationContext): ASTVisitor {
  return {
    NamedType(node) {
      if (!context.getSchema().getType(node.name.value))
        context.reportError(new GraphQLError(`Unknown type "${node.name.value}".`, { nodes: node }))
    },
  }
}

/** One error for all uses of a wrong directive: a document of some bytes could ask for as many errors as it has directives. */
function mergeDirectives(errors: readonly GraphQLError[]): readonly GraphQLError[] {
  const merged = new Map<string | number, GraphQLError>()
  for (const [index, error] of errors.entries()) {
    const { message, nodes } = error
    const key = nodes?.[0]?.kind === Kind.DIRECTIVE ? message : index
    const first = merged.get(key)
    merged.set(key, first ? new GraphQLError(message, { nodes: [...(first.nodes ?? []), ...(nodes ?? [])] }) : error)
  }
  return [...merged.values()]
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
