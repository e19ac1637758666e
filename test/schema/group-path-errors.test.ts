import { afterAll, beforeAll, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(richTemplates)
})
afterAll(() => registry?.close())

test.each([
  ['[[]]', '0: the path is empty; name a field, and what is inside it, such as ["image", "distr"]'],
  ['[["tagz"]]', '0.0: "tagz" is no field of item. Did you mean "tags"?'],
  ['[["place", "lable"]]', '0.1: "lable" is no field of place. Did you mean "label"?'],
  [
    '[["place"]]',
    '0.0: ["place"] ends at a reference; name a field of place, such as ["place", "zone"]; to group by place itself, write it in by',
  ],
  ['[["peers"]]', '0.0: ["peers"] ends at a reference; name a field of item, such as ["peers", "name"]'],
  ['[["spec"]]', '0.0: ["spec"] ends at an object; name a member of it, such as ["spec", "cpu"]'],
  [
    '[["spec", "x"]]',
    '0.1: "x" is no member of spec. Use one of cpu, model, build, arch, labels, since, timeout, disk, more',
  ],
  ['[["disks"]]', '0.0: ["disks"] ends at an object; name a member of it, such as ["disks", "kind"]'],
  ['[["text", "x"]]', '0.1: ["text", "x"] goes on after "text", which has nothing inside; end the path there'],
  ['[["tags", "0"]]', '0.1: ["tags", "0"] goes on after "tags", which has nothing inside; end the path there'],
  ['[["_meta"]]', '0.0: ["_meta"] ends at _meta; name a value of it, such as ["_meta", "createdBy"]'],
  [
    '[["place", "_meta"]]',
    '0.1: ["place", "_meta"] ends at _meta; name a value of it, such as ["place", "_meta", "createdBy"]',
  ],
  [
    '[["_meta", "x"]]',
    '0.1: "x" is no value of _meta. Use one of uuid, version, createTime, updateTime, createdBy, updatedBy, createdFor, updatedFor',
  ],
  [
    '[["_meta", "uuid", "x"]]',
    '0.2: ["_meta", "uuid", "x"] goes on after "uuid", which has nothing inside; end the path there',
  ],
  [
    '[["children", "name"]]',
    '0.0: "children" is no field of item. Use one of name, text, code, serial, count, big, ratio, flag, moment, day, token, took, wait, release, build, state, stage, extra, size, spec, …',
  ],
  [
    '[["tags"], ["peers", "state"]]',
    '1: ["peers", "state"] leads through a list, as another path does; groups by the items of two lists would have all pairs of them, so give one such path',
  ],
])('paths: %s is refused', async (paths, message) => {
  expect(await listErrors(registry, `{ items { groupBy(by: [], paths: ${paths}) { count } } }`)).toEqual([
    `BAD_USER_INPUT groupBy.paths.${message}`,
  ])
})

test('a groupBy has at most 10 paths, and 20 joins', async () => {
  const ask = (paths: readonly string[]) =>
    `{ items { groupBy(by: [], paths: [${paths.join(' ')}]) { values count } } }`
  const repeated = (path: string, count: number) => Array.from({ length: count }, () => path)
  expect(await registry.data(ask(repeated('["parent", "parent", "state"]', 10)))).toEqual({ items: { groupBy: [] } })
  expect(await listErrors(registry, ask(repeated('["state"]', 11)))).toEqual([
    'LIMIT_EXCEEDED groupBy.paths: groupBy.paths: the request has 11 paths in one groupBy; at most 10 are allowed (limit "groupPaths"). Leave out the last ones.',
  ])
  expect(await listErrors(registry, ask(repeated('["parent", "parent", "parent", "state"]', 7)))).toEqual([
    'LIMIT_EXCEEDED groupBy.paths: groupBy.paths: the request has 21 references in one orderBy; at most 20 are allowed (limit "orderJoins"). Leave out the last ones.',
  ])
})
