import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { machineTemplate } from '../support/machine-template.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

let registry: TestRegistry
beforeAll(async () => {
  const shipped = ['image', 'role'].map((name) => readFileSync(`object-templates/${name}.yaml`, 'utf8'))
  registry = await startRegistry([...shipped, ...richTemplates, machineTemplate])
  await registry.data(
    'mutation { upsertImages(input: [{name: "a", lts: true}, {name: "b"}]) { failed } upsertRole(input: {name: "r", image: "a", status: true}) { outcome } upsertMachines(input: [{name: "a"}, {name: "b", tags: [], disks: []}, {name: "c", tags: ["x"], disks: [{kind: "ssd"}], extra: 1}]) { failed } }',
  )
})
afterAll(() => registry?.close())
const errorsOf = (query: string, variables?: object) => listErrors(registry, query, variables)

test('a variable that is not given is no filter', async () => {
  expect(
    await registry.data(
      'query ($name: String, $where: ImageWhere) { images(name: $name, where: $where) { totalCount } }',
    ),
  ).toEqual({ images: { totalCount: 2 } })
})

describe('a filter without its operator, as one whose variable is not given, is refused:', () => {
  test.each([
    ['query ($name: String) { images(where: {name: {equals: $name}}) { totalCount } }', 'where.name'],
    ['{ images(where: {OR: [{name: {}}]}) { totalCount } }', 'where.OR.0.name'],
    ['{ images(where: {_meta: {}}) { totalCount } }', 'where._meta'],
    ['{ images(where: {_meta: {version: {}}}) { totalCount } }', 'where._meta.version'],
    ['{ images(where: {roles: {}}) { totalCount } }', 'where.roles'],
    ['mutation { deleteImages(where: {name: {}}, all: true) }', 'where.name'],
    ['{ items(where: {size: {}}) { totalCount } }', 'where.size'],
    ['{ items(where: {size: {width: {}}}) { totalCount } }', 'where.size.width'],
    ['{ items(where: {size: {OR: [{}]}}) { totalCount } }', 'where.size.OR.0'],
    ['{ items(where: {disks: {}}) { totalCount } }', 'where.disks'],
    ['{ items(where: {disks: {some: {kind: {}}}}) { totalCount } }', 'where.disks.some.kind'],
    ['query ($path: [String!]) { items(where: {extra: {path: $path}}) { totalCount } }', 'where.extra'],
    ['query ($mode: QueryMode) { items(where: {text: {mode: $mode}}) { totalCount } }', 'where.text'],
    ['{ images(where: {roles: {count: {}}}) { totalCount } }', 'where.roles.count'],
  ])('%s', async (query, path) => {
    const name = path.split('.').at(-1)
    const message = `the filter at ${path} is empty; give a value (its variable may be missing), or leave ${name} out`
    expect(await errorsOf(query)).toEqual([`BAD_USER_INPUT ${path}: ${message}`])
  })
})

describe('an option that says how or where to compare is refused without an operator:', () => {
  const hint = 'add an operator, such as equals (its variable may be missing)'
  test.each([
    ['{ images(where: {name: {mode: insensitive}}) { totalCount } }', 'where.name', 'mode'],
    ['{ images(where: {_meta: {createdBy: {mode: default}}}) { totalCount } }', 'where._meta.createdBy', 'mode'],
    ['{ items(where: {extra: {path: ["a"]}}) { totalCount } }', 'where.extra', 'path'],
    ['{ items(where: {extra: {path: ["a"], mode: insensitive}}) { totalCount } }', 'where.extra', 'path and mode'],
    ['{ items(where: {spec: {model: {mode: insensitive}}}) { totalCount } }', 'where.spec.model', 'mode'],
    [
      'query ($text: String) { images(where: {name: {contains: $text, mode: insensitive}}) { totalCount } }',
      'where.name',
      'mode',
    ],
    ['mutation { deleteImages(where: {name: {mode: insensitive}}, all: true) }', 'where.name', 'mode'],
  ])('%s', async (query, path, names) => {
    const message = `the filter at ${path} has ${names} but nothing to compare; ${hint}`
    expect(await errorsOf(query)).toEqual([`BAD_USER_INPUT ${path}: ${message}`])
  })

  test('where without count', async () => {
    const message = 'where at where.roles says what to count; add count, or write some, none or every instead'
    const field = 'images(where: {roles: {where: {status: {equals: true}}, some: {}}})'
    expect(await errorsOf(`{ ${field} { totalCount } }`)).toEqual([`BAD_USER_INPUT where.roles.where: ${message}`])
  })
})

