import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { buildSchema } from '../../src/schema/build-schema.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { asAdmin, asToken } from '../support/test-identify.ts'

const templates = [
  'name: image\nkey: [name]\nfields: { name: string, distr: string, secret: string, size: { type: int, maximum: 9 } }',
  'name: role\nkey: [name]\nfields: { name: string, image: { type: reference, to: image, required: true }, also: { type: [reference], to: image, required: true, reverse: also }, next: { type: reference, to: role, reverse: previous } }',
  'name: note\nkey: [text]\nfields: { text: string, image: { type: reference, to: image, required: true } }',
]
const access = [
  // Objects of images by a value of their own, roles by the images that they refer to.
  `
name: ubuntu
who: [{ token: ubuntu }]
may:
  - read: image
    where: { distr: { equals: ubuntu } }
  - read: role
  - write: [image, role]`,
  `
name: linked
who: [{ token: linked }]
may:
  - read: image
    where: { roles: { some: {} } }
  - write: [image, role]
  - read: role
    where: { image: { distr: { equals: ubuntu } } }`,
  ...['ubuntu', 'debian'].map(
    (distr) => `
name: of-${distr}
who: [{ token: ${distr}-ci }]
may:
  - read: [image, role]
  - read: note
    where: { image: { distr: { equals: ${distr} } } }`,
  ),
  `
name: own
who: [{ token: ubuntu-own }, { token: debian-own }]
may:
  - read: image
    where: { secret: { equals: '{actor}' } }`,
  'name: roles-only\nwho: [{ token: roles-only }]\nmay: [{ read: role }]',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates, { access })
  await registry.data(
    `mutation { upsertImages(input: [{ name: "u", distr: "ubuntu", secret: "ubuntu-own" }, { name: "d", distr: "debian", secret: "debian-own" }]) { failed }
      upsertRoles(input: [{ name: "ru", image: "u", also: ["d", "u"] }, { name: "rd", image: "d", also: [] }]) { failed }
      upsertNotes(input: [{ text: "nu", image: "u" }, { text: "nd", image: "d" }]) { failed } }`,
    undefined,
    asAdmin,
  )
})
afterAll(() => registry?.close())

const ask = (query: string, token: string, variables?: object) => registry.query(query, variables, asToken(token))

describe('a required reference to what may not be read', () => {
  test('is null, beside its key, and is left out of a list', async () => {
    const { data, errors } = await ask('{ roles { nodes { name image { name } also { name } _document } } }', 'ubuntu')
    expect(errors).toBeUndefined()
    expect(data.roles.nodes).toEqual([
      {
        name: 'ru',
        image: { name: 'u' },
        also: [{ name: 'u' }],
        _document: { name: 'ru', image: 'u', also: ['d', 'u'] },
      },
      { name: 'rd', image: null, also: [], _document: { name: 'rd', image: 'd', also: [] } },
    ])
  })

  test('can be null in the schema, of those templates alone', () => {
    const types = (names: readonly string[]) => {
      const schema = buildSchema(registry.model, { conditionalReads: new Set(names) })
      const typeOf = (type: string, field: string) => {
        const named = schema.getType(type)
        return named && 'getFields' in named ? String(named.getFields()[field]?.type) : undefined
      }
      return [
        typeOf('Role', 'image'),
        typeOf('Role', 'also'),
        typeOf('UpsertImagePayload', 'image'),
        typeOf('UpsertRolePayload', 'role'),
      ]
    }
    expect(types([])).toEqual(['Image!', '[Image!]!', 'Image!', 'Role!'])
    expect(types(['image'])).toEqual(['Image', '[Image!]!', 'Image', 'Role!'])
  })

  test('does not fit its template if it is not even there', async () => {
    await registry.sql(
      `update registry_object set refs = refs - 'image', document = document - 'image' where key = '["rd"]'`,
    )
    try {
      const { data, errors } = await ask('{ roles { nodes { name image { name } } } }', 'ubuntu')
      expect(errors).toMatchObject([
        {
          path: ['roles', 'nodes', 1, 'image'],
          extensions: { code: 'UNFIT_OBJECT', template: 'role', field: 'image' },
        },
      ])
      expect(data.roles.nodes[1]).toEqual({ name: 'rd', image: null })
    } finally {
      await registry.sql(
        `update registry_object set refs = refs || '{"image": "[\\"d\\"]"}', document = document || '{"image": "d"}' where key = '["rd"]'`,
      )
    }
  })

  test('says nothing of the object that lacks something itself', async () => {
    await registry.sql(
      `update registry_object set document = document - 'also', refs = refs - 'also' where key = '["rd"]'`,
    )
    try {
      const { errors } = await ask('{ roles { nodes { also { name } } } }', 'linked')
      expect(errors).toBeUndefined()
    } finally {
      await registry.sql(
        `update registry_object set document = document || '{"also": []}', refs = refs || '{"also": []}' where key = '["rd"]'`,
      )
    }
  })
})

