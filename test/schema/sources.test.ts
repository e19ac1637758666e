import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { negate } from '../../src/plan/condition.ts'
import { allRights, type Rights, type Verb } from '../../src/plan/rights.ts'
import { buildSchema } from '../../src/schema/build-schema.ts'
import type { Template } from '../../src/template/model.ts'
import { machineTemplate } from '../support/machine-template.ts'
import { operationOf, variables } from '../support/operations.ts'
import { runs, seed } from '../support/property-runs.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

const golden = fileURLToPath(new URL('../golden/', import.meta.url))
const templates = [
  ...['image', 'role'].map((name) => readFileSync(`object-templates/${name}.yaml`, 'utf8')),
  ...richTemplates,
  machineTemplate,
]

/** The canonical keys of what cannot be seen, by template: with each object all that refer to it. */
const hidden: Readonly<Record<string, readonly string[]>> = {
  image: ['["beta"]'],
  role: ['["sshd",["beta"],false]', '["ntp-client",["beta"],true]', '["ntp-client",["beta"],false]'],
  place: ['["a",2]'],
  item: ['["three"]', '["two"]'],
  machine: ['["m1"]', '["m2"]'],
}

function rightsWithout(keys: Readonly<Record<string, readonly string[]>>, sight = ''): Rights {
  const granted = (_verb: Verb, template: Template) =>
    negate({ kind: 'keys', keys: isSetUp ? (keys[template.name] ?? []) : [] })
  return { ...allRights, sight, granted }
}

/** Whoever writes the objects sees them. */
let isSetUp = false

/** A registry that sees a part of its objects, and one in which there are no others. */
let seeing: TestRegistry
let having: TestRegistry
beforeAll(async () => {
  seeing = await startRegistry(templates, { rights: () => rightsWithout(hidden) })
  having = await startRegistry(templates)
  for (const registry of [seeing, having]) {
    await registry.data(readFileSync(`${golden}setup.gql`, 'utf8'))
    await registry.sql(`with numbered as (select template, key, row_number() over (order by created_at) * interval '1 second' as age from registry_object)
      update registry_object as o set uuid = md5(o.template || o.key)::uuid, created_at = moment, updated_at = moment, confirmed_at = null
      from (select template, key, timestamptz '2026-11-22T07:57:31.322661Z' + age as moment from numbered) as n where n.template = o.template and n.key = o.key`)
  }
  for (const [template, keys] of Object.entries(hidden)) {
    const gone = await having.sql('delete from registry_object where template = $1 and key = any($2) returning key', [
      template,
      keys,
    ])
    expect(gone).toHaveLength(keys.length)
    for (const table of ['registry_past', 'registry_change'])
      await having.sql(`delete from ${table} where template = $1 and key = any($2)`, [template, keys])
  }
  isSetUp = true
})
afterAll(async () => {
  await seeing?.close()
  await having?.close()
})

describe('an object that a request cannot see does not exist for it:', () => {
  const names = readdirSync(golden)
    .filter((file) => file.endsWith('.graphql'))
    .map((file) => file.replace('.graphql', ''))

  test.each(names)('the golden operation %s', async (name) => {
    const file = `${golden}${name}.variables.json`
    const given = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {}
    const query = readFileSync(`${golden}${name}.graphql`, 'utf8')
    const answer = await seeing.query(query, given)
    expect(answer.errors).toBeUndefined()
    expect(answer).toEqual(await having.query(query, given))
  })

  test(`generated operations, TEST_SEED=${seed}`, async () => {
    await fc.assert(
      fc.asyncProperty(operationOf(buildSchema(seeing.model), 4), async (query) => {
        expect(await seeing.query(query, variables)).toEqual(await having.query(query, variables))
      }),
      runs(60),
    )
  })

  test.each([
    ['by its key', '{ image(name: "beta") { name } }', { image: null }],
    ['in the count of its template', '{ templates { name count } }', undefined],
    [
      'as what is referred to',
      'mutation { upsertRole(dryRun: true, input: {name: "x", image: "beta", status: true}) { outcome } }',
      undefined,
    ],
    ['for a deletion', 'mutation { deleteImage(name: "beta") { name } }', { deleteImage: null }],
    ['for deletions', 'mutation { deleteMachines(where: {}, all: true) }', { deleteMachines: 1 }],
  ])('%s', async (_way, query, data) => {
    const answer = await seeing.query(query)
    expect(answer).toEqual(await having.query(query))
    if (data) expect(answer).toEqual({ data })
  })
})

test('requests that see different objects share no plan', async () => {
  const sights = await startRegistry(templates, {
    databaseUrl: seeing.databaseUrl,
    rights: ({ actor = '' }) => rightsWithout(actor === 'half-blind' ? hidden : {}, actor),
  })
  try {
    const query = 'query ($name: String!) { image(name: $name) { name } roles { totalCount } }'
    for (let i = 0; i < 2; i++) {
      const all = await sights.data(query, { name: 'beta' })
      expect(all).toEqual({ image: { name: 'beta' }, roles: { totalCount: 4 } })
      const some = await sights.data(query, { name: 'beta' }, { 'x-registry-actor': 'half-blind' })
      expect(some).toEqual({ image: null, roles: { totalCount: 1 } })
    }
  } finally {
    await sights.close()
  }
})

test('of a source that sees all, the operations say something else', async () => {
  const forgetful = await startRegistry(templates, {
    databaseUrl: seeing.databaseUrl,
    rights: () => rightsWithout({ ...hidden, role: [] }),
  })
  try {
    const query = '{ images { nodes { name roles { totalCount } } } roles { totalCount } }'
    expect(await forgetful.query(query)).not.toEqual(await having.query(query))
  } finally {
    await forgetful.close()
  }
})