describe('an order of json is that of numbers and of texts; refused are', () => {
  test.each([
    ['lt: true', 'lt: true'],
    ['path: ["a"], gte: {b: 1}', 'gte: {"b":1}'],
    ['lte: [1]', 'lte: [1]'],
  ])('%s', async (filter, given) => {
    const operator = given.split(':')[0]
    expect(await errorsOf(`{ items(where: {extra: {${filter}}}) { totalCount } }`)).toEqual([
      `BAD_USER_INPUT where.extra.${operator}: ${given} has no order; give a number or a text`,
    ])
  })
})

describe('more values than a filter may list are refused in', () => {
  const values = Array.from({ length: 20_000 }, (_, i) => `${i}`)
  test.each([
    ['where.name.in', { name: { in: values } }],
    ['where.OR.0.name.notIn', { OR: [{ name: { notIn: values } }] }],
    ['where._meta.createdBy.in', { _meta: { createdBy: { in: values } } }],
    ['where.tags.hasSome', { tags: { hasSome: values } }],
    ['where.tags.hasEvery', { tags: { hasEvery: values } }],
    ['where.extra.in', { extra: { path: ['a'], in: values } }],
    ['where.spec.model.in', { spec: { model: { in: values } } }],
    ['where.children.count.notIn', { children: { count: { notIn: values.map(Number) } } }],
  ])('%s', async (place, where) => {
    expect(await errorsOf('query ($where: ItemWhere) { items(where: $where) { totalCount } }', { where })).toEqual([
      `LIMIT_EXCEEDED ${place}: ${place}: the request has 20,000 values in one list of a filter; at most 10,000 are allowed (limit "listValues"). Split the list over several requests.`,
    ])
  })

  test('nor is a path longer than json is deep', async () => {
    const where = { extra: { path: Array(65).fill('a'), equals: 1 } }
    expect(await errorsOf('query ($where: ItemWhere) { items(where: $where) { totalCount } }', { where })).toEqual([
      'LIMIT_EXCEEDED where.extra.path: where.extra.path: the request has 65 levels of nested values; at most 64 are allowed (limit "jsonDepth"). Split it into smaller requests.',
    ])
  })

  test('but 10,000 are accepted', async () => {
    const listed = values.slice(0, 10_000)
    const where = { OR: [{ text: { in: listed } }, { tags: { hasSome: listed } }, { tags: { hasEvery: listed } }] }
    expect(await registry.data('query ($where: ItemWhere) { items(where: $where) { totalCount } }', { where })).toEqual(
      {
        items: { totalCount: 0 },
      },
    )
  })
})

