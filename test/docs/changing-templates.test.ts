import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { printPlan } from '../../src/template/changes/print-plan.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { listBlocks } from './list-blocks.ts'

const text = readFileSync('docs/templates.md', 'utf8')
const section = text.slice(text.indexOf('## Changing a template'), text.indexOf('### Several servers'))
const blocks = listBlocks(section)
const [, before, ...others] = blocks
const changes = others.flatMap((block, i) => (i % 2 === 0 ? [{ after: block, plan: others[i + 1] }] : []))

let database: TestDatabase
let registry: TestRegistry
beforeAll(async () => {
  database = await createTestDatabase()
  registry = await startRegistry([before?.text ?? ''], { databaseUrl: database.url })
  await registry.data('mutation { upsertServer(input: {name: "a", size: "4"}) { outcome } }')
  await registry.data(`mutation { upsertServers(input: [
    {name: "a", size: "5", mail: "x@example.org"}, {name: "b", size: "large"}, {name: "c", mail: "x@example.org"}]) { created } }`)
})
afterAll(async () => {
  await registry?.close()
  await database?.drop()
})

const query = `query ($files: [TemplateFile!]!) { templatePlan(files: $files) {
  entries { template path change effect objects samples needsConsent file line } } }`

test('docs/templates.md shows a change for each effect', () => {
  expect(changes.flatMap(({ plan }) => plan?.text.split(/:(?:\d+:)? /)[1]?.split(' ')[0])).toEqual(
    'SAFE FILLS RENAMES VIOLATES CONVERTS REKEYS ORPHANS REMOVES CONFLICTS'.split(' '),
  )
})

describe('the plan that docs/templates.md shows for', () => {
  test.each(changes.map(({ after, plan }) => [plan?.text ?? '', after.text]))('%s', async (shown, after) => {
    const files = [{ name: 'object-templates/server.yaml', text: after }]
    const { entries } = (await registry.data(query, { files })).templatePlan
    const placed = entries.map(({ file, line, ...entry }: { file: string | null; line: number }) => ({
      ...entry,
      ...(file !== null && { place: { file, line } }),
    }))
    expect(printPlan({ digest: '', entries: placed })).toBe(shown)
  })
})

test('the start that needs consent prints what docs/templates.md shows', async () => {
  const [shown] = blocks
  const start = startRegistry([`${before?.text}\n  owner: string!`], { databaseUrl: database.url })
  const message = await start.catch((error: Error) => error.message)
  const withoutPlace = shown?.text.replace(/^\S+:\d+: /, '').replace(/ACCEPT_TEMPLATES=\w+/, 'ACCEPT_TEMPLATES=…')
  expect(String(message).replace(/ACCEPT_TEMPLATES=\w+/, 'ACCEPT_TEMPLATES=…')).toContain(withoutPlace)
})
