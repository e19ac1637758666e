import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { versions } from '../support/versions.ts'

const thing = `
name: thing
key: [name]
fields:
  name: string
  owner: string!
  note: string
  size: { type: int, minimum: 1, maximum: 10 }
  tags: { type: [string], pattern: '^[a-z]+$', maxLength: 5 }
  place: { type: object, fields: { city: { type: string!, minLength: 2 }, zip: { type: string, pattern: '^[0-9]+$' }, land: { type: string, default: NL } } }
`
const defaulted = `
name: defaulted
key: [first, last]
fields:
  first: { type: string, default: Foo }
  last: { type: string, default: Bar }
  literal: { type: string, default: yes then }
  day: { type: date, default: { now: true } }
  moment: { type: datetime, default: { now: true } }
  stamp: { type: string, default: { now: '%d/%m/%Y %H:%M:%S' } }
  id: { type: uuid, default: { uuid: true } }
  by: { type: string, default: { actor: true } }
`
const open = `
name: open
key: [name]
additionalFields: true
fields: { name: string, size: int }
`

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry([thing, defaulted, open])
})
afterAll(() => registry?.close())

const upsertThing =
  'mutation ($input: ThingInput!, $ifVersion: Int) { upsertThing(input: $input, ifVersion: $ifVersion) { outcome thing { _document _meta { version createTime updateTime createdBy updatedBy } } } }'

function upsert(input: object, ifVersion?: number, headers?: Record<string, string>) {
  return registry.query(upsertThing, { input, ifVersion }, headers)
}

function historyOf(name: string) {
  return registry.sql(
    `select outcome, version, document, changed_by, run from ${versions} as v where key = $1 order by sequence`,
    [JSON.stringify([name])],
  )
}

test('an upsert creates, changes, confirms: given fields replace, absent ones stay, null clears, and the history tells what changed', async () => {
  const run = { 'x-registry-run': 'https://ci.example/1' }
  const created = await upsert({ name: 'a', owner: 'ann', note: 'x', size: 3 }, undefined, {
    'x-registry-actor': 'ann',
    ...run,
  })
  const createTime = created.data.upsertThing.thing._meta.createTime
  expect(created).toEqual({
    data: {
      upsertThing: {
        outcome: 'CREATED',
        thing: {
          _document: { name: 'a', owner: 'ann', note: 'x', size: 3 },
          _meta: { version: 1, createTime, updateTime: createTime, createdBy: 'ann', updatedBy: 'ann' },
        },
      },
    },
  })

  const partial = await upsert({ name: 'a', size: 4 }, undefined, { 'x-registry-actor': 'bob' })
  const changeTime = partial.data.upsertThing.thing._meta.updateTime
  expect(partial).toEqual({
    data: {
      upsertThing: {
        outcome: 'UPDATED',
        thing: {
          _document: { name: 'a', owner: 'ann', note: 'x', size: 4 },
          _meta: { version: 2, createTime, updateTime: changeTime, createdBy: 'ann', updatedBy: 'bob' },
        },
      },
    },
  })
  expect(changeTime > createTime).toBe(true)

  const confirmed = await upsert({ name: 'a', size: 4 }, undefined, { 'x-registry-actor': 'cyd' })
  const confirmTime = confirmed.data.upsertThing.thing._meta.updateTime
  expect(confirmed).toEqual({
    data: {
      upsertThing: {
        outcome: 'UNCHANGED',
        thing: {
          _document: { name: 'a', owner: 'ann', note: 'x', size: 4 },
          _meta: { version: 2, createTime, updateTime: confirmTime, createdBy: 'ann', updatedBy: 'cyd' },
        },
      },
    },
  })
  expect(confirmTime > changeTime).toBe(true)

  const cleared = await upsert({ name: 'a', note: null, tags: null })
  expect(cleared.data.upsertThing).toMatchObject({
    outcome: 'UPDATED',
    thing: { _document: { name: 'a', owner: 'ann', size: 4 }, _meta: { version: 3, updatedBy: null } },
  })
  expect((await upsert({ name: 'a', note: null })).data.upsertThing.outcome).toBe('UNCHANGED')
  expect((await upsert({ name: 'a' })).data.upsertThing.outcome).toBe('UNCHANGED')

  expect(await historyOf('a')).toEqual([
    {
      outcome: 'CREATED',
      version: 1,
      document: { name: 'a', owner: 'ann', note: 'x', size: 3 },
      changed_by: 'ann',
      run: 'https://ci.example/1',
    },
    {
      outcome: 'UPDATED',
      version: 2,
      document: { name: 'a', owner: 'ann', note: 'x', size: 4 },
      changed_by: 'bob',
      run: null,
    },
    { outcome: 'UPDATED', version: 3, document: { name: 'a', owner: 'ann', size: 4 }, changed_by: null, run: null },
  ])
})

