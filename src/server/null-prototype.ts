/**
 * Removes the prototype of every object inside a JSON value, in place. GraphQL reads the fields of an input object
 * by name; without this, it would read `constructor` or `toString` from `Object.prototype`.
 * It recurses: limit the depth first.
 */
export function removePrototypes<T>(value: T): T {
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') removePrototypes(item)
  } else if (typeof value === 'object' && value !== null) {
    for (const name of Object.keys(value)) {
      const member = (value as Record<string, unknown>)[name]
      if (typeof member === 'object') removePrototypes(member)
    }
    Object.setPrototypeOf(value, null)
  }
  return value
}
