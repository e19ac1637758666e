import { expect, test } from 'vitest'
import { listGeneratedTypes, rootFieldNamesOf } from '../../src/template/graphql-names.ts'
import { pascalCase } from '../../src/template/letter-case.ts'
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
    'VmImageLatestWhere',
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
    'VmImageMatrixRow',
    'VmImageMatrixNotPassed',
    'VmImageMatrixMissing',
    'UpsertVmImagePayload',
    'UpsertVmImagesPayload',
    'UpsertVmImageResult',
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
    query: { one: 'vmImage', many: 'vmImages', matrix: 'vmImageMatrix' },
    mutation: {
      upsertOne: 'upsertVmImage',
      upsertMany: 'upsertVmImages',
      deleteOne: 'deleteVmImage',
      deleteMany: 'deleteVmImages',
    },
  })
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