test('a required field cannot be cleared, must be given only for a new object, and without it nothing is written', async () => {
  expect(await upsert({ name: 'r' })).toMatchObject({
    errors: [
      {
        message: 'owner is required; give a value',
        extensions: {
          code: 'BAD_USER_INPUT',
          issues: [{ path: ['input', 'owner'], code: 'REQUIRED', message: 'owner is required; give a value' }],
        },
      },
    ],
  })
  expect(await historyOf('r')).toEqual([])
  expect((await upsert({ name: 'r', owner: 'ann' })).data.upsertThing.outcome).toBe('CREATED')
  expect((await upsert({ name: 'r', note: 'x' })).data.upsertThing.outcome).toBe('UPDATED')
  expect((await upsert({ name: 'r', owner: null })).errors?.[0]?.extensions?.issues).toEqual([
    { path: ['input', 'owner'], code: 'REQUIRED', message: 'owner is required; give a value' },
  ])
  expect((await upsert({ name: 'r', owner: 'ann' })).data.upsertThing).toMatchObject({
    outcome: 'UNCHANGED',
    thing: { _meta: { version: 2 } },
  })
})

test('all problems of an input come in one error: its own and those of the merged object', async () => {
  const answer = await upsert({ name: 'p', size: 11, tags: ['ok', 'Not', 'toolong'], place: { city: 'x', zip: 'a' } })
  expect(answer.errors?.map((error) => error.extensions)).toEqual([
    {
      code: 'BAD_USER_INPUT',
      issues: [
        { path: ['input', 'size'], code: 'MAXIMUM', message: 'size: 11 is more than 10' },
        { path: ['input', 'tags', 1], code: 'PATTERN', message: 'tags: "Not" does not match the pattern ^[a-z]+$' },
        {
          path: ['input', 'tags', 2],
          code: 'MAX_LENGTH',
          message: 'tags: "toolong" has 7 characters; at most 5 are allowed',
        },
        {
          path: ['input', 'place', 'city'],
          code: 'MIN_LENGTH',
          message: 'city: "x" has 1 characters; at least 2 are required',
        },
        { path: ['input', 'place', 'zip'], code: 'PATTERN', message: 'zip: "a" does not match the pattern ^[0-9]+$' },
        { path: ['input', 'owner'], code: 'REQUIRED', message: 'owner is required; give a value' },
      ],
    },
  ])
})

test('all problems of a batch come in one error, each with the place of its input', async () => {
  const answer = await registry.query('mutation ($input: [ThingInput!]!) { upsertThings(input: $input) { created } }', {
    input: [
      { name: 'ok', owner: 'ann' },
      { name: 'q', size: 0 },
      { name: 'q2', owner: null },
      { name: 'q3', owner: 'a', tags: ['A'] },
    ],
  })
  expect(answer.errors?.map((error) => error.extensions)).toEqual([
    {
      code: 'BAD_USER_INPUT',
      issues: [
        { path: ['input', 1, 'size'], code: 'MINIMUM', message: 'size: 0 is less than 1' },
        { path: ['input', 1, 'owner'], code: 'REQUIRED', message: 'owner is required; give a value' },
        { path: ['input', 2, 'owner'], code: 'REQUIRED', message: 'owner is required; give a value' },
        { path: ['input', 3, 'tags', 0], code: 'PATTERN', message: 'tags: "A" does not match the pattern ^[a-z]+$' },
      ],
    },
  ])
  expect(await historyOf('ok')).toEqual([])
})

