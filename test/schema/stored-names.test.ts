import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JsonObject } from '../../src/template/json.ts'
import { nameAttributes, namingOfDocument } from '../../src/template/naming.ts'
import { machineTemplate } from '../support/machine-template.ts'
import { recordStatements } from '../support/record-statements.ts'
import { type GraphqlAnswer, startRegistry, type TestRegistry } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'
import { isStoredName, storedName, withStoredNames } from '../support/with-stored-names.ts'

const folder = 'test/golden'
const golden = readdirSync(folder).flatMap((file) => {
  if (!file.endsWith('.graphql')) return []
  const variables = `${folder}/${file.replace('.graphql', '.variables.json')}`
  return [
    {
      operation: readFileSync(`${folder}/${file}`, 'utf8'),
      variables: existsSync(variables) ? JSON.parse(readFileSync(variables, 'utf8')) : {},
    },
  ]
})

const boxTemplate = `
name: box
plural: boxes
key: [slot, code]
passed: { AND: [{ size: { gt: 0 } }, { parts: { some: { inner: { size: { gte: 1 } } } } }] }
latestBy: size
additionalFields: true
fields:
  slot: { type: reference, to: slot }
  code: string
  serial: { type: string, unique: true }
  size: int!
  shape: { type: object, fields: { width: int!, unit: { type: string, default: cm } }, default: { width: 1 } }
  parts: { type: [object], fields: { inner: { type: object, fields: { label: { type: string, maxLength: 5 }, size: int } } } }
  near: { type: [reference], to: slot, onDelete: unset, reverse: nearBy }
  last: { type: reference, to: slot, onDelete: unset, reverse: lastBy }
  home: { type: reference, to: place, onMissing: allow, reverse: homeOf, default: { zone: a, rack: 1 } }
  inside: { type: reference, to: box, reverse: holds, onDelete: cascade }
`
const crateTemplate = 'name: crate\nkey: [name]\nfields:\n  name: string\n  size: int!\n'
const slot = '{ place: { zone: "a", rack: 1 }, number: 2 }'
const other = '{ place: { zone: "a", rack: 2 }, number: 1 }'

/** What is written and refused, in turn. */
const writes = [
  `mutation { upsertSlots(input: [{ place: { zone: "a", rack: 2 }, number: 1 }, { place: { zone: "a", rack: 2 }, number: 7 }]) { results { outcome slot { _document place { zone } } } } }`,
  `mutation { upsertBox(input: { slot: ${slot}, code: "b1", serial: "s1", size: 1, parts: [{ inner: { label: "x", size: 2 } }, {}]
    near: [${other}, ${slot}], last: ${other}, _additional: { more: { size: 1, code: [1] }, other: 2 } }) { outcome box { _document shape { width unit } home { zone } } } }`,
  `mutation { upsertBoxes(input: [
    { slot: ${slot}, code: "b2", serial: "s2", size: 2, inside: { slot: ${slot}, code: "b1" }, shape: { width: 5 } }
    { slot: ${slot}, code: "b2", size: 3, serial: null, _additional: { size2: 1 } }]) { created updated results { box { _document } } } }`,
  // Nothing differs; a part; what is cleared.
  `mutation { upsertBox(input: { slot: ${slot}, code: "b1", size: 1, shape: { width: 1 } }) { outcome } }`,
  `mutation { upsertBox(input: { slot: ${slot}, code: "b1", size: 2 }, dryRun: true) { outcome box { _document } } }`,
  `mutation { upsertBox(input: { slot: ${slot}, code: "b1", home: null, parts: null, _additional: { other: null } }) { outcome box { _document } } }`,
  // Without what has a default; a key in another Unicode form, which does not change.
  `mutation { upsertBox(input: { slot: ${slot}, code: "e\u0301", size: 1, home: null, shape: null }) { box { code _document } } }`,
  `mutation { upsertBox(input: { slot: ${slot}, code: "\u00e9", size: 2 }) { box { code _document } } }`,
  // One statement, since there is nothing left to check.
  `mutation { upsertCrate(input: { name: "c", size: 1 }) { crate { _document } } }`,
  // Refused.
  `mutation { upsertBox(input: { slot: ${slot}, code: "b3" }) { outcome } }`,
  `mutation { upsertBox(input: { slot: ${slot}, code: "b3", serial: "s1", size: 1 }) { outcome } }`,
  `mutation { upsertBox(input: { slot: ${slot}, code: "b1", size: null, parts: [{ inner: { label: "longer than five" } }] }) { outcome } }`,
  `mutation { upsertBox(input: { slot: { place: { zone: "a", rack: 9 }, number: 2 }, code: "b3", size: 1, near: [{ place: { zone: "b", rack: 1 }, number: 2 }] }) { outcome } }`,
  `mutation { upsertBox(input: { slot: ${slot}, code: "b1", _additional: { size: 1 } }) { outcome } }`,
  `mutation { upsertBox(input: { slot: ${slot}, code: "b1", size: 4 }, ifVersion: 9) { outcome } }`,
  `mutation { deletePlace(zone: "a", rack: 1) { zone } }`,
  `mutation { deleteSlot(place: { zone: "a", rack: 2 }, number: 1) { _document number } }`,
  // Nothing refers to it any more.
  `mutation { upsertSlot(input: ${other}) { slot { nearBy { totalCount } lastBy { totalCount } } } }`,
  `mutation { deleteBoxes(where: { code: { equals: "none" } }) }`,
]

