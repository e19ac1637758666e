import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

/** In JSON, each has an escape whose last letter combines with what follows, or something like it. */
const texts = ['n\n\u0303', 't\t\u030c', 'f\f\u0307', '\u001f\u0307', '\\n\u0303', '"\u0303', 'e\u0301', 'plain']
const site = '{ name: site, key: [name], fields: { name: string } }'
const host = (key: string) =>
  `{ name: host, key: ${key}, fields: { name: string, site: { type: reference, to: site }, note: string } }`

let database: TestDatabase
let registry: TestRegistry
const start = async (key: string) => {
  registry = await startRegistry([site, host(key)], { databaseUrl: database.url, consent: 'any' })
}
beforeAll(async () => {
  database = await createTestDatabase()
  await start('[name, site]')
  await registry.data('mutation ($input: [SiteInput!]!) { upsertSites(input: $input) { created } }', {
    input: texts.map((name) => ({ name })),
  })
  await registry.data('mutation ($input: [HostInput!]!) { upsertHosts(input: $input) { created } }', {
    input: texts.map((text) => ({ name: text, site: text })),
  })
})
afterAll(async () => {
  await registry?.close()
  await database?.drop()
})

async function look(): Promise<void> {
  const sorted = [...texts].sort()
  const { hosts } = await registry.data('{ hosts { nodes { name site { name } } } }')
  expect(hosts.nodes.map(({ name }: { name: string }) => name).sort()).toEqual(sorted)
  expect(hosts.nodes.filter((one: { name: string; site: { name: string } }) => one.name !== one.site.name)).toEqual([])
  for (const text of texts) {
    const query = 'query ($text: String!) { host(name: $text, site: $text) { name } }'
    // Other forms of the same text name the same object.
    for (const form of [text, text.normalize('NFC'), text.normalize('NFD')])
      expect(await registry.data(query, { text: form })).toEqual({ host: { name: text } })
  }
  const cells = 'rows { row } counts { present missing }'
  const { hostMatrix: all } = await registry.data(`{ hostMatrix(rows: name, columns: site) { ${cells} } }`)
  const { hostMatrix: given } = await registry.data(
    `query ($rows: [JSON!]) { hostMatrix(rows: name, columns: site, rowIn: $rows) { ${cells} } }`,
    { rows: texts },
  )
  for (const matrix of [all, given]) {
    expect(matrix.rows).toHaveLength(texts.length)
    expect(matrix.counts).toEqual({ present: texts.length, missing: texts.length * (texts.length - 1) })
  }
  const keys = await registry.sql('select key, registry_key_text(key::jsonb) as again from registry_object')
  expect(keys.length).toBeGreaterThanOrEqual(2 * texts.length)
  for (const { key, again } of keys as { key: string; again: string }[]) expect(again).toBe(key)
}

test('keys of any text are JSON, and name one object in each Unicode form', look)

test('keys of any text are JSON after the template has got another key', async () => {
  await registry.close()
  await start('[site, name]')
  while (registry.generation < 2) await new Promise((resolve) => setTimeout(resolve, 20))
  await look()
})

test('a matrix has the members of an enum as rows in the form that the template gives them', async () => {
  const own = await startRegistry([
    site,
    '{ name: check, key: [stage, site], fields: { stage: { type: enum, values: ["e\u0301", plain] }, site: { type: reference, to: site } } }',
  ])
  try {
    await own.data('mutation { upsertSite(input: {name: "a"}) { outcome } }')
    const { __type } = await own.data('{ __type(name: "CheckStage") { enumValues { name } } }')
    const members: string[] = __type.enumValues.map(({ name }: { name: string }) => name)
    expect(members).toHaveLength(2)
    for (const stage of members)
      await own.data('mutation ($stage: CheckStage!) { upsertCheck(input: {stage: $stage, site: "a"}) { outcome } }', {
        stage,
      })
    const { checkMatrix } = await own.data(
      '{ checkMatrix(rows: stage, columns: site) { rows { row } counts { present missing } } }',
    )
    expect(checkMatrix).toEqual({ rows: expect.any(Array), counts: { present: 2, missing: 0 } })
  } finally {
    await own.close()
  }
})