describe('related objects that may not be read count for nothing:', () => {
  test.each([
    ['in a filter by their number', 'images(where: { notes: { count: { equals: 1 } } }) { nodes { name } }', ['u']],
    [
      'in an ordering by their number',
      'images(orderBy: [{ notes: { count: desc } }, { name: asc }]) { nodes { name } }',
      ['u', 'd'],
    ],
  ])('%s', async (_way, query, names) => {
    const { data } = await ask(`{ ${query} }`, 'ubuntu-ci')
    expect(data.images.nodes).toEqual(names.map((name) => ({ name })))
  })

  test('in a filter by the latest of them', async () => {
    await registry.data(
      'mutation { upsertRole(input: { name: "hidden", image: "d", also: ["u"] }) { outcome } }',
      undefined,
      asAdmin,
    )
    try {
      const query = (name: string) =>
        `{ images(where: { also: { latest: { is: { name: { equals: "${name}" } } } } }) { nodes { name } } }`
      const u = { images: { nodes: [{ name: 'u' }] } }
      expect(await registry.data(query('hidden'), undefined, asAdmin)).toEqual(u)
      expect((await ask(query('hidden'), 'linked')).data).toEqual({ images: { nodes: [] } })
      expect((await ask(query('ru'), 'linked')).data.images.nodes).toContainEqual({ name: 'u' })
    } finally {
      await registry.data('mutation { deleteRole(name: "hidden") { name } }', undefined, asAdmin)
    }
  })

  test('as the key of a group, which is null', async () => {
    const { data } = await ask('{ roles { groupBy(by: [image]) { key { image { name } } } } }', 'ubuntu')
    expect(data.roles.groupBy).toHaveLength(2)
    expect(data.roles.groupBy).toEqual(
      expect.arrayContaining([{ key: { image: null } }, { key: { image: { name: 'u' } } }]),
    )
  })
})