const boxes = `boxes { nodes { code size parts { inner { label size } } near { number place { rack } } last { number } holds { nodes { code } } _document } }`
const reads = [
  `{ ${boxes} }`,
  ...['image', 'role', 'place', 'slot', 'item', 'check', 'machine', 'box'].map(
    (name) => `{ all: ${name === 'box' ? 'boxes' : `${name}s`} { nodes { _document } } }`,
  ),
  `{ boxes(slot: ${slot}, code: "b1") { nodes { _document } } box(slot: ${slot}, code: "b2") { _document inside { code } } }`,
  `{ boxes(where: { parts: { some: { inner: { label: { equals: "x" }, size: { gte: 2 } } } }, shape: { equals: { width: 1 } } }) { totalCount } }`,
  `{ boxes(where: { AND: [{ code: { equals: "b1" } }, { size: { equals: 1 } }, { serial: { in: ["s1"] } }, { near: { some: { number: { equals: 2 } } } }] }) { totalCount } }`,
  `{ boxes(where: { shape: { unit: { startsWith: "c", mode: insensitive } }, parts: { isNull: false }, home: { isNull: true } }) { nodes { code } } }`,
  `{ absent: boxes(where: { serial: { isNull: true } }) { totalCount } present: boxes(where: { serial: { isNull: false } }) { totalCount } }`,
  `{ boxes(orderBy: [{ slot: { place: { rack: desc } } }, { serial: asc }]) { edges { cursor node { code } } } }`,
  `{ boxes { aggregate { min { size } max { serial } sum { size } } groupBy(by: [slot, serial]) { key { serial slot { number } } count latest { code } } } }`,
  `{ boxMatrix(rows: slot, columns: home) { rows { row } columns { ... on Place { zone } } cells { row state } } }`,
  `{ boxMatrix(rows: slot, columns: home, rowIn: [${slot}, ${other}]) { rows { row } missing { row } } }`,
  `{ boxMatrix(rows: code, columns: last) { rows { row } } }`,
  `{ slotMatrix(rows: number, columns: place) { rows { row } cells { row latest { _document } } } }`,
  `{ itemMatrix(rows: code, columns: place) { rows { row } cells { row count } } }`,
  `{ itemMatrix(rows: release, columns: place) { rows { row } presentCount } }`,
  `{ checkMatrix(rows: name, columns: item) { rows { row } } }`,
  `{ items(latestPer: [place, stage], orderBy: [{ name: asc }]) { nodes { name } } }`,
  `{ boxMatrix(rows: slot, columns: home) { rows { row verdicts } notPassed { row verdict } cells { latest { code } } } }`,
  `{ boxes(latestPer: [home], whereLatest: { size: { gt: 0 } }) { totalCount nodes { code } } }`,
  `{ slots(where: { nearBy: { latest: { where: { size: { gt: 0 } }, per: [home], is: { serial: { isNull: false } } } } }) { nodes { number } } }`,
  `{ items(where: { peers: { latest: { is: { name: { not: "" } } } } }) { nodes { name } } }`,
  `{ items(where: { serial: { equals: "s1" }, place: { zone: { equals: "a" } }, spec: { isNull: true } }) { nodes { name extra } } }`,
  `{ templates { name fields { name default fields { name default } } } }`,
]

