import { expect, test } from 'vitest'
import { holdTasks, releaseTasks } from './hold-tasks.ts'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()

const image = '{ name: image, key: [name], fields: { name: string } }'
const host = (fields: string) => `{ name: host, key: [name], fields: { name: string, note: string${fields} } }`
const nodes = 'nodes { name }'

/** How a field is before and after, what is written of it before, and what to ask. */
interface Case {
  readonly before?: string
  readonly after: string
  readonly given?: string
  readonly shown: string
  /** Expected of each object. */
  readonly value: unknown
  /** Conditions that all objects match, and those that none does. */
  readonly all: readonly string[]
  readonly none: readonly string[]
  /** Further fields of `hosts`, and what they are. */
  readonly more?: Readonly<Record<string, unknown>>
  /** Its default, as an input. */
  readonly input: string
}

const cpu = 'cpu: { type: int, required: true, default: 4 }'

const cases: Readonly<Record<string, Case>> = {
  'a text': {
    after: 'stage: { type: string, required: true, default: test }',
    shown: 'stage',
    value: 'test',
    all: ['stage: {equals: "test"}', 'stage: {isNull: false}', 'stage: {startsWith: "te"}'],
    none: ['stage: {not: "test"}', 'stage: {isNull: true}'],
    more: { 'groupBy(by: [stage]) { key { stage } count }': [{ key: { stage: 'test' }, count: 2 }] },
    input: 'stage: "test"',
  },
  'a list': {
    after: 'tags: { type: [string], required: true, default: [x, y] }',
    shown: 'tags',
    value: ['x', 'y'],
    all: ['tags: {has: "x"}', 'tags: {hasEvery: ["y", "x"]}', 'tags: {isEmpty: false}'],
    none: ['tags: {hasSome: ["z"]}', 'tags: {isEmpty: true}'],
    more: {
      'groupBy(by: [], paths: [["tags"]]) { values count }': [
        { values: ['x'], count: 2 },
        { values: ['y'], count: 2 },
      ],
    },
    input: 'tags: ["x", "y"]',
  },
  'an object': {
    after: 'spec: { type: object, required: true, default: { cpu: 4 }, fields: { cpu: int, ram: int } }',
    shown: 'spec { cpu ram }',
    value: { cpu: 4, ram: null },
    all: ['spec: {cpu: {equals: 4}}', 'spec: {cpu: {gt: 3}, ram: {isNull: true}}', 'spec: {isNull: false}'],
    none: ['spec: {cpu: {not: 4}}', 'spec: {ram: {equals: 4}}', 'spec: {isNull: true}'],
    more: { 'groupBy(by: [], paths: [["spec", "cpu"]]) { values count }': [{ values: [4], count: 2 }] },
    input: 'spec: {cpu: 4}',
  },
  'a list of objects': {
    after: 'disks: { type: [object], required: true, default: [{ size: 1 }, { size: 2 }], fields: { size: int } }',
    shown: 'disks { size }',
    value: [{ size: 1 }, { size: 2 }],
    all: ['disks: {some: {size: {equals: 2}}}', 'disks: {every: {size: {lt: 3}}}'],
    none: ['disks: {none: {size: {equals: 1}}}', 'disks: {some: {size: {in: [3, 4]}}}'],
    more: {
      'groupBy(by: [], paths: [["disks", "size"]]) { values count }': [
        { values: [1], count: 2 },
        { values: [2], count: 2 },
      ],
    },
    input: 'disks: [{size: 1}, {size: 2}]',
  },
  'a member of an object': {
    before: 'spec: { type: object, fields: { ram: int } }',
    given: 'spec: {ram: 8}',
    after: `spec: { type: object, fields: { ram: int, ${cpu} } }`,
    shown: 'spec { cpu ram }',
    value: { cpu: 4, ram: 8 },
    all: ['spec: {cpu: {equals: 4}}', 'spec: {cpu: {gt: 3}, ram: {equals: 8}}', 'spec: {equals: {cpu: 4, ram: 8}}'],
    none: ['spec: {cpu: {isNull: true}}', 'spec: {ram: {not: 8}}'],
    more: { 'groupBy(by: [], paths: [["spec", "cpu"]]) { values count }': [{ values: [4], count: 2 }] },
    input: 'spec: {cpu: 4, ram: 8}',
  },
  'a member of each object of a list': {
    before: 'specs: { type: [object], fields: { ram: int } }',
    given: 'specs: [{ram: 8}, {}]',
    after: `specs: { type: [object], fields: { ram: int, ${cpu} } }`,
    shown: 'specs { cpu ram }',
    value: [
      { cpu: 4, ram: 8 },
      { cpu: 4, ram: null },
    ],
    all: ['specs: {some: {cpu: {equals: 4}, ram: {equals: 8}}}', 'specs: {every: {cpu: {lt: 5}}}'],
    none: ['specs: {some: {cpu: {isNull: true}}}', 'specs: {none: {cpu: {equals: 4}}}'],
    more: { 'groupBy(by: [], paths: [["specs", "cpu"]]) { values count }': [{ values: [4], count: 2 }] },
    input: 'specs: [{cpu: 4, ram: 8}, {cpu: 4}]',
  },
  'a reference': {
    after: 'image: { type: reference, to: image, required: true, default: u }',
    shown: 'image { name hosts { totalCount nodes { name } } }',
    value: { name: 'u', hosts: { totalCount: 2, nodes: [{ name: 'a' }, { name: 'b' }] } },
    all: ['image: {name: {equals: "u"}}', 'image: {hosts: {some: {name: {equals: "a"}}}}'],
    none: ['image: {name: {equals: "v"}}', 'image: {name: {not: "u"}}'],
    more: {
      'groupBy(by: [image]) { key { image { name } } count }': [{ key: { image: { name: 'u' } }, count: 2 }],
      'groupBy(by: [], paths: [["image", "name"]]) { values count }': [{ values: ['u'], count: 2 }],
    },
    input: 'image: "u"',
  },
  'a list of references': {
    after: 'images: { type: [reference], to: image, required: true, default: [u, v] }',
    shown: 'images { name hosts { totalCount } }',
    value: [
      { name: 'u', hosts: { totalCount: 2 } },
      { name: 'v', hosts: { totalCount: 2 } },
    ],
    all: ['images: {some: {name: {equals: "v"}}}', 'images: {count: {equals: 2}}'],
    none: ['images: {none: {}}', 'images: {some: {name: {equals: "w"}}}'],
    more: {
      'groupBy(by: [], paths: [["images", "name"]]) { values count }': [
        { values: ['u'], count: 2 },
        { values: ['v'], count: 2 },
      ],
    },
    input: 'images: ["u", "v"]',
  },
}

