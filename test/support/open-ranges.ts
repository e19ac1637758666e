import type { TestRegistry } from './registry.ts'

/**
 * Where the times of an object's versions do not follow each other: with a gap between two versions of it, or one in another. What is
 * created again under a key begins after the end of what was deleted. What only keeps a former key holds for no time.
 */
export function openRanges({ sql }: Pick<TestRegistry, 'sql'>): Promise<unknown[]> {
  return sql(`
    with held as (
      select template, key, uuid, version, valid_from, valid_to from registry_past where valid_to <> valid_from
      union all select template, key, uuid, version, changed_at, 'infinity' from registry_object),
    followed as (select *, lead(uuid) over ways as next, lead(valid_from) over ways as next_from from held window ways as (partition by template, key order by valid_from, valid_to))
    select template, key, version, valid_from, valid_to, next_from from followed
    where valid_from >= valid_to or next is not null and (valid_to > next_from or next = uuid and valid_to <> next_from)`)
}
