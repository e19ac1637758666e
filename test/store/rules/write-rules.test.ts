import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { allRights } from '../../../src/plan/rights.ts'
import { type GraphqlAnswer, startRegistry, type TestRegistry } from '../../support/registry.ts'
import { type Grants, rightsOf } from '../../support/rights-of.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n  distr: string\n  serial: { type: string, unique: true }\n  base: { type: reference, to: image }',
  'name: role\nkey: [name, image]\nfields:\n  name: string\n  image: { type: reference, to: image }\n  commit: { type: string, required: true }\n  status: boolean\n  note: { type: reference, to: note }\n  later: { type: reference, to: image, onMissing: allow, reverse: later_roles }',
  'name: note\nkey: [text]\nfields:\n  text: string',
]

let registry: TestRegistry
let grants: Grants = {}
beforeAll(async () => {
  registry = await startRegistry(templates, {
    conditionalReads: new Set(['image', 'role']),
    rights: ({ actor }) => (actor === 'limited' ? rightsOf(grants, registry.model) : allRights),
  })
})
afterAll(() => registry?.close())

beforeEach(async () => {
  // Without its history: what is created again begins at version 1.
  await registry.sql('truncate registry_object, registry_past, registry_change')
  await registry.data(`mutation {
    upsertNotes(input: [{text: "n"}]) { failed }
    upsertImages(input: [{name: "u1", distr: "ubuntu", serial: "s1"}, {name: "d1", distr: "debian", serial: "s2"}]) { failed }
    upsertRoles(input: [
      {name: "ntp-a", image: "u1", commit: "c1", status: true}, {name: "web-a", image: "u1", commit: "c1", status: true},
      {name: "ntp-b", image: "d1", commit: "c1", status: false}]) { failed }
  }`)
})

const all =
  '{ images { nodes { _document _meta { version updateTime } } } roles { nodes { _document _meta { version updateTime } } } }'
const changes = () => registry.sql('select count(*)::int as count from registry_change')

/** Sends it as the caller with these grants. */
function asLimited(given: Grants, query: string, variables?: object): Promise<GraphqlAnswer> {
  grants = given
  return registry.query(query, variables, { 'x-registry-actor': 'limited' })
}

async function expectNothingDone(work: () => Promise<unknown>): Promise<void> {
  const before = [await registry.data(all), await changes()]
  await work()
  expect([await registry.data(all), await changes()]).toEqual(before)
}

const one = (input: string, rest = '') => `mutation { upsertRole(input: ${input}${rest}) { outcome } }`
const many = (input: string, rest = '') =>
  `mutation { upsertRoles(input: ${input}${rest}) { failed results { outcome error { code message issues { path code } } } } }`
const refusal = (verb: string, template: string, path: readonly unknown[]) => ({
  message: `This needs the right to ${verb} ${template}.`,
  extensions: { code: 'FORBIDDEN', issues: [{ path, code: 'FORBIDDEN' }] },
})

const readAll = { read: true } as const