test.each(Object.entries(cases))(
  '%s that must be there is served before any object has been filled with it',
  async (_, one) => {
    const older = await start([image, host(one.before ? `, ${one.before}` : '')])
    const given = one.given ? `, ${one.given}` : ''
    await older.data(
      `mutation { upsertImages(input: [{name: "u"}, {name: "v"}, {name: "w"}]) { created } upsertHosts(input: [{name: "a"${given}}, {name: "b"${given}}]) { created } }`,
    )
    await holdTasks(older)
    const newer = await start([image, host(`, ${one.after}`)], '')
    expect(newer.generation).toBe(2)
    expect(await newer.sql('select document from registry_object where outcome <> $1', ['CREATED'])).toEqual([])
    const where = [...one.all, ...one.none].map((condition, i) => `f${i}: hosts(where: {${condition}}) { ${nodes} }`)
    const more = Object.entries(one.more ?? {})
    const groups = more.map(([field], i) => `g${i}: hosts { ${field} }`)
    const read = () =>
      newer.query(`{ hosts { nodes { name ${one.shown} _meta { version } } } ${where.join(' ')} ${groups.join(' ')} }`)
    const both = [{ name: 'a' }, { name: 'b' }]
    const name = one.shown.split(' ')[0] ?? ''
    const expected = {
      data: {
        hosts: { nodes: both.map((key) => ({ ...key, [name]: one.value, _meta: { version: 1 } })) },
        ...Object.fromEntries(where.map((__, i) => [`f${i}`, { nodes: i < one.all.length ? both : [] }])),
        ...Object.fromEntries(more.map(([field, value], i) => [`g${i}`, { [field.split('(')[0] ?? '']: value }])),
      },
    }
    expect(await read()).toEqual(expected)
    // What an object reads as already makes no version; what else is written goes with it.
    const upsert = (input: string) =>
      newer.query(`mutation { upsertHost(input: {name: "a", ${input}}) { outcome host { ${one.shown} } } }`)
    expect(await upsert(one.input)).toEqual({
      data: { upsertHost: { outcome: 'UNCHANGED', host: { [name]: one.value } } },
    })
    expect(await read()).toEqual(expected)
    await releaseTasks(newer)
    expect(await read()).toEqual(expected)
  },
)

test.each([
  ['a reference', 'image: { type: reference, to: image, required: true, default: u }'],
  ['a list of references', 'image: { type: [reference], to: image, required: true, default: [v, u] }'],
])('%s that objects have not been filled with yet restricts deletes, and is kept by other writes', async (_, field) => {
  const older = await start([image, host('')])
  await older.data(
    'mutation { upsertImages(input: [{name: "u"}, {name: "v"}]) { created } upsertHosts(input: [{name: "a"}, {name: "b"}]) { created } }',
  )
  await holdTasks(older)
  const newer = await start([image, host(`, ${field}`)], '')
  expect((await newer.query('mutation { deleteImage(name: "u") { name } }')).errors?.[0]?.message).toContain('host')
  await newer.data('mutation { upsertHost(input: {name: "a", note: "n"}) { outcome } }')
  const stored =
    "select document->'image' as image, refs->'image' as refs from registry_object where template = 'host' order by key"
  const isList = field.includes('[reference]')
  const filled = isList ? { image: ['v', 'u'], refs: ['["v"]', '["u"]'] } : { image: 'u', refs: '["u"]' }
  expect(await newer.sql(stored)).toEqual([filled, { image: null, refs: null }])
  await releaseTasks(newer)
  expect(await newer.sql(stored)).toEqual([filled, filled])
})
