import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { versions } from '../support/versions.ts'

const templates = [
  `{ name: image, key: [name, arch], fields: { name: string, arch: { type: enum, values: [arm, x86] }, note: string } }`,
  // A key of several fields inside a key inside a key.
  `{ name: role, key: [name, image], fields: { name: string, image: { type: reference, to: image }, note: string } }`,
  `{ name: check, key: [role, number], fields: { role: { type: reference, to: role, onDelete: cascade }, number: bigint, ok: boolean } }`,
  `{ name: remark, key: [name], fields: { name: string, check: { type: reference, to: check, onDelete: cascade }, about: { type: reference, to: role, reverse: remarksAbout, onDelete: unset }, other: { type: reference, to: role, reverse: otherRemarks, onDelete: unset } } }`,
  `{ name: wish, key: [name], fields: { name: string, image: { type: reference, to: image, onMissing: allow }, role: { type: reference, to: role, onMissing: allow, onDelete: unset } } }`,
  `{ name: part, key: [name], fields: { name: string, of: { type: reference, to: part, reverse: parts, onDelete: cascade } } }`,
  `{ name: left, key: [name], fields: { name: string, right: { type: reference, to: right, onDelete: cascade } } }`,
  `{ name: right, key: [name], fields: { name: string, left: { type: reference, to: left, onDelete: cascade } } }`,
  `{ name: base, key: [name], fields: { name: string } }`,
  `{ name: built, key: [name], fields: { name: string, note: string, base: { type: reference, to: base, default: standard } } }`,
]

let registry: TestRegistry
beforeAll(async () => {
  registry = await startRegistry(templates)
})
afterAll(() => registry?.close())

async function refusal(text: string): Promise<unknown> {
  const answer = await registry.query(text)
  return answer.errors?.map(({ message, extensions }) => [extensions?.code, message])
}

function history(template: string) {
  return registry.sql(
    `select outcome, version, document, changed_by, run from ${versions} as v where template = $1 order by sequence`,
    [template],
  )
}

test('references go by keys of several fields, nested keys included, and read through', async () => {
  await registry.data(
    'mutation { upsertImage(input: {name: "u", arch: x86}) { outcome } upsertRole(input: {name: "ntp", image: {name: "u", arch: x86}}) { outcome } }',
  )
  const { upsertCheck } = await registry.data(
    'mutation ($input: CheckInput!) { upsertCheck(input: $input) { outcome check { number role { name image { name arch roles { nodes { checks { totalCount } } } } } _document } } }',
    { input: { role: { name: 'ntp', image: { name: 'u', arch: 'x86' } }, number: '9007199254740993', ok: true } },
  )
  expect(upsertCheck).toEqual({
    outcome: 'CREATED',
    check: {
      number: '9007199254740993',
      role: { name: 'ntp', image: { name: 'u', arch: 'x86', roles: { nodes: [{ checks: { totalCount: 1 } }] } } },
      _document: { role: { name: 'ntp', image: { name: 'u', arch: 'x86' } }, number: '9007199254740993', ok: true },
    },
  })
  expect(
    await registry.data(
      '{ check(role: {name: "ntp", image: {arch: x86, name: "u"}}, number: 9007199254740993) { ok } }',
    ),
  ).toEqual({ check: { ok: true } })
})

test('references to missing objects are refused, all of them in one message', async () => {
  expect(
    await refusal('mutation { upsertRole(input: {name: "x", image: {name: "u", arch: arm}}) { outcome } }'),
  ).toEqual([['REFERENCE_NOT_FOUND', 'image: there is no image ["u","arm"]; create it first, or correct the name.']])
  const role = '{name: "no", image: {name: "u", arch: x86}}'
  expect(
    await refusal(
      `mutation { upsertRemark(input: {name: "x", about: ${role}, check: {role: ${role}, number: 1}}) { outcome } }`,
    ),
  ).toEqual([
    [
      'REFERENCE_NOT_FOUND',
      'check: there is no check [["no",["u","x86"]],"1"]; create it first, or correct the name.\nabout: there is no role ["no",["u","x86"]]; create it first, or correct the name.',
    ],
  ])
})

