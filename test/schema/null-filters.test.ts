import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

/** Its fields are called as what else stands in filters. */
const optionTemplate = `name: option
key: [where]
fields:
  where: string
  some: int
  mode: { type: object, fields: { mode: string, count: int } }
  of: { type: reference, to: option, reverse: count }
`

let registry: TestRegistry
beforeAll(async () => {
  const shipped = ['image', 'role'].map((name) => readFileSync(`object-templates/${name}.yaml`, 'utf8'))
  registry = await startRegistry([...shipped, ...richTemplates, optionTemplate])
  await registry.data(
    'mutation { upsertImage(input: {name: "a"}) { outcome } upsertRole(input: {name: "r", image: "a", status: true}) { outcome } }',
  )
})
afterAll(() => registry?.close())
const errorsOf = (query: string, variables?: object) => listErrors(registry, query, variables)

const inField = 'isNull: true on a field finds absent values'
const absent = 'to find absent values, use isNull: true'
const present = 'to find present values, use isNull: false'
const inside = (name: string) => `leave ${name} out, or use isNull: true on a field in it to find absent values`
const none = (name: string) => `leave ${name} out, or use ${name}: {none: {}} to find objects without any; ${inField}`
const boolean = (name: string) => `give true or false, or leave ${name} out; ${inField}`
const left = (name: string) => `leave ${name} out; ${inField}`
const argument = (name: string) => `to find absent values, use where: {${name}: {isNull: true}}`

