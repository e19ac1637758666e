import type { Author } from '../plan/plan.ts'
import type { Database, Reads } from '../store/database.ts'
import type { Template } from '../template/model.ts'

/** What resolvers know of a request. */
export interface RequestContext {
  readonly database: Database
  readonly reads: Reads
  readonly author: Author
  /** The templates of which stored values may be of a field's former type. */
  readonly changed: ReadonlySet<Template>
  /** Root fields, by response key, whose reads have failed already. */
  readonly failures?: ReadonlyMap<string, unknown>
}