/** Refused, with the cursor of another ordering. */
const otherCursor = Buffer.from(JSON.stringify(['slot.place.rack:desc,_meta.createTime:asc,_key:asc', '1', null, 'k']))
const refusedPage = {
  operation: 'query ($after: String) { boxes(after: $after, orderBy: [{ inside: { size: asc } }]) { totalCount } }',
  variables: { after: otherCursor.toString('base64url') },
}

let plain: TestRegistry
let renamed: TestRegistry
beforeAll(async () => {
  const templates = [
    ...['image', 'role'].map((name) => readFileSync(`object-templates/${name}.yaml`, 'utf8')),
    ...richTemplates,
    machineTemplate,
    boxTemplate,
    crateTemplate,
  ]
  plain = await startRegistry(templates)
  renamed = await startRegistry(templates, { changeModel: withStoredNames })
})
afterAll(async () => {
  await plain?.close()
  await renamed?.close()
})

/** What both answer; it says the same but for the cursors, which have the stored names. */
async function askBoth(operation: string, variables: object = {}): Promise<GraphqlAnswer> {
  const asked = async (registry: TestRegistry, values: object) => {
    let answer: GraphqlAnswer = {}
    const statements = await recordStatements(async () => {
      answer = await registry.query(operation, values)
    })
    return { answer, count: statements.length }
  }
  const { answer: wanted, count } = await asked(plain, variables)
  const { answer: given, count: givenCount } = await asked(renamed, mapCursors(variables, toStoredCursor) as object)
  expect(givenCount, operation).toBe(count)
  const same = mapCursors(wanted, toStoredCursor)
  expect(JSON.stringify(given), operation).toBe(JSON.stringify(same))
  return wanted
}

function mapCursors(value: unknown, map: (cursor: string) => string): unknown {
  if (typeof value === 'string') return map(value)
  if (Array.isArray(value)) return value.map((item) => mapCursors(item, map))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, mapCursors(inner, map)]))
}

