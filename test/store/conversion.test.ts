import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { applyMigrations } from '../../src/store/migrations/apply-migrations.ts'
import { ValueError } from '../../src/template/field-types/field-type.ts'
import { type FieldTypeName, fieldTypes } from '../../src/template/field-types/field-types.ts'
import { formOfField } from '../../src/template/form-of-field.ts'
import { isStoredValue } from '../../src/template/is-stored-value.ts'
import type { Json, JsonObject } from '../../src/template/json.ts'
import type { Field } from '../../src/template/model.ts'
import { printKey } from '../../src/template/object-key.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { runs, seed } from '../support/property-runs.ts'
import { parseTexts } from '../support/registry.ts'
import { text as trickyText, valueOfField } from '../support/rich-objects.ts'
import { richTemplates } from '../support/rich-templates.ts'

let database: TestDatabase
let pool: pg.Pool
beforeAll(async () => {
  database = await createTestDatabase()
  await applyMigrations({ connection: database.connection, logger: pino({ level: 'silent' }) })
  pool = new pg.Pool({ ...database.connection, max: 2 })
  pool.on('error', () => undefined)
})
afterAll(async () => {
  await pool.end()
  await database.drop()
})

/** The values in another form, in their order; null for those that do not convert. */
async function convert(values: readonly Json[], form: JsonObject): Promise<Json[]> {
  const { rows } = await pool.query<{ converted: Json }>(
    `select registry_convert(value, $2) as converted
     from jsonb_array_elements($1::jsonb) with ordinality as given (value, place) order by place`,
    [JSON.stringify(values), form],
  )
  return rows.map(({ converted }) => converted)
}

const convertOne = async (value: Json, form: JsonObject) => (await convert([value], form))[0]

const uuid = 'b7205949-344b-4e51-a4a8-3d69ef43c8c7'
const midnight = '2026-11-22T00:00:00.000Z'
const values = ['draft', 'true', '7', '2026-11-22', midnight, 'PT1H30M', uuid, 'x'.repeat(130)]
const model = parseTexts([
  'name: rack\nkey: [number]\nfields: { number: int }\n',
  'name: shelf\nkey: [rack, name]\nfields: { rack: { type: reference, to: rack }, name: string }\n',
  `name: target
key: [name]
fields:
  name: string
  int: int
  bigint: bigint
  float: float
  boolean: boolean
  datetime: datetime
  date: date
  duration: duration
  uuid: uuid
  version: version
  enum: { type: enum, values: [draft] }
  json: json
  object: { type: object, fields: { size: bigint!, kind: { type: string!, default: ssd }, label: string } }
  rack: { type: reference, to: rack }
  shelf: { type: reference, to: shelf, onMissing: allow }
`,
])
function fieldOf(name: string, list = false): Field {
  const field = model.byName.get('target')?.fieldByName.get(name === 'string' ? 'name' : name)
  if (!field) throw new Error(`no field ${name}`)
  return { ...field, list, ...(name === 'enum' && { values }) }
}
const formOf = (name: string, list = false) => formOfField(fieldOf(name, list), model)
const listOf = (name: string) => formOf(name, true)

/** The type of a field, or a reference to a key of one field, or of several. */
type Target = Exclude<FieldTypeName, 'reference'> | 'rack' | 'shelf'
type Converted = Partial<Record<Target, Json>>
const targets = [...Object.keys(fieldTypes).filter((name) => name !== 'reference'), 'rack', 'shelf'] as Target[]

/** What a scalar converts to: text and json in any case, and what is given. */
function scalar(value: Json, into: Converted = {}): [Json, Converted] {
  const text = String(value)
  return [value, { string: text, version: text, json: value, ...into }]
}
const whole = (text: string, number = Number(text)): Converted => ({ int: number, bigint: text, float: number })

