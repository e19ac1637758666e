import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { machineTemplate } from '../support/machine-template.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { parseConnectionUrl, printConnectionUrl } from '../support/test-connection.ts'

const machines = [
  { name: 'M1', label: 'ΑΣ', build: 'V9', extra: ['x', 'Y', { a: 1, b: 2 }, null], notes: [{ a: 1, b: 2 }, [1, 2]] },
  { name: 'm2', label: 'ΑΣΑ', build: 'v10', extra: { '0': 'x', os: { name: 'Linux' }, none: null }, notes: [{ a: 1 }] },
  {
    name: 'M3',
    label: 'Straße',
    extra: 10,
    spec: { disk: { kind: 'SSD', sizes: ['1', '2'] } },
    peers: ['M1', 'm2', 'M1'],
  },
  {
    name: 'm4',
    label: 'STRASSE',
    extra: '10',
    spec: {},
    disks: [
      { kind: 'a', size: 1 },
      { kind: 'b', size: 2 },
    ],
    peers: [],
  },
]

const cases: readonly (readonly [where: object, names: readonly string[]])[] = [
  // Letters, a final sigma among them; what is one letter stays one.
  [{ name: { equals: 'm1', mode: 'insensitive' } }, ['M1']],
  [{ name: { in: ['m1', 'M2'], mode: 'insensitive' } }, ['M1', 'm2']],
  [{ name: { notIn: ['m1', 'M2'], mode: 'insensitive' } }, ['M3', 'm4']],
  [{ name: { equals: 'm1', mode: 'default' } }, []],
  [{ label: { equals: 'ας', mode: 'insensitive' } }, ['M1']],
  [{ label: { contains: 'ας', mode: 'insensitive' } }, ['M1', 'm2']],
  [{ label: { startsWith: 'ασα', mode: 'insensitive' } }, ['m2']],
  [{ label: { equals: 'STRAẞE', mode: 'insensitive' } }, ['M3']],
  [{ label: { not: 'strasse', mode: 'insensitive' } }, ['M1', 'm2', 'M3']],
  [{ build: { gt: 'V9', mode: 'insensitive' } }, ['m2']],
  [{ spec: { disk: { kind: { equals: 'ssd', mode: 'insensitive' } } } }, ['M3']],
  // Inside of json: a "0" is a place in a list or a name; null is as good as nothing.
  [{ extra: { path: ['0'], equals: 'x' } }, ['M1', 'm2']],
  [{ extra: { path: ['-1'], isNull: true } }, ['M1', 'm2', 'M3', 'm4']],
  [{ extra: { path: ['2', 'b'], equals: 2 } }, ['M1']],
  [{ extra: { path: ['none'], isNull: true } }, ['M1', 'm2', 'M3', 'm4']],
  [{ extra: { path: ['os', 'name'], in: ['LINUX', 7], mode: 'insensitive' } }, ['m2']],
  [{ extra: { gte: 10 } }, ['M3']],
  [{ extra: { gte: '10' } }, ['m4']],
  [{ extra: { contains: '1' } }, ['m4']],
  [{ extra: { has: { a: 1 } } }, []],
  [{ extra: { has: { b: 2, a: 1 } } }, ['M1']],
  [{ extra: { has: 'y' } }, []],
  [{ extra: { has: 'y', mode: 'insensitive' } }, ['M1']],
  // Lists have values as a whole, not parts of them.
  [{ notes: { has: { a: 1 } } }, ['m2']],
  [{ notes: { hasSome: [{ b: 2 }, [1]] } }, []],
  [{ notes: { hasSome: [{ b: 2 }, [1, 2]] } }, ['M1']],
  [{ notes: { hasEvery: [{ a: 1 }, { a: 1 }] } }, ['m2']],
  [{ notes: { hasEvery: [[1, 2], { a: 1, b: 2 }] } }, ['M1']],
  [{ spec: { disk: { sizes: { hasEvery: ['2', '1'] } } } }, ['M3']],
  // One item has to match all.
  [{ disks: { some: { kind: { equals: 'a' }, size: { equals: 1 } } } }, ['m4']],
  [{ disks: { some: { kind: { equals: 'a' }, size: { equals: 2 } } } }, []],
  [{ disks: { some: { AND: [{ kind: { equals: 'a' } }, { kind: { equals: 'b' } }] } } }, []],
  [{ disks: { every: { size: { lte: 2 } }, some: { equals: { kind: 'b', size: 2 } } } }, ['m4']],
  // An object that a list names twice is one.
  [{ peers: { count: { equals: 2 } } }, ['M3']],
  [{ peerOf: { count: { gte: 1 } } }, ['M1', 'm2']],
  [{ peers: { count: { equals: 1 }, where: { label: { startsWith: 'ΑΣΑ' } } } }, ['M3']],
  [{ peers: { count: { not: 2, lt: 1 } } }, ['M1', 'm2', 'm4']],
]

describe.each(['as the registry makes it', 'whose collation knows no letters but those of ASCII'])(
  'in a database %s',
  (title) => {
    let registry: TestRegistry
    let other: TestRegistry | undefined
    beforeAll(async () => {
      registry = await startRegistry([machineTemplate])
      if (title !== 'as the registry makes it') {
        const connection = {
          ...parseConnectionUrl(registry.databaseUrl),
          database: `${registry.connection.database}_c`,
        }
        await registry.sql(`create database ${connection.database} template template0 locale_provider libc locale 'C'`)
        other = await startRegistry([machineTemplate], { databaseUrl: printConnectionUrl(connection) })
      }
      await (other ?? registry).data(
        'mutation ($input: [MachineInput!]!) { upsertMachines(input: $input) { failed } }',
        {
          input: machines,
        },
      )
    })
    afterAll(async () => {
      await other?.close()
      if (other) await registry.sql(`drop database ${other.connection.database} with (force)`)
      await registry?.close()
    })

    test.each(cases)('%j finds %j, and its NOT the others', async (where, names) => {
      const query =
        'query ($where: MachineWhere!) { yes: machines(where: $where) { nodes { name } } no: machines(where: {NOT: [$where]}) { nodes { name } } }'
      const { yes, no } = await (other ?? registry).data(query, { where })
      const all = machines.map(({ name }) => ({ name }))
      expect([yes.nodes, no.nodes]).toEqual([
        all.filter(({ name }) => names.includes(name)),
        all.filter(({ name }) => !names.includes(name)),
      ])
    })
  },
)
