/** Freezes a value and everything in it; a map loses the methods that change it. Returns the value. */
export function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (value instanceof Map) {
    const refuse = () => {
      throw new TypeError('this map is frozen')
    }
    for (const method of ['set', 'delete', 'clear']) Object.defineProperty(value, method, { value: refuse })
  }
  Object.freeze(value)
  if (value instanceof Map) for (const entry of value.values()) deepFreeze(entry)
  else for (const entry of Object.values(value)) deepFreeze(entry)
  return value
}
