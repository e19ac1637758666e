import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const query =
  'query ($text: String!, $templates: [String!], $first: Int) { search(text: $text, templates: $templates, first: $first) { nodes { field object { _document } } } }'

const image = `
name: image
key: [name]
additionalFields: true
fields: { name: string, kernel: version, lts: boolean, size: int, notes: string }
`
const role = `
name: role
key: [name, image]
fields: { name: string, image: { type: reference, to: image }, commit: string, path: string, steps: [string], extra: json }
`

describe('search', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry([
      image,
      role,
      '{ name: secret, search: false, key: [name], fields: { name: string } }',
    ])
    await registry.data(
      `mutation {
        upsertImages(input: [
          {name: "ubuntu-20.04", kernel: "5.4.0-73", lts: true, size: 8080, _additional: {owner: "alice"}}
          {name: "ubuntu-22.04", kernel: "5.15.0-2", notes: "Runs the NtpClient well"}
        ]) { failed }
        upsertRoles(input: [
          {name: "ntp-client", image: "ubuntu-20.04", commit: "b312fe45a0", path: "/etc/ntp.conf", steps: ["install", "restart chrony"]}
          {name: "ntp", image: "ubuntu-22.04", commit: "c0ffee00", extra: {hosts: [{fqdn: "db01.example.com"}]}}
          {name: "chrony-ntp", image: "ubuntu-20.04"}
        ]) { failed }
        upsertSecret(input: {name: "ntp"}) { outcome }
      }`,
    )
  })
  afterAll(() => registry?.close())

  /** The name of each object with the field in which it was found, the best first. */
  const find = async (text: string, more: object = {}) => {
    const { search } = await registry.data(query, { text, ...more })
    return search.nodes.map(
      ({ field, object }: { field: string; object: { _document: { name: string } } }) =>
        `${object._document.name} ${field}`,
    )
  }

  test.each([
    ['ntp', ['ntp name', 'chrony-ntp name', 'ntp-client name', 'ubuntu-22.04 notes']],
    ['NTP', ['ntp name', 'chrony-ntp name', 'ntp-client name', 'ubuntu-22.04 notes']],
    ['ntp-client', ['ntp-client name']],
    ['ntp_cl', ['ntp-client name']],
    ['client', ['ubuntu-22.04 notes', 'ntp-client name']],
    ['ntpclient', ['ubuntu-22.04 notes']],
    ['lient', []],
    ['5.15', ['ubuntu-22.04 kernel']],
    ['4.0-73', ['ubuntu-20.04 kernel']],
    ['b312', ['ntp-client commit']],
    ['312fe', []],
    ['ntp.conf', ['ntp-client path']],
    ['example.com', ['ntp extra']],
    ['01.example', ['ntp extra']],
    ['restart', ['ntp-client steps']],
    ['8080', ['ubuntu-20.04 size']],
    // By its own fields before by what it refers to; the words may be in different fields.
    ['ubuntu', ['ubuntu-20.04 name', 'ubuntu-22.04 name', 'chrony-ntp image', 'ntp image', 'ntp-client image']],
    ['ntp 20.04', ['chrony-ntp name', 'ntp-client name']],
    ['ntp  sshd', []],
    ['true', []],
    ['alice', []],
    ["' | !ntp & ':*", ['ntp name', 'chrony-ntp name', 'ntp-client name', 'ubuntu-22.04 notes']],
  ])('finds %j in %j', async (text, expected) => {
    expect(await find(text)).toEqual(expected)
  })

  test('looks into the templates that are named, and gives as many as are asked for', async () => {
    expect(await find('ntp', { templates: ['image'] })).toEqual(['ubuntu-22.04 notes'])
    expect(await find('ntp', { templates: [] })).toEqual([])
    expect(await find('ntp', { templates: null, first: 2 })).toEqual(['ntp name', 'chrony-ntp name'])
    expect(await find('ntp', { first: 0 })).toEqual([])
  })

  test.each([
    [
      { text: ' -- ' },
      'BAD_USER_INPUT',
      ['text'],
      'text: " -- " has no letter or digit to look for; give a word, or the beginning of one',
    ],
    [
      { text: 'a b c d e f g h i j k' },
      'LIMIT_EXCEEDED',
      ['text'],
      'text: the request has 11 words in the text of one search; at most 10 are allowed (limit "searchWords"). Leave out the least telling ones.',
    ],
    [{ text: 'a', first: 1_001 }, 'LIMIT_EXCEEDED', ['first'], expect.stringContaining('1,001 objects in one page')],
    [{ text: 'a', first: -1 }, 'BAD_USER_INPUT', ['first'], 'first: -1 is not a page size; give 0 to 1000'],
    [
      { text: 'a', templates: ['role', 'imgae'] },
      'BAD_USER_INPUT',
      ['templates', 1],
      'templates: "imgae" is not a template. Did you mean "image"?',
    ],
    [
      { text: 'a', templates: ['xxxxxxxxx'] },
      'BAD_USER_INPUT',
      ['templates', 0],
      'templates: "xxxxxxxxx" is not a template; { templates { name } } lists them',
    ],
    [
      { text: 'a', templates: ['secret'] },
      'BAD_USER_INPUT',
      ['templates', 0],
      'templates: "secret" takes no part in search: its template has search: false',
    ],
  ])('refuses %j', async (variables, code, path, message) => {
    const { errors } = await registry.query(query, variables)
    expect(errors).toMatchObject([{ path: ['search'], extensions: { code, issues: [{ path, message }] } }])
    expect(errors?.[0]?.message).toEqual(message)
  })

  test('counts how many objects can be reached from what it may find', async () => {
    const { errors } = await registry.query(
      '{ search(text: "a", first: 1000) { nodes { object { ... on Image { roles(first: 1000) { nodes { name } } } } } } }',
    )
    expect(errors?.[0]?.extensions?.code).toBe('LIMIT_EXCEEDED')
  })

  test('finds the same without its index', async () => {
    const texts = ['ntp', 'ubuntu', '4.0-73', 'e', 'nothing']
    const before = await Promise.all(texts.map((text) => find(text)))
    const indexes = await registry.sql("select indexname from pg_indexes where indexdef like '%registry_search_words%'")
    expect(indexes).toHaveLength(2)
    for (const { indexname } of indexes) await registry.sql(`drop index "${indexname}"`)
    expect(await Promise.all(texts.map((text) => find(text)))).toEqual(before)
  })

  test('takes objects with long and many texts', async () => {
    const words = Array.from({ length: 5_000 }, (_, i) => `w${i}`)
    const input = {
      name: 'long',
      image: 'ubuntu-20.04',
      path: words.join('/'),
      steps: words,
      extra: { text: 'z'.repeat(9_000) },
    }
    await registry.data('mutation ($input: RoleInput!) { upsertRole(input: $input) { outcome } }', { input })
    expect(await find('w0/w1/w2')).toEqual(['long path'])
    expect(await find(`${words.slice(0, 5).join(' ')} long`)).toEqual(['long steps'])
    expect(await find('z'.repeat(80))).toEqual(['long extra'])
    expect(await find('w4999')).toEqual([])
  })
})

