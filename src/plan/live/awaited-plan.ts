import type { Condition } from '../condition.ts'
import type { Given } from '../open-value.ts'
import type { TypenameEntry } from '../plan.ts'
import type { Source } from '../source.ts'

/** What a read waits for: its statement says whether it holds, and is run again until it does. */
export interface AwaitedRead {
  /** In seconds. */
  readonly timeout: Given<number>
  /** The templates of all objects that decide: whatever changes in them, the statement may give something else. By the stored names that they had first. */
  readonly templates: ReadonlySet<string>
  /** Whether it may give something else without any change: a confirmation moves update times, and changes nothing else. */
  readonly readsUpdateTimes: boolean
}

/** Whether at least so many objects match, and how many do. */
export interface EnoughPlan {
  readonly source: Source
  readonly where: Condition
  readonly count: Given<number>
  readonly entries: readonly EnoughEntry[]
}

export type EnoughEntry = TypenameEntry | { readonly kind: 'holds' | 'count'; readonly key: string }