describe('an empty filter', () => {
  test.each([
    ['images(where: {})', 2],
    ['images(where: {AND: []})', 2],
    ['images(where: {AND: [{}]})', 2],
    ['images(where: {OR: []})', 0],
    ['images(where: {OR: [{}]})', 2],
    ['images(where: {OR: [{}, {name: {equals: "a"}}]})', 2],
    ['images(where: {NOT: []})', 2],
    ['images(where: {NOT: {}})', 0],
    ['images(where: {NOT: [{}, {name: {equals: "a"}}]})', 0],
    ['images(where: {NOT: {OR: []}})', 2],
    ['images(where: {name: {in: []}})', 0],
    ['images(where: {name: {notIn: []}})', 2],
    ['images(where: {roles: {some: {}}})', 1],
    ['images(where: {roles: {none: {}}})', 1],
    ['images(where: {roles: {every: {}}})', 2],
    ['images(where: {roles: {some: {OR: []}}})', 0],
    ['images(where: {roles: {every: {OR: []}}})', 1],
    ['images(where: {roles: {count: {gte: 0}}})', 2],
    ['images(where: {roles: {count: {lt: 0}}})', 0],
    ['images(where: {roles: {count: {in: []}}})', 0],
    ['images(where: {roles: {count: {notIn: []}}})', 2],
    ['images(where: {roles: {count: {equals: 1}, where: {}}})', 1],
    ['images(where: {roles: {count: {lte: 0}, where: {OR: []}}})', 2],
    ['machines(where: {tags: {hasSome: []}})', 0],
    ['machines(where: {tags: {hasEvery: []}})', 3],
    ['machines(where: {tags: {isEmpty: true}})', 1],
    ['machines(where: {tags: {isEmpty: false}})', 1],
    ['machines(where: {tags: {isNull: true}})', 1],
    ['machines(where: {disks: {some: {}}})', 1],
    ['machines(where: {disks: {none: {}}})', 2],
    ['machines(where: {disks: {every: {}}})', 3],
    ['machines(where: {spec: {AND: []}})', 3],
    ['machines(where: {spec: {OR: []}})', 0],
    ['machines(where: {extra: {path: [], equals: 1}})', 1],
    ['machines(where: {extra: {path: ["99999999999999999999"], isNull: true}})', 3],
    ['roles(where: {image: {}})', 1],
    ['roles(where: {image: {isNull: false}})', 1],
    ['roles(where: {image: {isNull: true}})', 0],
    ['roles(where: {image: {isNull: true, name: {equals: "a"}}})', 0],
  ])('%s finds %i', async (field, count) => {
    expect(await registry.data(`{ found: ${field} { totalCount } }`)).toEqual({ found: { totalCount: count } })
  })
})

describe('a delete whose filter holds always needs all: true, however it is put', () => {
  test.each([
    '{}',
    '{AND: []}',
    '{image: {}}',
    '{image: {isNull: false}}',
    '{NOT: {image: {isNull: true}}}',
    '{image: {isNull: false, AND: []}}',
    '{name: {isNull: false}}',
    '{name: {notIn: []}}',
    '{NOT: {name: {isNull: true}}}',
  ])('%s', async (where) => {
    expect(await errorsOf(`mutation { deleteRoles(where: ${where}) }`)).toEqual([
      'BAD_USER_INPUT where: this matches every role; add --all (all: true)',
    ])
    expect(await registry.data('{ roles { totalCount } }')).toEqual({ roles: { totalCount: 1 } })
  })
})

describe('isNull outside a reference or a field is refused', () => {
  test.each([
    ['images(where: {isNull: true})', 'where.isNull'],
    ['images(where: {AND: [{isNull: true}]})', 'where.AND.0.isNull'],
    ['images(where: {NOT: {isNull: true}})', 'where.NOT.0.isNull'],
    ['roles(where: {image: {OR: [{isNull: true}]}})', 'where.image.OR.0.isNull'],
    ['items(where: {children: {some: {isNull: false}}})', 'where.children.some.isNull'],
  ])('%s', async (field, path) => {
    expect(await errorsOf(`{ ${field} { totalCount } }`)).toEqual([
      `BAD_USER_INPUT ${path}: isNull belongs directly inside a reference, as in image: {isNull: true}`,
    ])
  })
})

const cursorOf = (...values: unknown[]) => Buffer.from(JSON.stringify(values)).toString('base64url')