/** Stored values of each type, and all that they convert to. */
const samples: Readonly<Record<string, readonly (readonly [Json, Converted])[]>> = {
  string: [
    ...[
      'x',
      '',
      ' 7',
      '7 ',
      '0x10',
      '٣',
      '1e400',
      '1e12345',
      '1e-99999',
      '.',
      'yes',
      'TRUE',
      'null',
      '[]',
      '\u0001"\\',
    ].map((text) => scalar(text)),
    scalar('x'.repeat(129), { version: null }),
    scalar('😀'.repeat(64)),
    scalar(`${'😀'.repeat(64)}x`, { version: null }),
    scalar('7', { ...whole('7'), enum: '7', rack: 7 }),
    scalar('+0012', { ...whole('12'), rack: 12 }),
    scalar('-0', { ...whole('0'), rack: 0 }),
    scalar('2147483647', { ...whole('2147483647'), rack: 2147483647 }),
    scalar('2147483648', { bigint: '2147483648', float: 2147483648 }),
    scalar('-9223372036854775808', { bigint: '-9223372036854775808', float: -(2 ** 63) }),
    scalar('9223372036854775808', { float: 2 ** 63 }),
    scalar(`${'0'.repeat(39)}7`, { ...whole('7'), rack: 7 }),
    scalar(`${'0'.repeat(40)}7`, { float: 7 }),
    scalar('9'.repeat(41), { float: 1e41 }),
    ...(['1.50', '+.5', '5.', '1e3', '1E-400', '3.0'] as const).map((text) => scalar(text, { float: Number(text) })),
    scalar('true', { boolean: true, enum: 'true' }),
    scalar('2026-11-22', { datetime: midnight, date: '2026-11-22', enum: '2026-11-22' }),
    scalar(midnight, { datetime: midnight, date: '2026-11-22', enum: midnight }),
    scalar('2026-11-22T00:00:00Z', { datetime: midnight }),
    scalar('2024-02-29', { datetime: '2024-02-29T00:00:00.000Z', date: '2024-02-29' }),
    ...['2026-02-29', '1900-02-29', '2026-04-31', '0000-01-01', '10000-01-01', '2026-11-22\n'].map((text) =>
      scalar(text),
    ),
    scalar('2026-11-22t08:57:31.3226610+01:30', { datetime: '2026-11-22T07:27:31.322661Z' }),
    scalar('2026-11-22 08:57:31,322661789 +0130', { datetime: '2026-11-22T07:27:31.322661Z' }),
    scalar('2026-11-22  08:57 UTC+01:30', { datetime: '2026-11-22T07:27:00.000Z' }),
    scalar('2026-11-22 08:57:31 UTC', { datetime: '2026-11-22T08:57:31.000Z' }),
    // Times as an input takes them, in forms that do not convert.
    ...[
      'Sun, 22 Nov 2026 08:57:31 GMT',
      '2026-11-22 08:57:31 +0100 CET',
      '2026/11/22 08:57:31Z',
      '20261122T085731Z',
    ].map((text) => scalar(text)),
    scalar('0001-01-01 00:00:00-00:01', { datetime: '0001-01-01T00:01:00.000Z' }),
    ...['0001-01-01T00:00:00+00:01', '9999-12-31T23:59:59-00:01', '2026-11-22T24:00:00Z', '2026-11-22T08:57:60Z'].map(
      (text) => scalar(text),
    ),
    scalar('90m', { duration: 'PT1H30M' }),
    scalar('P1W1DT0.50S', { duration: 'P8DT0.5S' }),
    scalar('86399999999999999ms', { duration: 'P999999999DT23H59M59.999S' }),
    scalar('1000000000d'),
    scalar(uuid.toUpperCase(), { uuid }),
    scalar('draft', { enum: 'draft' }),
    scalar('Draft'),
  ],
  int: [
    scalar(7, { ...whole('7'), enum: '7', rack: 7 }),
    scalar(-2147483648, { ...whole('-2147483648'), rack: -2147483648 }),
    scalar(0, { ...whole('0'), rack: 0 }),
  ],
  bigint: [
    scalar('7', { ...whole('7'), enum: '7', rack: 7 }),
    scalar('-9223372036854775808', { bigint: '-9223372036854775808', float: -(2 ** 63) }),
  ],
  float: [
    scalar(7, { ...whole('7'), enum: '7', rack: 7 }),
    scalar(0.1, { float: 0.1 }),
    scalar(-2147483649, { bigint: '-2147483649', float: -2147483649 }),
    scalar(1e19, { float: 1e19, string: `1${'0'.repeat(19)}`, version: `1${'0'.repeat(19)}` }),
    scalar(1e300, { float: 1e300, string: `1${'0'.repeat(300)}`, version: null }),
    scalar(5e-324, { float: 5e-324, string: `0.${'0'.repeat(323)}5`, version: null }),
  ],
  boolean: [scalar(true, { boolean: true, enum: 'true' }), scalar(false, { boolean: false })],
  datetime: [
    scalar(midnight, { datetime: midnight, date: '2026-11-22', enum: midnight }),
    scalar('2026-11-22T07:57:31.000Z', { datetime: '2026-11-22T07:57:31.000Z' }),
    scalar('2026-11-22T00:00:00.000001Z', { datetime: '2026-11-22T00:00:00.000001Z' }),
  ],
  date: [
    scalar('2026-11-22', { datetime: midnight, date: '2026-11-22', enum: '2026-11-22' }),
    scalar('0001-01-01', { datetime: '0001-01-01T00:00:00.000Z', date: '0001-01-01' }),
  ],
  duration: [scalar('PT1H30M', { duration: 'PT1H30M', enum: 'PT1H30M' }), scalar('P1D', { duration: 'P1D' })],
  uuid: [scalar(uuid, { uuid, enum: uuid }), scalar(uuid.replaceAll('b', 'c'), { uuid: uuid.replaceAll('b', 'c') })],
  version: [
    scalar('5.4.0-73'),
    scalar('20.10', { float: 20.1 }),
    scalar('7', { ...whole('7'), enum: '7', rack: 7 }),
    scalar('true', { boolean: true, enum: 'true' }),
    scalar('2026-11-22', { datetime: midnight, date: '2026-11-22', enum: '2026-11-22' }),
    scalar('90m', { duration: 'PT1H30M' }),
    scalar(uuid, { uuid, enum: uuid }),
  ],
  enum: [
    scalar('draft', { enum: 'draft' }),
    scalar('gone'),
    scalar('7', { ...whole('7'), enum: '7', rack: 7 }),
    scalar('true', { boolean: true, enum: 'true' }),
    scalar('2026-11-22', { datetime: midnight, date: '2026-11-22', enum: '2026-11-22' }),
    scalar('90m', { duration: 'PT1H30M' }),
    scalar(uuid, { uuid, enum: uuid }),
    scalar('x'.repeat(130), { version: null, enum: 'x'.repeat(130) }),
  ],
  json: [
    scalar(3, { ...whole('3'), rack: 3 }),
    scalar('7', { ...whole('7'), enum: '7', rack: 7 }),
    scalar(true, { boolean: true, enum: 'true' }),
    scalar('2026-11-22', { datetime: midnight, date: '2026-11-22', enum: '2026-11-22' }),
    scalar('PT1S', { duration: 'PT1S' }),
    scalar(uuid, { uuid, enum: uuid }),
    [{}, { json: {} }],
    [[], { json: [] }],
    [[['7']], { json: [['7']] }],
    [['7', null], { json: ['7', null] }],
    [{ size: 1.5 }, { json: { size: 1.5 } }],
    [
      { size: 3, former: null },
      { json: { size: 3, former: null }, object: { size: '3', kind: 'ssd' } },
    ],
    [
      { rack: '1', name: 2 },
      { json: { rack: '1', name: 2 }, shelf: { rack: 1, name: '2' } },
    ],
  ],
  object: [
    [
      { size: '5', kind: 'hdd' },
      { json: { size: '5', kind: 'hdd' }, object: { size: '5', kind: 'hdd' } },
    ],
    [{ kind: 'hdd' }, { json: { kind: 'hdd' } }],
    [
      { rack: 1, name: 'a' },
      { json: { rack: 1, name: 'a' }, shelf: { rack: 1, name: 'a' } },
    ],
  ],
}

