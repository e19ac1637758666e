import type { Field } from '../model.ts'

/** The member that a value names: by its own name, as in files and JSON, or by that in GraphQL. No other member has either. */
export function memberNamed(members: readonly Field[], name: string): Field | undefined {
  return members.find((member) => member.name === name || member.graphqlName === name)
}

/** The name under which a value has a member; its own name if it has none. */
export function givenNameOf({ name, graphqlName }: Field, given: ReadonlyMap<string, unknown>): string {
  return !given.has(name) && given.has(graphqlName) ? graphqlName : name
}
