import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { addRemedy } from '../../src/schema/remedies/add-remedy.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, distr: string, lts: boolean, size: int, tags: [string], kind: { type: enum, values: [server, desktop] } }\n',
  'name: role\nkey: [name, image]\nfields: { name: string, image: { type: reference, to: image }, passed: boolean }\n',
  'name: vm_host\nkey: [name]\nfields: { name: string }\n',
]

let registry: TestRegistry
let closed: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
  closed = await startRegistry(templates, { profile: { introspection: false } })
  await registry.data('mutation { upsertImage(input: {name: "a"}) { outcome } }')
})
afterAll(async () => {
  await registry?.close()
  await closed?.close()
})

/** The message, with which the issue ends as well. */
async function messageOf(query: string, variables?: object, of = registry): Promise<string> {
  const { errors = [] } = await of.query(query, variables)
  expect(errors).toHaveLength(1)
  const { message = '', extensions } = errors[0] ?? {}
  expect(extensions?.code).toBe('BAD_USER_INPUT')
  const [issue] = extensions?.issues ?? []
  expect(message.endsWith(issue?.message.replace(/^\w+: /, '') ?? 'no issue')).toBe(true)
  return message
}

const slips: readonly (readonly [slip: string, remedy: string])[] = [
  // Selections
  ['{ images { name } }', 'It is inside nodes: images { nodes { name } }'],
  [
    '{ images { roles(name: "r") { totalCount } } }',
    'It is inside nodes: images { nodes { roles(name: "r") { totalCount } } }',
  ],
  ['{ images { edges { name } } }', 'It is inside node: edges { node { name } }'],
  ['{ images { items { name } } }', 'Write images { nodes { name } }.'],
  ['{ images { total } }', 'Write images { totalCount }.'],
  ['{ images { count } }', 'It is inside aggregate: images { aggregate { count } }'],
  ['{ images { hasNextPage } }', 'It is inside pageInfo: images { pageInfo { hasNextPage } }'],
  ['{ image(name: "a") { createdAt } }', 'Write image { _meta { createTime } }.'],
  ['{ image(name: "a") { updateTime } }', 'It is inside _meta: image { _meta { updateTime } }'],
  ['{ image(name: "a") { nodes { name } } }', 'Leave out nodes: image { name }'],
  ['{ roles { nodes { distr } } }', 'It is inside image: nodes { image { distr } }'],
  ['{ images }', 'Write images { nodes { name } }.'],
  ['{ image(name: "a") }', 'Write image { name }.'],
  ['{ image { name } }', 'Write image(name: …) for one of them, or images { nodes { name } } for all.'],
  [
    '{ role(name: "r") { name } }',
    'Write role(name: …, image: …) for one of them, or roles { nodes { name } } for all.',
  ],
  ['mutation { upsertImage(input: {name: "b"}) { name } }', 'It is inside image: upsertImage { image { name } }'],
  ['mutation { upsertImage { outcome } }', 'Write upsertImage(input: {…}).'],
  [
    '{ object(uuid: "b7205949-344b-4e51-a4a8-3d69ef43c8c7") { distr } }',
    'Did you mean to use an inline fragment, such as ... on Image { distr }?',
  ],
  // Filters
  ['{ images(where: {size: {between: [1, 5]}}) { totalCount } }', 'Write {gte: 1, lte: 5}.'],
  ['{ images(where: {name: {isNotNull: true}}) { totalCount } }', 'Write {isNull: true}, or {isNull: false}.'],
  ['{ images(where: {lts: "true"}) { totalCount } }', 'Write lts: {equals: true}.'],
  ['{ images(where: {lts: {equals: "true"}}) { totalCount } }', 'Write equals: true.'],
  ['{ images(where: {roles: {has: "r"}}) { totalCount } }', 'Write {some: {name: {equals: "r"}}}.'],
  ['{ images { edges { nodes { name } } } }', 'Did you mean "node"?'],
  ['{ image(name: "a") { _meta { updatedAt } } }', 'Write _meta { updateTime }.'],
  // Root fields
  ['{ allImages { name } }', 'Write images { nodes { … } }.'],
  ['{ imagesList { name } }', 'Write images { nodes { … } }.'],
  ['{ imageCollection { name } }', 'Write images { nodes { … } }.'],
  ['{ findManyImage { name } }', 'Write images { nodes { … } }.'],
  ['{ findUniqueImage(where: {name: "a"}) { name } }', 'Write image(name: …) { … }.'],
  ['{ image_by_pk(name: "a") { name } }', 'Write image(name: …) { … }.'],
  ['{ imageByName(name: "a") { name } }', 'Write image(name: …) { … }.'],
  ['{ getRole(name: "r") { name } }', 'Write role(name: …, image: …) { … }.'],
  ['{ images_aggregate { count } }', 'Write images { aggregate { count … } }.'],
  ['{ imagesCount }', 'Write images { totalCount }.'],
  ['{ vm_host(name: "a") { name } }', 'Did you mean "vmHost"?'],
  ['{ vm_hosts { name } }', 'Did you mean "vmHosts"?'],
  [
    'mutation { createImage(input: {name: "b"}) { name } }',
    'Write upsertImage(input: {…}) { … }; it creates and updates.',
  ],
  [
    'mutation { insert_image_one(object: {name: "b"}) { name } }',
    'Write upsertImage(input: {…}) { … }; it creates and updates.',
  ],
  [
    'mutation { insert_images(objects: [{name: "b"}]) { name } }',
    'Write upsertImages(input: [{…}]) { … }; it creates and updates.',
  ],
  ['mutation { updateImage(name: "a") { name } }', 'Write upsertImage(input: {…}) { … }; it creates and updates.'],
  [
    'mutation { createManyImage(data: []) { count } }',
    'Write upsertImages(input: [{…}]) { … }; it creates and updates.',
  ],
  ['mutation { createVmHost(input: {}) { name } }', 'Write upsertVmHost(input: {…}) { … }; it creates and updates.'],
  ['mutation { delete_image(name: "a") { name } }', 'Did you mean "deleteImage"?'],
  ['mutation { removeImage(name: "a") { name } }', 'Write deleteImage(name: …) { … }.'],
  ['mutation { deleteManyImage(where: {}) { count } }', 'Write deleteImages(where: …).'],
  [
    '{ createImage(input: {name: "b"}) { name } }',
    'Write mutation { upsertImage(input: {…}) { … } }; it creates and updates.',
  ],
  ['{ upsertImage(input: {name: "b"}) { outcome } }', 'It is a field of mutations: write mutation { upsertImage … }.'],
  ['mutation { images { totalCount } }', 'It is a field of queries: write query { images … }.'],
  // Arguments
  ['{ images(limit: 5) { totalCount } }', 'Write images(first: 5).'],
  ['{ images(take: 5) { totalCount } }', 'Write images(first: 5).'],
  [
    '{ images(offset: 5) { totalCount } }',
    'There is no offset: take pageInfo { endCursor } of the page before, and give it as after.',
  ],
  [
    '{ images(skip: 5) { totalCount } }',
    'There is no offset: take pageInfo { endCursor } of the page before, and give it as after.',
  ],
  ['{ images(order_by: {name: desc}) { totalCount } }', 'Write orderBy: [{name: desc}].'],
  ['{ images(order_by: [{distr: asc}, {name: desc}]) { totalCount } }', 'Write orderBy: [{distr: asc}].'],
  ['{ images(sort: "-name") { totalCount } }', 'Write orderBy: [{name: desc}].'],
  ['{ images(filter: {distr: {equals: "x"}}) { totalCount } }', 'Write where: {distr: {equals: "x"}}.'],
  ['{ images(condition: {distr: "x"}) { totalCount } }', 'Write where: {distr: {equals: "x"}}.'],
  ['{ images(cursor: "x") { totalCount } }', 'Write images(after: "x").'],
  ['{ images(distinct_on: [distr]) { totalCount } }', 'Write latestPer: [distr].'],
  ['{ images(name_contains: "a") { totalCount } }', 'Write images(where: {name: {contains: "a"}}).'],
  ['{ images(name_in: ["a"]) { totalCount } }', 'Write images(where: {name: {in: ["a"]}}).'],
  ['{ images(nmae: "a") { totalCount } }', 'Did you mean "name"?'],
  [
    '{ image(name: "a", where: {lts: {equals: true}}) { name } }',
    'image takes the key, image(name: …); write images(where: {lts: {equals: true}}) { nodes { … } }.',
  ],
  ['{ image(name: "a", id: 7) { name } }', 'Write object(uuid: 7).'],
  ['mutation { upsertImage(input: {name: "a"}, distr: "x") { outcome } }', 'Write upsertImage(input: {distr: "x"}).'],
  [
    'mutation { upsertImages(input: [{name: "a"}], distr: "x") { created } }',
    'Write upsertImages(input: [{distr: "x"}]).',
  ],
  [
    'mutation { deleteImage(name: "a", where: {lts: {equals: true}}) { name } }',
    'deleteImage takes the key, deleteImage(name: …); write deleteImages(where: {lts: {equals: true}}).',
  ],
  ['mutation { deleteImages(where: {}, distr: "x") }', 'Write deleteImages(where: {distr: {equals: "x"}}).'],
  ['{ images(name: {startsWith: "a"}) { totalCount } }', 'Write images(where: {name: {startsWith: "a"}}).'],
  ['{ images(name: ["a"]) { totalCount } }', 'Write name: "a".'],
  ['{ images(sort: "+name") { totalCount } }', 'Write orderBy: [{name: asc}].'],
  ['mutation { upsertImage(input: [{name: "a"}]) { outcome } }', 'Write upsertImages(input: [{name: "a"}]).'],
  ['{ roles(image: {name: "a"}) { totalCount } }', 'Write image: "a".'],
  ['{ roles(image_name: "a") { totalCount } }', 'Write roles(where: {image: {name: {equals: "a"}}}).'],
  ['{ roles(orderBy: image) { totalCount } }', 'Write orderBy: [{image: {name: asc}}].'],
  ['{ roles(orderBy: {image: desc}) { totalCount } }', 'Write image: {name: desc}.'],
  ['{ images(orderBy: {name: {sort: desc, nulls: last}}) { totalCount } }', 'Write name: desc.'],
  ['{ images(orderBy: {field: DISTR}) { totalCount } }', 'Write {distr: asc}, or {distr: desc}.'],
  // Types
  ['query ($w: images_bool_exp) { images(where: $w) { totalCount } }', 'Write ImageWhere.'],
  ['query ($w: ImageFilter) { images(where: $w) { totalCount } }', 'Write ImageWhere.'],
  ['query ($w: ImageWhereInput) { images(where: $w) { totalCount } }', 'Write ImageWhere.'],
  ['query ($n: text) { images(name: $n) { totalCount } }', 'Write String.'],
  ['query ($n: uuid!) { object(uuid: $n) { __typename } }', 'Write UUID.'],
]

