/**
 * Names of files in GraphQL, whose names have letters, digits and `_` only (October 2021, section 2.1.9). This is the only place
 * that makes one of the other: who asks the registry is told by `templates`.
 */

/** A field or a member of an object: `console-ports` → `console_ports`. */
export function fieldNameInGraphql(name: string): string {
  return name.replace(/[^A-Za-z0-9_]/gu, '_')
}

/**
 * A member of an enum: `nema-5-15r` → `nema_5_15r`, `20.04` → `_20_04`, `true` → `true_`, `__x` → `_x`. It is the name of an enum's
 * value (section 3.9), and no name of introspection.
 */
export function memberNameInGraphql(text: string): string {
  const name = fieldNameInGraphql(text).replace(/^_+/, '_')
  if (/^[0-9]/.test(name)) return `_${name}`
  return notEnumValues.has(name) ? `${name}_` : name
}

/** Names that the values of a GraphQL enum cannot have. */
export const notEnumValues: ReadonlySet<string> = new Set(['true', 'false', 'null'])
