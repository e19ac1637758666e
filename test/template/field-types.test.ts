import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'

const templates = [
  `
name: value
key: [name]
fields:
  name: string
  string: string
  int: int
  bigint: bigint
  float: float
  boolean: boolean
  datetime: datetime
  date: date
  uuid: uuid
  version: version
  enum: { type: enum, values: [draft, active, "True", yes] }
  json: json
  strings: [string]
  floats: [float]
`,
  '{ name: flag, key: [on], fields: { on: boolean, note: string } }',
  '{ name: word, key: [on], fields: { on: { type: string, minLength: 0 }, note: string } }',
  '{ name: tight, key: [name], fields: { name: string, code: { type: string, unique: true }, label: { type: string, indexed: true }, release: { type: version, indexed: true } } }',
  '{ name: moment, key: [at, on, number, id], fields: { at: datetime, on: date, number: bigint, id: uuid } }',
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())

const mutation = 'mutation ($input: ValueInput!) { upsertValue(input: $input) { outcome } }'

/** The result of one value given as a variable: the value as it is read back, or the message that refuses it. */
async function store(field: string, value: unknown): Promise<unknown> {
  const written = await registry.query(mutation, { input: { name: `v ${field}`, [field]: value } })
  if (written.errors) return refusalOf(written)
  return readBack(field, `v ${field}`)
}

/** The same for a value written into the query. */
async function storeLiteral(field: string, literal: string): Promise<unknown> {
  const written = await registry.query(
    `mutation { upsertValue(input: {name: "l ${field}", ${field}: ${literal}}) { outcome } }`,
  )
  if (written.errors) return refusalOf(written)
  return readBack(field, `l ${field}`)
}

function refusalOf(answer: Awaited<ReturnType<TestRegistry['query']>>): { refused: string | undefined } {
  const [error] = answer.errors ?? []
  expect(error?.extensions?.code).toBe('BAD_USER_INPUT')
  return { refused: error?.message }
}

async function readBack(field: string, name: string): Promise<unknown> {
  const { value } = await registry.data(`query ($name: String!) { value(name: $name) { ${field} _document } }`, {
    name,
  })
  expect(value[field]).toEqual(value._document[field])
  return value[field]
}

const refused = (text: string) => ({ refused: expect.stringContaining(text) })

describe('texts', () => {
  const kept = [
    '0012345',
    '20.10',
    'yes',
    '7',
    '1e3',
    '',
    ' ',
    ' a\n\tb ',
    'null',
    'true',
    'é',
    'e\u0301',
    '👩‍👩‍👧 🏳️‍🌈',
    'שלום עולם',
    '\u202Eabc',
    '\u0001\u007f\u2028\ufeff\uffff',
    '\\u0000',
    '"\'`$1%_\\',
    '𝒳',
    '__proto__',
  ]
  test.each(kept)('%j is kept byte for byte', async (text) => {
    expect(await store('string', text)).toBe(text)
    expect(await store('strings', [text, text])).toEqual([text, text])
    expect(await storeLiteral('string', JSON.stringify(text))).toBe(text)
  })

  test('a megabyte of text and a list of 10,000 are kept', async () => {
    const text = 'x€😀\n'.repeat(100_000)
    expect(await store('string', text)).toBe(text)
    const list = Array.from({ length: 10_000 }, (_, i) => `item ${i}`)
    expect(await store('strings', list)).toEqual(list)
    expect(await store('strings', [])).toEqual([])
  })

  test('U+0000 and half a surrogate pair are refused in any place', async () => {
    for (const [field, value] of [
      ['string', 'a\u0000b'],
      ['strings', ['a', '\u0000']],
      ['json', { a: ['\u0000'] }],
      ['json', { 'a\u0000': 1 }],
      ['version', '\u0000'],
      ['name', '\u0000'],
    ] as const) {
      expect(await store(field, value)).toEqual(refused('contains the character U+0000, which cannot be stored'))
    }
    for (const [field, value] of [
      ['string', 'a\ud800b'],
      ['strings', ['\udc00']],
      ['json', { a: ['\ud83d'] }],
      ['json', { '\udfff': 1 }],
      ['version', '\ud800'],
      ['name', '\ud800'],
    ] as const) {
      expect(await store(field, value)).toEqual(refused('contains half of a surrogate pair, which is not a character'))
    }
    expect(await storeLiteral('string', '"\\u0000"')).toEqual(refused('U+0000'))
    expect(await storeLiteral('json', '["\\u0000"]')).toEqual(refused('U+0000'))
    expect(
      (await registry.query('query ($name: String!) { value(name: $name) { name } }', { name: '\u0000' })).errors?.[0]
        ?.extensions?.code,
    ).toBe('BAD_USER_INPUT')
    expect(
      (await registry.query('mutation ($name: String!) { deleteValue(name: $name) { name } }', { name: '\ud800' }))
        .errors?.[0]?.extensions?.code,
    ).toBe('BAD_USER_INPUT')
  })

  test('a number or a boolean is no text', async () => {
    for (const value of [7, 20.1, true, ['a'], {}])
      expect(await store('string', value)).toEqual(refused('String cannot represent'))
  })
})

