/** The form of the names of tokens, and of roles. A job's name has an `@`, so that none of them is that of a token. */
export const namePattern = '^[A-Za-z0-9][A-Za-z0-9._-]*$'
/** In characters. */
export const longestName = 200

/** Whoever has ADMIN_TOKEN writes under this name. */
export const adminActor = 'admin'

/** Names under which others write, and who they are: the holder of such a token would be taken for them, as by `{actor}`. */
export const reservedNames: ReadonlyMap<string, string> = new Map([
  [adminActor, 'whoever has ADMIN_TOKEN'],
  // What templates that change make of objects.
  ['registry', 'the registry itself'],
])
