import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { type GraphqlAnswer, startRegistry, type TestRegistry } from '../support/registry.ts'
import { versions } from '../support/versions.ts'

const templates = [
  `{ name: image, key: [name], fields: { name: string, note: string } }`,
  `{ name: role, key: [name], fields: { name: string, note: string, size: int, image: { type: reference, to: image } } }`,
  `{ name: build, key: [name], fields: { name: string, image: { type: reference, to: image, onDelete: cascade } } }`,
  `{ name: check, key: [name], fields: { name: string, build: { type: reference, to: build, onDelete: cascade } } }`,
  `{ name: remark, key: [name], fields: { name: string, size: int, image: { type: reference, to: image, onDelete: unset } } }`,
  `{ name: device, key: [name], fields: { name: string, serial: { type: string, unique: true }, size: int } }`,
  `{ name: person, key: [name], fields: { name: string, size: int, chief: { type: reference, to: person, reverse: staff, onDelete: cascade } } }`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())
beforeEach(() => registry.sql('truncate registry_object, registry_past, registry_change'))

/** As many at once as the registry has connections: waiting for a connection has a time limit, which these tests do not cover. */
async function times<Result>(count: number, work: (i: number) => Promise<Result>): Promise<Result[]> {
  const results: Result[] = []
  let next = 0
  const goOn = async () => {
    for (let i = next++; i < count; i = next++) results[i] = await work(i)
  }
  await Promise.all(Array.from({ length: 10 }, goOn))
  return results
}

function shuffle<Item>(items: readonly Item[]): Item[] {
  return items
    .map((item) => [Math.random(), item] as const)
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item)
}

function codesOf(answers: readonly GraphqlAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { errors } of answers) {
    const code = errors?.[0]?.extensions?.code ?? 'written'
    counts[code] = (counts[code] ?? 0) + 1
  }
  return counts
}

/** References to missing objects. */
async function dangling(): Promise<unknown[]> {
  return registry.sql(`
    select o.template, o.key, o.refs from registry_object o, jsonb_each_text(o.refs) as ref
    where not exists (select from registry_object t where t.key = ref.value and t.template = case ref.key when 'chief' then 'person' else ref.key end)`)
}

/** Objects whose history does not end with their present state, or has gaps. */
async function unexplained(): Promise<unknown[]> {
  return registry.sql(`
    select o.template, o.key, o.version, array_agg(c.version order by c.sequence) as versions
    from registry_object o left join ${versions} as c on c.template = o.template and c.key = o.key
    group by o.template, o.key, o.version, o.document
    having array_agg(c.version order by c.sequence) <> (select array_agg(i) from generate_series(1, o.version) i)
      or (array_agg(c.document order by c.sequence desc))[1] <> o.document`)
}

test('200 writers of one new key make one object, versions 1 to 200, and 200 rows of history', async () => {
  const answers = await times(200, (i) =>
    registry.data(
      'mutation ($input: RoleInput!) { upsertRole(input: $input) { outcome role { size _meta { version } } } }',
      { input: { name: 'one', size: i } },
    ),
  )
  const written = answers
    .map(({ upsertRole }) => upsertRole)
    .sort((a, b) => a.role._meta.version - b.role._meta.version)
  expect(written.map(({ role }) => role._meta.version)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1))
  expect(written.map(({ outcome }) => outcome)).toEqual(['CREATED', ...Array(199).fill('UPDATED')])
  const history = await registry.sql(
    `select outcome, version, (document->>'size')::int as size from ${versions} as v order by sequence`,
  )
  expect(history).toEqual(
    written.map(({ outcome, role }) => ({ outcome, version: role._meta.version, size: role.size })),
  )
  expect(await registry.sql('select count(*)::int, max(version) as version from registry_object')).toEqual([
    { count: 1, version: 200 },
  ])
})

