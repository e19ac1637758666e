import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { parseTexts, startRegistry, type TestRegistry } from '../support/registry.ts'
import { throughGraphqlJs, withoutAdded } from '../support/through-graphql-js.ts'

/** A name of files that GraphQL knows as `name`, if that has a `_`. */
function toOwn(name: string): string {
  return name.replaceAll('_', '-.:/'.charAt(name.length % 4))
}

/** The same of each name in a text. */
function inOwnNames(text: string): string {
  return text.replace(/\b[a-z]+(_[a-z0-9]+)+\b/g, toOwn)
}

/** All names of fields and members have a `_`: in GraphQL nothing tells these templates from those with other names. */
const templates = [
  `
name: rack
key: [site_code, place_no]
fields:
  site_code: { type: enum, values: [new_york, st_john, rome_it] }
  place_no: int
  row_name: string
`,
  `
name: device
key: [host_name]
additionalFields: true
passed: { AND: [{ run_state: { in: [is_up, on_hold] } }, { spec_sheet: { air_flow: { not: rear_out } } }] }
latestBy: seen_at
staleAfter: 1000d
unique: [[serial_no, asset_tag]]
indexes: [[run_state, unit_size]]
fields:
  host_name: string
  run_state: { type: enum, values: [is_up, is_down, on_hold], default: is_up, indexed: true }
  port_kinds: { type: [enum], values: [rj_45, usb_a, usb_c] }
  spec_sheet:
    type: object
    fields:
      cpu_count: { type: int!, default: 1 }
      air_flow: { type: enum, values: [front_in, rear_out], default: front_in }
      sub_part: { type: object, fields: { part_no: string, made_on: date } }
    default: { cpu_count: 2, air_flow: front_in }
  con_ports: { type: [object], fields: { port_name: string!, port_kind: { type: enum, values: [rj_45, usb_a] } } }
  serial_no: { type: string, unique: true }
  asset_tag: int
  unit_size: { type: int, minimum: 1 }
  net_weight: float
  seen_at: datetime
  up_time: duration
  os_version: version
  is_spare: boolean
  raw_data: json
  in_rack: { type: reference, to: rack, reverse: devices }
  peer_hosts: { type: [reference], to: device, reverse: peerOf, onDelete: unset }
`,
]

const rack = '{ site_code: st_john, place_no: 1 }'
const writes = [
  'mutation { upsertRacks(input: [{ site_code: st_john, place_no: 1, row_name: "a" }, { site_code: new_york, place_no: 2 }, { site_code: rome_it, place_no: 3 }]) { created results { rack { site_code } } } }',
  `mutation { upsertDevice(input: { host_name: "h1", run_state: is_down, port_kinds: [usb_c, rj_45, usb_c], spec_sheet: { air_flow: rear_out, sub_part: { part_no: "p", made_on: "2026-01-01" } }
    con_ports: [{ port_name: "c1", port_kind: rj_45 }, { port_name: "c2" }], serial_no: "s1", asset_tag: 1, unit_size: 2, net_weight: 1.5, seen_at: "2026-01-01T00:00:00Z", up_time: "1h", os_version: "5.4.0-73"
    is_spare: true, raw_data: { x: [1] }, in_rack: ${rack}, _additional: { other: 1 } }) { outcome device { run_state port_kinds spec_sheet { cpu_count air_flow sub_part { part_no } } con_ports { port_name port_kind } in_rack { site_code } } } }`,
  `mutation { upsertDevices(input: [{ host_name: "h2", in_rack: { site_code: new_york, place_no: 2 }, peer_hosts: ["h1"], unit_size: 5, seen_at: "2026-02-01T00:00:00Z" }
    { host_name: "h3", run_state: on_hold, port_kinds: [], in_rack: ${rack}, peer_hosts: ["h1", "h2"], serial_no: "s3", seen_at: "2026-03-01T00:00:00Z" }]) { created results { outcome device { run_state } } } }`,
  'mutation { upsertDevice(input: { host_name: "h2", run_state: null, spec_sheet: { cpu_count: 8, air_flow: rear_out } }) { outcome device { run_state spec_sheet { cpu_count air_flow } } } }',
  // Refused: each issue has its place.
  'mutation { upsertDevice(input: { host_name: "h4", unit_size: 0, in_rack: { site_code: rome_it, place_no: 9 } }) { outcome } }',
  'mutation { upsertDevice(input: { host_name: "h4", serial_no: "s1" }) { outcome } }',
  'mutation { upsertDevices(mode: INDEPENDENT, input: [{ host_name: "h4", serial_no: "s9", asset_tag: 1 }, { host_name: "h5", serial_no: "s9", asset_tag: 1 }, { host_name: "h6", peer_hosts: ["h1", "no"] }]) { failed results { outcome error { code issues { path code } } } } }',
  'mutation { upsertDevice(input: { host_name: "h4", run_state: bogus }) { outcome } }',
  'mutation { upsertDevice(input: { host_name: "h4", con_ports: [{ port_kind: rj_45 }] }) { outcome } }',
  'mutation { deleteRack(site_code: st_john, place_no: 1) { site_code } }',
  'mutation { deleteRack(site_code: rome_it, place_no: 3) { site_code place_no } }',
]

