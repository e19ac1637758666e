import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RegistryTemplatesQuery } from '../../src/client/generated/graphql.ts'
import {
  type DescribedTemplate,
  findTemplate,
  templatesDocument,
  toTemplates,
} from '../../src/client/views/described-template.ts'
import { type ListAnswer, parseListView, planList } from '../../src/client/views/list-view.ts'
import { type MatrixAnswer, parseMatrixView, planCell, planMatrix } from '../../src/client/views/matrix-view.ts'
import { listAdditional, planObject } from '../../src/client/views/object-view.ts'
import { planOverview } from '../../src/client/views/overview.ts'
import { keyOf, printKey } from '../../src/client/views/selection.ts'
import { commandOfList, commandOfMatrix, commandOfObject } from '../../src/page/command.ts'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

/** A template with all that a list can show and filter by. */
const machine = `
name: machine
key: [name]
fields:
  name: string
  label: string
  size: int
  weight: float
  serial: bigint
  kernel: version
  flag: boolean
  built: datetime
  day: date
  took: duration
  state: { type: enum, values: [up, down] }
  tags: [string]
  extra: json
  spec: { type: object, fields: { cpu: int, disk: { type: object, fields: { kind: string } } } }
  rack: { type: reference, to: rack }
  peers: { type: [reference], to: machine, reverse: peerOf }
`
const rack = 'name: rack\nkey: [site, place]\nfields: { site: { type: reference, to: site }, place: int, size: int }'
/** Two references to different templates, so that the type of the columns depends on the choice. */
const check = `
name: vm_check
plural: vmChecks
key: [name, host, rack]
passed: { ok: { equals: true } }
additionalFields: true
fields:
  name: string
  host: { type: reference, to: machine }
  rack: { type: reference, to: rack }
  ok: boolean
`
const site = 'name: site\nkey: [name]\nfields: { name: string, land: string }'

