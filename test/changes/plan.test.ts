import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { cases } from './plan-cases.ts'

/** All cases live in one registry: each has its own template, `host0`, `host1`, …, beside the templates that references lead to. */
const targets = [
  '{ name: image, key: [name], fields: { name: string, arch: string } }',
  '{ name: disk, key: [name], fields: { name: string } }',
]
const textOf = (text: string, i: number) => text.replaceAll('{ name: host,', `{ name: host${i}, plural: host${i}s,`)

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([...targets, ...cases.map(({ before }, i) => textOf(before, i))])
  await registry.data('mutation { upsertImage(input: {name: "u"}) { outcome } }')
  for (const [i, { objects }] of cases.entries()) {
    const query = `mutation ($input: [Host${i}Input!]!) { upsertHost${i}s(input: $input) { created } }`
    await registry.data(query, { input: objects }, { 'x-registry-actor': 'jenkins' })
  }
})
afterAll(() => registry?.close())

const query = `query ($files: [TemplateFile!]!) { templatePlan(files: $files) { digest
  entries { template path change effect objects samples needsConsent file line } } }`

async function plan(changed: number, after: readonly string[]) {
  const texts = [...targets, ...cases.flatMap(({ before }, i) => (i === changed ? after : [textOf(before, i)]))]
  const files = texts.map((text, i) => ({ name: `file${i}.yaml`, text }))
  return (await registry.data(query, { files })).templatePlan
}

describe('the plan of', () => {
  test.each(cases.map((one, i) => [one.name, i] as const))('%s', async (_, i) => {
    const { after, entries } = cases[i] ?? { after: '', entries: [] }
    const { digest, entries: found } = await plan(i, after === undefined ? [] : [textOf(after, i)])
    const placed = entries.map((entry) => ({
      ...{ template: `host${i}`, path: '', objects: 0, samples: [], needsConsent: false },
      ...(after === undefined ? { file: null, line: null } : { file: `file${targets.length + i}.yaml`, line: 1 }),
      ...entry,
    }))
    expect(found).toEqual(placed)
    const isRefused = entries.some(({ effect }) => effect === 'CONFLICTS')
    expect(digest).toEqual(isRefused ? null : expect.stringMatching(/^[\w.-]+$/))
  })

  test('the same templates has no entry', async () => {
    expect((await plan(-1, [])).entries).toEqual([])
  })
})

test('the digest of a plan depends on its effects, not on counts', async () => {
  const changed = cases.findIndex(({ name }) => name === 'a field that is gone, with values')
  const first = await plan(changed, [textOf(cases[changed]?.after ?? '', changed)])
  await registry.data(`mutation { upsertHost${changed}(input: {name: "more", size: "1"}) { outcome } }`)
  const second = await plan(changed, [textOf(cases[changed]?.after ?? '', changed)])
  expect(second.entries[0].objects).toBe(first.entries[0].objects + 1)
  expect(second.digest).toBe(first.digest)
  await registry.data(`mutation { deleteHost${changed}s(where: {}, all: true) }`)
  const harmless = await plan(changed, [textOf(cases[changed]?.after ?? '', changed)])
  expect(harmless.digest).not.toBe(first.digest)
})
