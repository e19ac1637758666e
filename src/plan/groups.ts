/** The plans of `aggregate` and `groupBy`, which summarize all objects of a list. */

import type { Field } from '../template/model.ts'
import type { Condition } from './condition.ts'
import type { GroupMeasure } from './grouping/group-measures.ts'
import type { GroupPath } from './grouping/group-path.ts'
import type { AggregateFunction } from './grouping/measure.ts'
import type { GroupOrderTerm } from './grouping/plan-group-order.ts'
import type { Given } from './open-value.ts'
import type { MetaEntry, ObjectSelection, OrderTerm, TypenameEntry } from './plan.ts'

export type AggregateEntry =
  | TypenameEntry
  /** How many there are, or how many match. */
  | { readonly kind: 'count'; readonly key: string; readonly where?: Condition }
  | { readonly kind: 'rate'; readonly key: string; readonly where: Condition }
  | ({
      readonly kind: 'values'
      readonly key: string
      readonly entries: readonly AggregateValueEntry[]
    } & AggregateFunction)

export type AggregateValueEntry =
  | TypenameEntry
  | { readonly kind: 'field'; readonly key: string; readonly field: Field }
  /** `_meta`, only in `min` and `max`. */
  | { readonly kind: 'meta'; readonly key: string; readonly entries: readonly MetaEntry[] }

export interface GroupByPlan {
  /** Objects with equal values of these terms form a group; at least one term, and no field twice. */
  readonly terms: readonly GroupTerm[]
  /** By the terms, ascending, or the largest groups first. */
  readonly order: 'KEY' | 'COUNT'
  /** What `having` and `orderBy` need of each group. */
  readonly measures: readonly GroupMeasure[]
  /** On a document of the measures. */
  readonly having: Condition
  /** Before `order`. */
  readonly orderBy: readonly GroupOrderTerm[]
  readonly size: number
  readonly entries: readonly GroupEntry[]
}

export type GroupTerm =
  | { readonly kind: 'field'; readonly field: Field }
  /** The time, cut to the start of its bucket in UTC, or in another time zone; a `date` is a day in any. */
  | { readonly kind: 'bucket'; readonly field: Field; readonly bucket: TimeBucket; readonly zone?: Given<string> }
  | {
      readonly kind: 'metaBucket'
      readonly field: MetaTimeName
      readonly bucket: TimeBucket
      readonly zone?: Given<string>
    }
  | { readonly kind: 'path'; readonly path: GroupPath }

export type MetaTimeName = 'createTime' | 'updateTime'

export const timeBuckets = ['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR'] as const
export type TimeBucket = (typeof timeBuckets)[number]

export type GroupEntry =
  | TypenameEntry
  | { readonly kind: 'key'; readonly key: string; readonly entries: readonly GroupKeyEntry[] }
  | { readonly kind: 'count'; readonly key: string }
  /** The values of the terms that are paths, as a list. */
  | { readonly kind: 'values'; readonly key: string }
  /** The first objects of the group, in an order of their own. */
  | {
      readonly kind: 'nodes'
      readonly key: string
      readonly order: readonly OrderTerm[]
      readonly size: number
      readonly selection: ObjectSelection
    }
  /** The latest object of the group, by the template's `latestBy`, then by the update time. */
  | { readonly kind: 'latest'; readonly key: string; readonly selection: ObjectSelection }
  | { readonly kind: 'aggregate'; readonly key: string; readonly entries: readonly AggregateEntry[] }

export type GroupKeyEntry =
  | TypenameEntry
  /** A field that is not grouped by. */
  | { readonly kind: 'absent'; readonly key: string }
  /** The value of a term of the plan. */
  | { readonly kind: 'value'; readonly key: string; readonly term: number }
  /** The object that a term's value refers to. */
  | { readonly kind: 'target'; readonly key: string; readonly term: number; readonly selection: ObjectSelection }
  | { readonly kind: 'meta'; readonly key: string; readonly entries: readonly GroupKeyEntry[] }
