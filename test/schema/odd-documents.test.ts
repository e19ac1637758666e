import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Template } from '../../src/template/model.ts'
import { machineTemplate } from '../support/machine-template.ts'
import { runs, seed } from '../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { whereOf } from '../support/rich-filters.ts'

/** What a template's earlier forms, or a hand in the database, may have left in every field. */
const values = [
  null,
  1,
  1e300,
  'x',
  '10',
  true,
  [],
  [1, 'x', null, [], {}],
  [['x'], 'kind', 'parts'],
  'kind',
  {},
  { cpu: 'x', model: 1, arch: [], disk: 'kind', kind: 1, parts: 'label' },
  { disk: ['kind'], model: null, os: { name: [] }, '0': {} },
  [{ kind: 1, size: 'x', parts: [1] }, { parts: { label: 'x' } }, { parts: [{ label: [] }, null] }],
]

describe(`with TEST_SEED=${seed}, on documents of another form`, () => {
  let registry: TestRegistry
  let template: Template
  beforeAll(async () => {
    registry = await startRegistry([machineTemplate])
    template = registry.model.byName.get('machine') as Template
    for (const [i, value] of values.entries()) {
      const document = Object.fromEntries(template.fields.map(({ name }) => [name, name === 'name' ? `m${i}` : value]))
      // What has an index of its own fits into it.
      if (i > 0) delete document['serial']
      await registry.sql(
        `insert into registry_object (template, key, uuid, document, refs, version, created_at, updated_at, outcome)
         values ('machine', $1, gen_random_uuid(), $2, jsonb_build_object('peers', $3::jsonb), 1, now(), now(), 'CREATED')`,
        [JSON.stringify([`m${i}`]), JSON.stringify(document), JSON.stringify(value)],
      )
    }
  })
  afterAll(() => registry?.close())

  test('no filter fails, and each and its NOT split them in two', async () => {
    const meta = { uuid: ['b7205949-344b-4e51-a4a8-3d69ef43c8c7'], version: [1], createdBy: ['a'], updatedBy: ['a'] }
    const times = { createTime: ['2026-11-22T07:57:31.000Z'], updateTime: ['2026-11-22T07:57:31.000Z'] }
    const where = whereOf(template, registry.model, new Map([['machine', ['m1', 'm2']]]), { ...meta, ...times }, 2)
    const query = `query ($where: MachineWhere!) {
      yes: machines(where: $where) { nodes { _meta { uuid } } totalCount }
      no: machines(where: {NOT: [$where]}) { nodes { _meta { uuid } } totalCount } }`
    await fc.assert(
      fc.asyncProperty(where, async (one) => {
        const { yes, no } = await registry.data(query, { where: one })
        const found = [...yes.nodes, ...no.nodes].map((node) => node._meta.uuid)
        expect([new Set(found).size, found.length, yes.totalCount + no.totalCount]).toEqual(
          Array(3).fill(values.length),
        )
      }),
      runs(200),
    )
  })
})