/** Values, which a document and a variable give alike: their argument, its type, the value, and what to write. */
const values: readonly (readonly [argument: string, type: string, literal: string, json: unknown, remedy: string])[] = [
  ['where', 'ImageWhere', '{name: "a"}', { name: 'a' }, 'Write name: {equals: "a"}.'],
  ['where', 'ImageWhere', '{lts: true}', { lts: true }, 'Write lts: {equals: true}.'],
  ['where', 'ImageWhere', '{size: 5}', { size: 5 }, 'Write size: {equals: 5}.'],
  ['where', 'ImageWhere', '{name: ["a", "b"]}', { name: ['a', 'b'] }, 'Write name: {in: ["a", "b"]}.'],
  ['where', 'ImageWhere', '{tags: "a"}', { tags: 'a' }, 'Write tags: {has: "a"}.'],
  ['where', 'ImageWhere', '{tags: ["a"]}', { tags: ['a'] }, 'Write tags: {equals: ["a"]}.'],
  ['where', 'ImageWhere', '{name: {eq: "a"}}', { name: { eq: 'a' } }, 'Write {equals: "a"}.'],
  ['where', 'ImageWhere', '{name: {_eq: "a"}}', { name: { _eq: 'a' } }, 'Write {equals: "a"}.'],
  ['where', 'ImageWhere', '{name: {equalTo: "a"}}', { name: { equalTo: 'a' } }, 'Write {equals: "a"}.'],
  ['where', 'ImageWhere', '{name: {_neq: "a"}}', { name: { _neq: 'a' } }, 'Write {not: "a"}.'],
  ['where', 'ImageWhere', '{name: {notEqualTo: "a"}}', { name: { notEqualTo: 'a' } }, 'Write {not: "a"}.'],
  ['where', 'ImageWhere', '{name: {_in: ["a"]}}', { name: { _in: ['a'] } }, 'Write {in: ["a"]}.'],
  ['where', 'ImageWhere', '{name: {not_in: ["a"]}}', { name: { not_in: ['a'] } }, 'Write {notIn: ["a"]}.'],
  ['where', 'ImageWhere', '{size: {_gt: 5}}', { size: { _gt: 5 } }, 'Write {gt: 5}.'],
  ['where', 'ImageWhere', '{size: {greaterThan: 5}}', { size: { greaterThan: 5 } }, 'Write {gt: 5}.'],
  ['where', 'ImageWhere', '{size: {lessThanOrEqualTo: 5}}', { size: { lessThanOrEqualTo: 5 } }, 'Write {lte: 5}.'],
  ['where', 'ImageWhere', '{name: {_like: "%a%"}}', { name: { _like: '%a%' } }, 'Write {contains: "a"}.'],
  [
    'where',
    'ImageWhere',
    '{name: {_ilike: "a%"}}',
    { name: { _ilike: 'a%' } },
    'Write {startsWith: "a", mode: insensitive}.',
  ],
  ['where', 'ImageWhere', '{name: {_like: "a%.b_"}}', { name: { _like: 'a%.b_' } }, 'Write {matches: "^a.*\\\\.b.$"}.'],
  [
    'where',
    'ImageWhere',
    '{name: {includesInsensitive: "a"}}',
    { name: { includesInsensitive: 'a' } },
    'Write {contains: "a", mode: insensitive}.',
  ],
  [
    'where',
    'ImageWhere',
    '{name: {_is_null: true}}',
    { name: { _is_null: true } },
    'Write {isNull: true}, or {isNull: false}.',
  ],
  ['where', 'ImageWhere', '{name: {_regex: "^a"}}', { name: { _regex: '^a' } }, 'Write {matches: "^a"}.'],
  ['where', 'ImageWhere', '{name: {equls: "a"}}', { name: { equls: 'a' } }, 'Did you mean "equals"?'],
  ['where', 'ImageWhere', '{tags: {contains: "a"}}', { tags: { contains: 'a' } }, 'Write {has: "a"}.'],
  ['where', 'ImageWhere', '{tags: {contains: ["a"]}}', { tags: { contains: ['a'] } }, 'Write {hasEvery: ["a"]}.'],
  [
    'where',
    'ImageWhere',
    '{createdAt: {gt: "now-1d"}}',
    { createdAt: { gt: 'now-1d' } },
    'Write {_meta: {createTime: {gt: "now-1d"}}}.',
  ],
  [
    'where',
    'ImageWhere',
    '{_and: [{lts: {equals: true}}]}',
    { _and: [{ lts: { equals: true } }] },
    'Write {AND: [{lts: {equals: true}}]}.',
  ],
  [
    'where',
    'ImageWhere',
    '{or: [{lts: {equals: true}}]}',
    { or: [{ lts: { equals: true } }] },
    'Write {OR: [{lts: {equals: true}}]}.',
  ],
  [
    'where',
    'ImageWhere',
    '{_not: {lts: {equals: true}}}',
    { _not: { lts: { equals: true } } },
    'Write {NOT: [{lts: {equals: true}}]}.',
  ],
  ['where', 'ImageWhere', '{name_starts_with: "a"}', { name_starts_with: 'a' }, 'Write {name: {startsWith: "a"}}.'],
  [
    'where',
    'ImageWhere',
    '{roles: {name: {equals: "r"}}}',
    { roles: { name: { equals: 'r' } } },
    'Write {some: {name: {equals: "r"}}}.',
  ],
  ['where', 'ImageWhere', '{roles: {name: "r"}}', { roles: { name: 'r' } }, 'Write {some: {name: {equals: "r"}}}.'],
  ['where', 'ImageWhere', '{nmae: {equals: "a"}}', { nmae: { equals: 'a' } }, 'Did you mean "name"?'],
  [
    'where',
    'ImageWhere',
    '[{lts: {equals: true}}]',
    [{ lts: { equals: true } }],
    'Write where: {AND: [{lts: {equals: true}}]}.',
  ],
  ['where', 'ImageWhere', '"a"', 'a', 'Write where: {name: {equals: "a"}}.'],
  ['orderBy', '[ImageOrderBy!]', '"name"', 'name', 'Write orderBy: [{name: asc}].'],
  ['orderBy', '[ImageOrderBy!]', '"-name"', '-name', 'Write orderBy: [{name: desc}].'],
  ['orderBy', '[ImageOrderBy!]', '["name_DESC"]', ['name_DESC'], 'Write orderBy: [{name: desc}].'],
  ['orderBy', '[ImageOrderBy!]', '{name: DESC}', { name: 'DESC' }, 'Write name: desc.'],
  ['orderBy', '[ImageOrderBy!]', '{name: desc_nulls_last}', { name: 'desc_nulls_last' }, 'Write name: desc.'],
  ['orderBy', '[ImageOrderBy!]', '{name: -1}', { name: -1 }, 'Write name: desc.'],
  ['orderBy', '[ImageOrderBy!]', '{field: "distr"}', { field: 'distr' }, 'Write {distr: asc}, or {distr: desc}.'],
  [
    'orderBy',
    '[ImageOrderBy!]',
    '{direction: "DESC"}',
    { direction: 'DESC' },
    'Write the field with its direction: {name: desc}.',
  ],
  ['where', 'ImageWhere', '{lts: "true"}', { lts: 'true' }, 'Write lts: {equals: true}.'],
  ['where', 'ImageWhere', '{name: {is: null}}', { name: { is: null } }, 'Write {isNull: true}.'],
  ['where', 'ImageWhere', '{name: {ne: null}}', { name: { ne: null } }, 'Write {isNull: false}.'],
  [
    'where',
    'ImageWhere',
    '{_meta: {updatedAt: {gt: "now-1d"}}}',
    { _meta: { updatedAt: { gt: 'now-1d' } } },
    'Write {updateTime: {gt: "now-1d"}}.',
  ],
  ['where', 'ImageWhere', '{size: {gt: "5"}}', { size: { gt: '5' } }, 'Write gt: 5.'],
  ['where', 'ImageWhere', '{lts: {equals: "True"}}', { lts: { equals: 'True' } }, 'Write equals: true.'],
  ['kind', 'ImageKind', 'SERVER', 'SERVER', 'Write kind: server.'],
  ['kind', 'ImageKind', 'servr', 'servr', 'Did you mean the enum value "server"?'],
  ['name', 'String', '{equals: "a"}', { equals: 'a' }, 'Write name: "a".'],
]