describe('what was written and may not be read afterwards', () => {
  test.each([false, true])('is not incremented, so that its range tells no number (dryRun: %s)', async (dryRun) => {
    const increment = (name: string, by: number) =>
      ask(
        `mutation { upsertImage(input: { name: "${name}" }, change: { size: { increment: ${by} } }, dryRun: ${dryRun}) { outcome } }`,
        'ubuntu',
      )
    const sizes = () => registry.data('{ images(orderBy: { name: asc }) { nodes { name size } } }', undefined, asAdmin)
    const before = await sizes()
    const [within, beyond] = [await increment('d', 1), await increment('d', 10)]
    expect(within).toEqual(beyond)
    expect(within.errors?.map(({ extensions }) => extensions)).toMatchObject([
      { code: 'FORBIDDEN', issues: [{ path: ['change', 'size', 'increment'], code: 'FORBIDDEN' }] },
    ])
    expect(await sizes()).toEqual(before)
    // What it may read it may increment, up to the range.
    expect((await increment('u', 0)).errors).toBeUndefined()
    expect((await increment('u', 10)).errors?.[0]?.extensions?.issues).toMatchObject([{ code: 'MAXIMUM' }])
  })

  test('is not compared with a value that breaks a rule, so that it cannot be guessed', async () => {
    const all = "where template = 'image'"
    await registry.sql(`update registry_object set document = document || '{"size": 100}' ${all}`)
    try {
      for (const dryRun of [false, true]) {
        const send = (name: string, size: number) =>
          ask(
            `mutation { upsertImage(input: {name: "${name}", size: ${size}}, dryRun: ${dryRun}) { outcome } }`,
            'ubuntu',
          )
        const issuesOf = async (name: string, size: number) => (await send(name, size)).errors?.[0]?.extensions?.issues
        for (const size of [100, 101])
          expect(await issuesOf('d', size)).toEqual([
            { path: ['input', 'size'], code: 'MAXIMUM', message: `size: ${size} is more than 9` },
          ])
        // What it may read it may send again.
        expect(await send('u', 100)).toEqual({ data: { upsertImage: { outcome: 'UNCHANGED' } } })
        expect(await issuesOf('u', 101)).toMatchObject([{ code: 'MAXIMUM' }])
      }
    } finally {
      await registry.sql(`update registry_object set document = document - 'size' ${all}`)
    }
  })

  test.each([
    ['by a value of its own', 'ubuntu', 'image { name }'],
    ['with objects that refer to it', 'ubuntu', 'image { name roles { totalCount } }'],
    ['by other objects', 'linked', 'image { name }'],
    ['with only its type', 'ubuntu', 'image { __typename }'],
  ])('is null in the answer: %s', async (_how, token, selection) => {
    const write = `mutation { upsertImage(input: { name: "x", distr: "arch" }, dryRun: true) { outcome ${selection} } }`
    expect(await ask(write, token)).toEqual({ data: { upsertImage: { outcome: 'CREATED', image: null } } })
    const many = `mutation { upsertImages(input: [{ name: "x", distr: "arch" }], dryRun: true) { created results { ${selection} } } }`
    expect(await ask(many, token)).toEqual({ data: { upsertImages: { created: 1, results: [{ image: null }] } } })
  })

  test('is shown where it may be read, also because of what is written with it', async () => {
    const own = 'mutation { upsertImage(input: { name: "u", size: 1 }, dryRun: true) { outcome image { name } } }'
    expect(await ask(own, 'ubuntu')).toEqual({ data: { upsertImage: { outcome: 'UPDATED', image: { name: 'u' } } } })
    const linked =
      'mutation { upsertRole(input: { name: "x", image: "u", also: [] }, dryRun: true) { role { name image { name } } } }'
    expect(await ask(linked, 'linked')).toEqual({ data: { upsertRole: { role: { name: 'x', image: { name: 'u' } } } } })
  })
})

