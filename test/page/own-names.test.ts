import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RegistryTemplatesQuery } from '../../src/client/generated/graphql.ts'
import { type Condition, operators, parseConditions, printCondition } from '../../src/client/views/condition.ts'
import {
  type DescribedTemplate,
  findTemplate,
  templatesDocument,
  toTemplates,
} from '../../src/client/views/described-template.ts'
import { type ListAnswer, listParameters, parseListView, planList } from '../../src/client/views/list-view.ts'
import {
  type MatrixAnswer,
  matrixParameters,
  parseMatrixView,
  planCell,
  planMatrix,
} from '../../src/client/views/matrix-view.ts'
import { planObject } from '../../src/client/views/object-view.ts'
import { keyOf, printKey, printValue, type SelectedObject } from '../../src/client/views/selection.ts'
import { commandOfList, commandOfMatrix } from '../../src/page/command.ts'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const device = `
name: device
key: [host-name, kind]
passed: { run.state: { equals: is-up } }
fields:
  host-name: string
  kind: { type: enum, values: [switch-l2, '2'] }
  run.state: { type: enum, values: [is-up, 'true', __x] }
  tags: { type: [enum], values: [a-b, c-d] }
  run: { type: object, fields: { state: int, inner-part: { type: object, fields: { part/no: { type: enum, values: [p-1] } } } } }
  columns.x: string
  in-rack: { type: reference, to: rack }
  near: { type: reference, to: device, reverse: nearby }
`
const rack = 'name: rack\nkey: [site/code]\nfields: { site/code: string, row-no: { type: enum, values: [r-1, r-2] } }'

let registry: TestRegistry
let program: RegistryProgram
let templates: readonly DescribedTemplate[]
beforeAll(async () => {
  registry = await startRegistry([device, rack])
  program = await createRegistryProgram(registry.url)
  await registry.data(`mutation {
    upsertRacks(input: [{ site_code: "n", row_no: r_1 }, { site_code: "s", row_no: r_2 }]) { created }
    upsertDevices(input: [
      { host_name: "a", kind: switch_l2, run_state: is_up, tags: [a_b], run: { state: 1, inner_part: { part_no: p_1 } }, columns_x: "y", in_rack: "n" }
      { host_name: "b", kind: _2, run_state: true_, tags: [a_b, c_d], in_rack: "s", near: { host_name: "a", kind: switch_l2 } }
      { host_name: "c", kind: _2, run_state: _x }]) { created } }`)
  templates = toTemplates((await registry.data(templatesDocument)) as RegistryTemplatesQuery)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const template = (name: string) => findTemplate(templates, name)

test.each([
  ['run.state=is-up', ['a']],
  ['run.state=true', ['b']],
  ['run.state!=__x', ['a', 'b']],
  ['run.state~=is', undefined],
  ['tags=c-d', ['b']],
  ['run.inner-part.part/no=p-1', ['a']],
  ['run:={"state":1,"inner-part":{"part/no":"p-1"}}', ['a']],
  ['in-rack.row-no=r-2', ['b']],
  ['in-rack=n', ['a']],
  ['near:={"host-name":"a","kind":"switch-l2"}', ['b']],
  ['columns.x=y', ['a']],
  ['kind=2&order=-host-name', ['c', 'b']],
  ['order=-run.state', ['c', 'b', 'a']],
  ['order=near', ['b', 'a', 'c']],
] as const)('a list filters and orders by them, as its command does: %s', async (search, names) => {
  const view = parseListView(template('device'), new URLSearchParams(search))
  if (!names) return expect(() => planList(view, templates)).toThrow('only texts')
  const { query, variables } = planList(view, templates)
  const { page } = (await registry.data(query, variables)) as ListAnswer
  expect(page.nodes.map((node) => node['host_name'])).toEqual(names)
  const { stdout, stderr } = await program.shell(`${commandOfList(view, templates)} -o json --fields host-name`)
  expect({ stderr, names: JSON.parse(stdout).map((one: Record<string, string>) => one['host-name']) }).toEqual({
    stderr: '',
    names,
  })
})

test('a matrix has them as rows, and opens its cells', async () => {
  const search = 'rows=run.state&columns=in-rack&rowIn=true,is-up&columns.row-no=r-2&kind=2&.columns.x:=null'
  const view = parseMatrixView(template('device'), new URLSearchParams(search), templates)
  expect(view.conditions.map(({ path }) => path)).toEqual(['kind', 'columns.x'])
  const { query, variables } = planMatrix(view, templates)
  const { matrix } = (await registry.data(query, variables)) as MatrixAnswer
  expect(matrix.rows).toEqual([
    { row: 'true', verdicts: 'F' },
    { row: 'is-up', verdicts: 'M' },
  ])
  const [column] = matrix.columns as readonly SelectedObject[]
  const cell = { row: JSON.stringify('true'), column: column?._meta.uuid ?? '' }
  const operation = planCell({ ...view, cell }, templates)
  const { page } = await registry.data(operation?.query ?? '', operation?.variables)
  expect(page.nodes).toMatchObject([{ host_name: 'b' }])
  const { stdout, stderr } = await program.shell(commandOfMatrix(view, templates))
  expect({ stderr, stdout }).toEqual({ stderr: '', stdout: expect.stringMatching(/true +F/) })
})

test('an object shows its own names and texts', async () => {
  const { devices } = await registry.data('{ devices(host_name: "a") { nodes { _meta { uuid } } } }')
  const { query, variables } = planObject(devices.nodes[0]._meta.uuid, template('device'), templates)
  const { object, from0 } = await registry.data(query, variables)
  const printed = template('device').fields.map((field) => [
    field.name,
    printValue(object[field.graphqlName], field, templates),
  ])
  expect(Object.fromEntries(printed)).toEqual({
    ...{
      'host-name': 'a',
      kind: 'switch-l2',
      'run.state': 'is-up',
      tags: 'a-b',
      'columns.x': 'y',
      'in-rack': 'n',
      near: '',
    },
    run: '{"state":1,"inner-part":{"part/no":"p-1"}}',
  })
  expect(printKey(object, template('device'), templates)).toBe('a · switch-l2')
  expect(keyOf(object, template('device'), templates)).toEqual({ 'host-name': 'a', kind: 'switch-l2' })
  expect(printKey(from0.nodes[0], template('device'), templates)).toBe('b · 2')
})

test.each([['a:b'], ['a/b.c'], ['columns.x'], ['first'], ['first.x'], ['a-b']])(
  'an address has the condition on %s',
  (path) => {
    for (const own of [listParameters, matrixParameters])
      for (const operator of Object.keys(operators) as Condition['operator'][]) {
        const condition: Condition = { path, operator, value: 'v:=w' }
        expect(parseConditions([printCondition(condition, own)], own)).toEqual([condition])
      }
  },
)