describe('a slip gets its remedy', () => {
  test.each(slips)('%s → %s', async (slip, remedy) => {
    const message = await messageOf(slip)
    expect(message).toMatch(endingIn(remedy))
    // Whoever may not see the schema is told what is wrong, and no more.
    const bare = await messageOf(slip, undefined, closed)
    expect(addRemedy(bare, remedy)).toBe(message)
  })

  test.each(values)('%s: %s = %s', async (argument, type, literal, json, remedy) => {
    expect(await messageOf(`{ images(${argument}: ${literal}) { totalCount } }`)).toMatch(endingIn(remedy))
    const query = `query ($v: ${type}) { images(${argument}: $v) { totalCount } }`
    const bare = await messageOf(query, { v: json }, closed)
    expect(addRemedy(bare, remedy)).toBe(await messageOf(query, { v: json }))
    expect(await messageOf(query, { v: json })).toMatch(endingIn(remedy))
  })

  test.each([
    ['{name: {eq: "a"}}', 'Write {equals: "a"}.'],
    ['{image: "a"}', 'Write image: {name: {equals: "a"}}.'],
    ['{image: {equals: "a"}}', 'Write {name: {equals: "a"}}.'],
    ['{image: {in: ["a"]}}', 'Write {name: {in: ["a"]}}.'],
    ['{image: {is: {lts: {equals: true}}}}', 'Leave is out: {lts: {equals: true}}.'],
    ['{image: {some: {lts: {equals: true}}}}', 'Leave some out: {lts: {equals: true}}.'],
  ])('in a filter of roles: %s', async (where, remedy) => {
    expect(await messageOf(`{ roles(where: ${where}) { totalCount } }`)).toMatch(endingIn(remedy))
  })

  test.each([
    ['{name: "r", image: {connect: {name: "a"}}}', 'Write image: "a".'],
    ['{name: "r", image: {name: "a"}}', 'Write image: "a".'],
    ['{name: "r", image: "a", role: {passed: true}}', 'Leave role out: {passed: true}.'],
  ])('in the input of a role: %s', async (input, remedy) => {
    expect(await messageOf(`mutation { upsertRole(input: ${input}) { outcome } }`)).toMatch(endingIn(remedy))
  })

  test('a list where one object is meant, in a variable', async () => {
    expect(
      await messageOf('mutation ($i: ImageInput!) { upsertImage(input: $i) { outcome } }', { i: [{ name: 'a' }] }),
    ).toMatch(endingIn('Give one object, not a list.'))
  })

  test('without quotes', async () => {
    expect(await messageOf('{ images(orderBy: name) { totalCount } }')).toMatch(
      endingIn('Write orderBy: [{name: asc}].'),
    )
    expect(await messageOf('{ images(orderBy: {updated_at: desc}) { totalCount } }')).toMatch(
      endingIn('Write {_meta: {updateTime: desc}}.'),
    )
    expect(await messageOf('{ images(orderBy: NAME_DESC) { totalCount } }')).toMatch(
      endingIn('Write orderBy: [{name: desc}].'),
    )
    expect(await messageOf('{ images(orderBy: {name: "desc"}) { totalCount } }')).toMatch(endingIn('Write name: desc.'))
    expect(await messageOf('{ images(name: ubuntu) { totalCount } }')).toBe(
      'String cannot represent a non string value: ubuntu. Write name: "ubuntu".',
    )
    expect(await messageOf('{ images(where: {name: {in: [20.10]}}) { totalCount } }')).toMatch(
      endingIn('Write in: "20.10".'),
    )
    expect(await messageOf('{ images(kind: "server") { totalCount } }')).toMatch(endingIn('Write kind: server.'))
  })

  test('whether the document has been seen before or not', async () => {
    const query = 'query ($w: ImageWhere) { images(where: $w) { totalCount } }'
    const messages = [
      await messageOf(query, { w: { name: 'a' } }),
      (await registry.query(query, {})).errors,
      await messageOf(query, { w: { name: 'a' } }),
    ]
    expect(messages[1]).toBeUndefined()
    expect(messages[2]).toBe(messages[0])
  })
})