describe('an impossible page is refused', () => {
  test.each([
    ['images(first: 1, last: 1)', 'BAD_USER_INPUT last: first and last cannot be given together; give one of them'],
    ['images(first: -1)', 'BAD_USER_INPUT first: first: -1 is not a page size; give 0 to 1000'],
    ['images(last: -1)', 'BAD_USER_INPUT last: last: -1 is not a page size; give 0 to 1000'],
    [
      'images(first: 1001)',
      'LIMIT_EXCEEDED first: first: the request has 1,001 objects in one page; at most 1,000 are allowed (limit "pageSize"). Ask for one page after another: after: <endCursor>.',
    ],
    [
      'images(last: 1001)',
      'LIMIT_EXCEEDED last: last: the request has 1,001 objects in one page; at most 1,000 are allowed (limit "pageSize"). Ask for one page after another: before: <startCursor>.',
    ],
    [
      'images(after: "x")',
      'BAD_USER_INPUT after: after: "x" is not a cursor of this registry; use endCursor or startCursor of a page',
    ],
    [
      'images(after: "")',
      'BAD_USER_INPUT after: after: "" is not a cursor of this registry; use endCursor or startCursor of a page',
    ],
    [
      `images(before: "${cursorOf('name:asc,_key:asc', 'a', '["a"]')}")`,
      'BAD_USER_INPUT before: before: the cursor belongs to the ordering "name:asc,_key:asc", not "_meta.createTime:asc,_key:asc"; use the same orderBy for all pages',
    ],
  ])('%s', async (field, error) => {
    expect(await errorsOf(`{ ${field} { totalCount nodes { __typename } } }`)).toEqual([error])
  })

  test('also inside another list', async () => {
    expect(await errorsOf('{ images { nodes { roles(first: -1) { totalCount } } } }')).toEqual([
      'BAD_USER_INPUT nodes.roles.first: first: -1 is not a page size; give 0 to 1000',
    ])
  })

  const time = '2026-11-22T07:57:31.000000Z'
  test.each([
    ['_meta.createTime:asc,_key:asc', '', ['yesterday', '["a"]']],
    ['_meta.createTime:asc,_key:asc', '', ['2026-02-30T00:00:00.000000Z', '["a"]']],
    ['_meta.createTime:asc,_key:asc', '', [null, '["a"]']],
    ['_meta.createTime:asc,_key:asc', '', [time, null]],
    ['_meta.createTime:asc,_key:asc', '', [time]],
    ['_meta.createTime:asc,_key:asc', '', [time, '["a"]', 'more']],
    ['_meta.createTime:asc,_key:asc', '', [time, 7]],
    ['_meta.createTime:asc,_key:asc', '', [time, '\0']],
    ['_meta.createTime:asc,_key:asc', '', [time, '\ud800']],
    ['_meta.version:asc,_key:asc', 'orderBy: [{_meta: {version: asc}}]', ['99999999999', '["a"]']],
    ['_meta.uuid:asc,_key:asc', 'orderBy: [{_meta: {uuid: asc}}]', ['x', '["a"]']],
    ['count:asc,_key:asc', 'orderBy: [{count: asc}]', ['NaN', '["a"]']],
    ['ratio:asc,_key:asc', 'orderBy: [{ratio: asc}]', ['1e5', '["a"]']],
    ['flag:asc,_key:asc', 'orderBy: [{flag: asc}]', ['maybe', '["a"]']],
    ['state:asc,_key:asc', 'orderBy: [{state: asc}]', ['active', '["a"]']],
  ])('a made-up cursor of the ordering %s %s %j', async (name, orderBy, values) => {
    const cursor = cursorOf(name, ...values)
    const [error] = await errorsOf(`{ items(${orderBy} after: "${cursor}") { nodes { name } } }`)
    expect(error).toMatch(
      /^BAD_USER_INPUT after: after: ".*is not a cursor of this registry; use endCursor or startCursor of a page$/,
    )
  })
})

