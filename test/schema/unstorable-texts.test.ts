import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([
    'name: image\nkey: [name]\nfields: { name: string, release: version, labels: json, built: datetime }\n',
    `
name: role
key: [name, image]
fields: { name: string, image: { type: reference, to: image }, labels: json, tags: [string], build: version, size: int }
`,
  ])
})
afterAll(() => registry?.close())

/** A page's cursor with that value of a name; JSON writes both characters as escapes. */
const cursor = (name: string) => btoa(JSON.stringify(['name:asc,_key:asc', name, '["a"]']))

describe.each([
  ['U+0000', 'a\u0000b'],
  ['half of a surrogate pair', 'a\ud800b'],
])('PostgreSQL cannot store %s, and a text that has it is refused as bad input', (_, text) => {
  test.each([
    ['roles(where: {name: {matches: $text}}) { totalCount }', text],
    ['roles(where: {name: {contains: $text}}) { totalCount }', text],
    ['roles(where: {build: {gt: $text}}) { totalCount }', text],
    ['roles(where: {tags: {has: $text}}) { totalCount }', text],
    ['roles(where: {size: {field: {gt: $text}}}) { totalCount }', text],
    ['roles(where: {labels: {path: [$text], equals: 1}}) { totalCount }', text],
    ['roles(after: $text, orderBy: [{name: asc}]) { totalCount }', cursor(text)],
    ['roles { aggregate { rate(where: {name: {equals: $text}}) } }', text],
    ['roles { groupBy(by: [], paths: [["labels", $text]]) { count } }', text],
    ['roles { groupBy(by: [], paths: [["image", "labels", "a", $text]]) { count } }', text],
    ['roles { groupBy(by: [], paths: [[$text]]) { count } }', text],
    ['roles { groupBy(by: [name], having: {max: {name: {gt: $text}}}) { count } }', text],
    ['images { groupBy(by: [], buckets: {built: DAY}, timeZone: $text) { count } }', text],
    ['images(orderBy: [{roles: {count: desc, where: {name: {equals: $text}}}}]) { nodes { name } }', text],
    ['images(where: {roles: {latest: {is: {name: {equals: $text}}}}}) { totalCount }', text],
    ['search(text: $text) { nodes { field } }', text],
    ['search(text: "a", templates: [$text]) { nodes { field } }', text],
    ['image(name: $text) { name }', text],
  ])('%s', async (field, given) => {
    for (let i = 0; i < 2; i++) {
      const errors = await listErrors(registry, `query ($text: String!) { ${field} }`, { text: given })
      expect(errors.map((error) => error.split(' ')[0])).toEqual(['BAD_USER_INPUT'])
    }
  })
})

test('the message names the argument, even inside a list', async () => {
  const inLabels = '{ roles(where: {labels: {path: ["a", "\\u0000"], equals: 1}}) { totalCount } }'
  expect(await listErrors(registry, inLabels)).toEqual([
    'BAD_USER_INPUT where.labels.path.1: path: "\\u0000" contains the character U+0000, which cannot be stored',
  ])
  const inPaths = '{ roles { groupBy(by: [], paths: [["labels", "\\u0000"]]) { count } } }'
  expect(await listErrors(registry, inPaths)).toEqual([
    'BAD_USER_INPUT groupBy.paths.0.1: paths: "\\u0000" contains the character U+0000, which cannot be stored',
  ])
})