test("an object's members take their defaults where they are not given, and none where they are null", async () => {
  const given = await upsert({ name: 'm', owner: 'a', place: { city: 'Delft' } })
  expect(given.data.upsertThing.thing._document.place).toEqual({ city: 'Delft', land: 'NL' })
  const cleared = await upsert({ name: 'm', place: { city: 'Delft', land: null } })
  expect(cleared.data.upsertThing.thing._document.place).toEqual({ city: 'Delft' })
})

test('defaults fill what a new object lacks, key fields included, and leave an existing one alone', async () => {
  const mutation =
    'mutation ($input: DefaultedInput!) { upsertDefaulted(input: $input) { outcome defaulted { _document _meta { createTime } } } }'
  const before = Date.now()
  const { upsertDefaulted } = await registry.data(mutation, { input: {} }, { 'x-registry-actor': 'ann' })
  const after = Date.now()
  const document = upsertDefaulted.defaulted._document
  const time = upsertDefaulted.defaulted._meta.createTime as string
  const [date = '', clock = ''] = document.moment.split('T')
  expect(upsertDefaulted).toEqual({
    outcome: 'CREATED',
    defaulted: {
      _meta: { createTime: time },
      _document: {
        first: 'Foo',
        last: 'Bar',
        literal: 'yes then',
        by: 'ann',
        day: date,
        moment: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        stamp: `${date.split('-').reverse().join('/')} ${clock.slice(0, 8)}`,
        id: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      },
    },
  })
  const moments = [before, Date.parse(document.moment), Date.parse(time), after]
  expect(moments).toEqual([...moments].sort())

  const again = await registry.data(mutation, { input: { last: 'Bar', literal: null } })
  expect(again.upsertDefaulted.outcome).toBe('UPDATED')
  const { literal: _, ...rest } = document
  expect(again.upsertDefaulted.defaulted._document).toEqual(rest)
  expect((await registry.data(mutation, { input: {} })).upsertDefaulted).toMatchObject({
    outcome: 'UNCHANGED',
    defaulted: { _document: rest },
  })

  const other = await registry.data(mutation, { input: { first: 'Eva', literal: null, day: '2026-01-02' } })
  expect(other.upsertDefaulted).toMatchObject({
    outcome: 'CREATED',
    defaulted: { _document: { first: 'Eva', last: 'Bar', day: '2026-01-02' } },
  })
  // Nobody said who; null on a new object is no reason for the default.
  expect(Object.keys(other.upsertDefaulted.defaulted._document).sort()).toEqual([
    'day',
    'first',
    'id',
    'last',
    'moment',
    'stamp',
  ])
})

test('with ifVersion, a write succeeds only at the given version', async () => {
  const conflict = (version: number, state: string) => {
    const code = 'VERSION_CONFLICT'
    const message = `ifVersion: ${version} was given for the thing "v", but ${state}; read it again before you retry.`
    const issues = [{ path: ['ifVersion'], code, message }]
    return { data: null, errors: [expect.objectContaining({ message, extensions: { code, issues } })] }
  }
  expect(await upsert({ name: 'v', owner: 'a' }, 1)).toEqual(conflict(1, 'it does not exist'))
  expect((await upsert({ name: 'v', owner: 'a' }, 0)).data.upsertThing.outcome).toBe('CREATED')
  expect(await upsert({ name: 'v', owner: 'b' }, 0)).toEqual(conflict(0, 'it is at version 1'))
  expect((await upsert({ name: 'v', owner: 'b' }, 1)).data.upsertThing).toMatchObject({
    outcome: 'UPDATED',
    thing: { _meta: { version: 2 } },
  })
  expect(await upsert({ name: 'v', owner: 'c' }, 1)).toEqual(conflict(1, 'it is at version 2'))
  expect(await upsert({ name: 'v', owner: 'c' }, -1)).toEqual(conflict(-1, 'it is at version 2'))
  expect((await upsert({ name: 'v', owner: 'b' }, 2)).data.upsertThing.outcome).toBe('UNCHANGED')
  expect((await historyOf('v')).map((row) => row.version)).toEqual([1, 2])
})