test('200 writers that may only create make one object and 199 conflicts', async () => {
  const answers = await times(200, (i) =>
    registry.query('mutation ($input: RoleInput!) { upsertRole(input: $input, ifVersion: 0) { outcome } }', {
      input: { name: 'one', size: i },
    }),
  )
  expect(codesOf(answers)).toEqual({ written: 1, VERSION_CONFLICT: 199 })
  expect(await registry.sql('select version from registry_change')).toEqual([{ version: 1 }])
})

test('20 writers that read a version and write on top of it lose no update', async () => {
  await registry.data('mutation { upsertRole(input: {name: "counter", size: 0}) { outcome } }')
  await times(20, async () => {
    for (;;) {
      const { role } = await registry.data('{ role(name: "counter") { size _meta { version } } }')
      const answer = await registry.query(
        'mutation ($size: Int!, $version: Int!) { upsertRole(input: {name: "counter", size: $size}, ifVersion: $version) { outcome } }',
        { size: role.size + 1, version: role._meta.version },
      )
      if (!answer.errors) return
      expect(answer.errors[0]?.extensions?.code).toBe('VERSION_CONFLICT')
    }
  })
  expect(await registry.data('{ role(name: "counter") { size _meta { version } } }')).toEqual({
    role: { size: 20, _meta: { version: 21 } },
  })
})

test('40 shuffled batches of the same 500 keys, some of them partial, do not get in each other’s way', async () => {
  const keys = Array.from({ length: 500 }, (_, i) => `k${i}`)
  await registry.data('mutation { upsertImages(input: [{name: "a"}, {name: "b"}]) { created } }')
  const answers = await times(40, (i) =>
    registry.query(
      'mutation ($input: [RoleInput!]!, $mode: UpsertMode!) { upsertRoles(input: $input, mode: $mode) { created updated unchanged failed } }',
      {
        input: shuffle(keys).map((name) => ({ name, size: i, image: i % 2 === 0 ? 'a' : 'b' })),
        mode: i % 3 === 0 ? 'INDEPENDENT' : 'ATOMIC',
      },
    ),
  )
  expect(codesOf(answers)).toEqual({ written: 40 })
  const totals = answers.map((answer) => answer.data.upsertRoles)
  const sum = (name: string) => totals.reduce((total, one) => total + one[name], 0)
  expect([sum('created'), sum('updated'), sum('unchanged'), sum('failed')]).toEqual([500, 19_500, 0, 0])
  expect(
    await registry.sql("select version, count(*)::int from registry_object where template = 'role' group by 1"),
  ).toEqual([{ version: 40, count: 500 }])
  expect(await unexplained()).toEqual([])
})

test('writers of one new key with a unique value all write; of different keys with one value, one does', async () => {
  for (let round = 0; round < 5; round++) {
    const same = await times(40, (i) =>
      registry.query('mutation ($input: DeviceInput!) { upsertDevice(input: $input) { outcome } }', {
        input: { name: `s${round}`, serial: `same${round}`, size: i },
      }),
    )
    expect(codesOf(same)).toEqual({ written: 40 })
    const different = await times(20, (i) =>
      registry.query('mutation ($input: DeviceInput!) { upsertDevice(input: $input) { outcome } }', {
        input: { name: `d${round}.${i}`, serial: `d${round}` },
      }),
    )
    expect(codesOf(different)).toEqual({ written: 1, UNIQUE_CONFLICT: 19 })
  }
  expect(
    await registry.sql(
      "select count(*)::int, count(distinct document->>'serial')::int as serials from registry_object",
    ),
  ).toEqual([{ count: 10, serials: 10 }])
  expect(await unexplained()).toEqual([])
})

test('batches that take each other’s unique values in crossing order end in conflicts, not in errors', async () => {
  const answers = await times(30, (i) => {
    const serials = i % 2 === 0 ? ['x', 'y', 'z'] : ['z', 'y', 'x']
    return registry.query('mutation ($input: [DeviceInput!]!) { upsertDevices(input: $input) { created } }', {
      input: serials.map((serial, j) => ({ name: `c${i}.${j}`, serial })),
    })
  })
  expect(codesOf(answers)).toEqual({ written: 1, UNIQUE_CONFLICT: 29 })
})