test('searches as many fields as a template can have, unless their names are too long for the text', async () => {
  const wide = (name: string, ending: string) =>
    `name: ${name}\nkey: [id]\nfields:\n  id: string\n${Array.from({ length: 499 }, (_, i) => `  f${i}${ending}: string\n`).join('')}`
  const registry = await startRegistry([wide('short', ''), wide('long', 'x'.repeat(190))])
  try {
    await registry.data('mutation { upsertShort(input: {id: "a", f498: "one two three"}) { outcome } }')
    const text = 'one two three o t th tw on thr thre'
    expect(await registry.data(query, { text, templates: ['short'] })).toMatchObject({
      search: { nodes: [{ field: 'f498' }] },
    })
    const { errors } = await registry.query(query, { text })
    expect(errors).toMatchObject([
      {
        message:
          'text: its words are too long for the many fields that are searched; give fewer of them, or shorter ones',
        extensions: { code: 'LIMIT_EXCEEDED', issues: [{ path: ['text'] }] },
      },
    ])
  } finally {
    await registry.close()
  }
})

describe('the names of search give way to those of a template', () => {
  test.each([
    ['whose name it is', 'name: search', '_search', 'RegistrySearchConnection'],
    ['whose plural it is', 'name: lookup\nplural: search', '_search', 'RegistrySearchConnection'],
    ['with a type of that name', 'name: search_node', 'search', 'RegistrySearchConnection'],
    ['with a type of the other name', 'name: search_connection', 'search', 'RegistrySearchConnection'],
    ['with another name', 'name: research_paper', 'search', 'SearchConnection'],
  ])('%s', async (_, name, field, type) => {
    const registry = await startRegistry([`${name}\nkey: [id]\nfields: { id: string }\n`])
    try {
      const { typeName } = registry.model.templates[0] as { typeName: string }
      await registry.data(`mutation { upsert${typeName}(input: {id: "alpha"}) { outcome } }`)
      expect(
        await registry.data(
          `{ ${field}(text: "al") { __typename nodes { field object { ... on ${typeName} { id } } } } }`,
        ),
      ).toEqual({ [field]: { __typename: type, nodes: [{ field: 'id', object: { id: 'alpha' } }] } })
    } finally {
      await registry.close()
    }
  })
})
