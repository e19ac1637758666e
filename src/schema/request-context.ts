import type { Limits } from '../limits.ts'
import type { Author } from '../plan/plan.ts'
import { createPlanRequest, type PlanRequest } from '../plan/plan-request.ts'
import type { Source } from '../plan/source.ts'
import type { Database, Reads } from '../store/database.ts'
import type { Template, TemplateModel } from '../template/model.ts'

/** What resolvers know of a request. */
export interface RequestContext {
  readonly database: Database
  readonly reads: Reads
  readonly request: PlanRequest
  /** The templates of which stored values may be of a field's former type. */
  readonly changed: ReadonlySet<Template>
}

export function createRequestContext(given: {
  readonly model: TemplateModel
  readonly limits: Limits
  readonly author: Author
  readonly database: Database
  readonly changed: ReadonlySet<Template>
  /** Unless given, all objects. */
  readonly source?: (template: Template) => Source
}): RequestContext {
  const { database, changed } = given
  return { database, reads: database.openReads(), request: createPlanRequest(given), changed }
}
