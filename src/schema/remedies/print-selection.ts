import { type FieldNode, type GraphQLField, isRequiredArgument, Kind } from 'graphql'
import { givenNode } from './given.ts'

/** `name` or `roles(status: true) { name }`: a field as it was written, with the names below it, if they are few. */
export function printField(node: FieldNode): string {
  const args = (node.arguments ?? []).map(({ name, value }) => `${name.value}: ${givenNode(value).literal}`)
  const call = args.length > 0 ? `${node.name.value}(${args.join(', ')})` : node.name.value
  return node.selectionSet ? `${call} ${printSelection(node)}` : call
}

/** `{ name }` or `{ … }` */
export function printSelection({ selectionSet }: FieldNode): string {
  const selections = selectionSet?.selections ?? []
  const names = selections.flatMap((one) => (one.kind === Kind.FIELD && !one.selectionSet ? [one.name.value] : []))
  return names.length > 0 && names.length === selections.length && names.length <= 3
    ? `{ ${names.join(' ')} }`
    : '{ … }'
}

/** `image(name: …)`: a field with its required arguments. */
export function printCall({ name, args }: GraphQLField<unknown, unknown>): string {
  const required = args.filter(isRequiredArgument).map((argument) => `${argument.name}: …`)
  return required.length > 0 ? `${name}(${required.join(', ')})` : name
}