describe('numbers', () => {
  test('an int has 32 bits', async () => {
    for (const value of [0, -1, 2_147_483_647, -2_147_483_648]) {
      expect(await store('int', value)).toBe(value)
      expect(await storeLiteral('int', String(value))).toBe(value)
    }
    expect(await store('int', -0)).toBe(0)
    expect(await storeLiteral('int', '-0')).toBe(0)
    expect(await store('int', 2_147_483_648)).toEqual(refused('32-bit'))
    expect(await storeLiteral('int', '-2147483649')).toEqual(refused('32-bit'))
    for (const value of [1.5, '1', true]) expect(await store('int', value)).toEqual(refused('Int cannot represent'))
    expect(await storeLiteral('int', '1.5')).toEqual(refused('Int cannot represent'))
  })

  test('a bigint has 64 bits, is given as text, literal or exact number, and comes back as text', async () => {
    for (const text of ['0', '-1', '9007199254740993', '9223372036854775807', '-9223372036854775808']) {
      expect(await store('bigint', text)).toBe(text)
      expect(await storeLiteral('bigint', text)).toBe(text)
      expect(await storeLiteral('bigint', JSON.stringify(text))).toBe(text)
    }
    expect(await store('bigint', '+007')).toBe('7')
    expect(await store('bigint', '-0')).toBe('0')
    expect(await store('bigint', 9_007_199_254_740_991)).toBe('9007199254740991')
    expect(await store('bigint', 2 ** 53)).toEqual(
      refused('may have been rounded in transit; write it as a text of digits'),
    )
    for (const text of [
      '9223372036854775808',
      '-9223372036854775809',
      '1'.repeat(41),
      '1.0',
      '1e3',
      '',
      ' 1',
      '0x10',
      'NaN',
    ]) {
      expect(await store('bigint', text)).toEqual(
        refused('is not a whole number from -9223372036854775808 to 9223372036854775807'),
      )
    }
    expect(await storeLiteral('bigint', '9223372036854775808')).toEqual(refused('is not a whole number from'))
    for (const value of [1.5, true, null])
      if (value !== null) expect(await store('bigint', value)).toEqual(refused('is not a whole number from'))
    expect(await storeLiteral('bigint', '1.5')).toEqual(refused('BigInt must be a text'))
  })

  test('a float is any finite number', async () => {
    for (const value of [0, 1.5, -0.1, 1e300, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 123456789012345680000]) {
      expect(await store('float', value)).toBe(value)
      expect(await storeLiteral('float', String(value))).toBe(value)
    }
    expect(await store('floats', [-0, 1])).toEqual([0, 1])
    expect(await storeLiteral('float', '-0.0')).toBe(0)
    expect(await storeLiteral('float', '1e400')).toEqual(refused('Infinity is not a finite number'))
    const raw = await fetch(registry.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: `{"query": ${JSON.stringify(mutation)}, "variables": {"input": {"name": "inf", "float": 1e400}}}`,
    })
    expect(await raw.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })
    for (const value of ['1', 'NaN', true])
      expect(await store('float', value)).toEqual(refused('Float cannot represent'))
  })
})

