import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listErrors } from '../support/list-errors.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { richTemplates } from '../support/rich-templates.ts'

let registry: TestRegistry
beforeAll(async () => {
  const shipped = ['image', 'role'].map((name) => readFileSync(`object-templates/${name}.yaml`, 'utf8'))
  registry = await startRegistry([
    ...shipped,
    ...richTemplates,
    'name: literal\nkey: ["true"]\nfields:\n  "true": string\n  "null": int\n',
    `name: chain\nkey: [a]\nfields:\n  a: string\n  next: { type: reference, to: chain, onMissing: allow }\n`,
  ])
})
afterAll(() => registry?.close())
const errorsOf = (query: string) => listErrors(registry, query)

test.each([
  [
    'roles(latestPer: []) { totalCount }',
    'BAD_USER_INPUT latestPer: latestPer is empty; name the fields whose equal values make a group, such as [name], or leave it out',
  ],
  [
    'images { nodes { roles(latestPer: []) { totalCount } } }',
    'BAD_USER_INPUT nodes.roles.latestPer: latestPer is empty; name the fields whose equal values make a group, such as [name], or leave it out',
  ],
  [
    'roles { groupBy(by: []) { count } }',
    'BAD_USER_INPUT groupBy.by: there is nothing to group by: name fields in by, or give buckets such as {_meta: {updateTime: DAY}} or paths; for all objects together, select aggregate',
  ],
  [
    'roles { hours: groupBy(by: [], buckets: {_meta: {createTime: null}}) { count } }',
    'BAD_USER_INPUT hours.by: there is nothing to group by: name fields in by, or give buckets such as {_meta: {updateTime: DAY}} or paths; for all objects together, select aggregate',
  ],
  [
    'items { groupBy(by: [moment, name], buckets: {moment: DAY, day: YEAR}) { count } }',
    'BAD_USER_INPUT groupBy.buckets.moment: moment is both in by and in buckets; leave it out of by to group by its DAY, out of buckets to group by its values',
  ],
  [
    'roles { groupBy(by: [name], first: -1) { count } }',
    'BAD_USER_INPUT groupBy.first: first: -1 is not a page size; give 0 to 1000',
  ],
  [
    'roles { groupBy(by: [name], first: 1001) { count } }',
    'LIMIT_EXCEEDED groupBy.first: groupBy.first: the request has 1,001 objects in one page; at most 1,000 are allowed (limit "pageSize"). Ask for one page after another: after: <endCursor>.',
  ],
  [
    'roles(orderBy: [{image: {}}]) { totalCount }',
    'BAD_USER_INPUT orderBy.0.image: each entry of orderBy must name exactly one field, but this one names none; write a list such as [{name: asc}, {_meta: {updateTime: desc}}]',
  ],
  [
    'roles(orderBy: [{name: asc}, {image: {distr: asc, lts: desc}}]) { totalCount }',
    'BAD_USER_INPUT orderBy.1.image: each entry of orderBy must name exactly one field, but this one names distr and lts; write a list such as [{name: asc}, {_meta: {updateTime: desc}}]',
  ],
  [
    'roles(orderBy: [{image: {_meta: {}}}]) { totalCount }',
    'BAD_USER_INPUT orderBy.0.image._meta: each entry of orderBy must name exactly one field, but this one names none; write a list such as [{name: asc}, {_meta: {updateTime: desc}}]',
  ],
  [
    `chains(orderBy: [${`{next: ${'{next: '.repeat(20)}{a: asc}${'}'.repeat(20)}}`}]) { totalCount }`,
    'LIMIT_EXCEEDED orderBy: orderBy: the request has 21 references in one orderBy; at most 20 are allowed (limit "orderJoins"). Leave out the last ones.',
  ],
])('{ %s } is refused', async (field, error) => {
  expect(await errorsOf(`{ ${field} }`)).toEqual([error])
})

describe('what makes no group is no value of the enum:', () => {
  test.each(['tags', 'extra', 'size', 'peers', '_meta'])('%s', async (name) => {
    const { errors } = await registry.query(`{ items(latestPer: [${name}]) { totalCount } }`)
    expect(errors?.[0]?.message).toContain(`Value "${name}" does not exist in "ItemField" enum.`)
  })
})

test('null is no value of latestPer, of buckets and of first, but that none is given', async () => {
  await registry.data('mutation { upsertLiterals(input: [{true: "a", null: 1}, {true: "b", null: 1}]) { failed } }')
  expect(
    await registry.data(
      '{ literals(latestPer: null) { totalCount groupBy(by: [_null], buckets: null, first: null) { count } } }',
    ),
  ).toEqual({ literals: { totalCount: 2, groupBy: [{ count: 2 }] } })
})