let registry: TestRegistry
let program: RegistryProgram
let templates: readonly DescribedTemplate[]
beforeAll(async () => {
  registry = await startRegistry([machine, rack, site, check])
  program = await createRegistryProgram(registry.url)
  await registry.data(`mutation {
    upsertSites(input: [{ name: "north", land: "a b" }, { name: "it's \\"south\\"" }]) { created }
    upsertRacks(input: [{ site: "north", place: 1, size: 10 }, { site: "it's \\"south\\"", place: 2 }]) { created }
    upsertMachines(input: [
      { name: "a", label: "plain", size: 1, weight: 1.5, serial: "9007199254740993", kernel: "5.4.0-73", flag: true, built: "2026-01-01T00:00:00Z", day: "2026-01-01", took: "90m", state: up, tags: ["x", "y"], extra: { a: [1] }, spec: { cpu: 4, disk: { kind: "ssd" } }, rack: { site: "north", place: 1 } }
      { name: "b", label: "it's \\"quoted\\" and *starred*", size: 2, kernel: "5.15.0-2", flag: false, built: "2026-06-01T00:00:00Z", state: down, tags: [], spec: { cpu: 8 }, rack: { site: "it's \\"south\\"", place: 2 }, peers: ["a"] }
      { name: "c", label: "100% (sure)", size: 3, weight: -2, day: "2025-12-31", took: "2h", tags: ["y"], peers: ["a", "b"] }
      { name: "d" }
    ]) { created }
    upsertVmChecks(input: [
      { name: "ping", host: "a", rack: { site: "north", place: 1 }, ok: true, _additional: { tried: 2, byHand: "yes" } }
      { name: "ping", host: "b", rack: { site: "north", place: 1 }, ok: false }
    ]) { created }
  }`)
  templates = toTemplates((await registry.data(templatesDocument)) as RegistryTemplatesQuery)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const template = (name: string) => findTemplate(templates, name)

async function readList(
  name: string,
  search: string,
): Promise<{ readonly command: string; readonly names: readonly string[] }> {
  const view = parseListView(template(name), new URLSearchParams(search))
  const { query, variables } = planList(view, templates)
  const { page } = (await registry.data(query, variables)) as ListAnswer
  return {
    command: commandOfList(view, templates),
    names: page.nodes.map((node) => printKey(node, template(name), templates)),
  }
}

test.each([
  ['', ['a', 'b', 'c', 'd']],
  ['name=a', ['a']],
  ['name!=a', ['b', 'c', 'd']],
  [`label=${encodeURIComponent(`it's "quoted" and *starred*`)}`, ['b']],
  [`label!=${encodeURIComponent(`it's "quoted" and *starred*`)}`, ['a', 'c', 'd']],
  ['label~=100%25 (*', ['c']],
  ['label~=*plain*', ['a']],
  ['label!~=p*', ['b', 'c', 'd']],
  ['label:=null', ['d']],
  ['label!:=null', ['a', 'b', 'c']],
  ['size>=2&size<=2', ['b']],
  ['size=1&size>=0', ['a']],
  ['weight=-2', ['c']],
  ['weight=1.5', ['a']],
  ['serial=9007199254740993', ['a']],
  ['serial=9007199254740992', []],
  ['kernel>=5.10', ['b']],
  ['kernel~=*-73', ['a']],
  ['flag=true', ['a']],
  ['flag!=true', ['b', 'c', 'd']],
  ['built>=2026-03-01', ['b']],
  ['day<=2025-12-31', ['c']],
  ['took>=1h45m', ['c']],
  ['took=PT1H30M', ['a']],
  ['state=down', ['b']],
  ['tags=y', ['a', 'c']],
  ['tags!=y', ['b', 'd']],
  ['tags:=null', ['d']],
  ['spec.cpu>=5', ['b']],
  ['spec.disk.kind=ssd', ['a']],
  ['spec.disk.kind:=null', ['b', 'c', 'd']],
  ['rack.place=1', ['a']],
  ['rack.size!:=null', ['a']],
  [`rack.site.name=${encodeURIComponent(`it's "south"`)}`, ['b']],
  ['rack.site.land=a b', ['a']],
  ['rack:=null', ['c', 'd']],
  [`rack:=${encodeURIComponent('{"site":"north","place":1}')}`, ['a']],
  ['_meta.version=1&_meta.createTime>=2026-01-01&name~=*', ['a', 'b', 'c', 'd']],
  ['.label~=p*', ['a']],
  ['order=-name', ['d', 'c', 'b', 'a']],
  ['order=-kernel,-name', ['d', 'c', 'b', 'a']],
  ['order=rack,-name', ['b', 'a', 'd', 'c']],
])('the list of machines with "%s", and the command that it shows, have the same objects', async (search, names) => {
  const list = await readList('machine', search)
  expect(list.names).toEqual(names)
  const { code, stdout, stderr } = await program.shell(list.command)
  expect([list.command, code, stderr]).toEqual([list.command, 0, ''])
  expect((JSON.parse(stdout) as { name: string }[]).map(({ name }) => name)).toEqual(names)
})

test('a list of references is found by a member', async () => {
  expect((await readList('machine', 'peers=a')).names).toEqual(['b', 'c'])
  expect((await readList('machine', 'peers!=b')).names).toEqual(['a', 'b', 'd'])
  expect((await readList('machine', 'peers:=null')).names).toEqual(['a', 'd'])
})

test('an object shows what it refers to, what refers to it, and the command that prints it', async () => {
  const { page } = await registry.data('{ page: racks(where: { place: { equals: 2 } }) { nodes { _meta { uuid } } } }')
  const { uuid } = page.nodes[0]._meta
  const { query, variables } = planObject(uuid, template('rack'), templates)
  const { object, from0 } = await registry.data(query, variables)
  expect([printKey(object, template('rack'), templates), object.site.name]).toEqual([
    `it's "south" · 2`,
    `it's "south"`,
  ])
  expect([from0.totalCount, from0.nodes[0].name]).toEqual([1, 'b'])
  expect(keyOf(object, template('rack'), templates)).toEqual({ site: `it's "south"`, place: 2 })
  const command = commandOfObject(template('rack'), [
    ['site', `it's "south"`],
    ['place', '2'],
  ])
  const { stdout, stderr } = await program.shell(command)
  expect([stderr, (JSON.parse(stdout) as { _meta: { uuid: string } }[])[0]?._meta.uuid]).toEqual(['', uuid])
})

test('the overview knows the last write of every template', async () => {
  const { query, variables } = planOverview(templates)
  const answer = await registry.data(query, variables)
  expect(answer.templates.map(({ name, count }: { name: string; count: number }) => [name, count])).toEqual([
    ['machine', 4],
    ['rack', 2],
    ['site', 2],
    ['vm_check', 2],
  ])
  expect([answer.last0, answer.last1, answer.last2, answer.last3].map(({ nodes }) => nodes.length)).toEqual([
    1, 1, 1, 1,
  ])
})

test.each([
  'rows=label',
  'rows=state&columns=rack',
  'rows=name&columns=rack&label~=*a*',
  'rows=size&columns.site.land=a b',
  'rows=name&rowIn=a,z&columns.place>=2',
  'rows=kernel&rack.place=2',
])('the matrix with "%s", and the command that it shows, have the same cells', async (search) => {
  const view = parseMatrixView(template('machine'), new URLSearchParams(search), templates)
  const { query, variables } = planMatrix(view, templates)
  const { matrix } = (await registry.data(query, variables)) as MatrixAnswer
  const letters = matrix.rows.map(({ verdicts }) => verdicts).join('')
  expect([...letters].length).toBe(matrix.rows.length * matrix.columns.length)
  const command = commandOfMatrix(view, templates)
  const { code, stdout, stderr } = await program.shell(command.replace(/ -o table$/, ''))
  expect([command, stderr, code]).toEqual([command, '', letters.includes('M') ? 3 : 0])
  const cells = JSON.parse(stdout) as { row: unknown; state: string }[]
  expect(cells.map(({ state }) => (state === 'PRESENT' ? '+' : 'M')).join('')).toBe(letters)
  expect(new Set(cells.map(({ row }) => JSON.stringify(row))).size).toBe(matrix.rows.length)
})

test.each([
  'rows=label',
  'rows=size&label~=*a*',
  'rows=weight',
  'rows=serial',
  'rows=kernel',
  'rows=flag',
  'rows=built',
  'rows=day',
  'rows=took',
  'rows=state',
])('each cell of the matrix with "%s" opens the objects that make its letter', async (search) => {
  const parameters = new URLSearchParams(search)
  const { query, variables } = planMatrix(parseMatrixView(template('machine'), parameters, templates), templates)
  const { matrix } = (await registry.data(query, variables)) as MatrixAnswer
  expect(matrix.rows.length).toBeGreaterThan(0)
  for (const { row, verdicts } of matrix.rows) {
    for (const [i, column] of matrix.columns.entries()) {
      const cell = new URLSearchParams({ row: JSON.stringify(row), column: column._meta.uuid })
      const view = parseMatrixView(template('machine'), new URLSearchParams(`${parameters}&${cell}`), templates)
      const operation = planCell(view, templates)
      const { page } = await registry.data(operation?.query ?? '', operation?.variables)
      expect([row, verdicts[i]]).toEqual([row, page.totalCount > 0 ? '+' : 'M'])
    }
  }
})

test.each([
  ['rows=name&columns=host', ['PFMM']],
  ['rows=name&columns=rack', ['FM']],
  ['rows=rack&columns=host&columns.name~=a*', ['P', 'M']],
  ['rows=host&columns=rack&columns.place=1', ['P', 'F', 'M', 'M']],
  ['rows=name&columns=host&columns.size>=2&ok=false', ['FM']],
])('where references lead to several templates, the matrix with "%s" has the cells %j', async (search, letters) => {
  const view = parseMatrixView(template('vm_check'), new URLSearchParams(search), templates)
  const { query, variables } = planMatrix(view, templates)
  const { matrix } = (await registry.data(query, variables)) as MatrixAnswer
  expect(matrix.rows.map(({ verdicts }) => verdicts)).toEqual(letters)
  expect(matrix.columns.map((column) => printKey(column, view.target, templates))).not.toContain('')
  const first = matrix.rows[0]
  const cell = { row: JSON.stringify(first?.row), column: matrix.columns[0]?._meta.uuid ?? '' }
  const operation = planCell({ ...view, cell }, templates)
  const { page } = await registry.data(operation?.query ?? '', operation?.variables)
  expect(page.totalCount > 0).toBe(letters[0]?.[0] !== 'M')
})

test('attributes that are no fields are shown with the object', async () => {
  const { page } = await registry.data('{ page: vmChecks(host: "a") { nodes { _meta { uuid } } } }')
  const { query, variables } = planObject(page.nodes[0]._meta.uuid, template('vm_check'), templates)
  const { object } = await registry.data(query, variables)
  expect(Object.fromEntries(listAdditional(object, template('vm_check')))).toEqual({ byHand: 'yes', tried: 2 })
})