test('an attribute that the template does not have is refused by GraphQL itself', async () => {
  const answer = await upsert({ name: 'u', owner: 'a', colour: 'red' })
  expect(answer.errors?.[0]?.extensions?.code).toBe('BAD_USER_INPUT')
  expect(answer.errors?.[0]?.message).toContain('colour')
  expect((await upsert({ name: 'u', owner: 'a', _additional: { colour: 'red' } })).errors?.[0]?.message).toContain(
    '_additional',
  )
})

test('a template with additionalFields stores what _additional holds, attribute by attribute', async () => {
  const mutation = 'mutation ($input: OpenInput!) { upsertOpen(input: $input) { outcome open { _document } } }'
  const write = async (input: object) => (await registry.data(mutation, { input })).upsertOpen
  expect(await write({ name: 'a', _additional: { colour: 'red', deep: { list: [1, null, '7'] } } })).toEqual({
    outcome: 'CREATED',
    open: { _document: { name: 'a', colour: 'red', deep: { list: [1, null, '7'] } } },
  })
  expect(await write({ name: 'a', size: 2, _additional: { colour: null, weight: 3 } })).toEqual({
    outcome: 'UPDATED',
    open: { _document: { name: 'a', size: 2, deep: { list: [1, null, '7'] }, weight: 3 } },
  })
  expect((await write({ name: 'a', _additional: { weight: 3, colour: null } })).outcome).toBe('UNCHANGED')
  expect((await write({ name: 'a', _additional: null })).outcome).toBe('UNCHANGED')

  const refused = await registry.query(mutation, {
    input: { name: 'a', _additional: { size: 3, 'a\u0000': 1, '\ud800': null, n: 1e300, ok: 1 } },
  })
  expect(refused.errors?.map((error) => error.extensions)).toEqual([
    {
      code: 'BAD_USER_INPUT',
      issues: [
        {
          path: ['input', '_additional', 'size'],
          code: 'ADDITIONAL_IS_FIELD',
          message: 'size: is a field of the template; give it outside of _additional',
        },
        {
          path: ['input', '_additional', 'a\u0000'],
          code: 'NUL_CHARACTER',
          message: 'a\u0000: "a\\u0000" contains the character U+0000, which cannot be stored',
        },
        {
          path: ['input', '_additional', '\ud800'],
          code: 'NOT_WELL_FORMED',
          message: '\ud800: "\\ud800" contains half of a surrogate pair, which is not a character',
        },
        {
          path: ['input', '_additional', 'n'],
          code: 'TYPE',
          message: 'n: 1e+300 may have been rounded in transit; write it as a text',
        },
      ],
    },
  ])
  expect(
    (await registry.query(mutation, { input: { name: 'a', _additional: [1] } })).errors?.[0]?.extensions?.issues,
  ).toEqual([{ path: ['input', '_additional'], code: 'TYPE', message: '_additional: [1] is not an object' }])
})

test.each(['_meta', '_meta.version', '_template', '_additional'])(
  'no additional attribute is named %s, as files and the command line have something else there',
  async (name) => {
    const mutation = 'mutation ($input: OpenInput!) { upsertOpen(input: $input) { outcome } }'
    const refused = await registry.query(mutation, {
      input: { name: `with ${name}`, _additional: { [name]: 1, ok: 1 } },
    })
    expect(refused.errors?.[0]?.extensions?.issues).toEqual([
      {
        path: ['input', '_additional', name],
        code: 'RESERVED_NAME',
        message: `${name}: means something else in files and on the command line; choose another name`,
      },
    ])
    expect(await registry.data(`{ open(name: "with ${name}") { name } }`)).toEqual({ open: null })
    const input = { name: `with ${name}`, _additional: { [name]: null } }
    expect(await registry.data(mutation, { input })).toEqual({ upsertOpen: { outcome: 'CREATED' } })
  },
)