test('if a reference and the delete of its target collide, one wins and the other is refused, and no reference is left without its target', async () => {
  const outcomes = new Map<string, number>()
  for (let round = 0; round < 30; round++) {
    const names = Array.from({ length: 6 }, (_, i) => `i${round}.${i}`)
    await registry.data('mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { created } }', {
      input: names.map((name) => ({ name })),
    })
    await Promise.all(
      names.map(async (name, i) => {
        const write = async () => {
          await sleep(Math.random() * 8)
          return i % 2 === 0
            ? registry.query('mutation ($input: RoleInput!) { upsertRole(input: $input) { outcome } }', {
                input: { name, image: name },
              })
            : registry.query('mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { created } }', {
                input: [
                  { name, image: name },
                  { name, note: 'x' },
                ],
              })
        }
        const remove = async () => {
          await sleep(Math.random() * 8)
          return i % 3 === 0
            ? registry.query('mutation ($name: String!) { deleteImages(where: {name: {equals: $name}}) }', { name })
            : registry.query('mutation ($name: String!) { deleteImage(name: $name) { name } }', { name })
        }
        const ends = (await Promise.all([write(), remove()]))
          .map(({ errors }) => errors?.[0]?.extensions?.code ?? 'done')
          .join()
        outcomes.set(ends, (outcomes.get(ends) ?? 0) + 1)
      }),
    )
    expect(await dangling()).toEqual([])
  }
  expect([...outcomes.keys()].sort()).toEqual(['REFERENCE_NOT_FOUND,done', 'done,STILL_REFERENCED'])
  expect(await unexplained()).toEqual([])
})

test('a cascade deletes all referrers, however many are written at the same time', async () => {
  const codes = new Set<string>()
  for (let round = 0; round < 20; round++) {
    await registry.data(
      'mutation { upsertImage(input: {name: "i"}) { outcome } upsertBuilds(input: [{name: "b0", image: "i"}, {name: "b1", image: "i"}]) { created } upsertCheck(input: {name: "c", build: "b0"}) { outcome } }',
    )
    const answers = await Promise.all(
      shuffle([
        () => registry.query('mutation { deleteImage(name: "i") { name builds { totalCount } } }'),
        ...Array.from(
          { length: 4 },
          (_, i) => () =>
            registry.query('mutation ($input: [BuildInput!]!) { upsertBuilds(input: $input) { created } }', {
              input: shuffle([0, 1, 2, 3]).map((j) => ({ name: `b${j + (i % 2)}`, image: 'i' })),
            }),
        ),
        ...Array.from(
          { length: 4 },
          (_, i) => () =>
            registry.query('mutation ($input: CheckInput!) { upsertCheck(input: $input) { outcome } }', {
              input: { name: `c${i}`, build: `b${i % 2}` },
            }),
        ),
      ]).map((work) => work()),
    )
    for (const { errors } of answers) codes.add(errors?.[0]?.extensions?.code ?? 'written')
    expect(await dangling()).toEqual([])
    await registry.data('mutation { deleteImages(where: {}, all: true) }')
    expect(await registry.sql("select from registry_object where template in ('image', 'build', 'check')")).toEqual([])
  }
  expect([...codes].filter((code) => code !== 'written' && code !== 'REFERENCE_NOT_FOUND')).toEqual([])
})

test('unset clears what refers to a deleted target and loses nothing that others write to the same objects', async () => {
  for (let round = 0; round < 15; round++) {
    await registry.data(
      'mutation { upsertImage(input: {name: "i"}) { outcome } upsertRemarks(input: [{name: "m0", image: "i", size: 0}, {name: "m1", image: "i"}]) { created } }',
    )
    const answers = await Promise.all(
      shuffle([
        () => registry.query('mutation { deleteImage(name: "i") { name } }'),
        ...Array.from(
          { length: 6 },
          (_, i) => () =>
            registry.query('mutation ($input: [RemarkInput!]!) { upsertRemarks(input: $input) { updated } }', {
              input: shuffle([
                { name: 'm0', size: i + 1 },
                { name: 'm1', image: 'i' },
              ]),
            }),
        ),
      ]).map((work) => work()),
    )
    expect(
      Object.keys(codesOf(answers)).filter((code) => code !== 'written' && code !== 'REFERENCE_NOT_FOUND'),
    ).toEqual([])
    expect(await dangling()).toEqual([])
    expect(await unexplained()).toEqual([])
    await registry.data('mutation { deleteRemarks(where: {}, all: true) }')
  }
})

