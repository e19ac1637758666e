import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { machineTemplate } from '../support/machine-template.ts'
import { printSql } from '../support/print-sql.ts'
import { recordStatements } from '../support/record-statements.ts'
import { type GraphqlAnswer, startRegistry, type TestRegistry } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

/** Each operation has a file with its SQL and one with its JSON; UPDATE_GOLDEN=1 rewrites both. */
const folder = fileURLToPath(new URL('../golden/', import.meta.url))
const isUpdate = process.env['UPDATE_GOLDEN'] === '1'
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.graphql'))
  .map((file) => file.replace('.graphql', ''))

const shipped = ['image', 'role'].map((name) => readFileSync(`object-templates/${name}.yaml`, 'utf8'))

describe('the golden operation', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry([...shipped, ...richTemplates, machineTemplate])
    await registry.data(readFileSync(join(folder, 'setup.gql'), 'utf8'), {}, { 'x-registry-actor': 'jenkins' })
    // What differs from run to run: the identity follows from the key, a second lies between two objects.
    await registry.sql(`with numbered as (select template, key, row_number() over (order by created_at) * interval '1 second' as age from registry_object)
      update registry_object as o set uuid = md5(o.template || o.key)::uuid, created_at = moment, updated_at = moment, confirmed_at = null
      from (select template, key, timestamptz '2026-11-22T07:57:31.322661Z' + age as moment from numbered) as n where n.template = o.template and n.key = o.key`)
    await registry.sql(`update registry_change as c set uuid = o.uuid, changed_at = o.created_at from registry_object as o
      where o.template = c.template and o.key = c.key`)
  })
  afterAll(() => registry?.close())

  test.each(names)('%s makes this SQL and gives this JSON', async (name) => {
    const path = (ending: string) => join(folder, `${name}.${ending}`)
    const variables = existsSync(path('variables.json')) ? JSON.parse(readFileSync(path('variables.json'), 'utf8')) : {}
    const operation = readFileSync(path('graphql'), 'utf8')
    let answer: GraphqlAnswer = {}
    const statements = await recordStatements(async () => {
      answer = await registry.query(operation, variables)
    })
    expect(answer.errors).toBeUndefined()
    const sql = `${statements.map(printSql).sort().join('\n\n')}\n`
    const json = `${JSON.stringify(answer, null, 2)}\n`
    // The first one went through graphql-js; reads that are known go another way.
    expect(await registry.query(operation, variables)).toEqual(answer)
    if (isUpdate) {
      writeFileSync(path('sql'), sql)
      writeFileSync(path('json'), json)
    }
    expect(sql).toBe(readFileSync(path('sql'), 'utf8'))
    expect(json).toBe(readFileSync(path('json'), 'utf8'))
  })
})