const shown =
  'host_name run_state port_kinds spec_sheet { cpu_count air_flow } con_ports { port_name port_kind } in_rack { site_code place_no } peer_hosts { host_name }'
const reads = [
  `{ devices(orderBy: [{ host_name: asc }]) { nodes { ${shown} } } }`,
  `{ device(host_name: "h1") { ${shown} raw_data up_time } rack(site_code: st_john, place_no: 1) { row_name devices { nodes { host_name run_state } } } }`,
  `{ devices(run_state: is_down, host_name: "h1", in_rack: ${rack}, port_kinds: [usb_c, rj_45, usb_c], is_spare: true) { nodes { host_name } } }`,
  '{ devices(where: { run_state: { in: [is_up, is_down], notIn: [on_hold], not: on_hold } }) { nodes { host_name } } }',
  '{ devices(where: { OR: [{ run_state: { isNull: true } }, { port_kinds: { has: usb_c } }, { port_kinds: { hasSome: [rj_45, usb_a], isEmpty: false } }] }, orderBy: [{ run_state: desc }, { host_name: desc }]) { nodes { host_name run_state } } }',
  '{ devices(where: { spec_sheet: { air_flow: { equals: rear_out }, cpu_count: { gte: 1 }, sub_part: { part_no: { startsWith: "p" } } } }) { nodes { host_name } } }',
  '{ devices(where: { spec_sheet: { equals: { cpu_count: 8, air_flow: rear_out } } }) { nodes { host_name } } }',
  '{ devices(where: { con_ports: { some: { port_kind: { equals: rj_45 }, port_name: { equals: "c1" } } } }) { nodes { con_ports { port_kind } } } }',
  '{ devices(where: { con_ports: { equals: [{ port_name: "c1", port_kind: rj_45 }, { port_name: "c2" }] } }) { nodes { host_name } } }',
  '{ devices(where: { in_rack: { site_code: { equals: st_john } }, peer_hosts: { some: { run_state: { equals: is_down } } } }) { nodes { host_name } } }',
  '{ devices(where: { unit_size: { gt: 1, field: { gt: "asset_tag" } } }) { nodes { host_name } } }',
  '{ racks(where: { devices: { none: { run_state: { equals: on_hold } } } }, orderBy: [{ devices: { count: desc } }, { site_code: desc }]) { nodes { site_code } } }',
  '{ racks(where: { devices: { latest: { where: { host_name: { not: "" } }, per: [in_rack], is: { run_state: { equals: on_hold } } } } }) { nodes { site_code } } }',
  '{ devices(orderBy: [{ in_rack: { site_code: desc } }, { run_state: asc }, { _meta: { version: asc } }], first: 2) { nodes { host_name } pageInfo { hasNextPage } } }',
  '{ devices(latestPer: [in_rack], whereLatest: { run_state: { equals: on_hold } }) { nodes { host_name } } }',
  '{ devices { aggregate { count rate(where: { run_state: { equals: is_down } }) min { run_state unit_size } max { run_state seen_at } avg { unit_size } sum { up_time } distinctCount { run_state in_rack } percentile(fraction: 0.5) { unit_size } } } }',
  '{ devices { groupBy(by: [run_state, in_rack]) { key { run_state in_rack { site_code } } count latest { host_name } aggregate { max { run_state } } nodes(orderBy: [{ host_name: asc }]) { run_state } } } }',
  '{ devices { groupBy(by: [], buckets: { seen_at: MONTH }) { key { seen_at } count } } }',
  '{ devices { groupBy(by: [run_state], having: { max: { run_state: { equals: is_down } }, distinctCount: { host_name: { equals: 1 } } }, orderByAggregate: [{ max: { run_state: asc } }]) { key { run_state } } } }',
  '{ devices { groupBy(by: [is_spare], orderByAggregate: [{ min: { run_state: desc } }]) { key { is_spare } count } } }',
  '{ deviceMatrix(rows: run_state, columns: in_rack) { counts { passed failed stale missing } rows { verdicts } columns { site_code } cells { count verdict latest { run_state } } } }',
  '{ deviceMatrix(rows: host_name, columns: in_rack, columnWhere: { site_code: { equals: st_john } }, where: { run_state: { not: is_up } }) { rows { row verdicts } notPassed { row column { site_code } verdict } } }',
  '{ search(text: "h1") { nodes { object { ... on Device { host_name run_state } } } } }',
]