function toStoredCursor(text: string): string {
  const decoded = Buffer.from(text, 'base64').toString('utf8')
  const order = /^\["([\w.,:]+:(?:asc|desc))"/.exec(decoded)?.[1]
  if (order === undefined || Buffer.from(decoded).toString('base64url') !== text) return text
  const values = JSON.parse(decoded).slice(1)
  return Buffer.from(JSON.stringify([order.split(',').map(toStoredTerm).join(), ...values])).toString('base64url')
}

/** `image.distr:desc`; what begins with `_` is no field. */
function toStoredTerm(term: string): string {
  const [way = '', direction] = term.split(':')
  const meta = /(^|\.)_.*$/.exec(way)?.[0] ?? ''
  const names = way.slice(0, way.length - meta.length)
  const encode = (name: string) => storedName(name).replace(/[%.:,]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)
  return `${names === '' ? '' : names.split('.').map(encode).join('.')}${meta}:${direction}`
}

async function settle(registry: TestRegistry): Promise<void> {
  await registry.sql(`with numbered as (select template, key, row_number() over (order by created_at) * interval '1 second' as age from registry_object)
    update registry_object as o set uuid = md5(o.template || o.key)::uuid, created_at = moment, updated_at = moment, confirmed_at = null
    from (select template, key, timestamptz '2026-11-22T07:57:31.322661Z' + age as moment from numbered) as n where n.template = o.template and n.key = o.key`)
  await registry.sql(`with numbered as (select sequence, row_number() over (order by sequence) * interval '1 second' as age from registry_change)
    update registry_change as c set uuid = md5(c.template || c.key)::uuid, changed_at = timestamptz '2026-11-22T07:57:31.322661Z' + age
    from numbered as n where n.sequence = c.sequence`)
}

test('fields that are stored under other names are written, read, compared and refused as those that are not', async () => {
  expect((await askBoth(readFileSync(`${folder}/setup.gql`, 'utf8'))).errors).toBeUndefined()
  let refused = 0
  for (const write of writes.slice(0, -4)) {
    const { errors } = await askBoth(write)
    if (errors) refused++
  }
  expect(refused).toBe(6)
  await settle(plain)
  await settle(renamed)
  for (const { operation, variables } of golden) expect((await askBoth(operation, variables)).errors).toBeUndefined()
  for (const read of reads) expect((await askBoth(read)).errors, read).toBeUndefined()
  const { errors } = await askBoth(refusedPage.operation, refusedPage.variables)
  expect(errors?.[0]?.message).toContain('"slot.place.rack:desc,_meta.createTime:asc,_key:asc"')
  for (const write of writes.slice(-4)) await askBoth(write)
  await askBoth(`{ ${boxes} }`)
})

test('a further attribute cannot take the stored name of a field', async () => {
  const query = `mutation ($more: JSON) { upsertBox(input: { slot: ${slot}, code: "b1", _additional: $more }) { outcome } }`
  const { errors } = await renamed.query(query, { more: { [storedName('size')]: 1 } })
  expect(errors?.[0]?.extensions?.issues).toMatchObject([{ code: 'ADDITIONAL_IS_FIELD' }])
  expect((await plain.query(query, { more: { [storedName('size')]: null } })).errors).toBeUndefined()
})

test('documents, references and the history hold the stored names and never those of the fields', async () => {
  for (const table of ['registry_object', 'registry_past']) {
    const rows = `select template, key, document from ${table} as t order by template, key, version`
    const documents = await renamed.sql(rows)
    expect(documents.length).toBeGreaterThan(5)
    const named = documents.map(({ template: name, document, ...rest }) => {
      const template = renamed.model.byName.get(name)
      if (!template) throw new Error(name)
      for (const attribute of Object.keys(document)) {
        if (!isStoredName(attribute)) expect(template.fieldByName.has(attribute), attribute).toBe(false)
      }
      const shown = nameAttributes(document as JsonObject, namingOfDocument(template, renamed.model))
      expect(JSON.stringify(shown)).not.toContain(`."':,%`.replaceAll('"', '\\"'))
      return { template: name, ...rest, document: shown }
    })
    expect(named).toEqual((await plain.sql(rows)).map(({ template, ...rest }) => ({ template, ...rest })))
  }
  const references = await renamed.sql('select distinct jsonb_object_keys(refs) as name from registry_object')
  expect(references.map(({ name }) => name).filter((name) => !isStoredName(name))).toEqual([])
  const indexes = await renamed.sql(
    "select indexname, indexdef from pg_indexes where tablename = 'registry_item_objects' and indexdef ~ 'document ->|refs ->'",
  )
  expect(indexes.length).toBeGreaterThan(5)
  for (const { indexname, indexdef } of indexes) {
    expect(indexname).toContain('."')
    expect(indexdef).toContain(".\"'':,%")
  }
})
