import { expect, test } from 'vitest'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()

const host = (fields: string) => `{ name: host, key: [name], fields: { name: string${fields} } }`
const image = (key: string) =>
  `{ name: image, key: ${key}, fields: { name: string, arch: { type: string, default: x86 }, place: { type: string, default: here } } }`
const reference = ', image: { type: reference, to: image }'

test('a field that comes back with another type has its values again, converted or listed', async () => {
  const first = await start([host(', size: string')])
  await first.data(
    'mutation { upsertHosts(input: [{name: "a", size: "7"}, {name: "b", size: "large"}, {name: "c"}]) { created } }',
  )
  await start([host('')])
  const sized = host(', size: { type: int, required: true, default: 1 }')
  await expect(start([sized], '')).rejects.toThrow(
    [
      'CONVERTS host.fields.size: string → int (2 objects: "a", "b")',
      'VIOLATES host.fields.size: string → int: these values do not convert (1 object: "b")',
      'SAFE host.fields.size: comes back with its values',
      'FILLS host.fields.size: required: objects without a value read as the default (1 object: "c")',
    ].join('\n'),
  )
  const back = await start([sized])
  const answer = await back.query('{ hosts { nodes { name size _document } } }')
  expect(answer.data.hosts.nodes).toEqual([
    { name: 'a', size: 7, _document: { name: 'a', size: 7 } },
    { name: 'b', size: null, _document: { name: 'b', size: 'large' } },
    { name: 'c', size: 1, _document: { name: 'c', size: 1 } },
  ])
  expect(answer.errors).toMatchObject([{ path: ['hosts', 'nodes', 1, 'size'], extensions: { code: 'UNFIT_OBJECT' } }])
  const asBefore = await start([host(', size: string')])
  expect(await asBefore.data('{ hosts { nodes { name size } } }')).toEqual({
    hosts: {
      nodes: [
        { name: 'a', size: '7' },
        { name: 'b', size: 'large' },
        { name: 'c', size: '1' },
      ],
    },
  })
})

test.each([
  [
    'a member of its enum',
    '{ type: enum, values: [a, b] }',
    '{ type: enum, values: [b] }',
    '{ type: enum, values: [c, b, a] }',
  ],
  [
    'a target',
    '{ type: reference, to: host, onMissing: allow }',
    '{ type: reference, to: host }',
    '{ type: reference, to: host, onMissing: allow }',
  ],
  ['a maximum', 'string', '{ type: string, maxLength: 0 }', '{ type: string, maxLength: 1 }'],
])('a field that comes back with values that lack %s needs consent', async (_, before, tighter, asGood) => {
  const first = await start([host(`, kind: ${before}`)])
  await first.data(
    'mutation { upsertHost(input: {name: "x", kind: "a"}) { outcome } }'.replace(
      '"a"',
      before.includes('enum') ? 'a' : '"a"',
    ),
  )
  await start([host('')])
  await expect(start([host(`, kind: ${tighter}`)], '')).rejects.toThrow(
    /VIOLATES host\.fields\.kind: .*\(1 object: "x"\)/,
  )
  await start([host(`, kind: ${asGood}`)], '')
})

test('a member that comes back with another type has its values again', async () => {
  const spec = (members: string) => host(`, spec: { type: object, fields: { cpu: int${members} } }`)
  const first = await start([spec(', disk: string')])
  await first.data('mutation { upsertHost(input: {name: "a", spec: {cpu: 2, disk: "80"}}) { outcome } }')
  await start([spec('')])
  const back = await start([spec(', disk: int')])
  expect(await back.data('{ hosts { nodes { spec { cpu disk } } } }')).toEqual({
    hosts: { nodes: [{ spec: { cpu: 2, disk: 80 } }] },
  })
})