const refused = [
  '{ devices(orderBy: [{ in_rack: { site_code: desc } }, { spec_order: asc }]) { nodes { host_name } } }',
  '{ devices(latestPer: []) { totalCount } }',
  '{ devices { groupBy(by: [seen_at], buckets: { seen_at: MONTH }) { count } } }',
  '{ deviceMatrix(rows: in_rack, columns: in_rack) { totalCount } }',
  '{ devices(where: { run_state: { equals: null } }) { totalCount } }',
  '{ devices(where: { con_ports: {} }) { totalCount } }',
  '{ devices(where: { unit_size: { field: { gt: "host_name" } } }) { totalCount } }',
  '{ devices { groupBy(by: [], paths: [["spec_sheet"]]) { count } } }',
  '{ devices(orderBy: [{ host_name: asc, run_state: asc }]) { totalCount } }',
  '{ device { host_name } }',
]

/** Parts that are JSON have the names of files. */
const jsonReads = [
  '{ devices(orderBy: [{ host_name: asc }]) { nodes { d: _document } } racks { nodes { d: _document } } }',
  '{ deviceMatrix(rows: run_state, columns: in_rack) { rows { row } missing { row } } }',
  '{ devices { groupBy(by: [], paths: [["run_state"], ["spec_sheet", "air_flow"], ["in_rack", "site_code"]]) { values } } }',
  '{ devices { groupBy(by: [], paths: [["con_ports", "port_kind"]]) { values count } } }',
  '{ templates { key fields { name values default } } }',
  '{ deviceHistory(host_name: "h2") { nodes { version document changes { field before after } } } racks { nodes { _history { nodes { document } } } } }',
  '{ devicesDiff(from: "now-1d", where: { run_state: { equals: is_down } }) { nodes { key before after changes { field before after } } } }',
  '{ search(text: "s1 rj") { nodes { field } } found: search(text: "usb") { nodes { field } } }',
]

let plain: TestRegistry
let odd: TestRegistry
beforeAll(async () => {
  plain = await startRegistry(templates)
  odd = await startRegistry(templates.map(inOwnNames))
})
afterAll(async () => {
  await plain?.close()
  await odd?.close()
})

/** An answer without what differs: sentences, and the keys and fields of issues, have the names of files. */
function withoutWords(answer: unknown): unknown {
  const differs = (name: string, value: unknown) =>
    name === 'message' || name === 'locations' || ((name === 'key' || name === 'field') && typeof value === 'string')
  return JSON.parse(JSON.stringify(answer, (name, value) => (differs(name, value) ? undefined : value)))
}

function toOwnDeep(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toOwnDeep)
  if (typeof value === 'string') return inOwnNames(value)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [inOwnNames(name), toOwnDeep(one)]))
}

