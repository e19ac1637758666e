/**
 * GraphQL reports an attribute that is missing, or that no type has, at the object around it, and names it only in its
 * sentence. The path then ends in the attribute.
 */
export function completePath(path: readonly (string | number)[], message: string): readonly (string | number)[] {
  const name = /(?:^|; )Field "(?:\w+\.)?(\w+)" (?:of required type|is not defined by)/.exec(message)?.[1]
  return name === undefined || path.at(-1) === name ? path : [...path, name]
}
