import {
  type DocumentNode,
  type GraphQLError,
  type GraphQLSchema,
  ProvidedRequiredArgumentsRule,
  specifiedRules,
  type ValidationRule,
  ValuesOfCorrectTypeRule,
  validate,
} from 'graphql'
import { toDocumentErrors } from './document-error.ts'
import { InputValuesRule, RequiredArgumentsRule } from './input-rules.ts'

const replaced: ReadonlyMap<ValidationRule, ValidationRule> = new Map([
  [ValuesOfCorrectTypeRule, InputValuesRule],
  [ProvidedRequiredArgumentsRule, RequiredArgumentsRule],
])
const rules = specifiedRules.map((rule) => replaced.get(rule) ?? rule)

/** The errors of a document: `BAD_USER_INPUT`, each with the path from an argument inwards. A valid document has none. */
export function validateQueryDocument(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  return toDocumentErrors(validate(schema, document, rules), document)
}
