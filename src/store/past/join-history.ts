import type { ErrorCode } from '../../errors.ts'
import type { ImportedHistory, ImportedVersion } from '../../plan/past/imported-history.ts'

/** A version that stands here under a key, with a time of six decimals. */
export interface KnownVersion {
  readonly key: string
  readonly version: number
  readonly uuid: string
  /** Null: the log does not tell of it. */
  readonly outcome: string | null
  readonly time: string
  /** The object is as this version. */
  readonly is_present: boolean
}

/** The versions that are to follow those that are there; or why none can. */
export type JoinedHistory =
  | { readonly versions: readonly ImportedVersion[] }
  | { readonly code: ErrorCode; readonly message: string }

const elsewhere = 'import histories into a registry that does not have these objects'

/**
 * Compares a history with what is there, oldest first, from its first version on. What is there must be a part of it, or it a part of
 * what is there: then the same import was here before, and maybe others have written since.
 *
 * @param isDryRun a part before it may be missing, since that was rolled back
 */
export function joinHistory(
  { versions, after }: Pick<ImportedHistory, 'versions' | 'after'>,
  known: readonly KnownVersion[],
  isDryRun = false,
): JoinedHistory {
  const before = known.find(({ version }) => version === after)
  if (after !== undefined && !before && !isDryRun) {
    const newest = known.at(-1)
    if (newest && newest.version > after) return refuse(`has no version ${after} here, but version ${newest.version}`)
    return {
      code: 'NOT_FOUND',
      message: `has no version ${after} here, which these versions come after; import the line before this one first`,
    }
  }
  const byVersion = new Map(known.map((one) => [one.version, one]))
  const other = versions.find((one) => {
    const there = byVersion.get(one.version)
    return there !== undefined && !isSame(one, there)
  })
  if (other) {
    const there = byVersion.get(other.version)
    return refuse(
      `has another version ${other.version} here, of ${there?.time}; the one that is given is of ${other.time}`,
    )
  }
  const newest = known.at(-1)
  if (!newest) return { versions }
  const left = versions.filter(({ version }) => version > newest.version)
  const standing = `is at version ${newest.version} here, of ${newest.time}`
  if (!before && !versions.some(({ version }) => byVersion.has(version))) {
    // Retention may have removed here what is given.
    const isOwn = left.length === 0 && versions.some(({ uuid }) => known.some((one) => one.uuid === uuid))
    return isOwn ? { versions: [] } : refuse(`${standing}, which is not in what is given`)
  }
  const lacking = versions.find(({ version }) => version < newest.version && !byVersion.has(version))
  if (lacking && known.some(({ version }) => version < lacking.version))
    return refuse(`has no version ${lacking.version} here, but later ones`)
  const [first] = left
  if (!first) return { versions: [] }
  if (newest.version !== after && !versions.some(({ version }) => version === newest.version))
    return refuse(`${standing}, which is not in what is given`)
  if (first.time <= newest.time) return refuse(`${standing}, which is later than the given ${first.time}`)
  const isGone = newest.outcome === 'DELETED'
  if (isGone !== (first.outcome === 'CREATED') || (!isGone && first.uuid !== newest.uuid))
    return refuse(`${standing}, with the uuid "${newest.uuid}": another object`)
  return { versions: left }
}

function isSame(given: ImportedVersion, there: KnownVersion): boolean {
  return given.uuid === there.uuid && given.time === there.time && (given.outcome ?? null) === there.outcome
}

function refuse(message: string): JoinedHistory {
  return { code: 'VERSION_CONFLICT', message: `${message}; ${elsewhere}` }
}
