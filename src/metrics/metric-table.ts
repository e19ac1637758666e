/** The metrics of the registry itself; those of the process and of Node come from prom-client. */

export interface MetricDefinition {
  readonly name: string
  readonly type: 'counter' | 'gauge' | 'histogram'
  /** What it says, without a full stop: shown by `/metrics` and in docs/metrics.md. */
  readonly help: string
  /** Their values come from the registry or its templates, never from a caller. */
  readonly labels: readonly string[]
}

export const metricTable = {
  build: {
    name: 'registry_build_info',
    type: 'gauge',
    help: 'Always 1; its label has the version',
    labels: ['version'],
  },
  requests: {
    name: 'registry_http_requests_total',
    type: 'counter',
    help: 'Requests that have ended, by route and class of status (aborted: the client left before the answer was sent)',
    labels: ['route', 'status'],
  },
  requestDuration: {
    name: 'registry_http_request_duration_seconds',
    type: 'histogram',
    help: 'Time from the head of a request to the end of its answer',
    labels: ['route'],
  },
  requestsInFlight: {
    name: 'registry_http_requests_in_flight',
    type: 'gauge',
    help: 'Requests that are being answered',
    labels: [],
  },
  bytesInFlight: {
    name: 'registry_http_bytes_in_flight',
    type: 'gauge',
    help: 'Bytes of bodies and answers that are held now',
    labels: [],
  },
  bytesInFlightLimit: {
    name: 'registry_http_bytes_in_flight_limit',
    type: 'gauge',
    help: 'The most that may be held (LIMIT_BYTES_IN_FLIGHT)',
    labels: [],
  },
  fieldDuration: {
    name: 'registry_field_duration_seconds',
    type: 'histogram',
    help: 'Time that a root field took, by its template (none: of no single template) and kind, with the wait for a connection, but without what templates { count } counts while the answer is completed',
    labels: ['template', 'kind'],
  },
  errors: {
    name: 'registry_errors_total',
    type: 'counter',
    help: 'Errors in answers, by extensions.code',
    labels: ['code'],
  },
  upserts: {
    name: 'registry_upserts_total',
    type: 'counter',
    help: 'Objects that were upserted, without dry runs',
    labels: ['template', 'outcome'],
  },
  connections: {
    name: 'registry_database_connections',
    type: 'gauge',
    help: 'Connections of the pool to PostgreSQL (the primary, if there are replicas)',
    labels: [],
  },
  connectionsLimit: {
    name: 'registry_database_connections_limit',
    type: 'gauge',
    help: 'The most connections that the pool may have (DATABASE_CONNECTIONS)',
    labels: [],
  },
  connectionsIdle: {
    name: 'registry_database_connections_idle',
    type: 'gauge',
    help: 'Connections that nothing uses',
    labels: [],
  },
  connectionsInUse: {
    name: 'registry_database_connections_in_use',
    type: 'gauge',
    help: 'Connections that run a statement or a transaction, or are being opened',
    labels: [],
  },
  connectionsWaiting: {
    name: 'registry_database_waiting',
    type: 'gauge',
    help: 'Statements and transactions that wait for a connection',
    labels: [],
  },
  statements: {
    name: 'registry_database_statements_total',
    type: 'counter',
    help: 'Statements that were sent, also to replicas: prepared before, new (prepared with this one), or unprepared',
    labels: ['form'],
  },
  databaseUp: {
    name: 'registry_database_up',
    type: 'gauge',
    help: 'Whether PostgreSQL answered when it was last asked for these figures',
    labels: [],
  },
  generation: {
    name: 'registry_templates_generation',
    type: 'gauge',
    help: 'The generation of the templates that this server serves; 0 before it serves any',
    labels: [],
  },
  generationsBehind: {
    name: 'registry_templates_generations_behind',
    type: 'gauge',
    help: 'How many newer generations of templates have been applied since: more than 0 on an older server',
    labels: [],
  },
  changesUnfinished: {
    name: 'registry_template_changes_unfinished',
    type: 'gauge',
    help: 'Tasks of changes of templates that are not finished, by their template and kind: step (fill and convert), rekey, past (give other keys to what objects were), drop',
    labels: ['template', 'kind'],
  },
  changeObjectsRemaining: {
    name: 'registry_template_change_objects_remaining',
    type: 'gauge',
    help: 'Objects that such a task has not reached yet; 0 for past and drop',
    labels: ['template', 'kind'],
  },
  removed: {
    name: 'registry_removed_total',
    type: 'counter',
    help: 'What was removed in the background because the template does not keep it: object (retain), version and change (history)',
    labels: ['template', 'kind'],
  },
  webhookDeliveries: {
    name: 'registry_webhook_deliveries_total',
    type: 'counter',
    help: 'Attempts of this server to deliver a change, by result: delivered, failed, gone (the receiver answered 410)',
    labels: ['webhook', 'result'],
  },
  webhookWaiting: {
    name: 'registry_webhook_waiting',
    type: 'gauge',
    help: 'Changes that a webhook has not been sent: those that are tried again, those behind them of the same object, and at most 1,000 that it has not come to yet',
    labels: ['webhook'],
  },
  webhookDead: {
    name: 'registry_webhook_dead',
    type: 'gauge',
    help: 'Changes that nobody tries to deliver any more',
    labels: ['webhook'],
  },
  webhookLag: {
    name: 'registry_webhook_lag_seconds',
    type: 'gauge',
    help: 'How long ago the oldest of the changes that wait was made; 0 if none waits',
    labels: ['webhook'],
  },
  waits: {
    name: 'registry_waits',
    type: 'gauge',
    help: 'Fields await… that wait for an answer',
    labels: [],
  },
  streams: {
    name: 'registry_streams',
    type: 'gauge',
    help: 'Subscriptions that are open',
    labels: [],
  },
  objects: {
    name: 'registry_objects',
    type: 'gauge',
    help: 'Stored objects, counted in the background: exactly up to a million, by the statistics of PostgreSQL beyond',
    labels: ['template'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>

type Table = typeof metricTable
type NamesOf<Type> = { [Name in keyof Table]: Table[Name]['type'] extends Type ? Name : never }[keyof Table]
export type CounterName = NamesOf<'counter'>
export type GaugeName = NamesOf<'gauge'>
export type HistogramName = NamesOf<'histogram'>
/** A value for each label of a metric. */
export type LabelsOf<Name extends keyof Table> = Readonly<Record<Table[Name]['labels'][number], string>>
