import { expect, test } from 'vitest'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()

const run = (status: string) => `{ name: run, key: [name], fields: { name: string, status: ${status} } }`
const passed = '{ type: enum, values: [passed, failed, odd], convert: { true: passed, false: failed } }'
const write = (name: string, status: string) =>
  `mutation { upsertRun(input: {name: "${name}", status: ${status}}) { outcome } }`
const read = '{ runs { nodes { status } } }'

test('what convert made of a value becomes that value again in older servers, and in a template that goes back', async () => {
  const older = await start([run('boolean')])
  await older.data(write('a', 'true'))
  const newer = await start([run(passed)])
  await newer.data(write('b', 'failed'))
  await newer.data(write('c', 'odd'))
  const nodes = [{ status: true }, { status: false }, { status: null }]
  expect((await older.query(read)).data).toEqual({ runs: { nodes } })
  const back = await start([run('boolean, note: string')])
  await newer.data(write('d', 'passed'))
  expect((await back.query(read)).data).toEqual({ runs: { nodes: [...nodes, { status: true }] } })
})

test('a type that comes after convert takes what is there, not what was before', async () => {
  const older = await start([run('boolean')])
  await older.data(write('a', 'true'))
  await start([run(passed)])
  await start([run('json')])
  const newest = await start([run('[string]')])
  expect(await newest.data(read)).toEqual({ runs: { nodes: [{ status: ['passed'] }] } })
})

test('a text that a type never had is not given to it on the way back', async () => {
  const oldest = await start([run('boolean')])
  await oldest.data(write('a', 'true'))
  const older = await start([run('int')])
  await older.data(write('b', '3'))
  const ok = '{ type: enum, values: [passed, failed], convert: { ok: passed, "3": failed } }'
  const newest = await start([run(ok)])
  await newest.data(write('c', 'passed'))
  await newest.data(write('d', 'failed'))
  expect((await newest.query(read)).data.runs.nodes.map(({ status }: { status: unknown }) => status)).toEqual([
    null,
    'failed',
    'passed',
    'failed',
  ])
  expect((await older.query(read)).data).toEqual({
    runs: { nodes: [{ status: null }, { status: 3 }, { status: null }, { status: 3 }] },
  })
  expect((await oldest.query(read)).data).toEqual({
    runs: { nodes: [{ status: true }, { status: null }, { status: null }, { status: null }] },
  })
})

test('what an older server reads stays what it is when the field becomes something else once more', async () => {
  const older = await start([run('float')])
  await older.data(write('a', '7'))
  await start([run('string')])
  await start([run('{ type: boolean, convert: { "7": true, "8": false } }')])
  await start([run('{ type: enum, values: ["true", "x"], convert: { "false": x } }')])
  // Read the other way, "true" was 8: what has been 7 did not become that.
  const newest = await start([run('{ type: string, convert: { "8": "true" } }')])
  expect(await newest.data(read)).toEqual({ runs: { nodes: [{ status: 'true' }] } })
  expect(await older.data(read)).toEqual({ runs: { nodes: [{ status: 7 }] } })
  // What is written is read the other way.
  await newest.data(write('b', '"true"'))
  expect(await older.data(read)).toEqual({ runs: { nodes: [{ status: 7 }, { status: 8 }] } })
})

test('of several texts that became one, older servers get the first by its letters', async () => {
  const older = await start([run('string')])
  await older.data(write('a', '"ok"'))
  const newer = await start([run('{ type: enum, values: [passed], convert: { ok: passed, fine: passed } }')])
  await newer.data(write('b', 'passed'))
  expect(await older.data(read)).toEqual({ runs: { nodes: [{ status: 'ok' }, { status: 'fine' }] } })
})

test('what did not fit an older template does so once convert leads back from it to a value', async () => {
  const oldest = await start([run('int')])
  await oldest.data(write('a', '7'))
  const older = await start([run('boolean')])
  expect((await older.query(read)).data).toEqual({ runs: { nodes: [{ status: null }] } })
  await start([run('{ type: string, convert: { true: "7", false: "8" } }')])
  await oldest.data(write('b', '8'))
  expect(await older.query(read)).toEqual({ data: { runs: { nodes: [{ status: true }, { status: false }] } } })
})
