/**
 * Validation rules that replace those of graphql-js, whose errors name a missing part only in the message. These rules
 * also report it as data: an issue whose path leads from the error's node to the missing part.
 */

import {
  type ASTNode,
  type ASTVisitor,
  GraphQLError,
  getEnterLeaveForKind,
  getNamedType,
  isInputObjectType,
  isRequiredArgument,
  isRequiredInputField,
  Kind,
  ProvidedRequiredArgumentsRule,
  type ValidationContext,
  ValuesOfCorrectTypeRule,
} from 'graphql'

/** Section 5.6 of the specification: values fit their types, and objects have their required fields. */
export function InputValuesRule(context: ValidationContext): ASTVisitor {
  const values = ValuesOfCorrectTypeRule(context)
  return {
    ...values,
    ObjectValue(node, ...place) {
      const type = getNamedType(context.getInputType())
      // Reports that an object is not a value of this type.
      if (!isInputObjectType(type)) return getEnterLeaveForKind(values, Kind.OBJECT).enter?.call(values, node, ...place)
      const given = new Map(node.fields.map((field) => [field.name.value, field.value.kind]))
      for (const field of Object.values(type.getFields())) {
        if (!isRequiredInputField(field) || given.has(field.name)) continue
        const message = `Field "${type.name}.${field.name}" of required type "${field.type}" was not provided.`
        report(context, node, [field.name], message)
      }
      if (!type.isOneOf) return undefined
      const [only] = given
      if (!only || given.size > 1)
        report(context, node, [], `Exactly one field of "${type.name}" must be given, not ${given.size}.`)
      else if (only[1] === Kind.NULL)
        report(context, node, [only[0]], `Field "${type.name}.${only[0]}" must not be null.`)
      return undefined
    },
  }
}

/** Section 5.4.3: required arguments are given. */
export function RequiredArgumentsRule(context: ValidationContext): ASTVisitor {
  return {
    // For directives.
    ...ProvidedRequiredArgumentsRule(context),
    Field: {
      leave(node) {
        const field = context.getFieldDef()
        const given = new Set(node.arguments?.map((argument) => argument.name.value))
        for (const { name, type } of field?.args.filter(isRequiredArgument) ?? []) {
          const message = `Field "${field?.name}" argument "${name}" of type "${type}" is required, but it was not provided.`
          if (!given.has(name)) report(context, node, [name], message)
        }
      },
    },
  }
}

function report(context: ValidationContext, node: ASTNode, path: readonly string[], message: string): void {
  const issues = [{ path, code: 'INVALID_DOCUMENT', message }]
  context.reportError(new GraphQLError(message, { nodes: node, extensions: { issues } }))
}
