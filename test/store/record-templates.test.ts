import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import type { TemplateModel } from '../../src/template/model.ts'
import { parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'
import { storedName, withStoredNames } from '../support/with-stored-names.ts'

const host = (fields: string) => `{ name: host, key: [name], fields: { name: string, ${fields} } }`
const first = host('port: int, zone: { type: enum, values: [a, b] }, owner: string')

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([first])
  await registry.data('mutation { upsertHosts(input: [{name: "h", port: 22, zone: b}, {name: "i"}]) { created } }')
})
afterAll(() => registry?.close())

/** The changed fields that a server finds when it starts with this template, and its warnings. */
async function start(
  template: string,
  { databaseUrl }: TestRegistry = registry,
  changeModel = (model: TemplateModel) => model,
): Promise<{ readonly changed: readonly string[]; readonly said: readonly string[] }> {
  const said: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => said.push(JSON.parse(line).msg) })
  const store = openStore({ connection: { connectionString: databaseUrl } }, logger)
  try {
    const { changed } = await store.prepare(changeModel(parseTexts([template])))
    return { changed: [...changed].map(({ name }) => name), said }
  } finally {
    await store.close()
  }
}

const warning = (field: string) =>
  `host.${field} has a different type than before, and objects have values of the former type; reading a value that does not fit fails until it is written again`

test('a field that changes its type while values are stored causes one warning and is recorded; one without values, or that accepts all former ones, does not', async () => {
  expect(await start(first)).toEqual({ changed: [], said: [] })
  const wider = host('port: int, zone: { type: enum, values: [a, c, b] }, owner: boolean, note: string')
  expect(await start(wider)).toEqual({ changed: [], said: [] })
  const other = host('port: string, zone: { type: enum, values: [a, c] }, owner: boolean')
  expect(await start(other)).toEqual({ changed: ['host'], said: [warning('port'), warning('zone')] })
  expect(await start(other)).toEqual({ changed: ['host'], said: [] })
  expect(await start(host('owner: boolean'))).toEqual({ changed: [], said: [] })
  // The values of a field that was taken away are there still.
  expect(await start(host('port: int, owner: boolean'))).toEqual({ changed: ['host'], said: [warning('port')] })
})

test('the same holds for a field that is stored under another name', async () => {
  const renamed = await startRegistry([first], { changeModel: withStoredNames })
  try {
    await renamed.data('mutation { upsertHosts(input: [{name: "h", port: 22}]) { created } }')
    const other = host('port: string, zone: { type: enum, values: [a] }, owner: string')
    expect(await start(other, renamed, withStoredNames)).toEqual({ changed: ['host'], said: [warning('port')] })
    expect(await start(other, renamed, withStoredNames)).toEqual({ changed: ['host'], said: [] })
    const connection = { connectionString: renamed.databaseUrl }
    const store = openStore({ connection, recheckPause: 5 }, pino({ level: 'silent' }))
    const { changed } = await store.prepare(withStoredNames(parseTexts([other])))
    await renamed.sql(`update registry_object set document = document || jsonb_build_object($1::text, '22')`, [
      storedName('port'),
    ])
    await until(() => changed.size === 0)
    await store.close()
    expect(await start(other, renamed, withStoredNames)).toEqual({ changed: [], said: [] })
  } finally {
    await renamed.close()
  }
})

/** Waits until a condition becomes true. */
async function until(isTrue: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isTrue())) await sleep(5)
}

const changedFields = async () => {
  const [row] = await registry.sql("select changed_fields as fields from registry_template where name = 'host'")
  return row?.['fields']
}

test('a template whose stored values fit again is read through the short way again, in the running server and after a restart', async () => {
  const later = host('port: float, zone: { type: enum, values: [a, c] }')
  const objects = Array.from({ length: 1_200 }, (_, i) => `{name: "n${i}", port: ${i}, zone: a}`)
  await registry.data(`mutation { upsertHosts(input: [${objects.join(' ')}]) { created } }`)
  expect(await start(later)).toEqual({ changed: ['host'], said: [warning('port'), warning('zone')] })
  const connection = { connectionString: registry.databaseUrl }
  const store = openStore({ connection, recheckPause: 5 }, pino({ level: 'silent' }))
  try {
    const { changed } = await store.prepare(parseTexts([later]))
    // All ports are floats; one zone, that of the first object, is none of the enum.
    await until(async () => (await changedFields()).join() === 'zone')
    expect([...changed].map(({ name }) => name)).toEqual(['host'])
    // The present template's values, written by a server that knows it.
    const writer = await startRegistry([later], { databaseUrl: registry.databaseUrl })
    await writer.data('mutation { upsertHost(input: {name: "h", zone: c}) { outcome } }')
    await until(() => changed.size === 0)
    expect(await changedFields()).toEqual([])
    await writer.close()
  } finally {
    await store.close()
  }
  expect(await start(later)).toEqual({ changed: [], said: [] })
})