describe('days and moments', () => {
  test('a date is a day that exists', async () => {
    for (const value of ['2026-11-22', '2024-02-29', '0001-01-01', '9999-12-31'])
      expect(await store('date', value)).toBe(value)
    for (const value of [
      '2026-02-30',
      '2025-02-29',
      '2026-13-01',
      '2026-00-10',
      '0000-01-01',
      '2026-1-1',
      '20261122',
      '2026-11-22T00:00:00Z',
      '',
      '+002026-11-22',
      '-001-01-01',
      20261122,
    ]) {
      expect(await store('date', value)).toEqual(refused('is not a date such as "2026-11-22"'))
    }
  })

  test('a datetime is stored in UTC, to the microsecond, whatever form it came in', async () => {
    const forms = {
      '2026-11-22T08:57:31+01:00': '2026-11-22T07:57:31.000Z',
      '2026-11-22t07:57:31.5z': '2026-11-22T07:57:31.500Z',
      '2026-11-22T07:57:31.123456Z': '2026-11-22T07:57:31.123456Z',
      '2026-11-22T07:57:31.123456789Z': '2026-11-22T07:57:31.123456Z',
      '2026-11-22T07:57:31.123000Z': '2026-11-22T07:57:31.123Z',
      '2026-11-22T00:30:00+05:45': '2026-11-21T18:45:00.000Z',
      '2026-11-22 07:57:31Z': '2026-11-22T07:57:31.000Z',
      '2026-11-22 08:57:31 +0100': '2026-11-22T07:57:31.000Z',
      'Sun, 22 Nov 2026 07:57:31 GMT': '2026-11-22T07:57:31.000Z',
      '2026-11-22': '2026-11-22T00:00:00.000Z',
      '0001-01-01T00:00:00Z': '0001-01-01T00:00:00.000Z',
      '9999-12-31T23:59:59.999999Z': '9999-12-31T23:59:59.999999Z',
    }
    for (const [given, stored] of Object.entries(forms)) {
      expect(await store('datetime', given)).toBe(stored)
      expect(await storeLiteral('datetime', JSON.stringify(given))).toBe(stored)
    }
    expect(await store('datetime', 1_763_797_051_322)).toBe('2025-11-22T07:37:31.322Z')
    expect(await storeLiteral('datetime', '1763797051322')).toBe('2025-11-22T07:37:31.322Z')
    expect(await store('datetime', 100_000_000_000)).toBe('1973-03-03T09:46:40.000Z')
  })

  test('a datetime that does not exist or has no offset is refused', async () => {
    const wrong = [
      '2026-02-30T00:00:00Z',
      '2025-02-29',
      '2026-11-22T24:00:00Z',
      '2026-11-22T23:60:00Z',
      '2016-12-31T23:59:60Z',
      '0000-01-01T00:00:00Z',
      '0001-01-01T00:00:00+01:00',
      '9999-12-31T23:59:59-01:00',
      '2026-11-22T07:57:31',
      '2026-11-22T07:57:31+24:00',
      '2026-11-22T07:57:31+01:60',
      'yesterday',
      '',
      '1763797051',
      1_763_797_051,
      99_999_999_999,
      -1,
      1.5,
      9e15,
      true,
    ]
    for (const value of wrong) expect([value, await store('datetime', value)]).toEqual([value, refused('DateTime: ')])
    expect(await storeLiteral('datetime', '1.5')).toEqual(refused('DateTime: "1.5" is not a time'))
  })
})

test('a uuid is stored in lower case', async () => {
  const uuid = 'b7205949-344b-4e51-a4a8-3d69ef43c8c7'
  expect(await store('uuid', uuid.toUpperCase())).toBe(uuid)
  expect(await storeLiteral('uuid', JSON.stringify(uuid.toUpperCase()))).toBe(uuid)
  for (const value of [`{${uuid}}`, uuid.replaceAll('-', ''), `${uuid} `, '', 7])
    expect(await store('uuid', value)).toEqual(refused('is not a UUID such as'))
})

test('a boolean is only true or false', async () => {
  expect([await store('boolean', true), await store('boolean', false), await storeLiteral('boolean', 'true')]).toEqual([
    true,
    false,
    true,
  ])
  for (const value of ['true', 1, 0, 'yes', ''])
    expect(await store('boolean', value)).toEqual(refused('Boolean cannot represent'))
})