describe('an explicit null in a filter is refused, saying what to write instead, at', () => {
  test.each([
    ['images(name: null)', 'name', argument('name')],
    ['images(lts: null)', 'lts', argument('lts')],
    ['roles(image: null)', 'image', argument('image')],
    ['items(size: null)', 'size', argument('size')],
    ['items(tags: null)', 'tags', argument('tags')],
    ['items(peers: null)', 'peers', `to find objects without any, use where: {peers: {none: {}}}; ${inField}`],
    ['images(where: null)', 'where', inside('where')],
    ['images(where: {AND: null})', 'where.AND', inside('AND')],
    ['images(where: {OR: null})', 'where.OR', inside('OR')],
    ['images(where: {NOT: null})', 'where.NOT', inside('NOT')],
    ['images(where: {_meta: null})', 'where._meta', inside('_meta')],
    ['images(where: {isNull: null})', 'where.isNull', boolean('isNull')],
    ['images(where: {name: null})', 'where.name', absent],
    ['images(where: {name: {equals: null}})', 'where.name.equals', absent],
    ['images(where: {name: {not: null}})', 'where.name.not', present],
    ['images(where: {name: {in: null}})', 'where.name.in', absent],
    ['images(where: {name: {notIn: null}})', 'where.name.notIn', present],
    ['images(where: {name: {lt: null}})', 'where.name.lt', absent],
    ['images(where: {name: {lte: null}})', 'where.name.lte', absent],
    ['images(where: {name: {gt: null}})', 'where.name.gt', absent],
    ['images(where: {name: {gte: null}})', 'where.name.gte', absent],
    ['images(where: {name: {contains: null}})', 'where.name.contains', absent],
    ['images(where: {name: {startsWith: null}})', 'where.name.startsWith', absent],
    ['images(where: {name: {endsWith: null}})', 'where.name.endsWith', absent],
    ['images(where: {name: {isNull: null}})', 'where.name.isNull', boolean('isNull')],
    ['items(where: {text: {contains: "a", mode: null}})', 'where.text.mode', left('mode')],
    ['images(where: {NOT: {name: null}})', 'where.NOT.0.name', absent],
    [
      'images(where: {AND: [{lts: {equals: true}}, {OR: [{lts: {equals: null}}]}]})',
      'where.AND.1.OR.0.lts.equals',
      absent,
    ],
    ['images(where: {AND: [{OR: null}]})', 'where.AND.0.OR', inside('OR')],
    ['images(where: {_meta: {createdBy: null}})', 'where._meta.createdBy', absent],
    ['images(where: {_meta: {createdBy: {equals: null}}})', 'where._meta.createdBy.equals', absent],
    ['images(where: {_meta: {createdBy: {not: null}}})', 'where._meta.createdBy.not', present],
    ['images(where: {_meta: {version: {in: null}}})', 'where._meta.version.in', absent],
    ['images(where: {_meta: {createdBy: {equals: "a", mode: null}}})', 'where._meta.createdBy.mode', left('mode')],
    ['images(where: {roles: null})', 'where.roles', none('roles')],
    ['images(where: {roles: {some: null}})', 'where.roles.some', inside('some')],
    ['images(where: {roles: {none: null}})', 'where.roles.none', inside('none')],
    ['images(where: {roles: {every: null}})', 'where.roles.every', inside('every')],
    ['images(where: {roles: {none: {commit: {equals: null}}}})', 'where.roles.none.commit.equals', absent],
    ['images(where: {roles: {some: {image: null}}})', 'where.roles.some.image', absent],
    ['images(where: {roles: {count: null}})', 'where.roles.count', left('count')],
    ['images(where: {roles: {count: {gte: null}}})', 'where.roles.count.gte', left('gte')],
    ['images(where: {roles: {count: {not: null}}})', 'where.roles.count.not', left('not')],
    ['images(where: {roles: {count: {in: null}}})', 'where.roles.count.in', left('in')],
    ['images(where: {roles: {count: {gte: 2}, where: null}})', 'where.roles.where', inside('where')],
    ['images(where: {roles: {count: {gte: 2}, where: {name: null}}})', 'where.roles.where.name', absent],
    ['items(where: {peers: null})', 'where.peers', none('peers')],
    ['items(where: {peers: {some: {peers: null}}})', 'where.peers.some.peers', none('peers')],
    ['roles(where: {image: null})', 'where.image', absent],
    ['roles(where: {image: {isNull: null}})', 'where.image.isNull', boolean('isNull')],
    ['roles(where: {image: {AND: null}})', 'where.image.AND', inside('AND')],
    ['roles(where: {image: {roles: null}})', 'where.image.roles', none('roles')],
    ['roles(where: {image: {name: null}})', 'where.image.name', absent],
    ['roles(where: {image: {name: {equals: null}}})', 'where.image.name.equals', absent],
    ['items(where: {count: null})', 'where.count', absent],
    ['items(where: {count: {in: null}})', 'where.count.in', absent],
    ['items(where: {extra: {equals: null}})', 'where.extra.equals', absent],
    ['items(where: {extra: {path: null, equals: 1}})', 'where.extra.path', left('path')],
    ['items(where: {extra: {path: ["a"], has: null}})', 'where.extra.has', absent],
    ['items(where: {extra: {path: ["a"], isNull: null}})', 'where.extra.isNull', boolean('isNull')],
    ['items(where: {tags: null})', 'where.tags', absent],
    ['items(where: {tags: {equals: null}})', 'where.tags.equals', absent],
    ['items(where: {tags: {not: null}})', 'where.tags.not', present],
    ['items(where: {tags: {has: null}})', 'where.tags.has', absent],
    ['items(where: {tags: {hasSome: null}})', 'where.tags.hasSome', absent],
    ['items(where: {tags: {hasEvery: null}})', 'where.tags.hasEvery', absent],
    ['items(where: {tags: {isEmpty: null}})', 'where.tags.isEmpty', boolean('isEmpty')],
    ['items(where: {size: null})', 'where.size', absent],
    ['items(where: {size: {equals: null}})', 'where.size.equals', absent],
    ['items(where: {size: {not: null}})', 'where.size.not', present],
    ['items(where: {size: {isNull: null}})', 'where.size.isNull', boolean('isNull')],
    ['items(where: {size: {AND: null}})', 'where.size.AND', inside('AND')],
    ['items(where: {size: {width: null}})', 'where.size.width', absent],
    ['items(where: {size: {NOT: [{width: {equals: null}}]}})', 'where.size.NOT.0.width.equals', absent],
    ['items(where: {spec: {disk: {kind: {not: null}}}})', 'where.spec.disk.kind.not', present],
    ['items(where: {disks: {some: null}})', 'where.disks.some', inside('some')],
    ['items(where: {disks: {every: null}})', 'where.disks.every', inside('every')],
    ['items(where: {disks: {some: {kind: null}}})', 'where.disks.some.kind', absent],
    ['items(where: {disks: {isEmpty: null}})', 'where.disks.isEmpty', boolean('isEmpty')],
    ['items(where: {disks: {none: {parts: {every: {label: null}}}}})', 'where.disks.none.parts.every.label', absent],
    ['options(where: {some: null})', 'where.some', absent],
    ['options(where: {count: {some: null}})', 'where.count.some', inside('some')],
    ['options(where: {where: null})', 'where.where', absent],
    ['options(where: {mode: {mode: null}})', 'where.mode.mode', absent],
    ['options(where: {of: {where: null}})', 'where.of.where', absent],
  ])('%s', async (field, path, instead) => {
    const message = `null is not a value to filter by at ${path}; ${instead}`
    expect(await errorsOf(`{ ${field} { totalCount } }`)).toEqual([`BAD_USER_INPUT ${path}: ${message}`])
  })

  test.each([
    ['query ($value: String) { images(name: $value) { totalCount } }', 'name', argument('name')],
    ['query ($value: ImageWhere) { images(where: $value) { totalCount } }', 'where', inside('where')],
    ['query ($value: [ImageWhere!]) { images(where: {OR: $value}) { totalCount } }', 'where.OR', inside('OR')],
    ['query ($value: RoleListWhere) { images(where: {roles: $value}) { totalCount } }', 'where.roles', none('roles')],
    ['query ($value: String) { images(where: {name: {equals: $value}}) { totalCount } }', 'where.name.equals', absent],
    ['query ($value: [String!]) { images(where: {name: {in: $value}}) { totalCount } }', 'where.name.in', absent],
    [
      'query ($value: String) { images { nodes { roles(commit: $value) { totalCount } } } }',
      'nodes.roles.commit',
      argument('commit'),
    ],
    [
      'query ($value: String) { images { edges { node { r: roles(where: {commit: {not: $value}}) { totalCount } } } } }',
      'edges.node.r.where.commit.not',
      present,
    ],
    [
      'query ($value: String) { role(name: "r", image: "a", status: true) { image { roles(commit: $value) { totalCount } } } }',
      'image.roles.commit',
      argument('commit'),
    ],
  ])('%s with a variable, the first time and again', async (query, path, instead) => {
    const message = `null is not a value to filter by at ${path}; ${instead}`
    for (const _ of ['first', 'again'])
      expect(await errorsOf(query, { value: null })).toEqual([`BAD_USER_INPUT ${path}: ${message}`])
  })

  test.each([
    ['roleMatrix(rows: name, columns: image, where: null)', 'where', inside('where')],
    ['roleMatrix(rows: name, columns: image, columnWhere: null)', 'columnWhere', inside('columnWhere')],
    ['itemMatrix(rows: name, columns: place, columnWhere: null)', 'columnWhere', inside('columnWhere')],
    ['itemMatrix(rows: name, columns: place, columnWhere: {place: null})', 'columnWhere.place', inside('place')],
    ['itemMatrix(rows: name, columns: place, columnWhere: {place: {rack: null}})', 'columnWhere.place.rack', absent],
  ])('%s', async (field, path, instead) => {
    const message = `null is not a value to filter by at ${path}; ${instead}`
    expect(await errorsOf(`{ ${field} { totalCount } }`)).toEqual([`BAD_USER_INPUT ${path}: ${message}`])
  })

  test('deleteRoles(where: {name: null}), which would else delete everything', async () => {
    const message = 'null is not a value to filter by at where.name; to find absent values, use isNull: true'
    expect(await errorsOf('mutation { deleteRoles(where: {name: null}, all: true) }')).toEqual([
      `BAD_USER_INPUT where.name: ${message}`,
    ])
    expect(await registry.data('{ roles { totalCount } }')).toEqual({ roles: { totalCount: 1 } })
  })
})

