import { expect, test } from 'vitest'
import { useRegistries } from '../changes/use-registries.ts'
import { createRandom, type Random } from '../support/any-operations.ts'
import { databaseTime } from '../support/database-time.ts'
import { openRanges } from '../support/open-ranges.ts'
import { runs, seed } from '../support/property-runs.ts'
import type { TestRegistry } from '../support/registry.ts'

const { start } = useRegistries()

const image = (key: string, others: string) =>
  `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 }, tags: [string]${others} } }`
const role = (others: string) =>
  `{ name: role, key: [name, image], fields: { name: string, image: { type: reference, to: image, onDelete: cascade }, needs: { type: [reference], to: image, reverse: needed_by, onDelete: unset }${others} } }`
const before = [image('[name]', ', size: string, note: string, old: int'), role(', passed: boolean')]
/** Other keys, also by way of a reference; a field with another name, one that is gone, and one of another type. */
const after = [
  image('[arch, name]', ', size: int, remark: { type: string, renamedFrom: note }'),
  role(', passed: { type: enum, values: [ok, failed], convert: { true: ok, false: failed } }'),
]
const later = [
  image('[name, arch]', ', size: int, remark: string, more: { type: int, required: true, default: 1 }'),
  ...after.slice(1),
]

const names = ['a', 'b', 'c', 'd']

/** Writes that succeed or are refused: what is there afterwards is asked, not computed. */
async function change(registry: TestRegistry, random: Random): Promise<void> {
  const name = () => JSON.stringify(random.pick(names))
  const arch = () => (random.pick([true, false]) ? `, arch: "${random.pick(['x86', 'arm'])}"` : '')
  const version = () => random.pick([1, 2, 3, 4])
  const write = random.pick([
    () =>
      `upsertImage(input: { name: ${name()}${arch()}, size: "${random.pick(['1', '2', '30'])}", old: 1 }) { outcome }`,
    () => `upsertImage(input: { name: ${name()}${arch()}, note: ${name()}, tags: [${name()}] }) { outcome }`,
    () =>
      `upsertRole(input: { name: ${name()}, image: ${name()}, needs: [${name()}, ${name()}], passed: ${random.pick(['true', 'false', 'null'])} }) { outcome }`,
    () => `deleteImage(name: ${name()}) { name }`,
    () => `deleteRole(name: ${name()}, image: ${name()}) { name }`,
    () => `restoreImage(name: ${name()}, version: ${version()}) { outcome }`,
    () => `restoreRole(name: ${name()}, image: ${name()}, version: ${version()}) { outcome }`,
  ])
  await registry.query(`mutation { ${write()} }`)
}

const byName = 'orderBy: [{ name: asc }]'
/** The same questions to templates of before and of after. */
const questions = (remark: string) => [
  `images(AT, ${byName}) { nodes { name arch size tags ${remark} _meta { version uuid } roles(orderBy: [{ name: asc }]) { nodes { name passed } } needed_by { totalCount } } }`,
  `roles(AT, orderBy: [{ name: asc }, { image: { name: asc } }]) { nodes { name passed image { name size } needs { name ${remark} } _meta { version } } }`,
  `roles(AT, where: { image: { arch: { equals: "arm" } }, needs: { some: { name: { in: ["a", "b"] } } } }) { totalCount }`,
  `images(AT, where: { roles: { some: { name: { equals: "a" } } } }) { totalCount }`,
]

/** The answers, as of a time if there is one, in a form that does not depend on the templates. */
async function ask(registry: TestRegistry, remark: string, at?: string): Promise<string> {
  const fields = questions(remark).map((question, i) => {
    const argument = at === undefined ? '' : `at: "${at}", `
    return `q${i}: ${question.replace('AT, ', argument)}`
  })
  const answer = JSON.stringify(await registry.data(`{ ${fields.join(' ')} }`))
  return answer
    .replaceAll(/"size":"(\d+)"/g, '"size":$1')
    .replaceAll('"note":', '"remark":')
    .replaceAll('"passed":true', '"passed":"ok"')
    .replaceAll('"passed":false', '"passed":"failed"')
}

test('whatever was written, deleted and restored: when fields and keys have changed since, each time gives the answer that was given then', async () => {
  const random = createRandom(seed)
  const first = await start(before)
  const asked: { readonly at: string; readonly answer: string }[] = []
  for (let round = 0; round < runs(20).numRuns; round++) {
    for (let i = 0; i < 3; i++) await change(first, random)
    asked.push({ at: await databaseTime(first), answer: await ask(first, 'note') })
  }
  expect(new Set(asked.map(({ answer }) => answer)).size).toBeGreaterThan(asked.length / 2)
  for (const templates of [after, later]) {
    const next = await start(templates)
    while ((await next.sql('select from registry_work where finished_at is null')).length > 0);
    for (const { at, answer } of asked) expect(await ask(next, 'remark', at)).toBe(answer)
    expect(await openRanges(next)).toEqual([])
    await next.data(
      'mutation { upsertImages(input: [{ name: "a", arch: "x86", size: 7 }, { name: "e", arch: "arm" }]) { created } }',
    )
    asked.push({ at: await databaseTime(next), answer: await ask(next, 'remark') })
  }
})