describe('a write that is not granted is FORBIDDEN, and nothing is written:', () => {
  const ntp = { ...readAll, write: { role: { name: { startsWith: 'ntp-' } } } }
  const passing = { ...readAll, write: { role: { status: { equals: true } } } }
  const ofUbuntu = { ...readAll, write: { role: { image: { distr: { equals: 'ubuntu' } } } } }
  const notOfUbuntu = { ...readAll, write: { role: { NOT: [{ image: { distr: { equals: 'ubuntu' } } }] } } }
  const base = { ...readAll, write: { image: { roles: { some: { name: { equals: 'ntp-a' } } } } } }
  const atTemplate = refusal('write', 'role', ['input'])
  test.each<[string, Grants, string, object]>([
    ['no right to the template', readAll, one('{name: "ntp-a", image: "u1"}'), atTemplate],
    ['the same for a new object that lacks a required field', readAll, one('{name: "new", image: "u1"}'), atTemplate],
    ['the same for a reference to nothing', readAll, one('{name: "new", image: "gone", commit: "c"}'), atTemplate],
    ['the same for another version', readAll, one('{name: "ntp-a", image: "u1"}', ', ifVersion: 9'), atTemplate],
    ['the same for a dry run', readAll, one('{name: "ntp-a", image: "u1"}', ', dryRun: true'), atTemplate],
    ['a key outside of the rule', ntp, one('{name: "web-a", image: "u1"}'), atTemplate],
    ['such a key without an object', ntp, one('{name: "web-z", image: "u1", commit: "c"}'), atTemplate],
    ['such a key without an object and a required value', ntp, one('{name: "web-z", image: "u1"}'), atTemplate],
    ['such a key with a reference to nothing', ntp, one('{name: "web-z", image: "gone", commit: "c"}'), atTemplate],
    ['such a key at another version', ntp, one('{name: "web-a", image: "u1"}', ', ifVersion: 9'), atTemplate],
    ['such a key on a dry run', ntp, one('{name: "web-a", image: "u1"}', ', dryRun: true'), atTemplate],
    ['an object outside of the rule before', passing, one('{name: "ntp-b", image: "d1", status: true}'), atTemplate],
    ['an object outside of the rule after', passing, one('{name: "ntp-a", image: "u1", status: false}'), atTemplate],
    ['an object whose value is cleared', passing, one('{name: "ntp-a", image: "u1", status: null}'), atTemplate],
    ['a new object outside of the rule', passing, one('{name: "z", image: "u1", commit: "c"}'), atTemplate],
    ['the same on a dry run', passing, one('{name: "ntp-b", image: "d1", status: true}', ', dryRun: true'), atTemplate],
    ['a confirmation of an object outside of the rule', passing, one('{name: "ntp-b", image: "d1"}'), atTemplate],
    ['a rule on the target', ofUbuntu, one('{name: "ntp-b", image: "d1", commit: "c2"}'), atTemplate],
    ['a rule that excludes the target', notOfUbuntu, one('{name: "ntp-a", image: "u1", commit: "c2"}'), atTemplate],
    [
      'a rule on the reverse side',
      base,
      'mutation { upsertImage(input: {name: "d1", distr: "x"}) { outcome } }',
      refusal('write', 'image', ['input']),
    ],
    [
      'no right to import',
      { ...readAll, write: true },
      one('{name: "ntp-a", image: "u1", _meta: {createdBy: "ann"}}'),
      refusal('import', 'role', ['input', '_meta']),
    ],
    [
      'a template that may not be read at all, where a reference names it',
      { read: { role: true, image: true }, write: true },
      one('{name: "ntp-a", image: "u1", note: "n"}'),
      refusal('read', 'note', ['input', 'note']),
    ],
    [
      'the same for a target that is not there',
      { read: { role: true, image: true }, write: true },
      one('{name: "ntp-a", image: "u1", note: "gone"}'),
      refusal('read', 'note', ['input', 'note']),
    ],
  ])('%s', async (_title, given, query, error) => {
    await expectNothingDone(async () => {
      expect((await asLimited(given, query)).errors).toMatchObject([error])
    })
  })

  test('in a batch that is written as a whole, all of it', async () => {
    const input = '[{name: "ntp-a", image: "u1", commit: "c2"}, {name: "web-a", image: "u1", commit: "c2"}]'
    const negative = '[{name: "ntp-a", image: "u1", commit: "c2"}, {name: "ntp-b", image: "d1", commit: "c2"}]'
    await expectNothingDone(async () => {
      for (const answer of [await asLimited(ntp, many(input)), await asLimited(passing, many(negative))])
        expect(answer.errors).toMatchObject([
          {
            message: 'input[1]: This needs the right to write role.',
            extensions: { code: 'FORBIDDEN', issues: [{ path: ['input', 1] }] },
          },
        ])
    })
  })

  test('in an independent batch, that input alone; without any right, each', async () => {
    const input =
      '[{name: "ntp-a", image: "u1", commit: "c2"}, {name: "web-a", image: "u1"}, {name: "ntp-b", image: "d1", commit: "c2"}, {name: "z", image: "u1"}]'
    const results = async (given: Grants, rest = '') =>
      (await asLimited(given, many(input, `, mode: INDEPENDENT${rest}`))).data.upsertRoles.results.map(
        ({ outcome, error }: { outcome: string; error: { code: string } | null }) => outcome ?? error?.code,
      )
    await expectNothingDone(async () => {
      expect(await results(readAll)).toEqual(Array(4).fill('FORBIDDEN'))
      expect(await results(passing, ', dryRun: true')).toEqual(['UPDATED', 'UNCHANGED', 'FORBIDDEN', 'FORBIDDEN'])
    })
    expect(await results(ntp)).toEqual(['UPDATED', 'FORBIDDEN', 'UPDATED', 'FORBIDDEN'])
    expect(await results(passing)).toEqual(['UNCHANGED', 'UNCHANGED', 'FORBIDDEN', 'FORBIDDEN'])
    expect(
      await registry.sql(
        "select document->>'commit' as commit from registry_object where template = 'role' order by key",
      ),
    ).toEqual([{ commit: 'c2' }, { commit: 'c2' }, { commit: 'c1' }])
  })

  test('what is granted is written', async () => {
    const written = async (given: Grants, query: string) => Object.values((await asLimited(given, query)).data)
    expect(await written(ntp, one('{name: "ntp-z", image: "u1", commit: "c"}'))).toEqual([{ outcome: 'CREATED' }])
    expect(await written(passing, one('{name: "ntp-a", image: "u1", commit: "c2"}'))).toEqual([{ outcome: 'UPDATED' }])
    expect(await written(ofUbuntu, one('{name: "web-a", image: "u1", commit: "c2"}'))).toEqual([{ outcome: 'UPDATED' }])
    expect(await written(notOfUbuntu, one('{name: "ntp-b", image: "d1"}'))).toEqual([{ outcome: 'UNCHANGED' }])
    expect(await written(base, 'mutation { upsertImage(input: {name: "u1", distr: "x"}) { outcome } }')).toEqual([
      { outcome: 'UPDATED' },
    ])
    expect(
      await written(
        { ...ntp, import: { role: { name: { startsWith: 'ntp-' } } } },
        one('{name: "ntp-y", image: "u1", commit: "c", _meta: {createdBy: "ann"}}'),
      ),
    ).toEqual([{ outcome: 'CREATED' }])
  })

  test('a batch that writes an object twice is judged after each time', async () => {
    const twice = '[{name: "ntp-a", image: "u1", status: false}, {name: "ntp-a", image: "u1", status: true}]'
    await expectNothingDone(async () => {
      expect((await asLimited(passing, many(twice))).errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    })
  })
})

describe('a reference that is written leads to an object that the caller may read:', () => {
  const ofUbuntu = { read: { role: true, image: { distr: { equals: 'ubuntu' } }, note: true }, write: true } as const
  const input = (image: string) => `{name: "x", image: "${image}", commit: "c"}`

  test('another one is told of as one that does not exist, word for word', async () => {
    const [unseen, missing] = [await asLimited(ofUbuntu, one(input('d1'))), await asLimited(ofUbuntu, one(input('d2')))]
    expect(JSON.stringify(unseen)).toBe(JSON.stringify(missing).replaceAll('d2', 'd1'))
    expect(unseen.errors?.[0]?.extensions?.code).toBe('REFERENCE_NOT_FOUND')
    expect((await asLimited(ofUbuntu, one(input('u1')))).data).toEqual({ upsertRole: { outcome: 'CREATED' } })
  })

  test('also if the same batch writes it', async () => {
    const batch = (base: string) =>
      `mutation { upsertImages(input: [{name: "d1", serial: "s3"}, {name: "u2", distr: "ubuntu", base: "${base}"}]) { failed } }`
    expect((await asLimited(ofUbuntu, batch('d1'))).errors?.[0]).toMatchObject({
      extensions: { code: 'REFERENCE_NOT_FOUND', issues: [{ path: ['input', 1, 'base'] }] },
    })
    expect((await asLimited(ofUbuntu, batch('u1'))).data).toEqual({ upsertImages: { failed: 0 } })
  })

  test('one that takes missing targets takes any', async () => {
    const write = '{name: "ntp-a", image: "u1", later: "d1"}'
    expect((await asLimited(ofUbuntu, one(write))).data).toEqual({ upsertRole: { outcome: 'UPDATED' } })
  })
})

describe('an answer shows no object that the caller may not read:', () => {
  const passing = { read: { role: { status: { equals: true } }, image: true }, write: true } as const

  test('it is null', async () => {
    const write =
      'mutation { upsertRole(input: {name: "ntp-a", image: "u1", status: false}, dryRun: true) { outcome role { name } } }'
    expect(await asLimited(passing, write)).toEqual({ data: { upsertRole: { outcome: 'UPDATED', role: null } } })
    const batch = `mutation { upsertRoles(input: [{name: "ntp-b", image: "d1"}, {name: "ntp-a", image: "u1"}]) { results { outcome role { name } } } }`
    expect((await asLimited(passing, batch)).data.upsertRoles.results).toEqual([
      { outcome: 'UPDATED', role: null },
      { outcome: 'UNCHANGED', role: { name: 'ntp-a' } },
    ])
  })

  test.each<[string, Grants]>([
    ['of its template some', passing],
    ['of its template none', { read: { image: true }, write: true }],
  ])('its values and its version cannot be guessed by writing, also if the caller may read %s', async (_, given) => {
    const guesses = ['commit: "c1"', 'commit: "c2"', 'status: false', 'status: true', ''].map(
      (guess) => `{name: "ntp-b", image: "d1", ${guess}}`,
    )
    for (const guess of guesses) {
      expect(await asLimited(given, one(guess, ', dryRun: true'))).toEqual({
        data: { upsertRole: { outcome: 'UPDATED' } },
      })
      const batch = `mutation { upsertRoles(input: [${guess}], dryRun: true) { created updated unchanged failed } }`
      const { data } = await asLimited(given, batch)
      expect(data.upsertRoles).toEqual({ created: 0, updated: 1, unchanged: 0, failed: 0 })
    }
    const atVersion = async (version: number, name = 'ntp-b') =>
      (await asLimited(given, one(`{name: "${name}", image: "d1"}`, `, ifVersion: ${version}, dryRun: true`))).errors
    const versions = [await atVersion(1), await atVersion(2), await atVersion(1, 'gone')]
    for (const errors of versions)
      expect(errors).toMatchObject([
        { message: expect.stringContaining('but it does not exist'), extensions: { code: 'VERSION_CONFLICT' } },
      ])
    // Who may read it is told.
    const outcome = async (guess: string) =>
      (await asLimited({ read: true, write: true }, one(guess))).data.upsertRole.outcome
    expect(await outcome(guesses[0] ?? '')).toBe('UNCHANGED')
    expect(
      (await asLimited({ read: true, write: true }, one('{name: "ntp-b", image: "d1"}', ', ifVersion: 1'))).data,
    ).toEqual({
      upsertRole: { outcome: 'UNCHANGED' },
    })
  })

  test('a conflict of versions does not tell the version', async () => {
    const conflict = async (name: string, image: string, ifVersion: number) =>
      (await asLimited(passing, one(`{name: "${name}", image: "${image}"}`, `, ifVersion: ${ifVersion}`))).errors?.[0]
        ?.message
    expect(await conflict('ntp-b', 'd1', 7)).toMatch('but it does not exist')
    expect(await conflict('ntp-z', 'd1', 7)).toMatch('but it does not exist')
    expect(await conflict('ntp-b', 'd1', 0)).toMatch('but it exists')
    expect(await conflict('ntp-a', 'u1', 7)).toMatch('but it is at version 1')
  })
})
