/** PostgreSQL's integers have 31 bits. */
export const largestVersion = 2_147_483_647

/** The values of a cursor, which is base64url of a JSON array; none for anything else. */
export function decodeCursor(cursor: string): readonly unknown[] {
  try {
    const values: unknown = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'))
    return Array.isArray(values) ? values : []
  } catch {
    return []
  }
}