describe('a stored value of one type becomes a value of another, or does not convert', () => {
  test.each(targets)('%s', async (target) => {
    for (const [type, rows] of Object.entries(samples)) {
      const converted = await convert(
        rows.map(([value]) => value),
        formOf(target),
      )
      const wanted = rows.map(([value, into]) => [value, into[target] ?? null])
      expect(
        rows.map(([value], i) => [value, converted[i]]),
        `from ${type}`,
      ).toEqual(wanted)
    }
  })

  test('as the table in docs/templates.md says', () => {
    const section = readFileSync('docs/templates.md', 'utf8').split(
      '\n## What happens to values when a type changes\n',
    )[1]
    const rows = (section ?? '')
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    const head = rows[0]?.slice(2, -1)
    expect(head).toEqual(targets.filter((target) => target !== 'rack' && target !== 'shelf'))
    const shown = rows.slice(1).map((row) => row.slice(1, -1))
    const wanted = Object.entries(samples).map(([type, list]) => [
      type,
      ...(head ?? []).map((target) => {
        const count = list.filter(([, into]) => (into[target as Target] ?? null) !== null).length
        return count === list.length ? 'all' : count === 0 ? '–' : 'some'
      }),
    ])
    expect(shown).toEqual(wanted)
  })
})

describe('lists', () => {
  test('convert item by item, wholly or not at all', async () => {
    expect(await convert([['1', 2, true], [], ['1', '2'], [3.0, '+4']], listOf('int'))).toEqual([
      null,
      [],
      [1, 2],
      [3, 4],
    ])
    expect(await convert([[1, null], [null]], listOf('json'))).toEqual([null, null])
    expect(await convert([[['1']], [[]]], listOf('string'))).toEqual([null, null])
    expect(await convert([[['1']], [[]]], listOf('json'))).toEqual([[['1']], [[]]])
    const long = Array.from({ length: 20_000 }, (_, i) => i)
    expect(await convertOne(long, listOf('bigint'))).toEqual(long.map(String))
  })

  test('are made of one value, and become one value if they have one item', async () => {
    expect(await convert([7, 'x', {}, null], listOf('string'))).toEqual([['7'], ['x'], null, null])
    expect(await convert([['7'], ['7', '8'], [], [['7']], [null]], formOf('int'))).toEqual([7, null, null, null, null])
    expect(await convert([{ size: 1 }, [{ size: 1 }]], listOf('object'))).toEqual(
      Array.from({ length: 2 }, () => [{ size: '1', kind: 'ssd' }]),
    )
  })
})

