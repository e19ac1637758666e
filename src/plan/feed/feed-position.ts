/**
 * A place in the feed of changes: all changes before it have been read. Snapshots are PostgreSQL's, as text: `10:14:10,12`.
 *
 * The feed is read in batches: what one snapshot sees and an earlier one does not, by sequence. Neither transactions nor sequences alone
 * would do: the versions of an object have ascending sequences, but not transactions, and a transaction with lower sequences may commit later.
 */
export interface FeedPosition {
  /** The mark of the registry that the newest snapshot of this position sees: after a restore it is another. */
  readonly mark: string
  /** All that this snapshot sees has been read. */
  readonly after: string
  /** Inside a batch: the snapshot at its end, the sequence up to which it has been read, and its last one. */
  readonly batch?: FeedBatch | undefined
}

export interface FeedBatch {
  readonly until: string
  readonly sequence: string
  readonly last: string
}

/** The snapshot before the first change that was kept when the reading began: what had been removed by then is not missed. */
export const noSnapshot = '1:1:'
