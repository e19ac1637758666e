import { afterAll, beforeAll, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const older = `
name: device
key: [host-name]
fields:
  host-name: string
  air-flow: { type: enum, values: [passive, front_to_rear] }
  size.in/u: int
  kind: string
  ports: { type: [object], fields: { port_name: string, port-type: { type: enum, values: [rj-45, usb-a] } } }
  is-old: boolean
`
/** A rename, texts that were names only because they had to be, other types, a new required field, what is gone. */
const newer = `
name: device
key: [host-name]
unique: [[size.in/u, new.field]]
indexes: [[air-flow, size.in/u]]
fields:
  host-name: string
  air-flow: { type: enum, values: [passive, front-to-rear], convert: { front_to_rear: front-to-rear }, indexed: true }
  size.in/u: { type: string, indexed: true }
  dev:kind: { type: enum, values: [switch-l2, '2'], renamedFrom: kind }
  ports: { type: [object], fields: { port-name: { type: string, renamedFrom: port_name }, port-type: { type: enum, values: [rj-45, usb-a] } } }
  is-old: { type: enum, values: ['true', 'false'] }
  new.field: { type: enum, values: [to-do, done], default: to-do, required: true }
`

let database: TestDatabase
let registry: TestRegistry
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await registry?.close()
  await database?.drop()
})

async function serve(text: string): Promise<void> {
  await registry?.close()
  registry = await startRegistry([text], { databaseUrl: database.url, consent: 'any' })
}

test('names that GraphQL cannot have change with their templates, and come back', async () => {
  await serve(older)
  await registry.data(`mutation { upsertDevices(input: [
    { host_name: "a", air_flow: front_to_rear, size_in_u: 2, kind: "switch-l2", ports: [{ port_name: "x", port_type: rj_45 }], is_old: true }
    { host_name: "b", air_flow: passive, size_in_u: 1, kind: "2", is_old: false }
    { host_name: "c" }]) { created } }`)
  await serve(newer)
  const shown = 'host_name air_flow size_in_u dev_kind ports { port_name port_type } is_old new_field _document'
  expect(await registry.data(`{ devices(orderBy: [{ host_name: asc }]) { nodes { ${shown} } } }`)).toEqual({
    devices: {
      nodes: [
        {
          ...{ host_name: 'a', air_flow: 'front_to_rear', size_in_u: '2', dev_kind: 'switch_l2', is_old: 'true_' },
          ...{ ports: [{ port_name: 'x', port_type: 'rj_45' }], new_field: 'to_do' },
          _document: {
            ...{
              'host-name': 'a',
              'air-flow': 'front-to-rear',
              'size.in/u': '2',
              'dev:kind': 'switch-l2',
              'is-old': 'true',
            },
            ...{ ports: [{ 'port-name': 'x', 'port-type': 'rj-45' }], 'new.field': 'to-do' },
          },
        },
        {
          ...{ host_name: 'b', air_flow: 'passive', size_in_u: '1', dev_kind: '_2', is_old: 'false_' },
          ...{ ports: null, new_field: 'to_do' },
          _document: {
            ...{ 'host-name': 'b', 'air-flow': 'passive', 'size.in/u': '1', 'dev:kind': '2', 'is-old': 'false' },
            'new.field': 'to-do',
          },
        },
        {
          ...{ host_name: 'c', air_flow: null, size_in_u: null, dev_kind: null, ports: null, is_old: null },
          ...{ new_field: 'to_do', _document: { 'host-name': 'c', 'new.field': 'to-do' } },
        },
      ],
    },
  })
  expect(
    await registry.data(
      '{ devices(where: { air_flow: { equals: front_to_rear }, size_in_u: { gte: "2" }, new_field: { equals: to_do } }) { nodes { host_name } } }',
    ),
  ).toEqual({ devices: { nodes: [{ host_name: 'a' }] } })
  // Conversions give a version, fills do not.
  expect(await registry.data('{ devices(orderBy: [{ host_name: asc }]) { nodes { _meta { version } } } }')).toEqual({
    devices: { nodes: [2, 2, 1].map((version) => ({ _meta: { version } })) },
  })

  // A member that is gone while an object has it does not fit.
  await serve(newer.replace('[to-do, done], default: to-do', '[done], default: done').replace('[switch-l2, ', '['))
  const { data, errors } = await registry.query('{ devices(host_name: "a") { nodes { host_name dev_kind } } }')
  expect(data.devices.nodes).toEqual([{ host_name: 'a', dev_kind: null }])
  expect(errors?.map(({ extensions }) => extensions)).toEqual([
    { code: 'UNFIT_OBJECT', template: 'device', key: '["a"]', field: 'dev:kind' },
  ])
  const { templates } = await registry.data('{ templates { violations { field count samples } } }')
  expect(templates[0].violations).toEqual(expect.arrayContaining([{ field: 'dev:kind', count: 1, samples: ['["a"]'] }]))

  // All types and names as before.
  await serve(
    older
      .replace('port_name: string', 'port_name: { type: string, renamedFrom: port-name }')
      .replace('kind: string', 'kind: { type: string, renamedFrom: dev:kind }'),
  )
  expect(
    await registry.data('{ device(host_name: "a") { size_in_u kind is_old ports { port_name port_type } } }'),
  ).toEqual({
    device: { size_in_u: 2, kind: 'switch-l2', is_old: true, ports: [{ port_name: 'x', port_type: 'rj_45' }] },
  })
})