describe('objects', () => {
  const member = (attribute: string, from: readonly string[], rest: JsonObject = {}) => ({
    attribute,
    from,
    form: formOf('int'),
    required: false,
    ...rest,
  })
  const form = {
    type: 'object',
    list: false,
    members: [
      member('cpu~2', ['cpu~2', 'cpu'], { required: true, fill: 1 }),
      member('sizes', ['sizes', 'size'], { form: listOf('int') }),
      member('rack', ['rack'], { required: true }),
    ],
  }

  test('take each member from the first of its attributes that is there', async () => {
    expect(
      await convert(
        [
          { rack: '1' },
          { rack: '1', cpu: '2', 'cpu~2': null, size: '3', former: 'x' },
          { rack: '1', cpu: 'x', 'cpu~2': '2', sizes: ['4'], size: 'x' },
        ],
        form,
      ),
    ).toEqual([
      { rack: 1, 'cpu~2': 1 },
      { rack: 1, 'cpu~2': 2, sizes: [3] },
      { rack: 1, 'cpu~2': 2, sizes: [4] },
    ])
  })

  test('do not convert without a required member, or with a value that does not convert', async () => {
    expect(
      await convert([{}, { rack: null }, { rack: 'x' }, { rack: 1, cpu: 'x' }, { rack: 1, sizes: [1, 'x'] }], form),
    ).toEqual([null, null, null, null, null])
    expect(await convert(['x', 7, true, [], [{ rack: 1 }, { rack: 1 }]], form)).toEqual([null, null, null, null, null])
    const optional = { type: 'object', list: false, members: [member('cpu', ['cpu'])] }
    expect(await convert([{}, 'x', 7, true, [], null], optional)).toEqual([{}, null, null, null, null, null])
  })

  test('may be in one another', async () => {
    const deep = { type: 'object', list: true, members: [member('in', ['in'], { form })] }
    expect(await convert([[{ in: { rack: '1' } }, {}], [{ in: { rack: 'x' } }]], deep)).toEqual([
      [{ in: { rack: 1, 'cpu~2': 1 } }, {}],
      null,
    ])
  })
})

