import type { Author } from '../plan/plan.ts'
import type { Database } from '../store/database.ts'

/** What resolvers know of a request. */
export interface RequestContext {
  readonly database: Database
  readonly author: Author
  /** Root fields, by response key, whose reads have failed already. */
  readonly failures?: ReadonlyMap<string, unknown>
}
