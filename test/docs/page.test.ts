import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { RegistryTemplatesQuery } from '../../src/client/generated/graphql.ts'
import {
  type DescribedTemplate,
  findTemplate,
  templatesDocument,
  toTemplates,
} from '../../src/client/views/described-template.ts'
import { parseListView, planList } from '../../src/client/views/list-view.ts'
import { parseMatrixView, planCounts, planMatrix } from '../../src/client/views/matrix-view.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const text = readFileSync('docs/page.md', 'utf8')

let registry: TestRegistry
let templates: readonly DescribedTemplate[]
beforeAll(async () => {
  registry = await startRegistry()
  templates = toTemplates((await registry.data(templatesDocument)) as RegistryTemplatesQuery)
})
afterAll(() => registry.close())

function plan(address: string) {
  const [path = '', search] = address.split('?')
  const [, kind, name = ''] = path.split('/')
  const template = findTemplate(templates, name.replace('.svg', ''))
  const parameters = new URLSearchParams(search)
  if (kind === 'list') return planList(parseListView(template, parameters), templates)
  const view = parseMatrixView(template, parameters, templates)
  return kind === 'badge' ? planCounts(view, templates) : planMatrix(view, templates)
}

test('every address that docs/page.md names is answered', async () => {
  const addresses = [...text.matchAll(/(?<=[`g])\/(?:list|matrix|badge)\/[^`)…]+/g)].map(([address]) => address)
  expect(addresses.length).toBeGreaterThanOrEqual(6)
  for (const address of addresses) {
    const { query, variables } = plan(address)
    expect([address, (await registry.query(query, variables)).errors]).toEqual([address, undefined])
  }
})

test('every parameter in its tables is one of a view', async () => {
  const [matrix = '', list = '', filters = ''] = ['## Matrix', '## Lists', '## Filters'].map(
    (head) => text.split(head)[1]?.split('\n## ')[0],
  )
  const listParameters = (section: string) =>
    [...section.matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell = '']) =>
      [...cell.matchAll(/`([^`]+)`/g)].map(([, parameter = '']) => parameter),
    )
  for (const parameter of listParameters(matrix))
    expect(() => plan(`/matrix/role?${parameter}`), parameter).not.toThrow()
  for (const parameter of listParameters(list).filter((one) => !one.includes('…')))
    expect(() => plan(`/list/role?${parameter}`), parameter).not.toThrow()
  const known = listParameters(filters).filter((one) => /^(distr|version|kernel)/.test(one))
  expect(known).toHaveLength(6)
  for (const parameter of known) {
    const { query, variables } = plan(`/list/image?${parameter}`)
    expect([parameter, (await registry.query(query, variables)).errors]).toEqual([parameter, undefined])
  }
})

test('every picture of the documents is there', () => {
  for (const document of ['README.md', 'docs/page.md']) {
    const pictures = [...readFileSync(document, 'utf8').matchAll(/!\[[^\]]+\]\(([^)]+\.(?:png|svg))\)/g)].map(
      ([, path = '']) => path,
    )
    const folder = document.startsWith('docs/') ? 'docs/' : ''
    expect(pictures.filter((path) => !path.startsWith('http') && !existsSync(`${folder}${path}`))).toEqual([])
  }
})