test('the names that docs/graphql.md lists get a remedy in one place at least', async () => {
  const [, section = ''] = readFileSync('docs/graphql.md', 'utf8').split('\n## Coming from another GraphQL API\n')
  const rows = section.split('\n').filter((line) => line.startsWith('| `'))
  const there = rows.flatMap((row) =>
    [...(row.split(' | ')[0] ?? '').matchAll(/`([^`]+)`/g)].map(([, code = '']) => code),
  )
  const names = there.filter((code) => /^\w+$/.test(code))
  expect(names.length).toBeGreaterThan(20)
  for (const name of names) {
    const places = [
      `{ images(where: {name: {${name}: "a"}}) { totalCount } }`,
      `{ images(where: {${name}: []}) { totalCount } }`,
      `{ images(${name}: 1) { totalCount } }`,
      `{ images { nodes { ${name} } } }`,
      `{ ${name} { name } }`,
      `mutation { ${name} { name } }`,
    ]
    const answers = await Promise.all(places.map((query) => registry.query(query)))
    const messages = answers.flatMap(({ errors = [] }) => errors.map(({ message }) => message))
    expect([name, messages.some((message) => /\. (?:Write|There is no offset)/.test(message))]).toEqual([name, true])
  }
})

test('the input under another name gets one remedy, said twice', async () => {
  const { errors = [] } = await registry.query('mutation { upsertImage(data: {name: "a"}) { outcome } }')
  expect(errors.map(({ message }) => message)).toEqual([
    expect.stringMatching(endingIn('Write upsertImage(input: {name: "a"}).')),
    expect.stringMatching(endingIn('Write upsertImage(input: {name: "a"}).')),
  ])
})

test('a remedy for a long value does not repeat it', async () => {
  const query = 'query ($w: ImageWhere) { images(where: $w) { totalCount } }'
  const name = 'x'.repeat(100_000)
  expect(await messageOf(query, { w: { name } })).toMatch(endingIn('Write name: {equals: …}.'))
  const names = Array.from({ length: 5_000 }, () => 'x')
  expect(await messageOf(query, { w: { name: names } })).toMatch(endingIn('Write name: {in: …}.'))
  expect(await messageOf(`{ images(where: {name: {eq: "${name}"}}) { totalCount } }`)).toMatch(
    endingIn('Write {equals: …}.'),
  )
})

describe('nothing is suggested that is far from what was written', () => {
  test.each([
    ['{ images { nodes { nam } } }', 'Did you mean "name"?'],
    ['{ images { nodes { kernel } } }', ''],
    ['{ images { nodes { sz } } }', ''],
    ['{ imagination { name } }', ''],
    ['{ images(ltx: true) { totalCount } }', 'Did you mean "lts"?'],
    ['{ images(list: true) { totalCount } }', 'Did you mean "last"?'],
    ['{ images(kernel: "5") { totalCount } }', ''],
    ['{ images(where: {kernel: {equals: "5"}}) { totalCount } }', ''],
    ['{ images(where: {name: {resembles: "a"}}) { totalCount } }', ''],
    ['{ images(kind: laptop) { totalCount } }', ''],
    ['query ($k: Kernel) { images(kind: $k) { totalCount } }', ''],
    ['mutation { upsertImage(input: {name: "a", kernel: "5"}) { outcome } }', ''],
    ['mutation { explodeImage(name: "a") { name } }', ''],
  ])('%s %s', async (query, suggestion) => {
    const [error] = (await registry.query(query)).errors ?? []
    const said = error?.message ?? ''
    expect(said).not.toBe('')
    expect(said.includes('Did you mean') ? said.slice(said.indexOf('Did you mean')) : '').toBe(suggestion)
  })
})

function endingIn(text: string): RegExp {
  return new RegExp(` ${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`)
}