test('onDelete restrict keeps a target as long as anything refers to it', async () => {
  await registry.data(
    'mutation { upsertImage(input: {name: "r", arch: arm}) { outcome } upsertRole(input: {name: "r", image: {name: "r", arch: arm}}) { outcome } }',
  )
  const still = [
    [
      'STILL_REFERENCED',
      'The image ["r","arm"] is still referred to by a role (its image); delete or change that first.',
    ],
  ]
  expect(await refusal('mutation { deleteImage(name: "r", arch: arm) { name } }')).toEqual(still)
  expect(await refusal('mutation { deleteImages(where: {name: {equals: "r"}}) }')).toEqual(still)
  expect(
    await registry.data(
      'mutation { deleteRole(name: "r", image: {name: "r", arch: arm}) { name } deleteImage(name: "r", arch: arm) { name } }',
    ),
  ).toEqual({
    deleteRole: { name: 'r' },
    deleteImage: { name: 'r' },
  })
})

test('onDelete cascade deletes referrers over several levels, and unset clears references, each with its history', async () => {
  const image = '{name: "c", arch: arm}'
  const role = `{name: "c", image: ${image}}`
  const check = `{role: ${role}, number: 1}`
  await registry.data(`mutation {
    upsertImage(input: ${image}) { outcome } upsertRole(input: ${role}) { outcome } upsertCheck(input: ${check}) { outcome }
    upsertRemarks(input: [{name: "gone", check: ${check}}, {name: "kept", about: ${role}, other: ${role}}]) { created } }`)
  await registry.sql("delete from registry_change where template in ('check', 'remark', 'role')")
  const answer = await registry.data(
    `mutation { deleteRole(name: "c", image: ${image}) { name image { arch } checks { nodes { number remarks { nodes { name } } } } remarksAbout { totalCount } _meta { version } } }`,
    undefined,
    { 'x-registry-actor': 'ann', 'x-registry-run': 'run1' },
  )
  expect(answer).toEqual({
    deleteRole: {
      name: 'c',
      image: { arch: 'arm' },
      checks: { nodes: [{ number: '1', remarks: { nodes: [{ name: 'gone' }] } }] },
      remarksAbout: { totalCount: 1 },
      _meta: { version: 1 },
    },
  })
  const by = { changed_by: 'ann', run: 'run1' }
  const roleDocument = { name: 'c', image: { name: 'c', arch: 'arm' } }
  const checkDocument = { role: roleDocument, number: '1' }
  expect(await history('role')).toEqual([{ outcome: 'DELETED', version: 2, document: roleDocument, ...by }])
  expect(await history('check')).toEqual([{ outcome: 'DELETED', version: 2, document: checkDocument, ...by }])
  expect(await history('remark')).toEqual([
    { outcome: 'UPDATED', version: 2, document: { name: 'kept', other: roleDocument }, ...by },
    { outcome: 'UPDATED', version: 3, document: { name: 'kept' }, ...by },
    { outcome: 'DELETED', version: 2, document: { name: 'gone', check: checkDocument }, ...by },
  ])
  expect(
    await registry.sql(
      "select count(distinct transaction)::int as transactions from registry_change where changed_by = 'ann'",
    ),
  ).toEqual([{ transactions: 1 }])
  expect(
    await registry.data(
      '{ remark(name: "kept") { about { name } other { name } _document _meta { version updatedBy } } }',
    ),
  ).toEqual({
    remark: { about: null, other: null, _document: { name: 'kept' }, _meta: { version: 3, updatedBy: 'ann' } },
  })
})

test('onDelete cascade ends in circles', async () => {
  await registry.data(
    'mutation { upsertParts(input: [{name: "a", of: "c"}, {name: "b", of: "a"}, {name: "c", of: "b"}, {name: "d", of: "d"}, {name: "e", of: "d"}, {name: "f"}]) { created } }',
  )
  expect(await registry.data('mutation { deletePart(name: "b") { name of { name } } }')).toEqual({
    deletePart: { name: 'b', of: { name: 'a' } },
  })
  expect(await registry.data('mutation { deleteParts(where: {name: {equals: "d"}}) }')).toEqual({ deleteParts: 1 })
  expect(await registry.data('{ parts { nodes { name } } }')).toEqual({ parts: { nodes: [{ name: 'f' }] } })
  await registry.data(
    'mutation { upsertLeft(input: {name: "l"}) { outcome } upsertRight(input: {name: "r", left: "l"}) { outcome } again: upsertLeft(input: {name: "l", right: "r"}) { outcome } }',
  )
  expect(await registry.data('mutation { deleteRight(name: "r") { left { right { name } } } }')).toEqual({
    deleteRight: { left: { right: { name: 'r' } } },
  })
  expect(await registry.data('{ lefts { totalCount } rights { totalCount } }')).toEqual({
    lefts: { totalCount: 0 },
    rights: { totalCount: 0 },
  })
})