test('deletes by filter and upserts of the same keys, in any order, show no deadlock to their callers', async () => {
  const keys = Array.from({ length: 200 }, (_, i) => `k${i}`)
  const answers = await times(40, (i) =>
    i % 4 === 0
      ? registry.query(
          i % 8 === 0
            ? 'mutation { deleteRoles(where: {size: {gte: 0}}) }'
            : 'mutation { deleteRoles(where: {name: {startsWith: "k1"}}) }',
        )
      : registry.query('mutation ($input: [RoleInput!]!) { upsertRoles(input: $input) { created } }', {
          input: shuffle(keys).map((name) => ({ name, size: i })),
        }),
  )
  expect(codesOf(answers)).toEqual({ written: 40 })
  expect(await unexplained()).toEqual([])
})

test('objects that refer to each other within their template can be written and deleted at once without a deadlock that shows', async () => {
  const keys = Array.from({ length: 30 }, (_, i) => `p${i}`)
  await registry.data('mutation ($input: [PersonInput!]!) { upsertPeople(input: $input) { created } }', {
    input: keys.map((name) => ({ name })),
  })
  const codes = new Set<string>()
  for (let round = 0; round < 4; round++) {
    const answers = await times(16, (i) => {
      const [some = '', other = ''] = shuffle(keys)
      if (i % 4 === 0)
        return registry.query('mutation ($name: String!) { deletePerson(name: $name) { name } }', { name: some })
      if (i % 4 === 1)
        return registry.query('mutation ($input: [PersonInput!]!) { upsertPeople(input: $input) { created } }', {
          input: shuffle(keys).map((name) => ({ name, size: i })),
        })
      const input = shuffle(keys)
        .slice(0, 8)
        .map((name) => ({ name, chief: name === other ? some : other }))
      // Twice the same keys, so that the second round locks after the first has written.
      return registry.query('mutation ($input: [PersonInput!]!) { upsertPeople(input: $input) { created } }', {
        input: [...input, ...input.map(({ name }, j) => ({ name, size: j }))],
      })
    })
    for (const { errors } of answers) codes.add(errors?.[0]?.extensions?.code ?? 'written')
    expect(await dangling()).toEqual([])
  }
  expect([...codes].filter((code) => code !== 'written' && code !== 'REFERENCE_NOT_FOUND')).toEqual([])
  expect(await unexplained()).toEqual([])
})

test('transactions that deadlock are retried, each of them once more than it failed', async () => {
  await registry.data('mutation { upsertImages(input: [{name: "a"}, {name: "b"}]) { created } }')
  const append = (name: string) => ({
    text: `update registry_object set document = document || jsonb_build_object('note', coalesce(document->>'note', '') || '+') where key = $1`,
    values: [JSON.stringify([name])],
  })
  let attempts = 0
  let holders = 0
  let meet = () => {}
  const bothHoldOne = new Promise<void>((resolve) => {
    meet = resolve
  })
  const write = (mine: string, other: string) =>
    registry.database.transaction(async (run) => {
      attempts++
      await run(append(mine))
      if (++holders === 2) meet()
      await bothHoldOne
      await run(append(other))
    })
  await Promise.all([write('a', 'b'), write('b', 'a')])
  expect(attempts).toBe(3)
  expect(await registry.data('{ images { nodes { name note } } }')).toEqual({
    images: {
      nodes: [
        { name: 'a', note: '++' },
        { name: 'b', note: '++' },
      ],
    },
  })
})
