import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(['{ name: doc, key: [name], fields: { name: string, note: string } }'])
})
afterAll(() => registry?.close())

const write = (mutation: string) => registry.data(`mutation { ${mutation} }`)

/** An object under the first key has gone, and another one with the same uuid is under the second. */
async function writeBoth(first: string, second: string): Promise<void> {
  const uuid = randomUUID()
  await write(`upsertDoc(input: { name: "${first}", note: "1", _meta: { uuid: "${uuid}" } }) { outcome }`)
  await write(`upsertDoc(input: { name: "${first}", note: "2" }) { outcome }`)
  await write(`deleteDoc(name: "${first}") { name }`)
  await write(`upsertDoc(input: { name: "${second}", note: "3", _meta: { uuid: "${uuid}" } }) { outcome }`)
  await write(`upsertDoc(input: { name: "${second}", note: "4" }) { outcome }`)
}

const page = '{ nodes { version document changes { field before } } }'

async function notesUnder(name: string): Promise<unknown> {
  const { docHistory } = await registry.data(`{ docHistory(name: "${name}") ${page} }`)
  return docHistory.nodes.map(({ document }: { document: { note: string } }) => document?.note)
}

test('a history has the versions of its own object, not of another one that had the uuid', async () => {
  await writeBoth('a1', 'a2')
  const { docHistory, doc } = await registry.data(
    `{ docHistory(name: "a2") ${page} doc(name: "a2") { _history ${page} } }`,
  )
  expect(doc._history).toEqual(docHistory)
  expect(docHistory.nodes).toEqual([
    { version: 2, document: { name: 'a2', note: '4' }, changes: [{ field: 'note', before: '3' }] },
    {
      version: 1,
      document: { name: 'a2', note: '3' },
      changes: [
        { field: 'name', before: null },
        { field: 'note', before: null },
      ],
    },
  ])
  expect(await notesUnder('a1')).toEqual(['2', '2', '1'])
})

test('a version of another object that had the uuid is not restored', async () => {
  await writeBoth('b1', 'b2')
  await write('restoreDoc(name: "b2", version: 1) { outcome }')
  expect(
    await registry.data('{ doc(name: "b2") { note } docs(where: { name: { equals: "b1" } }) { totalCount } }'),
  ).toEqual({
    doc: { note: '3' },
    docs: { totalCount: 0 },
  })
})