describe('references', () => {
  test('convert as the key of their target does', async () => {
    expect(await convert(['7', 7, 'x', ['7'], { number: 7 }], formOf('rack'))).toEqual([7, 7, null, 7, null])
    expect(await convert([['7', 8], 'x', 9], listOf('rack'))).toEqual([[7, 8], null, [9]])
    const shelf = { rack: '7', name: 8 }
    expect(
      await convert(
        [
          shelf,
          [shelf],
          { rack: '7' },
          { ...shelf, more: 1 },
          { rack: '7', other: 'x' },
          { rack: 'x', name: 'x' },
          { rack: ['7'], name: 'x' },
          'x',
        ],
        formOf('shelf'),
      ),
    ).toEqual([{ rack: 7, name: '8' }, { rack: 7, name: '8' }, null, null, null, null, null, null])
  })
})

test('what `convert` says of the text of a stored scalar wins, in lists too', async () => {
  const says = { convert: { true: 'draft', '7': '2026-11-22', x: 'beyond the type', y: null } }
  const given = [true, 'true', 7, 7.0, 'x', 'y', 'draft', '7.0', [true, 'draft'], { true: 1 }]
  const wanted = ['draft', 'draft', '2026-11-22', '2026-11-22', 'beyond the type', null, 'draft', null, null, null]
  expect(await convert(given, { ...formOf('enum'), ...says })).toEqual(wanted)
  expect(await convert(given, { ...listOf('enum'), ...says })).toEqual([
    ...wanted.slice(0, 8).map((value) => value && [value]),
    ['draft', 'draft'],
    null,
  ])
  expect(await convertOne(true, { ...formOf('json'), ...says })).toBe('draft')
  expect(await convertOne('7', { ...formOf('rack'), convert: { '7': 8 } })).toBe(8)
})

test('nothing raises an error: not large values, nor forms that are none', async () => {
  const forms = targets.map((target) => formOf(target))
  const { rows } = await pool.query(
    `select form->>'type' as type, count(registry_convert(value, form)) as converted
     from jsonb_array_elements($1) as forms (form),
       (values (to_jsonb(repeat('9', 20000000))), (('1' || repeat('0', 100000))::jsonb), (('0.' || repeat('0', 16000) || '1')::jsonb),
         (('-1.' || repeat('0', 16000))::jsonb), (to_jsonb(repeat(' ', 20000000))), (to_jsonb('1e' || repeat('9', 900))),
         ((repeat('[', 2000) || repeat(']', 2000))::jsonb), ((repeat('{"size":', 2000) || '1' || repeat('}', 2000))::jsonb)) as given (value)
     group by 1 order by 1`,
    [JSON.stringify(forms)],
  )
  expect(Object.fromEntries(rows.map(({ type, converted }) => [type, Number(converted)]))).toEqual({
    bigint: 1,
    boolean: 0,
    date: 0,
    datetime: 0,
    duration: 0,
    enum: 0,
    float: 2,
    int: 1,
    json: 8,
    object: 0,
    reference: 1,
    string: 6,
    uuid: 0,
    version: 0,
  })
  for (const form of [
    {},
    { type: 'x' },
    { type: null },
    { type: 'object' },
    { type: 'reference' },
    { type: 'enum' },
  ] as const)
    expect(await convert(['x', 7, {}, ['x']], form)).toEqual([null, null, null, null])
})