test('fields with names of properties of every JavaScript object are ordinary fields', async () => {
  const odd = await startRegistry([
    `{ name: box, key: [name], fields: { name: string } }`,
    `{ name: odd, key: [name], fields: { name: string, constructor: { type: reference, to: box, reverse: odds }, toString: { type: string, unique: true }, valueOf: { type: string, default: v }, hasOwnProperty: int } }`,
  ])
  try {
    const mutation =
      'mutation ($input: [OddInput!]!) { upsertOdds(input: $input) { results { outcome odd { _document constructor { name } } } } }'
    const documents: object[] = [
      { name: 'a', valueOf: 'v' },
      { name: 'b', toString: 'x', valueOf: 'v' },
    ]
    expect(
      (await odd.data(mutation, { input: [{ name: 'a' }, { name: 'b', toString: 'x' }] })).upsertOdds.results,
    ).toEqual(documents.map((_document) => ({ outcome: 'CREATED', odd: { _document, constructor: null } })))
    expect(
      (await odd.query(mutation, { input: [{ name: 'c' }, { name: 'd', toString: 'x' }] })).errors?.[0],
    ).toMatchObject({
      message: 'input[1]: toString: another odd already has the value "x"; it must be unique.',
      extensions: { code: 'UNIQUE_CONFLICT' },
    })
    expect(
      (await odd.query(mutation, { input: [{ name: 'c', constructor: 'z' }] })).errors?.[0]?.extensions?.code,
    ).toBe('REFERENCE_NOT_FOUND')
  } finally {
    await odd.close()
  }
})

test('a write to an object that breaks the rules of a stricter template is refused only for what it changes itself', async () => {
  const loose = await startRegistry([
    `{ name: host, key: [name], fields: { name: string, ip: string, owner: string, zone: { type: enum, values: [a, b] }, place: { type: object, fields: { city: string } } } }`,
  ])
  try {
    await loose.data(
      'mutation { upsertHosts(input: [{name: "h", ip: "x", zone: b, place: {}}, {name: "i", ip: "1.2.3.4", owner: "o", zone: a}]) { created } }',
    )
    const strict = await startRegistry(
      [
        `{ name: host, key: [name], fields: { name: string, ip: { type: string, pattern: '^[0-9.]+$' }, owner: string!, zone: { type: enum, values: [a] }, place: { type: object, fields: { city: string! } }, note: string } }`,
      ],
      { databaseUrl: loose.databaseUrl, consent: 'any' },
    )
    try {
      const mutation = 'mutation ($input: HostInput!) { upsertHost(input: $input) { outcome } }'
      expect(await strict.data(mutation, { input: { name: 'h', note: 'n' } })).toEqual({
        upsertHost: { outcome: 'UPDATED' },
      })
      const wrong = { name: 'h', ip: 'y', owner: null, zone: 'a' }
      expect((await strict.query(mutation, { input: wrong })).errors?.[0]?.extensions).toEqual({
        code: 'BAD_USER_INPUT',
        issues: [
          { path: ['input', 'ip'], code: 'PATTERN', message: 'ip: "y" does not match the pattern ^[0-9.]+$' },
          { path: ['input', 'owner'], code: 'REQUIRED', message: 'owner is required; give a value' },
        ],
      })
      expect(await strict.data(mutation, { input: { name: 'i', note: 'n' } })).toEqual({
        upsertHost: { outcome: 'UPDATED' },
      })
      expect(
        await strict.data(mutation, { input: { name: 'h', ip: '1.1.1.1', owner: 'o', zone: null, place: null } }),
      ).toEqual({ upsertHost: { outcome: 'UPDATED' } })
    } finally {
      await strict.close()
    }
  } finally {
    await loose.close()
  }
})
