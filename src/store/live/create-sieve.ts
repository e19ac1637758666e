import type { JudgedVersion } from '../../plan/live/judge.ts'
import { createVersionIndex, type Need } from '../../plan/live/need-of.ts'
import type { Row, Run } from '../database.ts'
import type { FeedChange } from '../feed/feed.ts'
import { mostAtATime, remember } from './pieces.ts'

/** Finds out, for all who follow, of which changes PostgreSQL need not be asked. */
interface Sieve {
  /**
   * Calls back with the changes that may concern the one who asks. Asks for the same changes come together, and are answered in the order in
   * which they come. If the versions cannot be read, all changes may.
   */
  readonly sift: (changes: readonly FeedChange[], mesh: Mesh, take: (changes: readonly FeedChange[]) => void) => void
}

/** What goes through for one subscription. Meshes of the same name let the same through. */
export interface Mesh {
  readonly name: string
  /** Those of the same form read the same. */
  readonly form: string
  /** The attributes that it looks at. */
  readonly attributes: ReadonlySet<string>
  /** A value without which a version does not match. */
  readonly need: Need | undefined
  /** False only if there is nothing to tell of a version. */
  readonly mayMatch: (version: JudgedVersion) => boolean
  /** Rows of `sequence`, `document`, `refs`, `former`, `former_refs`. */
  readonly read: (run: Run, sequences: readonly string[], attributes: readonly string[]) => Promise<readonly Row[]>
}

interface Batch {
  readonly form: string
  readonly changes: readonly FeedChange[]
  readonly asks: { readonly mesh: Mesh; readonly take: (changes: readonly FeedChange[]) => void }[]
}

/** `run` reads on the primary. */
export function createSieve(run: Run): Sieve {
  /** What waits, in order; those who ask for the same changes do so at once. */
  let waiting: Batch[] = []
  let isReading = false

  async function work(): Promise<void> {
    isReading = true
    for (let batches = takeSome(); batches.length > 0; batches = takeSome()) {
      const versions = await read(batches).catch(() => undefined)
      for (const batch of batches) answer(batch, versions)
    }
    isReading = false
  }

  /** Those at the beginning that one statement can read together. */
  function takeSome(): readonly Batch[] {
    const [first] = waiting
    let count = 0
    const end = waiting.findIndex(({ changes, form }, i) => {
      count += changes.length
      return i > 0 && (count > mostAtATime || form !== first?.form)
    })
    const some = waiting.slice(0, end < 0 ? undefined : end)
    waiting = waiting.slice(some.length)
    return some
  }

  async function read(batches: readonly Batch[]): Promise<readonly Version[]> {
    const asks = batches.flatMap((batch) => batch.asks)
    const [first] = asks
    const attributes = new Set(asks.flatMap(({ mesh }) => [...mesh.attributes]))
    const sequences = batches.flatMap(({ changes }) => changes.map(({ sequence }) => sequence))
    const versions: Version[] = []
    for (let from = 0; from < sequences.length; from += mostAtATime) {
      const rows = await first?.mesh.read(run, sequences.slice(from, from + mostAtATime), [...attributes])
      for (const row of rows ?? []) versions.push(...versionsOf(row))
    }
    return versions
  }

  return {
    sift(changes, mesh, take) {
      const { form } = mesh
      const known = waiting.findLast((batch) => batch.changes === changes && batch.form === form)
      if (known) known.asks.push({ mesh, take })
      else waiting.push({ form, changes, asks: [{ mesh, take }] })
      // After the others that are told of the same changes have asked too.
      if (!isReading) {
        isReading = true
        queueMicrotask(() => void work())
      }
    },
  }
}

function answer({ changes, asks }: Batch, versions: readonly Version[] | undefined): void {
  const own = new Set(changes.map(({ sequence }) => sequence))
  const find = versions && createVersionIndex(versions.filter(({ sequence }) => own.has(sequence)))
  /** The same list for all meshes of a name, so that they are told together. */
  const byName = new Map<string, readonly FeedChange[]>()
  for (const { mesh, take } of asks) {
    take(remember(byName, mesh.name, () => (find ? changesFor(mesh, changes, find) : changes)))
  }
}

const none: readonly FeedChange[] = []

/** A change without versions is not kept any more, and told to nobody who does not see everything. */
function changesFor(
  { need, mayMatch }: Mesh,
  changes: readonly FeedChange[],
  find: (need: Need | undefined) => readonly Version[],
): readonly FeedChange[] {
  const found = find(need).filter(mayMatch)
  if (found.length === 0) return none
  const wanted = new Set(found.map(({ sequence }) => sequence))
  return changes.filter(({ sequence }) => wanted.has(sequence))
}

interface Version extends JudgedVersion {
  /** Of the change that made it, or that came after it. */
  readonly sequence: string
}

function versionsOf(row: Row): readonly Version[] {
  const sequence = String(row.sequence)
  const version = (document: unknown, refs: unknown) =>
    document === null || document === undefined ? [] : [{ sequence, document, refs: refs ?? {} } as Version]
  return [...version(row.document, row.refs), ...version(row.former, row.former_refs)]
}