describe('a null in a list of values or filters is refused by GraphQL itself, and what to write instead is added, at', () => {
  test.each([
    ['images(where: {name: {in: ["a", null]}})', 'where.name.in.1', 'String', absent],
    ['images(where: {name: {notIn: [null]}})', 'where.name.notIn.0', 'String', present],
    ['images(where: {OR: [null]})', 'where.OR.0', 'ImageWhere'],
    ['images(where: {AND: [{}, {NOT: [null]}]})', 'where.AND.1.NOT.0', 'ImageWhere'],
    ['images { nodes { roles(where: {commit: {in: [null]}})', 'where.commit.in.0', 'String', absent, '} }'],
    ['images(where: {roles: {count: {in: [null]}}})', 'where.roles.count.in.0', 'Int'],
    ['items(where: {tags: {equals: [null]}})', 'where.tags.equals.0', 'String'],
    ['items(where: {tags: {hasSome: [null]}})', 'where.tags.hasSome.0', 'String'],
    ['items(where: {tags: {hasEvery: ["a", null]}})', 'where.tags.hasEvery.1', 'String'],
    ['items(where: {extra: {path: [null], equals: 1}})', 'where.extra.path.0', 'String'],
  ])('%s', async (field, path, type, instead = inField, end = '') => {
    const added = `Leave it out; ${instead}.`
    expect(await errorsOf(`{ ${field} { totalCount } ${end} }`)).toEqual([
      `BAD_USER_INPUT ${path}: Expected value of type "${type}!", found null. ${added}`,
    ])
  })

  test('items(tags: ["a", null])', async () => {
    expect(await errorsOf('{ items(tags: ["a", null]) { totalCount } }')).toEqual([
      'BAD_USER_INPUT tags.1: Expected value of type "String!", found null. Leave it out.',
    ])
  })

  test.each([
    ['query ($l: [String!]) { images(where: {name: {in: $l}}) { totalCount } }', { l: ['a', null] }, 'where.name.in.1'],
    ['query ($l: ImageWhere) { images(where: $l) { totalCount } }', { l: { name: { in: [null] } } }, 'where.name.in.0'],
  ])('%s with a variable', async (query, variables, path) => {
    expect(await errorsOf(query, variables)).toEqual([
      `BAD_USER_INPUT ${path}: in: Expected non-nullable type "String!" not to be null. Leave it out; to find absent values, use isNull: true.`,
    ])
  })
})