test('onMissing allow accepts a reference to a missing object, which reads as null until its target appears', async () => {
  const wish = '{ wish(name: "w") { image { note wishes { totalCount } } role { name } _document } }'
  const document = {
    name: 'w',
    image: { name: 'm', arch: 'arm' },
    role: { name: 'm', image: { name: 'm', arch: 'arm' } },
  }
  await registry.data('mutation ($input: WishInput!) { upsertWish(input: $input) { outcome } }', { input: document })
  expect(await registry.data(wish)).toEqual({ wish: { image: null, role: null, _document: document } })
  await registry.data(
    'mutation { upsertImage(input: {name: "m", arch: arm, note: "there"}) { wishes: image { wishes { nodes { name } } } } upsertRole(input: {name: "m", image: {name: "m", arch: arm}}) { outcome } }',
  )
  expect(await registry.data(wish)).toEqual({
    wish: { image: { note: 'there', wishes: { totalCount: 1 } }, role: { name: 'm' }, _document: document },
  })
  expect(
    await registry.data(
      'mutation { deleteRole(name: "m", image: {name: "m", arch: arm}) { wishes { nodes { name } } } }',
    ),
  ).toEqual({ deleteRole: { wishes: { nodes: [{ name: 'w' }] } } })
  expect((await registry.data(wish)).wish._document).toEqual({ name: 'w', image: { name: 'm', arch: 'arm' } })
  expect(await refusal('mutation { deleteImage(name: "m", arch: arm) { name } }')).toEqual([
    [
      'STILL_REFERENCED',
      'The image ["m","arm"] is still referred to by a wish (its image); delete or change that first.',
    ],
  ])
})

test('a default reference needs its target only if the default is used', async () => {
  const missing = (position = '') => [
    ['REFERENCE_NOT_FOUND', `${position}base: there is no base "standard"; create it first, or correct the name.`],
  ]
  expect(await refusal('mutation { upsertBuilt(input: {name: "a"}) { outcome } }')).toEqual(missing())
  expect(
    await registry.data(
      'mutation { upsertBase(input: {name: "other"}) { outcome } a: upsertBuilt(input: {name: "a", base: "other"}) { outcome } b: upsertBuilt(input: {name: "b", base: null}) { outcome } }',
    ),
  ).toEqual({
    upsertBase: { outcome: 'CREATED' },
    a: { outcome: 'CREATED' },
    b: { outcome: 'CREATED' },
  })
  expect(
    await registry.data(
      'mutation { upsertBuilts(input: [{name: "a", note: "x"}, {name: "b", note: "x"}]) { updated results { built { base { name } } } } }',
    ),
  ).toEqual({
    upsertBuilts: { updated: 2, results: [{ built: { base: { name: 'other' } } }, { built: { base: null } }] },
  })
  expect(await refusal('mutation { upsertBuilts(input: [{name: "a", note: "y"}, {name: "c"}]) { updated } }')).toEqual(
    missing('input[1]: '),
  )
  expect(await registry.data('{ builts { nodes { name note } } }')).toEqual({
    builts: {
      nodes: [
        { name: 'a', note: 'x' },
        { name: 'b', note: 'x' },
      ],
    },
  })
  await registry.data('mutation { upsertBase(input: {name: "standard"}) { outcome } }')
  expect(
    await registry.data(
      'mutation { upsertBuilt(input: {name: "c"}) { built { base { name builts { totalCount } } } } }',
    ),
  ).toEqual({ upsertBuilt: { built: { base: { name: 'standard', builts: { totalCount: 1 } } } } })
  expect(await refusal('mutation { deleteBase(name: "standard") { name } }')).toEqual([
    [
      'STILL_REFERENCED',
      'The base "standard" is still referred to by a built (its base); delete or change that first.',
    ],
  ])
})

test('a reference whose key no index could hold is refused, allowed to be missing or not', async () => {
  const name = Array.from({ length: 2_100 }, (_, i) => String.fromCharCode(97 + ((i * i * 31) % 26))).join('')
  expect(
    (
      await registry.query('mutation ($input: WishInput!) { upsertWish(input: $input) { outcome } }', {
        input: { name: 'long', image: { name, arch: 'arm' } },
      })
    ).errors?.[0]?.extensions,
  ).toEqual({
    code: 'BAD_USER_INPUT',
    issues: [
      {
        path: ['input', 'image'],
        code: 'KEY_TOO_LONG',
        message: expect.stringMatching(/^the key takes 2110 bytes; at most 2000 are allowed: "/),
      },
    ],
  })
})