describe(`generated with TEST_SEED=${seed}`, () => {
  const digit = (max: number, width: number) => fc.nat(max).map((count) => String(count).padStart(width, '0'))
  const one = (...texts: string[]) => fc.constantFrom(...texts)
  const joined = (...parts: readonly (string | fc.Arbitrary<string>)[]) =>
    fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((list) => list.join(''))
  const optional = (...parts: readonly (string | fc.Arbitrary<string>)[]) => fc.oneof(fc.constant(''), joined(...parts))
  const digits = fc.oneof(
    digit(99, 1),
    one('0', '00', '007', '999999999', '1000000000', '86399999999999', '9'.repeat(40)),
  )
  const decimals = fc.oneof(
    digit(999, 3),
    one('5', '000001', '0000010', '0000001', '123456', '123456000', '1234567890'),
  )
  const sign = one('', '', '+', '-')
  const day = joined(
    fc.oneof(one('0000', '0001', '0004', '1900', '2000', '2024', '2026', '9999'), digit(9999, 4)),
    '-',
    digit(13, 2),
    '-',
    fc.oneof(one('28', '29', '30', '31'), digit(32, 2)),
  )
  const seconds = joined(':', digit(60, 2), optional(one('.', '.', ','), decimals))
  const time = joined(
    digit(24, 2),
    ':',
    digit(60, 2),
    fc.oneof({ weight: 9, arbitrary: seconds }, { weight: 1, arbitrary: one('') }),
  )
  const ahead = joined(one('+', '-'), digit(24, 2), optional(one(':', ':', ''), digit(60, 2)))
  const zone = fc.oneof(one('Z', 'z', '', ' UTC', 'GMT', 'UTC+0200', '+2', '-5:30'), joined(one('', '', ' '), ahead))
  const unit = (name: string) => optional(digits, name)

  /** Texts of which many are those of a value, and others nearly. */
  const texts: Readonly<Partial<Record<FieldTypeName, fc.Arbitrary<string>>>> = {
    string: trickyText,
    version: fc.oneof(
      trickyText,
      fc.string({ unit: 'binary', minLength: 60, maxLength: 140 }).map((text) => text.replaceAll('\0', '')),
    ),
    enum: one(...values),
    int: joined(sign, fc.oneof(digits, fc.nat(2 ** 32).map(String), one('2147483647', '2147483648', '2147483649'))),
    bigint: joined(
      sign,
      fc.oneof(digits, fc.bigInt(0n, 2n ** 64n).map(String), one('9223372036854775807', '9223372036854775808')),
    ),
    float: fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
      fc.bigInt(2n ** 53n, 10n ** 25n).map(String),
      joined(sign, optional(digits), optional('.'), optional(decimals), optional(one('e', 'E'), sign, digit(400, 1))),
    ),
    boolean: one('true', 'false', 'True', '1', '0', 'yes'),
    date: day,
    datetime: fc.oneof(day, joined(day, one('T', 't', ' ', '_'), time, zone)),
    duration: fc.oneof(
      joined(unit('w'), unit('d'), unit('h'), unit('m'), optional(digits, optional('.', decimals), 's'), unit('ms')),
      joined(
        'P',
        unit('W'),
        unit('D'),
        optional('T', unit('H'), unit('M'), optional(digits, optional(one('.', ','), decimals), 'S')),
      ),
    ),
    uuid: fc.uuid().chain((text) => one(text, text.toUpperCase(), text.replaceAll('-', ''))),
  }
  const types = Object.keys(texts) as FieldTypeName[]
  const odd = [...'0123456789+-.,:TtZzPeEDsm \n\r\t_x', '٣', '\u{1f600}', 'K', 'ſ']
  const anyText = fc.oneof(...types.map((type) => texts[type] as fc.Arbitrary<string>))
  /** With a character too many, another one or one less in every third. */
  const near = (text: fc.Arbitrary<string>) =>
    fc.tuple(text, fc.nat(5), fc.nat(), one(...odd)).map(([whole, kind, where, character]) => {
      const at = where % (whole.length + 1)
      if (kind > 1) return whole
      return `${whole.slice(0, at)}${character}${whole.slice(at + kind)}`.replace(/\p{Surrogate}/gu, '')
    })
  const textsNear = (type: FieldTypeName) =>
    fc.array(
      fc.oneof({ weight: 4, arbitrary: near(texts[type] as fc.Arbitrary<string>) }, { weight: 1, arbitrary: anyText }),
      {
        minLength: 50,
        maxLength: 50,
      },
    )

  /** What the type's own parser makes of a text. Those of numbers and booleans take no texts, but what JSON has. */
  function parsed(type: FieldTypeName, text: string): Json {
    const given = () => {
      if (type === 'int') return /^[+-]?\d{1,40}$/.test(text) ? Number(text) : undefined
      if (type === 'float') return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i.test(text) ? Number(text) : undefined
      if (type === 'boolean') return text === 'true' || (text === 'false' ? false : undefined)
      return type === 'date' && text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text
    }
    return accepted(type, given())
  }

  function accepted(type: FieldTypeName, value: unknown): Json {
    try {
      return fieldTypes[type].parse(value, fieldOf(type), { isFilter: false } as never)
    } catch (error) {
      if (error instanceof ValueError) return null
      throw error
    }
  }

  const compare = (type: FieldTypeName, wanted: (text: string) => Json) =>
    fc.asyncProperty(textsNear(type), async (list) => {
      const converted = await convert(list, formOf(type))
      expect(list.map((text, i) => [text, converted[i]])).toEqual(list.map((text) => [text, wanted(text)]))
    })

  test.each(types)('texts become a value of type %s where its parser takes them, the same one', async (type) => {
    await fc.assert(
      compare(type, (text) => parsed(type, text)),
      runs(40),
    )
  })

  test('many of the texts are taken, and many are not', () => {
    for (const type of types) {
      const sample = fc.sample(textsNear(type), { seed: 1, numRuns: 20 }).flat()
      const taken = sample.filter((text) => parsed(type, text) !== null).length
      expect([type, taken / sample.length > 0.1, taken < sample.length || type === 'string']).toEqual([
        type,
        true,
        true,
      ])
    }
  })

  test.each<[FieldTypeName, string, (text: string, value: Json) => Json]>([
    ['int', 'rounds', (text, value) => (/^\d+\.\d+$/.test(text) ? Math.round(Number(text)) : value)],
    ['bigint', 'keeps leading zeros', (text, value) => value && text.replace('+', '')],
    ['date', 'knows no leap years', (text, value) => (text.endsWith('-02-29') ? null : value)],
    ['datetime', 'drops the zone', (text, value) => (value && text.length > 20 ? `${text.slice(0, 19)}.000Z` : value)],
    ['duration', 'keeps the text', (text, value) => value && text],
    ['uuid', 'keeps upper case', (text, value) => value && text],
    ['version', 'counts code points', (text) => ([...text].length <= 128 ? text : null)],
    ['boolean', 'takes 1', (text, value) => (text === '1' ? true : value)],
  ])('that would be noticed: %s, if it %s', async (type, _, rule) => {
    const { failed } = await fc.check(
      compare(type, (text) => rule(text, parsed(type, text))),
      { seed: 1, numRuns: 50, endOnFailure: true },
    )
    expect(failed).toBe(true)
  })

  test('numbers are stored as JavaScript would store them, to the last digit', async () => {
    const numbers = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.bigInt(2n ** 53n, 10n ** 24n).map(Number),
      fc.tuple(fc.nat(9), fc.nat(40)).map(([digit, exponent]) => Number(`${digit}e${exponent}`)),
      fc.constantFrom(1e23, 2e23, 18014398509481992, 1.7976931348623157e308, 5e-324, -0, 3.0),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(numbers, { minLength: 50, maxLength: 50 }), async (list) => {
        // With all digits of the double, none of which JSON.stringify prints.
        const whole = list.map((number) => (Number.isInteger(number) ? String(BigInt(number)) : JSON.stringify(number)))
        const { rows } = await pool.query(
          `select wanted::jsonb::text as wanted, registry_convert(whole::jsonb, $3)::text as number,
             registry_convert(to_jsonb(whole), $3)::text as text
           from unnest($1::text[], $2::text[]) as given (wanted, whole)`,
          [list.map((number) => JSON.stringify(number)), whole, formOf('float')],
        )
        expect(rows).toEqual(rows.map(({ wanted }) => ({ wanted, number: wanted, text: wanted })))
        for (const type of ['int', 'bigint'] as const) {
          const safe = list.filter((number) => !Number.isInteger(number) || Number.isSafeInteger(number))
          expect(await convert(safe, formOf(type))).toEqual(safe.map((number) => accepted(type, number)))
        }
      }),
      runs(40),
    )
  })

  const fields = targets.flatMap((target) => [fieldOf(target), fieldOf(target, true)])
  const anything = fc.letrec<{ any: Json; scalar: Json }>((tie) => ({
    scalar: fc.oneof(
      anyText,
      fc.boolean(),
      fc.constant(null),
      fc.integer(),
      fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
    ) as fc.Arbitrary<Json>,
    any: fc.oneof(
      { depthSize: 'small' },
      tie('scalar'),
      fc.array(tie('any'), { maxLength: 3 }),
      fc.dictionary(fc.constantFrom('size', 'kind', 'rack', 'name', '__proto__'), tie('any'), {
        noNullPrototype: true,
      }),
    ) as fc.Arbitrary<Json>,
  })).any

  test('whatever converts is a stored value of its new field, and stays what it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anything, { minLength: 50, maxLength: 50 }), async (list) => {
        for (const field of fields) {
          const form = formOfField(field, model)
          const converted = (await convert(list, form)).filter((value) => value !== null)
          expect(converted.filter((value) => !isStoredValue(value, field, model))).toEqual([])
          expect(await convert(converted, form)).toEqual(converted)
        }
      }),
      runs(15),
    )
  })

  test('a stored value converts to itself in its own field', async () => {
    const rich = parseTexts(richTemplates)
    const keys = new Map<string, readonly unknown[]>([
      ['place', [{ zone: 'a, b', rack: 1 }]],
      ['slot', [{ place: { zone: ': ', rack: 2 }, number: 3 }]],
      ['item', ['a', '"']],
    ])
    for (const field of rich.templates.flatMap((template) => template.fields)) {
      const list = fc.sample(valueOfField(field, keys), { seed, numRuns: 50 }) as Json[]
      expect([field.name, await convert(list, formOfField(field, rich))]).toEqual([field.name, list])
    }
  })
})