describe('an entry of orderBy that names no field or several is refused', () => {
  const hint = 'write a list such as [{name: asc}, {_meta: {updateTime: desc}}]'
  test.each([
    ['[{}]', 'orderBy.0', 'none'],
    ['[{name: null}]', 'orderBy.0', 'none'],
    ['[{name: asc, lts: desc}]', 'orderBy.0', 'name and lts'],
    ['[{name: asc}, {_meta: {}}]', 'orderBy.1._meta', 'none'],
    ['[{_meta: {uuid: asc, version: desc}}]', 'orderBy.0._meta', 'uuid and version'],
  ])('%s', async (orderBy, path, names) => {
    expect(await errorsOf(`{ images(orderBy: ${orderBy}) { totalCount } }`)).toEqual([
      `BAD_USER_INPUT ${path}: each entry of orderBy must name exactly one field, but this one names ${names}; ${hint}`,
    ])
  })

  test('none at all, and an empty list, are the default order', async () => {
    const names = { nodes: [{ name: 'a' }, { name: 'b' }] }
    expect(
      await registry.data(
        '{ none: images(orderBy: null) { nodes { name } } empty: images(orderBy: []) { nodes { name } } }',
      ),
    ).toEqual({ none: names, empty: names })
  })
})

describe('more than a statement can hold is refused', () => {
  const conditions =
    'conditions in its filters; at most 2,000 are allowed (limit "conditions"). Write {in: [...]} for many values of one field, or send several requests.'
  const listed =
    'values in the lists of its filters; at most 100,000 are allowed (limit "listedValues"). Split the lists over several requests.'
  const many = <Item>(count: number, toItem: (index: number) => Item) =>
    Array.from({ length: count }, (_, i) => toItem(i))
  const query = 'query ($where: ImageWhere) { images(where: $where) { totalCount } }'

  test('in conditions', async () => {
    const filters = many(1_000, (i) => `{name: {contains: "${i}"}}`)
    expect(await errorsOf(`{ images(where: {OR: [${filters.join(' ')}]}) { totalCount } }`)).toEqual([
      `LIMIT_EXCEEDED The request has 2,002 ${conditions}`,
    ])
  })

  test('in conditions of a variable, before it is coerced', async () => {
    for (const where of [
      { OR: many(10_000, (i) => ({ name: { contains: `${i}` } })) },
      { AND: many(100_000, () => ({ AND: [] })) },
      { roles: { some: { AND: many(2_001, () => null) } } },
      // What is wrong besides is not looked for.
      { nothing: 1, NOT: many(3_000, () => ({ nothing: 1 })) },
    ])
      expect(await errorsOf(query, { where })).toEqual([
        `LIMIT_EXCEEDED where: where: the request has more than 2,000 ${conditions}`,
      ])
  })

  test('in listed values of variables together, before they are coerced', async () => {
    const values = many(10_000, (i) => `n${i}`)
    const where = (i: number) => ({ AND: many(11, () => ({ [i % 2 ? 'name' : 'distr']: { in: values } })) })
    expect(await errorsOf(query, { where: where(0) })).toEqual([
      `LIMIT_EXCEEDED where: where: the request has more than 100,000 ${listed}`,
    ])
    const fields = many(12, (i) => `f${i}: images(where: $w${i}) { totalCount }`)
    const variables = Object.fromEntries(many(12, (i) => [`w${i}`, { name: { in: values } }]))
    expect(
      await errorsOf(`query (${many(12, (i) => `$w${i}: ImageWhere`)}) { ${fields.join(' ')} }`, variables),
    ).toEqual([`LIMIT_EXCEEDED where: where: the request has more than 100,000 ${listed}`])
  })

  test('in all root fields that use a variable together, and their number is no limit', async () => {
    const fields = (count: number) => many(count, (i) => `f${i}: images(where: $where) { totalCount }`).join(' ')
    const queryOf = (count: number) => `query ($where: ImageWhere) { ${fields(count)} }`
    const listing = { name: { in: many(10_000, (i) => `n${i}`) } }
    const early = `LIMIT_EXCEEDED where: where: the request has more than 100,000 ${listed}`
    expect(await errorsOf(queryOf(100), { where: listing })).toEqual([early])
    expect((await registry.query(queryOf(10), { where: listing })).errors).toBeUndefined()
    expect(await errorsOf(queryOf(11), { where: listing })).toEqual([early])
    // Those that are merged, or left out, are asked no oftener.
    const same = 'same: images(where: $where) { totalCount } '.repeat(20)
    const left = many(20, (i) => `l${i}: images(where: $where) @skip(if: true) { totalCount }`).join(' ')
    const few = await registry.query(`query ($where: ImageWhere) { ${same} ${left} }`, { where: listing })
    expect(few).toEqual({ data: { same: { totalCount: 0 } } })
    // What stands in a fragment is counted when it is planned.
    const inFragment = `query ($where: ImageWhere) { ...f } fragment f on Query { ${fields(11)} }`
    expect((await errorsOf(inFragment, { where: listing }))[0]).toBe(`LIMIT_EXCEEDED The request has 110,000 ${listed}`)
    // 2 for the filter and its entry, 4 for each of the alternatives: two objects with an entry each.
    const where = { OR: many(6, (i) => ({ name: { contains: `${i}` } })) }
    expect((await registry.query(queryOf(76), { where })).errors).toBeUndefined()
    expect((await errorsOf(queryOf(100), { where }))[0]).toBe(`LIMIT_EXCEEDED The request has 2,002 ${conditions}`)
  })

  test('but objects among the values are no conditions', async () => {
    const where = { size: { in: many(9_000, (i) => ({ width: i })) } }
    const items = 'query ($where: ItemWhere) { items(where: $where) { totalCount } }'
    expect(await registry.query(items, { where })).toEqual({ data: { items: { totalCount: 0 } } })
  })

  test('but not where an ordering names a field again and again', async () => {
    const orderBy = Array.from({ length: 2_000 }, (_, i) => ({ name: i % 2 === 0 ? 'asc' : 'desc' }))
    const query =
      'query ($orderBy: [ImageOrderBy!], $after: String) { images(first: 1, orderBy: $orderBy, after: $after) { nodes { name } pageInfo { endCursor } } }'
    const { images } = await registry.data(query, { orderBy })
    expect(images.nodes).toEqual([{ name: 'a' }])
    expect((await registry.data(query, { orderBy, after: images.pageInfo.endCursor })).images.nodes).toEqual([
      { name: 'b' },
    ])
  })
})

