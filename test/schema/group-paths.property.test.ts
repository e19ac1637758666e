import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { compareAbsentLast } from '../support/compare-values.ts'
import { type MemoryObject, matchesWhere, type Where } from '../support/evaluate.ts'
import { canonical, compareAtPath, type PathNames, valuesAtPath } from '../support/evaluate-paths.ts'
import { runs, seed } from '../support/property-runs.ts'
import { whereOf } from '../support/rich-filters.ts'
import { pluralOfRich, type RichRegistry, startRichRegistry } from '../support/rich-registry.ts'

/** Of references, members, json and `_meta`; no list on the way. */
const single: Readonly<Record<string, readonly string[]>> = {
  item: [
    'place.label',
    'slot.place.label',
    'parent.count',
    'parent.release',
    'parent.parent.state',
    'parent._meta.createdBy',
    'parent.spec.model',
    'parent.extra.a',
    'wish.rack',
    'spec.cpu',
    'spec.build',
    'spec.arch',
    'spec.since',
    'spec.timeout',
    'spec.disk.kind',
    'spec.more.a',
    'size.width',
    'extra',
    'extra.a',
    'extra.a.0',
    'release',
    '_meta.updatedBy',
    '_meta.updateTime',
  ],
  check: ['item.state', 'item.place.zone', 'item.spec.arch', 'item.moment', 'passed'],
  slot: ['place.label', 'place._meta.version', 'open'],
}
const listed: Readonly<Record<string, readonly string[]>> = {
  item: [
    'tags',
    'numbers',
    'stages',
    'moments',
    'waits',
    'notes',
    'notes.a',
    'peers.state',
    'peers.tags',
    'routes.zone',
    'spec.labels',
    'spec.disk.sizes',
    'disks.kind',
    'disks.size',
    'disks.parts.label',
    'disks.parts.used',
    'parent.tags',
  ],
  check: ['item.tags', 'item.peers.place.label'],
  slot: ['place.label'],
}

describe(`with the objects of TEST_SEED=${seed}`, () => {
  let rich: RichRegistry
  beforeAll(async () => {
    rich = await startRichRegistry(seed)
  })
  afterAll(() => rich?.registry.close())

  test('paths gives the groups that a plain evaluation gives, in its order', async () => {
    const cases = fc.constantFrom('item', 'item', 'item', 'check', 'slot').chain((name) =>
      fc.record({
        name: fc.constant(name),
        where: fc.oneof(
          { weight: 3, arbitrary: fc.constant<Where>({}) },
          {
            weight: 1,
            arbitrary: whereOf(rich.templateOf(name), rich.registry.model, rich.keys, rich.meta, 1),
          },
        ),
        paths: fc.oneof(
          fc.constantFrom(...(listed[name] ?? [])).map((one) => [one]),
          fc.constantFrom(...(single[name] ?? [])).map((one) => [one]),
          fc.tuple(fc.constantFrom(...(single[name] ?? [])), fc.constantFrom(...(listed[name] ?? []))),
          fc.tuple(fc.constantFrom(...(single[name] ?? [])), fc.constantFrom(...(single[name] ?? []))),
        ),
      }),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ({ name, where, paths: dotted }) => {
        const template = rich.templateOf(name)
        const paths: readonly PathNames[] = dotted.map((one) => one.split('.'))
        const groups = new Map<string, { values: readonly unknown[]; objects: MemoryObject[] }>()
        for (const object of rich.objectsOf(name).filter((one) => matchesWhere(one, where, rich.memory)))
          for (const values of combinations(paths.map((path) => valuesAtPath(object, path, rich.memory)))) {
            const key = values.map(canonical).join()
            const group = groups.get(key) ?? { values, objects: [] }
            group.objects.push(object)
            groups.set(key, group)
          }
        const compares = paths.map((path) => compareAtPath(template, path, rich.memory))
        const expected = [...groups.values()]
          .sort((a, b) =>
            compares.reduce(
              (result, compare, i) => result || (compare ? compareAbsentLast(a.values[i], b.values[i], compare) : 0),
              0,
            ),
          )
          .map(({ values, objects }) => ({ values: values.map((value) => value ?? null), count: objects.length }))
        const query = `query ($where: ${template.typeName}Where!, $paths: [[String!]!]!) {
          list: ${pluralOfRich[name]}(where: $where, first: 1) { groupBy(by: [], paths: $paths, first: 1000) { values count } } }`
        const { list } = await rich.registry.data(query, { where, paths })
        // Values of json have an order among their kinds only.
        const hasOrder = compares.every((compare) => compare !== undefined)
        expect(hasOrder ? list.groupBy : sortedByText(list.groupBy)).toEqual(
          hasOrder ? expected : sortedByText(expected),
        )
      }),
      runs(200),
    )
  })
})

function combinations(lists: readonly (readonly unknown[])[]): readonly (readonly unknown[])[] {
  return lists.reduce<readonly (readonly unknown[])[]>(
    (all, values) => all.flatMap((before) => values.map((value) => [...before, value])),
    [[]],
  )
}

function sortedByText(groups: readonly object[]): readonly object[] {
  return [...groups].sort((a, b) => (canonical(a) < canonical(b) ? -1 : 1))
}