describe('fields and members whose names GraphQL cannot have', () => {
  test('have other names, and GraphQL has the same types for them', () => {
    for (const name of ['host.name', 'is/down', 'air-flow', 'port:kinds'])
      expect(templates.map(inOwnNames).join('')).toContain(name)
    const names = (texts: readonly string[]) =>
      Object.values(buildSchema(parseTexts(texts)).getTypeMap()).map((type) => [
        type.name,
        'getFields' in type
          ? Object.keys(type.getFields())
          : 'getValues' in type
            ? type.getValues().map(({ name }) => name)
            : [],
      ])
    expect(names(templates.map(inOwnNames))).toEqual(names(templates))
  })

  test.each(writes)('are written and refused as any: %s', async (operation) => {
    const given = await odd.query(operation)
    expect(withoutWords(given)).toEqual(withoutWords(await plain.query(operation)))
  })

  test.each(reads)('are read as any: %s', async (operation) => {
    const given = await odd.query(operation)
    expect(withoutWords(given)).toEqual(withoutWords(await plain.query(operation)))
    expect(given.errors).toBeUndefined()
    expect(withoutAdded(await odd.query(throughGraphqlJs(operation)))).toEqual(given)
  })

  test.each(refused)('are named where they are wrong: %s', async (operation) => {
    const given = await odd.query(operation)
    expect(given.errors?.length).toBeGreaterThan(0)
    expect(withoutWords(given)).toEqual(withoutWords(await plain.query(operation)))
  })

  test.each(jsonReads)('keep their own names in JSON: %s', async (operation) => {
    const data = await odd.data(operation)
    expect(data).toEqual(toOwnDeep(await plain.data(operation)))
    expect(JSON.stringify(data)).toMatch(/[a-z][./:-][a-z0-9]/)
  })

  test('are named in full by `templates`', async () => {
    const { templates: given } = await odd.data(
      '{ templates { fields { name graphqlName values graphqlValues fields { name graphqlName } reverse } } }',
    )
    const [, rackTemplate] = given
    expect(rackTemplate.fields[0]).toEqual({
      name: toOwn('site_code'),
      graphqlName: 'site_code',
      values: ['new_york', 'st_john', 'rome_it'].map(toOwn),
      graphqlValues: ['new_york', 'st_john', 'rome_it'],
      fields: [],
      reverse: null,
    })
    expect(given[0].fields.find(({ name }: { name: string }) => name === toOwn('spec_sheet')).fields[0]).toEqual({
      name: toOwn('cpu_count'),
      graphqlName: 'cpu_count',
    })
  })

  test.each([
    ['{ devices { nodes { con-ports { port_name } } } }', 'con-ports is con_ports'],
    [
      '{ devices(where: { app.kubernetes.io/name: { equals: "x" } }) { totalCount } }',
      'app.kubernetes.io/name is app_kubernetes_io_name',
    ],
    ['{ devices(run_state: is/up) { totalCount } }', 'is/up is is_up'],
    ['{ devices { nodes { host_name ...x-y } } }', undefined],
    ['{ devices(first: 1-2) { totalCount } }', undefined],
  ])('written as in files in GraphQL itself are told as GraphQL has them: %s', async (operation, told) => {
    const { errors } = await odd.query(operation)
    expect(errors?.[0]?.extensions?.issues).toMatchObject([{ code: 'SYNTAX_ERROR' }])
    const said = / In GraphQL, the name of (.*)\.$/.exec(errors?.[0]?.message ?? '')?.[1]
    expect(said).toBe(told)
  })

  test('are given in JSON by either name, and members of enums by their texts', async () => {
    const query =
      'query ($rows: [JSON!]) { deviceMatrix(rows: run_state, columns: in_rack, rowIn: $rows) { rows { row } } }'
    const { deviceMatrix } = await odd.data(query, { rows: [toOwn('on_hold'), toOwn('is_up')] })
    expect(deviceMatrix.rows).toEqual([{ row: toOwn('on_hold') }, { row: toOwn('is_up') }])
    const { errors } = await odd.query(query, { rows: ['on_hold'] })
    expect(errors?.[0]?.extensions?.issues).toMatchObject([{ path: ['rowIn', 0] }])
  })

  test('come with variables too, and issues lead to the names of GraphQL', async () => {
    const input = [
      { host_name: 'h9', run_state: 'on_hold', con_ports: [{ port_name: 'x', port_kind: 'usb_a' }], unit_size: 0 },
    ]
    const query = 'mutation ($input: [DeviceInput!]!) { upsertDevices(input: $input, dryRun: true) { created } }'
    const { errors } = await odd.query(query, { input })
    expect(errors?.[0]?.extensions?.issues).toEqual([
      { path: ['input', 0, 'unit_size'], code: 'MINIMUM', message: `${toOwn('unit_size')}: 0 is less than 1` },
    ])
    expect(await odd.data(query, { input: [{ ...input[0], unit_size: 1 }] })).toEqual({ upsertDevices: { created: 1 } })
    const wrong = await odd.query(query, { input: [{ host_name: 'h9', con_ports: [{ port_kind: 'usb-a' }] }] })
    expect(wrong.errors?.flatMap(({ extensions }) => extensions?.issues?.map(({ path }) => path))).toEqual([
      ['input', 0, 'con_ports', 0, 'port_name'],
      ['input', 0, 'con_ports', 0, 'port_kind'],
    ])
  })
})
