import type { Limits } from '../limits.ts'
import type { Author } from '../plan/plan.ts'
import { createPlanRequest, type PlanRequest } from '../plan/plan-request.ts'
import type { Rights } from '../plan/rights.ts'
import type { Administration } from '../store/administration.ts'
import type { Database, Run } from '../store/database.ts'
import type { Tokens } from '../store/tokens/create-tokens.ts'
import type { Doer } from '../store/trail.ts'
import type { TemplateModel } from '../template/model.ts'

/** The context of a request for resolvers. */
export interface RequestContext {
  readonly database: Database
  /** Runs the request's reads. */
  readonly reads: Run
  readonly request: PlanRequest
  /** What is known and done about the templates as a whole. */
  readonly administration: Administration
  readonly tokens: Tokens
  readonly asker: CallerInfo
}

/** What is known of the caller, beside the rights and what its writes are recorded under. */
export interface CallerInfo {
  readonly kind: 'everyone' | 'anonymous' | 'admin' | 'token' | 'oidc'
  /** The names of the roles that name it. */
  readonly roles: readonly string[]
  /** The IP address that the request comes from. */
  readonly address: string | undefined
}

const everyone: CallerInfo = { kind: 'everyone', roles: [], address: undefined }

export function createRequestContext(given: {
  readonly model: TemplateModel
  readonly limits: Limits
  readonly author: Author
  readonly database: Database
  readonly administration: Administration
  readonly tokens: Tokens
  /** Default: everyone. */
  readonly asker?: CallerInfo
  /** Default: all. */
  readonly rights?: Rights
  /** Whether the caller may see the schema. Default: yes. */
  readonly introspects?: boolean
}): RequestContext {
  const { database, administration, tokens, asker = everyone } = given
  return { database, administration, tokens, asker, reads: database.openReads(), request: createPlanRequest(given) }
}

/** Who does something to the registry as a whole with this request. */
export function doerOf({ asker, request }: RequestContext): Doer {
  const { actor, onBehalfOf } = request.author
  return { actor, onBehalfOf, address: asker.address }
}
