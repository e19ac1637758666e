import type { InputField, OutputField, TypeDefinition, TypeDefinitions, TypeName } from './type-definitions.ts'

/** The kinds in the order of the printed schema. */
const kinds = [['scalar', 'enum'], ['input'], ['interface'], ['object'], ['root']]

/**
 * The names of the types that operations can reach, an object type also through its interfaces: those that nothing uses are left
 * out. Which filters and scalars these are depends on the templates.
 */
export function usedTypesOf(definitions: TypeDefinitions): readonly string[] {
  const used = new Set<string>()
  const open = [...definitions].flatMap(([name, one]) => (one.kind === 'root' || implementsAny(one) ? name : []))
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (used.has(name)) continue
    used.add(name)
    for (const other of mentionedIn(definitions.get(name))) open.push(other)
  }
  return kinds.flatMap((some) =>
    [...definitions].flatMap(([name, { kind }]) => (some.includes(kind) && used.has(name) ? name : [])),
  )
}

function implementsAny(definition: TypeDefinition): boolean {
  return definition.kind === 'object' && definition.interfaces.length > 0
}

function* mentionedIn(definition: TypeDefinition | undefined): Iterable<string> {
  if (definition?.kind === 'object') yield* definition.interfaces
  if (!definition || !('fields' in definition)) return
  for (const field of Object.values<InputField | OutputField>(definition.fields())) {
    yield nameOf(field.type)
    if ('args' in field) for (const { type } of Object.values(field.args ?? {})) yield nameOf(type)
  }
}

function nameOf(type: TypeName): string {
  return typeof type === 'string' ? type : nameOf(type[0])
}
