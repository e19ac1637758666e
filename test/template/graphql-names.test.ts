import { expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import {
  builtInTypeNames,
  listGeneratedTypes,
  rootFieldNamesOf,
  youngTypeNamesOf,
} from '../../src/template/graphql-names.ts'
import { pascalCase } from '../../src/template/letter-case.ts'
import { machineTemplate } from '../support/machine-template.ts'
import { parseTexts } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'
import { templateOf } from './issues-of.ts'

test('a template generates these GraphQL names', () => {
  const template = templateOf(
    'name: vm_image\nkey: [name]\nfields:\n  name: string\n  os_kind: { type: [enum], values: [a] }\n  disk: { type: object, fields: { kind: { type: enum, values: [b] }, size: int } }\n',
  )
  expect(listGeneratedTypes(template).map(({ name, field }) => [name, ...field].join(' '))).toEqual([
    'VmImage',
    'VmImageConnection',
    'VmImageEdge',
    'VmImageInput',
    'VmImageKey',
    'VmImageWhere',
    'VmImageListWhere',
    'VmImageOrderBy',
    'VmImageField',
    'VmImageGroup',
    'VmImageGroupKey',
    'VmImageGroupBy',
    'VmImageAggregate',
    'VmImageMin',
    'VmImageMax',
    'VmImageAvg',
    'VmImageSum',
    'VmImageMatrix',
    'VmImageMatrixRows',
    'VmImageMatrixColumns',
    'VmImageMatrixColumnWhere',
    'VmImageMatrixCell',
    'VmImageMatrixMissing',
    'UpsertVmImagePayload',
    'UpsertVmImagesPayload',
    'UpsertVmImageResult',
    'VmImageLatestWhere',
    'VmImageMatrixRow',
    'VmImageMatrixNotPassed',
    'VmImageAwaitedMatrix',
    'VmImageListOrderBy',
    'VmImageDistinctCount',
    'VmImageHaving',
    'VmImageHavingRange',
    'VmImageHavingAvg',
    'VmImageHavingSum',
    'VmImageHavingDistinctCount',
    'VmImageHavingMatching',
    'VmImageHavingPercentile',
    'VmImageGroupOrderBy',
    'VmImageGroupOrderByRange',
    'VmImageGroupOrderByTotal',
    'VmImageGroupOrderByDistinctCount',
    'VmImageGroupOrderByMatching',
    'VmImageGroupOrderByPercentile',
    'VmImageOsKind os_kind',
    'VmImageOsKindFilter os_kind',
    'VmImageOsKindListFilter os_kind',
    'VmImageDisk disk',
    'VmImageDiskFilter disk',
    'VmImageDiskInput disk',
    'VmImageDiskKind disk kind',
    'VmImageDiskKindFilter disk kind',
  ])
  expect(rootFieldNamesOf(template)).toEqual({
    query: {
      one: 'vmImage',
      many: 'vmImages',
      matrix: 'vmImageMatrix',
      history: 'vmImageHistory',
      diffMany: 'vmImagesDiff',
      awaitMany: 'awaitVmImages',
      awaitMatrix: 'awaitVmImageMatrix',
    },
    mutation: {
      upsertOne: 'upsertVmImage',
      upsertMany: 'upsertVmImages',
      deleteOne: 'deleteVmImage',
      deleteMany: 'deleteVmImages',
      restoreOne: 'restoreVmImage',
      purge: 'purgeVmImage',
    },
    subscription: { changedMany: 'vmImagesChanged' },
  })
})

test('types that are younger give way to the types of a field', () => {
  const template = templateOf(
    'name: role\nkey: [name]\nfields:\n  name: string\n  having: { type: enum, values: [a] }\n  matrix_row: { type: enum, values: [a] }\n  latest: { type: object, fields: { where: { type: enum, values: [a] } } }\n  distinct_count: { type: object, fields: { a: int } }\n',
  )
  const { having, distinctCount, havingRange, matrixRow, latestWhere } = youngTypeNamesOf(template)
  expect({ having, distinctCount, havingRange, matrixRow, latestWhere }).toEqual({
    having: 'RegistryRoleHaving',
    distinctCount: 'RegistryRoleDistinctCount',
    havingRange: 'RoleHavingRange',
    matrixRow: 'RegistryRoleMatrixRow',
    latestWhere: 'RegistryRoleLatestWhere',
  })
})

test("every type that is not a template's own is reserved, or gives way", () => {
  const model = parseTexts([...richTemplates, machineTemplate])
  const own = new Set(model.templates.flatMap((template) => listGeneratedTypes(template).map(({ name }) => name)))
  const others = Object.keys(buildSchema(model).getTypeMap()).filter(
    (name) => !name.startsWith('__') && !own.has(name) && !builtInTypeNames.has(name),
  )
  expect(others.length).toBeGreaterThan(5)
  // Of these, the templates themselves are refused: they would give the same root field.
  const histories = model.templates.map(({ typeName }) => `${typeName}History`)
  for (const name of others.filter((one) => !histories.includes(one))) {
    // A template of that name, in words: `template_plan` gives TemplatePlan.
    const words = name.replace(/(?!^)[A-Z]/g, '_$&').toLowerCase()
    const taking = parseTexts([
      ...richTemplates,
      machineTemplate,
      `name: ${words}\nplural: ${words}_list\nkey: [name]\nfields: { name: string }\n`,
    ])
    expect(() => buildSchema(taking), name).not.toThrow()
  }
})

test('Pascal case begins each word with a capital and keeps the others', () => {
  expect(['vm_image', 'vmImage', 'first_name', 'a__b_', 'FOO_bar', '2x'].map(pascalCase)).toEqual([
    'VmImage',
    'VmImage',
    'FirstName',
    'AB',
    'FOOBar',
    '2x',
  ])
})
