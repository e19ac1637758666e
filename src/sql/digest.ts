import { createHash } from 'node:crypto'

/** Ten letters and digits that represent a text in names that PostgreSQL would otherwise truncate. */
export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 10)
}
