import type { Limits } from '../limits.ts'
import type { Author } from '../plan/plan.ts'
import { createPlanRequest, type PlanRequest } from '../plan/plan-request.ts'
import type { Rights } from '../plan/rights.ts'
import type { Administration } from '../store/administration.ts'
import type { Database, Run } from '../store/database.ts'
import type { TemplateModel } from '../template/model.ts'

/** The context of a request for resolvers. */
export interface RequestContext {
  readonly database: Database
  /** Runs the request's reads. */
  readonly reads: Run
  readonly request: PlanRequest
  /** What is known and done about the templates as a whole. */
  readonly administration: Administration
}

export function createRequestContext(given: {
  readonly model: TemplateModel
  readonly limits: Limits
  readonly author: Author
  readonly database: Database
  readonly administration: Administration
  /** Default: all. */
  readonly rights?: Rights
  /** Whether the caller may see the schema. Default: yes. */
  readonly introspects?: boolean
}): RequestContext {
  const { database, administration } = given
  return { database, administration, reads: database.openReads(), request: createPlanRequest(given) }
}