describe('the text of a key', () => {
  const keyed = parseTexts([
    'name: place\nkey: [name, number]\nfields: { name: string, number: int }\n',
    'name: image\nkey: [name]\nfields: { name: string }\n',
    `name: run
key: [text, image, place, big, flag]
fields:
  text: version
  image: { type: reference, to: image }
  place: { type: reference, to: place }
  big: bigint
  flag: boolean
`,
  ])
  const template = keyed.byName.get('run')
  if (!template) throw new Error('no template run')
  const part = fc.oneof(
    trickyText,
    fc.string({ unit: 'binary', maxLength: 6 }).map((text) => text.replaceAll('\0', '')),
    fc
      .array(fc.constantFrom('"', '\\', ', ', ': ', ' ', '[', ']', '\n', '\u0301', 'e', '\u0338', '='), {
        maxLength: 8,
      })
      .map((list) => list.join('')),
  )
  const nasty = [
    '"',
    '\\',
    '\\"',
    '\\\\',
    ', ',
    '", "',
    '": ',
    ': ',
    ' ',
    '  ',
    '',
    '\b\t\n\f\r\u0001\u001f\u007f\u0080',
    '\u2028\u2029',
    'e\u0301',
    '\u00e9',
    '\u0301',
    '\u212b',
    '\ufb01',
    '\u1100\u1161',
    '\u{1f469}\u200d\u{1f467}',
    '\uffff',
    '[1, 2]',
    '{"a": 1}',
  ]

  async function check(parts: readonly (readonly [string, string, string, number, string, boolean])[]): Promise<void> {
    const wanted = parts.map(([text, image, name, number, big, flag]) =>
      printKey(template as never, { text, image, place: { name, number }, big, flag }, keyed),
    )
    const arrays = parts.map(([text, image, name, number, big, flag]) => [text, [image], [name, number], big, flag])
    const { rows } = await pool.query<{ text: string }>(
      `select registry_key_text(key) as text
       from jsonb_array_elements($1::jsonb) with ordinality as given (key, place) order by place`,
      [JSON.stringify(arrays)],
    )
    expect(rows.map(({ text }) => text)).toEqual(wanted)
  }

  test('is the same in the database and in the program', async () => {
    await check(
      nasty.map((text, i) => [text, `${text} ${text}`, `${text}"`, i * -1000, '9223372036854775807', i % 2 === 0]),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(part, part, part, fc.integer(), fc.bigInt().map(String), fc.boolean()), {
          minLength: 50,
          maxLength: 50,
        }),
        check,
      ),
      runs(40),
    )
  })

  test('keeps null apart, and needs no parts', async () => {
    const { rows } = await pool.query(
      `select registry_key_text('[null, ["null", []], 3]') as text, registry_key_text('[]') as none`,
    )
    expect(rows).toEqual([{ text: '[null,["null",[]],3]', none: '[]' }])
  })
})