test('an enum accepts only its members, as they are written', async () => {
  for (const value of ['draft', 'active', 'True', 'yes']) {
    expect(await store('enum', value)).toBe(value)
    expect(await storeLiteral('enum', value)).toBe(value)
  }
  for (const value of ['Draft', 'true', '', 0]) expect(await store('enum', value)).toEqual(refused('ValueEnum'))
  expect(await storeLiteral('enum', '"draft"')).toEqual(refused('ValueEnum'))
})

test('a version is a text of at most 128 characters', async () => {
  for (const value of ['5.4.0-73', '20.04', '1.00', '', '0'.repeat(128)])
    expect(await store('version', value)).toBe(value)
  expect(await store('version', '1.'.repeat(65))).toEqual(
    refused('a version may have at most 128 characters; this one has 130'),
  )
})

describe('json', () => {
  test('JSON is kept as it is, attributes called __proto__ and constructor included', async () => {
    const values = [
      0,
      1.5,
      'text',
      '',
      true,
      [],
      {},
      [null],
      { a: null },
      [[[]]],
      { '': '', ' ': 1 },
      { z: 1, a: 2, 10: 3, 9: 4 },
      JSON.parse(
        '{"__proto__": {"polluted": 1}, "constructor": {"prototype": 2}, "toString": "s", "hasOwnProperty": null}',
      ),
      { n: [9_007_199_254_740_991, -9_007_199_254_740_991, 1e-7, 0.1] },
    ]
    for (const value of values) expect(await store('json', value)).toEqual(value)
    const literal = '{__proto__: {polluted: 1}, constructor: {prototype: [2, 1.5, "x", enumLike, true, null]}}'
    expect(JSON.stringify(await storeLiteral('json', literal))).toBe(
      JSON.stringify(
        JSON.parse(
          '{"__proto__": {"polluted": 1}, "constructor": {"prototype": [2, 1.5, "x", "enumLike", true, null]}}',
        ),
      ),
    )
    expect(Object.prototype).not.toHaveProperty('polluted')
  })

  test('numbers that JavaScript has rounded, or JSON cannot hold, are refused', async () => {
    expect(await store('json', { n: [2 ** 53] })).toEqual(
      refused('9007199254740992 may have been rounded in transit; write it as a text'),
    )
    expect(await storeLiteral('json', '{n: 12345678901234567890}')).toEqual(refused('may have been rounded in transit'))
    expect(await storeLiteral('json', '[1e400]')).toEqual(refused('Infinity is not a number that JSON can hold'))
    expect(await storeLiteral('json', '[-0.0, -0]')).toEqual([0, 0])
  })

  test('JSON goes down to 64 levels', async () => {
    const nested = (levels: number) => JSON.parse('['.repeat(levels) + ']'.repeat(levels))
    const parse = async (levels: number) =>
      (await import('../../src/template/field-types/parse-json.ts')).parseJson(nested(levels))
    expect(await parse(64)).toEqual(nested(64))
    await expect(parse(65)).rejects.toThrow('the JSON is nested deeper than 64 levels')
    // On the way in, the input around it counts.
    expect(await store('json', nested(60))).toEqual(nested(60))
    const tooDeep = await registry.query(mutation, { input: { name: 'deep', json: nested(65) } })
    expect(['BAD_USER_INPUT', 'LIMIT_EXCEEDED']).toContain(tooDeep.errors?.[0]?.extensions?.code)
  })
})

