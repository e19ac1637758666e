import type { Limits } from '../limits.ts'
import type { Metrics } from '../metrics/create-metrics.ts'
import type { Author } from '../plan/plan.ts'
import { createPlanRequest, type PlanRequest } from '../plan/plan-request.ts'
import type { Rights } from '../plan/rights.ts'
import type { Administration } from '../store/administration.ts'
import type { Database, Run } from '../store/database.ts'
import type { Feed } from '../store/feed/feed.ts'
import type { Leaving } from '../store/live/create-leaving.ts'
import type { Streams } from '../store/live/create-streams.ts'
import type { Waits } from '../store/live/create-waits.ts'
import { createReadPast, type ReadPast } from '../store/past/read-past.ts'
import type { Tokens } from '../store/tokens/create-tokens.ts'
import type { Doer } from '../store/trail.ts'
import { noWebhooks, type WebhookAdministration } from '../store/webhooks/webhook-administration.ts'
import type { TemplateModel } from '../template/model.ts'
import type { Tracer } from '../traces/tracer.ts'

/** The context of a request for resolvers. */
export interface RequestContext {
  readonly database: Database
  /** Runs the request's reads. */
  readonly reads: Run
  readonly readPast: ReadPast
  readonly request: PlanRequest
  /** What is known and done about the templates as a whole. */
  readonly administration: Administration
  readonly tokens: Tokens
  readonly feed: Feed
  /** Asks until something holds. */
  readonly waits: Waits
  /** Tells what changes. */
  readonly streams: Streams
  readonly webhooks: WebhookAdministration
  readonly asker: CallerInfo
  /** What it counts. */
  readonly metrics: Metrics | undefined
  readonly tracer: Tracer | undefined
}

/** What is known of the caller, beside the rights and what its writes are recorded under. */
export interface CallerInfo {
  readonly kind: 'everyone' | 'anonymous' | 'admin' | 'token' | 'oidc'
  /** The names of the roles that name it. */
  readonly roles: readonly string[]
  /** The IP address that the request comes from. */
  readonly address: string | undefined
  /** What the request came by: whoever it was closed for waits no longer. */
  readonly connection?: Leaving | undefined
  /** Rejects when its credentials are not good any more. */
  readonly verify?: () => Promise<unknown>
}

const everyone: CallerInfo = { kind: 'everyone', roles: [], address: undefined }

export function createRequestContext(given: {
  readonly model: TemplateModel
  readonly limits: Limits
  readonly author: Author
  readonly database: Database
  readonly administration: Administration
  readonly tokens: Tokens
  readonly feed: Feed
  readonly waits: Waits
  readonly streams: Streams
  /** Default: there are none. */
  readonly webhooks?: WebhookAdministration
  /** The positions that the caller has brought: the reads see all that was written before. */
  readonly position?: string | undefined
  /** Default: everyone. */
  readonly asker?: CallerInfo
  /** Default: all. */
  readonly rights?: Rights
  /** Whether the caller may see the schema. Default: yes. */
  readonly introspects?: boolean
  /** Default: one that knows of no other request. */
  readonly readPast?: ReadPast
  readonly metrics?: Metrics | undefined
  readonly tracer?: Tracer | undefined
}): RequestContext {
  const {
    database,
    administration,
    tokens,
    feed,
    waits,
    streams,
    webhooks = noWebhooks,
    asker = everyone,
    position,
    metrics,
    tracer,
    readPast = createReadPast(),
  } = given
  const reads = database.openReads(position)
  const request = createPlanRequest(given)
  return {
    database,
    administration,
    tokens,
    feed,
    waits,
    streams,
    webhooks,
    asker,
    metrics,
    tracer,
    reads,
    readPast,
    request,
  }
}

/** By which callers are told from one another; undefined where they are not, without rules of access. */
export function callerNameOf({ asker, request }: Pick<RequestContext, 'asker' | 'request'>): string | undefined {
  return asker.kind === 'everyone' ? undefined : `${asker.kind} ${request.author.actor ?? ''}`
}

/** Who does something to the registry as a whole with this request. */
export function doerOf({ asker, request }: RequestContext): Doer {
  const { actor, onBehalfOf } = request.author
  return { actor, onBehalfOf, address: asker.address }
}
