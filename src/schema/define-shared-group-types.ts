import { timeBuckets } from '../plan/groups.ts'
import { metaTimes } from '../plan/plan-group-by.ts'
import type { DynamicBuilder } from './dynamic-builder.ts'

/** The types that the groups and aggregates of all templates share. */
export function defineSharedGroupTypes(builder: DynamicBuilder): void {
  builder.enumeration(
    'TimeBucket',
    Object.fromEntries(timeBuckets.map((name) => [name, name === 'WEEK' ? { description: 'From Monday on' } : {}])),
    'A calendar span, in UTC.',
  )
  builder.enumeration('GroupOrder', {
    KEY: { description: 'By the values of the key, ascending, absent ones last' },
    COUNT: { description: 'The largest groups first; equal counts by key' },
  })
  builder.object('MetaRange', { description: 'The least or greatest values in _meta.' }, () => ({
    version: { type: 'Int', nullable: true },
    createTime: { type: 'DateTime', nullable: true },
    updateTime: { type: 'DateTime', nullable: true },
  }))
  builder.object('MetaGroupKey', { description: 'The beginnings of the buckets of the times in _meta.' }, () =>
    Object.fromEntries(metaTimes.map((name) => [name, { type: 'DateTime', nullable: true }])),
  )
  builder.input('MetaGroupBy', {}, () => Object.fromEntries(metaTimes.map((name) => [name, { type: 'TimeBucket' }])))
}
