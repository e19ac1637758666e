import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { explain } from '../support/explain.ts'
import { listErrors } from '../support/list-errors.ts'
import { recordStatements } from '../support/record-statements.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const place = 'name: place\nkey: [zone, rack]\nfields: { zone: string, rack: int }\n'
const machine = `
name: machine
key: [name]
unique: [[environment, slot], [place, release]]
indexes: [[environment, size]]
fields:
  name: string
  environment: string
  slot: int
  size: int
  place: { type: reference, to: place }
  release: version
`

describe('fields that are unique together', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry([place, machine])
    await registry.data('mutation { upsertPlaces(input: [{zone: "a", rack: 1}, {zone: "a", rack: 2}]) { created } }')
    await registry.data(`mutation { upsertMachines(input: [
      {name: "one", environment: "test", slot: 1, place: {zone: "a", rack: 1}, release: "1.0"}
      {name: "two", environment: "test", slot: 2, place: {zone: "a", rack: 1}, release: "1.1"}
      {name: "bare", environment: "test"}]) { created } }`)
  })
  afterAll(() => registry?.close())

  const write = (input: string) => `mutation { upsertMachine(input: ${input}) { outcome } }`
  const taken = (names: string) => `${names}: another machine already has these values; together they must be unique.`

  test.each([
    ['{name: "three", environment: "test", slot: 1}', 'input.environment', 'environment, slot'],
    ['{name: "two", slot: 1}', 'input.environment', 'environment, slot'],
    ['{name: "bare", slot: 2}', 'input.environment', 'environment, slot'],
    ['{name: "three", place: {zone: "a", rack: 1}, release: "1.0"}', 'input.place', 'place, release'],
    ['{name: "two", release: "1.0"}', 'input.place', 'place, release'],
  ])('refuse %s', async (input, path, names) => {
    expect(await listErrors(registry, write(input))).toEqual([`UNIQUE_CONFLICT ${path}: ${taken(names)}`])
  })

  test.each([
    '{name: "four", environment: "test"}',
    '{name: "five", slot: 1}',
    '{name: "five", environment: "prod"}',
    '{name: "six", place: {zone: "a", rack: 2}, release: "1.0"}',
    '{name: "one", environment: "test", slot: 1, size: 3}',
  ])('take %s', async (input) => {
    expect((await registry.query(write(input))).errors).toBeUndefined()
  })

  test('refuse, of a batch, the objects that share values and no other', async () => {
    const { upsertMachines } = await registry.data(`mutation { upsertMachines(mode: INDEPENDENT, input: [
      {name: "a", environment: "stage", slot: 1}
      {name: "b", environment: "stage", slot: 1}
      {name: "c", environment: "test", slot: 2}
      {name: "d", environment: "stage", slot: 3}]) { created failed results { index error { code message issues { path } } } } }`)
    const error = { code: 'UNIQUE_CONFLICT', message: taken('environment, slot') }
    expect(upsertMachines).toEqual({
      created: 2,
      failed: 2,
      results: [
        { index: 0, error: null },
        { index: 1, error: { ...error, issues: [{ path: ['input', '1', 'environment'] }] } },
        { index: 2, error: { ...error, issues: [{ path: ['input', '2', 'environment'] }] } },
        { index: 3, error: null },
      ],
    })
  })

  test('refuse a value that is too long for their index', async () => {
    expect(await listErrors(registry, write(`{name: "long", environment: "${'x'.repeat(501)}"}`))).toEqual([
      expect.stringContaining('environment: takes 501 bytes; an indexed value may take at most 500'),
    ])
  })

  test('conflict with objects that share values when they become so, and the start says which', async () => {
    const former = machine.replace(/unique: .*\n/, '')
    const apart = await startRegistry([place, former])
    try {
      await apart.data(
        'mutation { upsertMachines(input: [{name: "x", environment: "e", slot: 1}, {name: "y", environment: "e", slot: 1}, {name: "z", environment: "e"}, {name: "w", environment: "e"}]) { created } }',
      )
      await expect(startRegistry([place, machine], { databaseUrl: apart.databaseUrl })).rejects.toThrow(
        'CONFLICTS machine.unique: unique together: environment, slot, but several objects have ["e",1] (2 objects: "x", "y")',
      )
      await apart.data('mutation { upsertMachine(input: {name: "y", slot: 2}) { outcome } }')
      const together = await startRegistry([place, machine], { databaseUrl: apart.databaseUrl })
      expect(await listErrors(together, write('{name: "y", slot: 1}'))).toEqual([
        `UNIQUE_CONFLICT input.environment: ${taken('environment, slot')}`,
      ])
      // A server of the former templates knows nothing of the constraint.
      expect(await listErrors(apart, write('{name: "y", slot: 1}'))).toEqual([
        'UNIQUE_CONFLICT input: environment, slot must be unique together in newer templates, and another object has the same values; choose another value.',
      ])
      await together.close()
    } finally {
      await apart.close()
    }
  })
})

test('a filter that compares all fields of one of its indexes uses it', async () => {
  const registry = await startRegistry([place, machine])
  const client = new pg.Client(registry.connection)
  await client.connect()
  try {
    const input = Array.from({ length: 4_000 }, (_, i) => ({
      name: `m${i}`,
      environment: `e${i % 4}`,
      size: Math.floor(i / 4),
    }))
    await registry.data('mutation ($input: [MachineInput!]!) { upsertMachines(input: $input) { created } }', { input })
    await client.query('analyze')
    const query = '{ machines(where: {environment: {equals: "e1"}, size: {gte: 990}}) { totalCount } }'
    const [statement] = await recordStatements(async () => {
      expect(await registry.data(query)).toEqual({ machines: { totalCount: 10 } })
    })
    if (!statement) throw new Error('there is no statement')
    const { nodes } = await explain(client, statement, 'force_custom_plan')
    expect(nodes.map((node) => node['Index Name'])).toContainEqual(
      expect.stringMatching(/^ro_machine_environment_size_/),
    )
  } finally {
    await client.end()
    await registry.close()
  }
})
