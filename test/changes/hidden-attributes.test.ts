import { expect, test } from 'vitest'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()

const host = (fields: string) =>
  `{ name: host, key: [name], additionalFields: true, fields: { name: string, ${fields} } }`
const read = '{ hosts { nodes { _document } } }'
const documents = (...nodes: readonly object[]) => ({
  data: { hosts: { nodes: nodes.map((_document) => ({ _document })) } },
})

test('a field that takes the name of additional attributes needs consent, and gives them back with its own name', async () => {
  const first = await start([host('size: int')])
  await first.data(`mutation { upsertHosts(input: [
    { name: "a", size: 3, _additional: { width: "abc" } }, { name: "b", _additional: { width: "only" } }, { name: "c" }]) { created } }`)
  const renamed = host('width: { type: int, renamedFrom: size }')
  await expect(start([renamed], '')).rejects.toThrow(
    'ORPHANS host.fields.width: hides additional attributes named width; their values stay, invisible (2 objects: "a", "b")',
  )
  const hidden = await start([renamed])
  expect(await hidden.query(read)).toEqual(documents({ name: 'a', width: 3 }, { name: 'b' }, { name: 'c' }))
  const back = await start([host('size: { type: int, renamedFrom: width }')], '')
  expect(await back.query(read)).toEqual(
    documents({ name: 'a', size: 3, width: 'abc' }, { name: 'b', width: 'only' }, { name: 'c' }),
  )
})

test('a field with another name and type takes no value of the additional attributes of that name', async () => {
  const first = await start([host('size: int')])
  await first.data(`mutation { upsertHosts(input: [
    { name: "a", size: 3, _additional: { width: [1] } }, { name: "b", _additional: { width: "only" } }]) { created } }`)
  const renamed = await start([host('width: { type: string, renamedFrom: size }')])
  expect(await renamed.query('{ hosts { nodes { width _document } } }')).toEqual({
    data: {
      hosts: {
        nodes: [
          { width: '3', _document: { name: 'a', width: '3' } },
          { width: null, _document: { name: 'b' } },
        ],
      },
    },
  })
  await renamed.data('mutation { upsertHost(input: { name: "b", width: "4" }) { outcome } }')
  const back = await start([host('size: { type: int, renamedFrom: width }')])
  expect(await back.query(read)).toEqual(
    documents({ name: 'a', size: 3, width: [1] }, { name: 'b', size: 4, width: 'only' }),
  )
})