test('fields of names that an enum cannot have are there with an underscore', async () => {
  expect(
    await registry.data(
      '{ literals(latestPer: [_null]) { totalCount nodes { true } groupBy(by: [_true, _null]) { key { true null } } aggregate { min { true null } } } }',
    ),
  ).toEqual({
    literals: {
      totalCount: 1,
      nodes: [{ true: 'b' }],
      groupBy: [{ key: { true: 'b', null: 1 } }],
      aggregate: { min: { true: 'b', null: 1 } },
    },
  })
})

describe('a made-up cursor is refused', () => {
  const cursorOf = (...values: unknown[]) => Buffer.from(JSON.stringify(values)).toString('base64url')
  test.each([
    ['image._meta.createTime:asc,_key:asc', '{image: {_meta: {createTime: asc}}}', ['yesterday', '["a"]']],
    ['image._meta.version:asc,_key:asc', '{image: {_meta: {version: asc}}}', ['x', '["a"]']],
    ['image._meta.uuid:asc,_key:asc', '{image: {_meta: {uuid: asc}}}', ['x', '["a"]']],
    ['image.lts:asc,_key:asc', '{image: {lts: asc}}', ['maybe', '["a"]']],
    ['image.lts:asc,_key:asc', '{image: {lts: asc}}', ['true', null]],
  ])('%s %j', async (name, orderBy, values) => {
    const [error] = await errorsOf(
      `{ roles(orderBy: [${orderBy}], after: "${cursorOf(name, ...values)}") { totalCount } }`,
    )
    expect(error).toMatch(
      /^BAD_USER_INPUT after: after: ".*is not a cursor of this registry; use endCursor or startCursor of a page$/,
    )
  })

  test('under an ordering through another way', async () => {
    expect(
      await errorsOf(
        `{ roles(orderBy: [{name: asc}], after: "${cursorOf('image.name:asc,_key:asc', 'a', '["a"]')}") { totalCount } }`,
      ),
    ).toEqual([
      'BAD_USER_INPUT after: after: the cursor belongs to the ordering "image.name:asc,_key:asc", not "name:asc,_key:asc"; use the same orderBy for all pages',
    ])
  })
})

test('what a template of another form has left in the objects is skipped, and no error', async () => {
  await registry.data(
    'mutation { upsertItems(input: [{name: "odd"}, {name: "plain", count: 7, moment: "2026-11-22"}]) { failed } }',
  )
  await registry.sql(
    `update registry_object set document = document || $1 where template = 'item' and key = '["odd"]'`,
    [
      JSON.stringify({
        count: 1.5,
        big: 'many',
        ratio: '1',
        flag: 'yes',
        moment: '2026-02-31T99:00',
        day: '0000-02-31',
        state: 'gone',
        release: { a: 1 },
      }),
    ],
  )
  const buckets = ['MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR']
  const { items } = await registry.data(`{ items {
    aggregate { count min { count big ratio flag state } max { count flag } avg { big ratio } sum { big ratio } }
    groupBy(by: [big, ratio, flag, state]) { key { big ratio flag state } count }
    ${buckets.map((bucket) => `${bucket}: groupBy(by: [], buckets: {moment: ${bucket}, day: ${bucket}}) { key { moment day } count }`).join(' ')}
  } }`)
  const start = {
    MINUTE: '2026-11-22',
    HOUR: '2026-11-22',
    DAY: '2026-11-22',
    WEEK: '2026-11-16',
    MONTH: '2026-11-01',
    QUARTER: '2026-10-01',
    YEAR: '2026-01-01',
  }
  expect(items).toEqual({
    aggregate: {
      count: 2,
      min: { count: null, big: null, ratio: null, flag: null, state: null },
      max: { count: 7, flag: null },
      avg: { big: null, ratio: null },
      sum: { big: null, ratio: null },
    },
    groupBy: [{ key: { big: null, ratio: null, flag: null, state: null }, count: 2 }],
    ...Object.fromEntries(
      Object.entries(start).map(([bucket, day]) => [
        bucket,
        [
          { key: { moment: `${day}T00:00:00.000Z`, day: null }, count: 1 },
          { key: { moment: null, day: null }, count: 1 },
        ],
      ]),
    ),
  })
})

test('the least and the greatest version come back as they were written', async () => {
  const versions = ['', '\u0001', '1\u00012', '1.0', '1.00', 'v\u0001\u0001', '10', '9']
  await registry.data('mutation ($input: [ItemInput!]!) { upsertItems(input: $input) { failed } }', {
    input: versions.map((build, i) => ({ name: `version ${i}`, build })),
  })
  for (const [i, build] of versions.entries()) {
    expect(
      await registry.data(`{ items(name: "version ${i}") { aggregate { min { build } max { build } } } }`),
    ).toEqual({ items: { aggregate: { min: { build }, max: { build } } } })
  }
})
