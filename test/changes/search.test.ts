import { expect, test } from 'vitest'
import type { TestRegistry } from '../support/registry.ts'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()

const host = (fields: string, more = '') => `{ name: host, key: [name]${more}, fields: { name: string, ${fields} } }`

/** The keys and fields of what is found. */
async function find({ data }: TestRegistry, text: string): Promise<readonly string[]> {
  const { search } = await data(
    'query ($text: String!) { search(text: $text) { nodes { field object { __typename _document } } } }',
    { text },
  )
  return search.nodes.map(
    ({ field, object }: { field: string; object: { __typename: string; _document: { name: string } } }) =>
      `${object.__typename} ${object._document.name} ${field}`,
  )
}

test('a value whose field is gone is not found until the field is back, and a renamed field is found by its new name', async () => {
  const first = await start([host('note: string, place: string')])
  await first.data('mutation { upsertHost(input: {name: "a", note: "ntp", place: "berlin"}) { outcome } }')
  const without = await start([host('site: { type: string, renamedFrom: place }')])
  expect(await find(without, 'ntp')).toEqual([])
  expect(await find(without, 'berlin')).toEqual(['Host a site'])
  expect(await find(without, 'ntp berlin')).toEqual([])
  expect(await find(await start([host('note: string, site: string')]), 'ntp berlin')).toEqual(['Host a note'])
})

test('a value of a former type is found only in the form that the field has now', async () => {
  const first = await start([host('size: string')])
  await first.data(
    'mutation { upsertHosts(input: [{name: "a", size: "007"}, {name: "b", size: "large"}]) { created } }',
  )
  const newer = await start([host('size: int')])
  expect(await find(newer, '007')).toEqual([])
  expect(await find(newer, '7')).toEqual(['Host a size'])
  expect(await find(newer, 'large')).toEqual([])
  // The older server still has texts.
  expect(await find(first, '007')).toEqual(['Host a size'])
})

test('a member that is gone is not found in its object', async () => {
  const first = await start([host('spec: { type: object, fields: { model: string, disk: string } }')])
  await first.data('mutation { upsertHost(input: {name: "a", spec: {model: "old one", disk: "ssd"}}) { outcome } }')
  expect(await find(first, 'ssd')).toEqual(['Host a spec'])
  const newer = await start([host('spec: { type: object, fields: { kind: { type: string, renamedFrom: model } } }')])
  expect(await find(newer, 'ssd')).toEqual([])
  expect(await find(newer, 'old')).toEqual(['Host a spec'])
  expect(await find(newer, 'old ssd')).toEqual([])
})

test('a new required field is found by its default before the objects are filled', async () => {
  const first = await start([host('note: string')])
  await first.data('mutation { upsertHosts(input: [{name: "a", note: "x"}, {name: "b"}]) { created } }')
  await first.sql("alter table registry_work alter leased_to set default 'infinity'")
  const newer = await start([host('note: string, stage: { type: string, required: true, default: testing }')])
  expect(await newer.sql("select from registry_object where document ? 'stage'")).toEqual([])
  expect(await find(newer, 'test')).toEqual(['Host a stage', 'Host b stage'])
  expect(await find(newer, 'x test')).toEqual(['Host a note'])
})

test('a template that is gone is not searched; one that is renamed or has another key is', async () => {
  const note = '{ name: note, key: [name], fields: { name: string } }'
  const first = await start([host('place: { type: string, default: alpha }'), note])
  await first.data(
    'mutation { upsertHost(input: {name: "alpha"}) { outcome } upsertNote(input: {name: "alpha"}) { outcome } }',
  )
  expect(await find(first, 'alpha')).toEqual(['Host alpha name', 'Note alpha name'])
  expect(await find(await start([note]), 'alpha')).toEqual(['Note alpha name'])
  const server =
    '{ name: server, renamedFrom: host, key: [place, name], fields: { name: string, place: { type: string, default: alpha } } }'
  expect(await find(await start([server, note]), 'alpha')).toEqual(['Note alpha name', 'Server alpha name'])
})

test('a search that meets objects that do not fit gives each its own type', async () => {
  const image = '{ name: image, key: [name], fields: { name: string } }'
  const first = await start([host('note: string'), image])
  await first.data(
    'mutation { upsertHosts(input: [{name: "x1", note: "n"}, {name: "x2"}]) { created } upsertImage(input: {name: "x3"}) { outcome } }',
  )
  const newer = await start([host('note: { type: string, required: true }'), image])
  const answer = await newer.query(
    '{ search(text: "x") { found: nodes { object { __typename ... on Host { name note } ... on Image { name } } field } } }',
  )
  expect(answer.data.search.found).toEqual([
    { object: { __typename: 'Host', name: 'x1', note: 'n' }, field: 'name' },
    { object: { __typename: 'Host', name: 'x2', note: null }, field: 'name' },
    { object: { __typename: 'Image', name: 'x3' }, field: 'name' },
  ])
  expect(answer.errors).toMatchObject([
    { path: ['search', 'found', 1, 'object', 'note'], extensions: { code: 'UNFIT_OBJECT' } },
  ])
})