describe('a value that no stored value can be is refused', () => {
  test.each([
    [
      'images(where: {name: {contains: "\\u0000"}})',
      'where.name.contains: contains: "\\u0000" contains the character U+0000, which cannot be stored',
    ],
    [
      'images(where: {name: {in: ["a", "\\u0000"]}})',
      'where.name.in.1: name: "\\u0000" contains the character U+0000, which cannot be stored',
    ],
    [
      'images(where: {_meta: {createdBy: {startsWith: "\\u0000"}}})',
      'where._meta.createdBy.startsWith: startsWith: "\\u0000" contains the character U+0000, which cannot be stored',
    ],
    [
      'items(big: "12.5")',
      'big: BigInt: "12.5" is not a whole number from -9223372036854775808 to 9223372036854775807',
    ],
    [
      'items(where: {moment: {lt: "yesterday"}})',
      'where.moment.lt: DateTime: "yesterday" is not a date and time such as "2026-11-22T07:57:31Z"',
    ],
    [
      'items(where: {token: {in: ["x"]}})',
      'where.token.in.0: UUID: "x" is not a UUID such as "b7205949-344b-4e51-a4a8-3d69ef43c8c7"',
    ],
  ])('%s', async (field, error) => {
    expect(await errorsOf(`{ ${field} { totalCount } }`)).toEqual([`BAD_USER_INPUT ${error}`])
  })
})

test('a value that only the constraints of its field forbid matches no object', async () => {
  const long = 'x'.repeat(600)
  expect(
    await registry.data(
      `{ items(code: "${long}", where: {serial: {in: ["${long}"]}}) { totalCount } item(name: "${'y'.repeat(3000)}") { name } }`,
    ),
  ).toEqual({
    items: { totalCount: 0 },
    item: null,
  })
})
