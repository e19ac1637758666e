import type { Logger } from '../logger.ts'
import { compileInsertRoles, compileInsertTrail, compileTrail } from '../sql/access/compile-trail.ts'
import type { Database, Run } from './database.ts'

/** Who did something to the registry as a whole, and from where. */
export interface Doer {
  readonly actor: string | undefined
  readonly onBehalfOf: string | undefined
  /** The IP address that the request came from; undefined: the server did it by itself. */
  readonly address: string | undefined
}

export const trailActions = [
  'TOKEN_CREATED',
  'TOKEN_REVOKED',
  'ROLES_CHANGED',
  'TEMPLATES_ACCEPTED',
  'TEMPLATE_PURGED',
  'OBJECT_PURGED',
  'WEBHOOK_PAUSED',
  'WEBHOOK_RESUMED',
  'WEBHOOK_RESENT',
] as const
export type TrailAction = (typeof trailActions)[number]

/** Something that was done: an entry of the trail of administration. */
export interface Deed {
  readonly action: TrailAction
  /** The name of what it was done to, or the digest. */
  readonly subject: string
  /** What else there is to say of it. No secrets. */
  readonly details?: Readonly<Record<string, unknown>>
  readonly by: Doer
}

export interface TrailEntry extends Required<Deed> {
  readonly id: string
  readonly time: Date
}

/** Adds an entry, in the transaction of the deed itself. */
export async function recordDeed(run: Run, deed: Deed): Promise<void> {
  await run(compileInsertTrail(deed))
}

/** The same as a line of the log, once it has been done. */
export function logDeed(logger: Pick<Logger, 'info'>, { action, subject, details, by }: Deed): void {
  logger.info({ action, subject, details, ...by }, 'administration')
}

/** Records which rules of access are in force from now on, unless they are those of the last entry. */
export async function recordRoles(
  database: Database,
  logger: Logger,
  roles: { readonly digest: string | undefined; readonly names: readonly string[]; readonly hasAdminToken: boolean },
): Promise<void> {
  const { digest, names, hasAdminToken } = roles
  const isOpen = names.length === 0 && !hasAdminToken
  const deed: Deed = {
    action: 'ROLES_CHANGED',
    subject: digest ?? 'none',
    details: { roles: names, adminToken: hasAdminToken },
    by: byServer,
  }
  const [row] = await database.run(compileInsertRoles(deed, isOpen))
  if (row) logDeed(logger, deed)
}

/** What the server does at its start, by the will of whoever starts it. */
export const byServer: Doer = { actor: undefined, onBehalfOf: undefined, address: undefined }

/** The entries before the one with that id, the newest first. */
export async function listTrail(
  database: Database,
  first: number,
  before: string | undefined,
): Promise<readonly TrailEntry[]> {
  const rows = await database.run(compileTrail(first, before))
  return rows.map((row) => ({
    id: String(row.id),
    time: row.at as Date,
    action: row.action as TrailAction,
    subject: String(row.subject),
    details: row.details as Readonly<Record<string, unknown>>,
    by: {
      actor: (row.actor as string | null) ?? undefined,
      onBehalfOf: (row.on_behalf_of as string | null) ?? undefined,
      address: (row.address as string | null) ?? undefined,
    },
  }))
}