describe('keys', () => {
  test('composed and decomposed characters are one key, and the object keeps the form it was created with', async () => {
    const [nfc, nfd] = ['Andr\u00e9', 'Andre\u0301']
    const write = async (on: string, note: string) =>
      (
        await registry.data('mutation ($input: WordInput!) { upsertWord(input: $input) { outcome word { on } } }', {
          input: { on, note },
        })
      ).upsertWord
    expect(await write(nfd, 'a')).toEqual({ outcome: 'CREATED', word: { on: nfd } })
    expect(await write(nfc, 'b')).toEqual({ outcome: 'UPDATED', word: { on: nfd } })
    expect(await registry.data('query ($on: String!) { word(on: $on) { note } }', { on: nfc })).toEqual({
      word: { note: 'b' },
    })
    expect(await registry.data('mutation ($on: String!) { deleteWord(on: $on) { note } }', { on: nfc })).toEqual({
      deleteWord: { note: 'b' },
    })
  })

  test('true and "true" are different keys, and so are texts that differ in case, space or leading zeros', async () => {
    await registry.data('mutation { upsertFlags(input: [{on: true}, {on: false}]) { created } }')
    expect(await registry.sql("select key from registry_object where template = 'flag' order by key")).toEqual([
      { key: '[false]' },
      { key: '[true]' },
    ])
    const words = ['true', 'True', ' true', '1', '01', '1.0', '']
    expect(
      await registry.data('mutation ($input: [WordInput!]!) { upsertWords(input: $input) { created } }', {
        input: words.map((on) => ({ on })),
      }),
    ).toEqual({ upsertWords: { created: words.length } })
  })

  test('a key is compared in its stored form: datetime, bigint and uuid have many spellings', async () => {
    const write = async (input: object) =>
      (
        await registry.data(
          'mutation ($input: MomentInput!) { upsertMoment(input: $input) { outcome moment { at on number id } } }',
          { input },
        )
      ).upsertMoment
    const stored = {
      at: '2026-11-22T07:00:00.000Z',
      on: '2026-11-22',
      number: '7',
      id: 'b7205949-344b-4e51-a4a8-3d69ef43c8c7',
    }
    expect(
      await write({ at: '2026-11-22T08:00:00+01:00', on: '2026-11-22', number: 7, id: stored.id.toUpperCase() }),
    ).toEqual({ outcome: 'CREATED', moment: stored })
    expect(await write({ ...stored, number: '+07' })).toEqual({ outcome: 'UNCHANGED', moment: stored })
  })

  test('a key that no index could hold is refused, and the longest that it can is taken', async () => {
    // PostgreSQL compresses what it can before it measures.
    const random = (length: number) => randomBytes(length).toString('base64url').slice(0, length)
    const write = (name: string) =>
      registry.query('mutation ($input: TightInput!) { upsertTight(input: $input) { outcome } }', {
        input: { name, code: `c${random(499)}`, label: random(500), release: '1a'.repeat(64) },
      })
    expect(await write(random(1_996))).toEqual({ data: { upsertTight: { outcome: 'CREATED' } } })
    expect((await write(random(1_997))).errors?.[0]?.extensions?.issues).toEqual([
      {
        path: ['input'],
        code: 'KEY_TOO_LONG',
        message: expect.stringContaining('the key takes 2001 bytes; at most 2000 are allowed: '),
      },
    ])
    expect((await write('😀'.repeat(500))).errors?.[0]?.extensions?.issues?.[0]?.code).toBe('KEY_TOO_LONG')
    const lookup = await registry.query('query ($name: String!) { tight(name: $name) { name } }', {
      name: 'x'.repeat(100_000),
    })
    expect(lookup).toEqual({ data: { tight: null } })
  })

  test('values of unique and indexed fields are at most as long as an index can hold', async () => {
    const answer = await registry.query('mutation ($input: TightInput!) { upsertTight(input: $input) { outcome } }', {
      input: { name: 't', code: 'é'.repeat(251), label: 'x'.repeat(501), release: '😀'.repeat(33) },
    })
    expect(
      answer.errors?.[0]?.extensions?.issues?.map(({ path, code, message }) => [path, code, message.slice(0, 69)]),
    ).toEqual([
      [
        ['input', 'code'],
        'TOO_LONG_FOR_INDEX',
        'code: takes 502 bytes; an indexed value may take at most 500: "éééééé',
      ],
      [
        ['input', 'label'],
        'TOO_LONG_FOR_INDEX',
        'label: takes 501 bytes; an indexed value may take at most 500: "xxxxx',
      ],
      [
        ['input', 'release'],
        'TOO_LONG_FOR_INDEX',
        expect.stringContaining('release: takes 132 bytes; an indexed value may take at most 128: '),
      ],
    ])
  })
})