test('a member of another type has its values, also where an earlier form of its object had no such member', async () => {
  const spec = (members: string) => host(`, spec: { type: object, fields: { cpu: int${members} } }`)
  const first = await start([spec('')])
  await first.data('mutation { upsertHost(input: {name: "a", spec: {cpu: 2}}) { outcome } }')
  await start([spec(', disk: { type: int, required: true, default: 80 }')])
  const retyped = spec(', disk: string')
  await expect(start([retyped], '')).rejects.toThrow(
    'CONVERTS host.fields.spec: members of other types (1 object: "a")',
  )
  const last = await start([retyped])
  expect(await last.data('{ hosts { nodes { spec { cpu disk } } } }')).toEqual({
    hosts: { nodes: [{ spec: { cpu: 2, disk: '80' } }] },
  })
})

test('a new member with a default needs no consent, also where another member had another type before', async () => {
  const spec = (members: string) => host(`, spec: { type: [object], fields: { ${members} } }`)
  const first = await start([spec('cpu: [bigint]')])
  await first.data('mutation { upsertHost(input: {name: "a", spec: [{cpu: ["2"]}]}) { outcome } }')
  await start([spec('cpu: [float]')])
  const filled = await start([spec('cpu: [float], disk: { type: int, required: true, default: 80 }')], '')
  expect(await filled.data('{ hosts { nodes { spec { cpu disk } } } }')).toEqual({
    hosts: { nodes: [{ spec: [{ cpu: [2], disk: 80 }] }] },
  })
})

test.each([
  ['another key', 1],
  ['another key twice', 2],
])('a reference that comes back leads to the same object, which has got %s since', async (_, changes) => {
  const keys = ['[name]', '[name, arch]', '[name, arch, place]']
  const first = await start([image('[name]'), host(reference)])
  await first.data(
    'mutation { upsertImage(input: {name: "u"}) { outcome } upsertHost(input: {name: "a", image: "u"}) { outcome } }',
  )
  await start([image('[name]'), host('')])
  for (let i = 1; i <= changes; i++) await start([image(keys[i] ?? ''), host('')])
  const back = await start([image(keys[changes] ?? ''), host(reference)])
  const { data, errors } = await back.query('{ hosts { nodes { image { name } _document } } }')
  // The storage with the first of three keys is gone: nothing tells any more which object it was.
  const isLost = changes === 2
  expect(data.hosts.nodes).toEqual([
    isLost
      ? { image: null, _document: { name: 'a', image: 'u' } }
      : { image: { name: 'u' }, _document: { name: 'a', image: { name: 'u', arch: 'x86' } } },
  ])
  expect(errors?.map(({ extensions }) => extensions?.code)).toEqual(isLost ? ['UNFIT_OBJECT'] : undefined)
})

test('an additional attribute does not take the place of what a field has stored that is gone, or is called otherwise', async () => {
  const open = (fields: string) => host(fields).replace('key:', 'additionalFields: true, key:')
  const first = await start([open(', size: int, disk: string')])
  await first.data('mutation { upsertHost(input: {name: "a", size: 7, disk: "80"}) { outcome } }')
  const without = await start([open(', storage: { type: int, renamedFrom: disk }')])
  const write = (extra: string) =>
    without.query(`mutation { upsertHost(input: {name: "a", _additional: {${extra}}}) { outcome } }`)
  const refusal = (name: string, message: string) => [
    { path: ['input', '_additional', name], code: 'ADDITIONAL_IS_FIELD', message },
  ]
  const issuesOf = async (extra: string) => (await write(extra)).errors?.[0]?.extensions?.issues
  const gone = refusal(
    'size',
    'size: is stored for size, a field that was removed; bring it back, or choose another name',
  )
  expect(await issuesOf('size: "x"')).toEqual(gone)
  expect(await issuesOf('size: null')).toEqual(gone)
  expect(await issuesOf('disk: "90"')).toEqual(
    refusal('disk', 'disk: is the former name of storage; choose another name'),
  )
  expect((await write('more: 1')).errors).toBeUndefined()
  const back = await start([open(', storage: int, size: int')])
  expect(await back.data('{ hosts { nodes { size storage _document } } }')).toEqual({
    hosts: { nodes: [{ size: 7, storage: 80, _document: { name: 'a', size: 7, storage: 80, more: 1 } }] },
  })
})