describe('a template that may not be read', () => {
  test('fails the root field that names it, and no other that can be null', async () => {
    const { data, errors } = await ask(
      '{ a: image(name: "u") { name } b: role(name: "ru") { name } c: role(name: "ru") { image { name } } }',
      'roles-only',
    )
    expect(data).toEqual({ a: null, b: { name: 'ru' }, c: null })
    expect(errors?.map(({ path, extensions }) => [path, extensions?.code])).toEqual([
      [['a'], 'FORBIDDEN'],
      [['c'], 'FORBIDDEN'],
    ])
    expect(errors).toMatchObject([{ locations: [{ line: 1, column: 3 }] }, { locations: [{ line: 1, column: 61 }] }])
  })

  test('is refused before anything else is found wrong inside of it', async () => {
    const { errors } = await ask('{ roles(where: { image: { NOT: [], isNull: null } }) { totalCount } }', 'roles-only')
    expect(errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
  })

  test('is passed over by what names none', async () => {
    const uuids: { template: string; uuid: string }[] = (await registry.sql(
      'select template, uuid from registry_object',
    )) as never
    const uuidOf = (name: string) => uuids.find(({ template }) => template === name)?.uuid
    const query = `query ($image: UUID!, $role: UUID!, $id: ID!) {
      templates { name count }
      image: object(uuid: $image) { __typename } role: object(uuid: $role) { __typename }
      node(id: $id) { id }
      search(text: "u") { nodes { object { __typename } } } all: search(text: "ru") { nodes { object { __typename } } } }`
    expect(
      await ask(query, 'roles-only', { image: uuidOf('image'), role: uuidOf('role'), id: uuidOf('note') }),
    ).toEqual({
      data: {
        templates: [{ name: 'role', count: 2 }],
        image: null,
        role: { __typename: 'Role' },
        node: null,
        // A role has the key of its image as a value of its own.
        search: { nodes: [{ object: { __typename: 'Role' } }] },
        all: { nodes: [{ object: { __typename: 'Role' } }] },
      },
    })
  })

  test('and all others are passed over for a caller of no role, and asked for a token without one', async () => {
    const query =
      '{ templates { name } object(uuid: "00000000-0000-0000-0000-000000000000") { __typename } search(text: "u") { nodes { field } } }'
    expect(await ask(query, 'nobody')).toEqual({ data: { templates: [], object: null, search: { nodes: [] } } })
    const { errors } = await registry.query('{ templates { name } }')
    expect(errors?.[0]?.extensions?.code).toBe('UNAUTHENTICATED')
    expect(await registry.query('{ __typename }')).toEqual({ data: { __typename: 'Query' } })
  })
})

test('what does not fit a template is told to those who may read all of its objects', async () => {
  await registry.sql(`update registry_object set document = document || '{"size": 100}' where key = '["d"]'`)
  const query = '{ templates { name violations { field count samples } } }'
  const seen = async (headers: Readonly<Record<string, string>>) => {
    const { templates } = await registry.data(query, undefined, headers)
    return templates.find(({ name }: { name: string }) => name === 'image').violations
  }
  try {
    expect(await seen(asAdmin)).toEqual([{ field: 'size', count: 1, samples: ['["d"]'] }])
    expect(await seen(asToken('ubuntu-ci'))).toEqual([{ field: 'size', count: 1, samples: ['["d"]'] }])
    expect(await seen(asToken('ubuntu'))).toEqual([])
  } finally {
    await registry.sql(`update registry_object set document = document - 'size' where key = '["d"]'`)
  }
})

describe('callers who may read other objects share nothing that depends on it:', () => {
  const notes = 'query ($text: String) { notes(text: $text) { totalCount nodes { text image { name distr } } } }'
  const images =
    'query ($name: String!) { image(name: $name) { name } images { nodes { name } } templates { name count } search(text: "u") { nodes { object { __typename ... on Image { secret } } } } }'

  test('those with other roles, one after the other and at once, for one operation and its variables', async () => {
    const textsOf = async (token: string) => {
      const { data } = await ask(notes, token, {})
      return data.notes.nodes.map(({ text }: { text: string }) => text)
    }
    for (let i = 0; i < 4; i++) {
      expect(await textsOf('ubuntu-ci')).toEqual(['nu'])
      expect(await textsOf('debian-ci')).toEqual(['nd'])
      expect((await ask(notes, 'debian-ci', { text: 'nu' })).data.notes.totalCount).toBe(0)
      expect((await ask(notes, 'ubuntu-ci', { text: 'nu' })).data.notes.totalCount).toBe(1)
      expect((await ask(notes, 'roles-only', {})).errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
      expect((await registry.data(notes, {}, asAdmin)).notes.totalCount).toBe(2)
    }
    const many = Array.from({ length: 20 }, (_, i) => (i % 2 === 0 ? 'ubuntu-ci' : 'debian-ci'))
    const found = await Promise.all(many.map(textsOf))
    expect(found).toEqual(many.map((token) => [token === 'ubuntu-ci' ? 'nu' : 'nd']))
  })

  test('those with one role and other values of their own, who share the plan', async () => {
    for (let i = 0; i < 4; i++) {
      for (const [token, name, other] of [
        ['ubuntu-own', 'u', 'd'],
        ['debian-own', 'd', 'u'],
      ] as const) {
        const { data } = await ask(images, token, { name })
        expect(data).toEqual({
          image: { name },
          images: { nodes: [{ name }] },
          templates: [{ name: 'image', count: 1 }],
          search: {
            nodes: name === 'u' ? [{ object: { __typename: 'Image', secret: 'ubuntu-own' } }] : data.search.nodes,
          },
        })
        expect(JSON.stringify(data.search)).not.toContain(other === 'u' ? 'ubuntu-own' : 'debian-own')
        expect((await ask(images, token, { name: other })).data.image).toBeNull()
      }
    }
  })
})
