import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  `
name: image
description: Object image VM
key: [name]
fields:
  name: { type: string, description: Name image }
  distr: string
  version: string
  lts: boolean
  size: int
  weight: float
  serial: { type: string, unique: true }
  total: bigint
  tags: [string]
  kind: { type: enum, values: [base, derived] }
  settings: { type: object, fields: { cpu: int, note: string } }
  anything: json
`,
  'name: role\nkey: [name, image]\nfields:\n  name: string\n  image: { type: reference, to: image }\n  status: boolean\n  commit: string\n',
  'name: result\nkey: [id]\nfields:\n  id: string\n  took: duration\n  role: { type: reference, to: role }\n',
  'name: note\nkey: [id]\nadditionalFields: true\nfields:\n  id: string\n',
  'name: export\nkey: [id]\nfields:\n  id: string\n',
  'name: suite\nkey: [id]\nfields:\n  id: string\n  images: { type: [reference], to: image }\n  "true": string\n  disks: { type: [object], fields: { size: int } }\n',
]

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})
beforeEach(() => registry.sql('truncate registry_object'))

/** Runs a command that must succeed without messages, and returns its output, parsed as JSON. */
// biome-ignore lint/suspicious/noExplicitAny: what a test expects of it, it asserts
async function json(...args: string[]): Promise<any> {
  const { code, stdout, stderr } = await program.run(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return JSON.parse(stdout)
}

// biome-ignore lint/suspicious/noExplicitAny: as above
const withoutMeta = ({ _meta, ...fields }: any) => fields
const get = async (...args: string[]) => (await json(args[0] ?? '', 'get', ...args.slice(1))).map(withoutMeta)

describe('values', () => {
  test.each([
    '0012345',
    'yes',
    '7',
    '20.10',
    'null',
    'true',
    '1e3',
    '',
    ' a ',
    'a=b=c',
    '=',
    ':=1',
    '{"a": 1}',
    '-x',
    "it's",
    'снимок',
    '2026-01-01',
  ])('%j stays the text that it is', async (text) => {
    expect(withoutMeta(await json('image', 'set', 'name=a', `version=${text}`))).toEqual({ name: 'a', version: text })
    expect(await get('image', `version=${text}`)).toEqual([{ name: 'a', version: text }])
  })

  test('take the types of the template', async () => {
    const given = [
      'name=a',
      'lts=true',
      'size=-7',
      'weight=2.50',
      'total=9007199254740993',
      'tags=x',
      'tags=y',
      'kind=base',
      'settings:={"cpu": 4}',
      'anything=7',
    ]
    const expected = {
      name: 'a',
      lts: true,
      size: -7,
      weight: 2.5,
      total: '9007199254740993',
      tags: ['x', 'y'],
      kind: 'base',
      settings: { cpu: 4 },
      anything: '7',
    }
    expect(withoutMeta(await json('image', 'set', ...given))).toEqual(expected)
    for (const filter of given)
      expect(await get('image', ...(filter.startsWith('tags') ? ['tags=x', 'tags=y'] : [filter]))).toEqual([expected])
  })

  test('of a duration are written in any form, on the command line and in CSV', async () => {
    expect(withoutMeta(await json('result', 'set', 'id=a', 'took=90m'))).toEqual({ id: 'a', took: 'PT1H30M' })
    writeFileSync(join(program.folder, 'took.csv'), 'id,took\na,1h30m\nb,P1DT2H\nc,1w\n')
    expect((await program.run(['import', 'took.csv', 'result'])).stdout).toBe(
      '2 created, 0 updated, 1 unchanged, 0 failed\n',
    )
    expect(await get('result', 'took=PT5400S')).toEqual([{ id: 'a', took: 'PT1H30M' }])
    expect(await get('result', '--where', 'took>90m', '--order-by', '-took')).toEqual([
      { id: 'c', took: 'P7D' },
      { id: 'b', took: 'P1DT2H' },
    ])
    const refused = await program.run(['result', 'set', 'id=a', 'took=90'])
    expect(refused.code).not.toBe(0)
    expect(refused.stderr).toContain('"90" is not a duration such as "90m", "1h30m" or "P1DT2H"')
  })

  test('after := are JSON; null clears a field and finds absent values', async () => {
    await json('image', 'set', 'name=a', 'distr=x', 'anything:={"a": [1, null]}', 'tags:=[]')
    expect(await get('image')).toEqual([{ name: 'a', distr: 'x', anything: { a: [1, null] }, tags: [] }])
    await json('image', 'set', 'name=a', 'distr:=null')
    expect(await get('image', 'distr:=null')).toHaveLength(1)
    expect(await get('image', 'tags:=null')).toEqual([])
  })

  test('of references are keys', async () => {
    await json('image', 'set', 'name=a')
    await json('role', 'set', 'name=sshd', 'image=a', 'status=false')
    const { _meta, ...result } = await json('result', 'set', 'id=1', 'role:={"name": "sshd", "image": "a"}')
    expect(result).toEqual({ id: '1', role: { name: 'sshd', image: 'a' } })
    expect(await get('role', 'image=a')).toEqual([{ name: 'sshd', image: 'a', status: false }])
    expect(await get('role', 'image=b')).toEqual([])
    expect(await get('result', 'role:={"name": "sshd", "image": "a"}')).toHaveLength(1)
    expect((await program.run(['result', 'get', 'role=sshd'])).stderr).toBe(
      'error: role refers to role by several fields, written as JSON: {"name": …, "image": …}, not "sshd".\n',
    )
  })

  test('of additional attributes are kept as text if the template allows them', async () => {
    expect(withoutMeta(await json('note', 'set', 'id=1', 'other=7', 'list:=[1]'))).toEqual({
      id: '1',
      list: [1],
      other: '7',
    })
  })

  test.each([
    [['lts=maybe'], 'lts is true or false, not "maybe".'],
    [['lts='], 'lts is true or false, not "". To clear it, write lts:=null'],
    [['size=1.5'], 'size is a whole number, not "1.5".'],
    [['weight=heavy'], 'weight is a number, not "heavy".'],
    [['total=1e-3'], 'total is a whole number, not "1e-3".'],
    [['settings=x'], 'settings is an object, written as JSON: {"cpu": …}, not "x".'],
    [['distr:=x'], 'distr:=x is not JSON (Unexpected token \'x\', "x" is not valid JSON). For a text, write distr=x'],
    [['distr'], '"distr" is not field=value.'],
    [['=x'], '"=x" is not field=value.'],
    [['distr=1', 'distr=2'], 'distr is given twice.'],
  ])('%j are refused before anything is sent: exit 2', async (args, message) => {
    expect(await program.run(['image', 'set', 'name=a', ...args])).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${message}\n`,
    })
    expect(await get('image')).toEqual([])
  })
})

describe('set', () => {
  test('20 at once store 20 objects', async () => {
    const runs = await Promise.all(
      Array.from({ length: 20 }, (_, i) => program.run(['image', 'set', `name=image${i}`])),
    )
    expect(runs.map(({ code, stderr }) => ({ code, stderr }))).toEqual(runs.map(() => ({ code: 0, stderr: '' })))
    expect(await get('image')).toHaveLength(20)
  })

  test('is partial, and prints the whole object', async () => {
    const { _meta: before } = await json('image', 'set', 'name=a', 'distr=x')
    const shown = await json('image', 'set', 'name=a', 'lts=yes')
    expect(shown).toEqual({
      _meta: {
        create_time: expect.any(String),
        update_time: expect.any(String),
        version: before.version + 1,
        uuid: expect.any(String),
      },
      distr: 'x',
      lts: true,
      name: 'a',
    })
    expect(await program.run(['image', 'set', 'name=a', '--quiet'])).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('reports what the key lacks', async () => {
    expect(await program.run(['role', 'set', 'status=true'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: Each role is identified by name, image; add name=… image=…\n',
    })
  })

  test.each([
    [['name:=null'], 'name is part of the key, and is missing'],
    [['name=a', 'tags:=["x", null]'], 'tags.1 is null, which a list cannot have'],
    [
      ['name=a', 'total=99999999999999999999'],
      'total: "99999999999999999999" is not a whole number from -9223372036854775808 to 9223372036854775807',
    ],
  ])('reports what GraphQL refuses in the words of files: %j', async (args, message) => {
    expect(await program.run(['image', 'set', ...args])).toEqual({ code: 1, stdout: '', stderr: `error: ${message}\n` })
  })

  test('exits with 4 if the version differs, or another object has a unique value', async () => {
    await json('image', 'set', 'name=a', 'serial=1', '--if-version', '0')
    for (const args of [
      ['name=a', '--if-version', '0'],
      ['name=a', '--if-version=7'],
      ['name=b', 'serial=1'],
    ]) {
      const { code, stdout, stderr } = await program.run(['image', 'set', ...args])
      expect({ code, stdout }).toEqual({ code: 4, stdout: '' })
      expect(stderr).toMatch(/^error: /)
    }
  })

  test('exits with 1 if the registry refuses, with its message', async () => {
    expect(await program.run(['role', 'set', 'name=sshd', 'image=none'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: image: there is no image "none"; create it first, or correct the name.\n',
    })
  })

  test('tells the registry who writes', async () => {
    await json('image', 'set', 'name=a')
    expect(await registry.data('{ images { nodes { _meta { createdBy } } } }')).toEqual({
      images: { nodes: [{ _meta: { createdBy: 'tester' } }] },
    })
  })
})

describe('get', () => {
  beforeEach(() =>
    registry.data(`mutation { upsertImages(input: [
      { name: "alpha", distr: "debian", version: "12", lts: true, size: 5 }
      { name: "beta", distr: "ubuntu", version: "20.04", lts: true, size: 10 }
      { name: "gamma", distr: "ubuntu", version: "23.10", lts: false, tags: ["x", "y z"], settings: { cpu: 4 } }
    ]) { created } upsertRoles(input: [
      { name: "sshd", image: "alpha", status: true, commit: "b312abb" }
      { name: "sshd", image: "beta", status: false, commit: "b312abb" }
      { name: "ntp", image: "beta", status: true, commit: "c1(x) y" }
    ]) { created } }`),
  )
  const names = async (template: string, ...args: string[]) =>
    (await get(template, ...args)).map((one: { name: string; image?: string }) =>
      [one.name, one.image].join(' ').trim(),
    )

  test.each([
    ['image', 'distr=ubuntu', ['beta', 'gamma']],
    ['image', "distr='ubuntu' and lts=true", ['beta']],
    ['image', 'distr=ubuntu and not lts=true', ['gamma']],
    ['image', 'name=alpha or name=gamma', ['alpha', 'gamma']],
    ['image', 'name=alpha or name=beta and lts=false', ['alpha']],
    ['image', '(name=alpha or name=gamma) and lts=false', ['gamma']],
    ['image', 'not (name=alpha or name=gamma)', ['beta']],
    ['image', 'name!=alpha', ['beta', 'gamma']],
    ['image', 'size>5', ['beta']],
    ['image', 'size >= 5 and size<=5', ['alpha']],
    ['image', 'size<6', ['alpha']],
    ['image', 'size is null', ['gamma']],
    ['image', 'size is not null', ['alpha', 'beta']],
    ['image', 'name~*a', ['alpha', 'beta', 'gamma']],
    ['image', 'name~a*', ['alpha']],
    ['image', 'name~*et*', ['beta']],
    ['image', 'name~beta', ['beta']],
    ['image', 'name!~*et*', ['alpha', 'gamma']],
    ['image', 'version=20.04', ['beta']],
    ['image', 'tags=x', []],
    ['image', 'tags has x', ['gamma']],
    ['image', 'not tags HAS "y z"', ['alpha', 'beta']],
    ['image', 'settings.cpu>=4', ['gamma']],
    ['image', 'settings.cpu<4 or settings.note is not null', []],
    ['role', 'image.settings.cpu is null and image.tags has x', []],
    ['image', '_meta.version>=1 and _meta.created_by is null', ['alpha', 'beta', 'gamma']],
    ['image', '_meta.update_time>2030-01-01', []],
    ['role', 'status=true and not commit~b3*', ['ntp beta']],
    ['role', 'image=beta', ['sshd beta', 'ntp beta']],
    ['role', 'image!=beta', ['sshd alpha']],
    ['role', 'image.distr=debian', ['sshd alpha']],
    ['role', 'image.name~b* and image.lts=true', ['sshd beta', 'ntp beta']],
    ['role', 'commit="c1(x) y"', ['ntp beta']],
    ['role', "commit='c1(x) \\y'", ['ntp beta']],
    ['image', '{"roles": {"some": {"status": {"equals": false}}}}', ['beta']],
    ['image', ' {"distr": {"in": ["debian"]}}', ['alpha']],
  ])('%s --where %j gives %j', async (template, where, expected) => {
    expect(await names(template, '--where', where)).toEqual(expected)
  })

  test.each([
    [
      'dstr=x',
      'image has no field "dstr". Did you mean "distr"?\nIts fields are: name, distr, version, lts, size, weight, serial, total, tags, kind, settings, anything',
    ],
    [
      'lts',
      '--where: one of = != < <= > >= ~ !~, "has" or "is null" is missing at the end.\nIt takes JSON, or an expression such as: status=true and not commit~b3*',
    ],
    [
      'lts=true lts=false',
      '--where: "and" or "or" is missing at "lts=false".\nIt takes JSON, or an expression such as: status=true and not commit~b3*',
    ],
    [
      '(lts=true',
      '--where: a ")" is missing at the end.\nIt takes JSON, or an expression such as: status=true and not commit~b3*',
    ],
    [
      'lts=',
      '--where: a value is missing at the end.\nIt takes JSON, or an expression such as: status=true and not commit~b3*',
    ],
    ['name~a*b', '--where: in name~a*b, * is allowed only at the beginning and at the end.'],
    ['size~1*', '--where: ~ compares texts; size is of type int.'],
    ['tags~x*', '--where: tags is a list, which ~ cannot compare; use "tags has …" to find an item.'],
    ['tags>x', '--where: tags is a list, which > cannot compare; use "tags has …" to find an item.'],
    [
      'distr has x',
      '--where: has finds an item of a list, but distr is not a list; compare it with = or another operator.',
    ],
    [
      'tags has',
      '--where: a value is missing at the end.\nIt takes JSON, or an expression such as: status=true and not commit~b3*',
    ],
    ['settings=4', '--where: settings is an object; compare its members, such as settings.cpu'],
    ['settings.cpus=4', 'settings has no field "cpus". Did you mean "cpu"?\nIts fields are: cpu, note'],
    ['settings.cpu=many', 'cpu is a whole number, not "many".'],
    ['name.x=1', '--where: name has no fields that an expression can name; use JSON.'],
    [
      '_meta.updated=1',
      '_meta has no field "updated".\nIts fields are: create_time, update_time, version, uuid, created_by, updated_by, created_for, updated_for',
    ],
    ['{"a"', "--where begins like JSON but is not valid JSON: Expected ':' after property name in JSON at position 4"],
    [
      '',
      '--where: a field is missing at the end.\nIt takes JSON, or an expression such as: status=true and not commit~b3*',
    ],
  ])('--where %j is wrong usage', async (where, message) => {
    const { code, stdout, stderr } = await program.run(['image', 'get', '--where', where])
    expect({ code, stdout, stderr: stderr.replace(/ \(line \d+ column \d+\)/, '') }).toEqual({
      code: 2,
      stdout: '',
      stderr: `error: ${message}\n`,
    })
  })

  test.each([
    ['name==alpha', 'nothing matches name==alpha, whose value begins with =; perhaps name=alpha is meant\n'],
    ['name=nobody', ''],
    ['name=a==b', ''],
  ])('that finds nothing by a value that begins with = says so: %s', async (assignment, stderr) => {
    expect(await program.run(['image', 'get', assignment, '-o', 'json'])).toEqual({ code: 0, stdout: '[]\n', stderr })
  })

  test('takes values and --where together', async () => {
    expect(await names('image', 'distr=ubuntu', '--where', 'lts=false')).toEqual(['gamma'])
  })

  test('orders, cuts and picks', async () => {
    expect(await names('image', '--order-by', 'distr,-name')).toEqual(['alpha', 'gamma', 'beta'])
    expect(await names('image', '--order-by', '-_meta.create_time', '--first', '1')).toEqual(['gamma'])
    expect(await json('image', 'get', 'name=alpha', '--fields', 'version,_meta.version,tags')).toEqual([
      { version: '12', _meta: { version: expect.any(Number) } },
    ])
  })

  test("orders by the fields of a reference's target", async () => {
    expect(await names('role', '--order-by', 'image.distr,name')).toEqual(['sshd alpha', 'ntp beta', 'sshd beta'])
    expect(await names('role', '--order-by', '-image._meta.create_time,-name')).toEqual([
      'sshd beta',
      'ntp beta',
      'sshd alpha',
    ])
    await registry.data(
      'mutation { upsertResults(input: [{ id: "1", role: { name: "sshd", image: "alpha" } }, { id: "2", role: { name: "ntp", image: "beta" } }]) { created } }',
    )
    expect(await get('result', '--order-by', '-role.image.size', '--fields', 'id')).toEqual([{ id: '2' }, { id: '1' }])
  })

  test('keeps the latest match per value of fields', async () => {
    await json('role', 'set', 'name=sshd', 'image=alpha', 'status=false')
    expect(await names('role', '--latest-per', 'name')).toEqual(['sshd alpha', 'ntp beta'])
    expect(await names('role', '--latest-per', 'image, name', '--order-by', 'name', '--first', '2')).toEqual([
      'ntp beta',
      'sshd alpha',
    ])
    expect(await names('role', 'commit=b312abb', '--latest-per', 'name', '--where', 'image.lts=true')).toEqual([
      'sshd alpha',
    ])
    expect((await program.run(['role', 'markdown', '--latest-per', 'name', '--fields', 'name,image'])).stdout).toBe(
      '| name | image |\n| ---- | ----- |\n| sshd | alpha |\n| ntp  | beta  |\n',
    )
  })

  test('pages through the latest of each, and takes fields called like words of GraphQL', async () => {
    const input = Array.from({ length: 2_400 }, (_, i) => ({ id: `s${i}`, true: `t${i % 1_200}` }))
    await registry.data('mutation ($input: [SuiteInput!]!) { upsertSuites(input: $input) { created } }', { input })
    const found = await get('suite', '--latest-per', 'true')
    expect(found.map(({ id }: { id: string }) => id)).toEqual(input.slice(1_200).map(({ id }) => id))
  })

  test('finds lists of references by the keys in them', async () => {
    await registry.data(
      'mutation { upsertSuites(input: [{ id: "a", images: ["alpha", "beta"] }, { id: "b", images: ["gamma"] }]) { created } }',
    )
    const found = async (where: string) => (await get('suite', '--where', where)).map(({ id }: { id: string }) => id)
    expect(await found('images has beta')).toEqual(['a'])
    expect(await found('images has gamma or images has none')).toEqual(['b'])
  })

  test.each([
    [['--latest-per', 'idd'], 'suite has no field "idd". Did you mean "id"?\nIts fields are: id, images, true, disks'],
    [['--latest-per', 'images'], '--latest-per: images is a list, which cannot be grouped by.\nIt takes: id, true'],
    [['--latest-per', 'id,'], '--latest-per takes fields, such as id,true, not "id,".'],
    [['--order-by', 'images.name'], '--order-by: images has no fields of its own to order by.'],
    [['--order-by', 'images'], '--order-by: images is a list, which has no order.'],
    [
      ['images=alpha'],
      `images is a list of references; --where 'images has …' finds one of them, --where '{"images": {"none": {}}}' those without any.`,
    ],
    [['--where', 'disks=1'], '--where: the items of disks are objects; use JSON: {"some": …}'],
    [['--where', 'disks.size=1'], '--where: disks has no fields that an expression can name; use JSON.'],
  ])('suite get %j is wrong usage', async (args, message) => {
    expect(await program.run(['suite', 'get', ...args])).toEqual({ code: 2, stdout: '', stderr: `error: ${message}\n` })
  })

  test.each([
    ['image', '--order-by: image is a reference; name a field of its target, such as image.name'],
    ['image.nam', 'image has no field "nam". Did you mean "name"?'],
    ['image.settings.cpu', '--order-by: settings is of type object, which has no order.'],
    ['image._meta.tim', '_meta has no field "tim".'],
  ])('role get --order-by %s is wrong usage', async (path, message) => {
    const { code, stderr } = await program.run(['role', 'get', '--order-by', path])
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
  })

  test.each([
    [['--fields', 'nam'], 'image has no field "nam". Did you mean "name"?'],
    [['--fields', '_meta.time'], '--fields: _meta has no field "time".'],
    [['--order-by', 'disr'], 'image has no field "disr". Did you mean "distr"?'],
    [['--first', '0'], '--first takes a number from 1 on, not "0".'],
    [['nmae=a'], 'image has no field "nmae". Did you mean "name"?'],
    [['-o', 'jsn'], '--output accepts one of json, ndjson, table, csv, yaml, markdown, shell, not "jsn".'],
    [['--wher', 'x'], "unknown option '--wher'\n(Did you mean --where?)"],
    [['--timeout', 'x'], '--timeout takes seconds, such as 30 or 0.5, not "x".'],
    [['--retries', '-1'], '--retries takes a number, such as 5, or 0 for none, not "-1".'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await program.run(['image', 'get', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`error: ${message}`)
  })

  test('reads every page', async () => {
    const input = Array.from({ length: 2500 }, (_, i) => ({ id: `q${i}` }))
    await registry.data('mutation ($input: [ExportInput!]!) { upsertExports(input: $input) { created } }', { input })
    for (const output of ['json', 'ndjson', 'csv', 'yaml']) {
      const { stdout } = await program.run(['export', 'get', '-o', output])
      expect(new Set(stdout.match(/q\d+/g)).size, output).toBe(2500)
    }
    expect(await json('export', 'get')).toHaveLength(2500)
    expect(await json('export', 'get', '--first', '1001')).toHaveLength(1001)
  })
})

describe('last', () => {
  test('prints the one updated last', async () => {
    for (const name of ['a', 'b', 'a']) await json('image', 'set', `name=${name}`, 'distr=x')
    expect(withoutMeta(await json('image', 'last'))).toEqual({ name: 'a', distr: 'x' })
    expect(withoutMeta(await json('image', 'last', '--where', 'name!=a'))).toEqual({ name: 'b', distr: 'x' })
  })

  test('without a match exits with 3 and says so in one line', async () => {
    expect(await program.run(['image', 'last'])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: There is no image yet.\n',
    })
    expect(await program.run(['image', 'last', 'distr=x'])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: No image matches distr=x\n',
    })
  })
})

describe('delete', () => {
  beforeEach(() =>
    registry.data(
      'mutation { upsertImages(input: [{ name: "a", distr: "x" }, { name: "b", distr: "x", lts: true }, { name: "c" }]) { created } }',
    ),
  )

  test.each([
    [['distr=x'], '2\n', ['c']],
    [['distr=x', 'lts=true'], '1\n', ['a', 'c']],
    [['--where', 'distr is null'], '1\n', ['a', 'b']],
    [['name=none'], '0\n', ['a', 'b', 'c']],
    [['--all'], '3\n', []],
    [['--all', '--where', 'name~*'], '3\n', []],
    [['--all', 'name=a'], '1\n', ['b', 'c']],
  ])('%j deletes what matches and prints how many: %j', async (args, stdout, left) => {
    expect(await program.run(['image', 'delete', ...args])).toEqual({ code: 0, stdout, stderr: '' })
    expect((await get('image')).map((one: { name: string }) => one.name)).toEqual(left)
  })

  test.each([[[]], [['--where', '{}']], [['nam=a']]])('%j deletes nothing: exit 2', async (args) => {
    const { code, stdout } = await program.run(['image', 'delete', ...args])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(await get('image')).toHaveLength(3)
  })
})

describe('names', () => {
  test.each([
    [
      ['imgae', 'get'],
      'There is no template "imgae". Did you mean "image"?\nThe registry has: export, image, note, result, role, suite',
    ],
    [['image', 'gte'], "unknown command 'gte'\n(Did you mean get?)"],
    [['imag'], 'unknown command \'imag\'\nDid you mean "image"?'],
    [['shcema'], 'unknown command \'shcema\'\nDid you mean "schema"?'],
    [['zzzzzz'], "unknown command 'zzzzzz'"],
    [['lss', '-o', 'json'], 'unknown command \'lss\'\nDid you mean "ls"?'],
    [
      ['get'],
      'get needs the name of a template before it: registry TEMPLATE get …\nList the templates with: registry ls',
    ],
  ])('%j are refused with what is near: exit 2', async (args, message) => {
    expect(await program.run(args)).toEqual({ code: 2, stdout: '', stderr: `error: ${message}\n` })
  })

  test('of a template alone show its commands', async () => {
    const { code, stdout, stderr } = await program.run(['image'])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toMatch(/^Usage: registry image \[options\] \[command\]/)
  })

  test('may be those of commands', async () => {
    expect(withoutMeta(await json('export', 'set', 'id=1'))).toEqual({ id: '1' })
  })
})

test('ls lists the templates', async () => {
  expect(await program.run(['ls'])).toEqual({
    code: 0,
    stdout: 'export\nimage   Object image VM\nnote\nresult\nrole\nsuite\n',
    stderr: '',
  })
  expect((await json('ls', '-o', 'json')).map((one: { name: string }) => one.name)).toEqual([
    'export',
    'image',
    'note',
    'result',
    'role',
    'suite',
  ])
  const lines = async (format: string) => (await program.run(['ls', '-o', format])).stdout.split('\n').slice(0, 3)
  expect(await lines('table')).toEqual(['NAME    DESCRIPTION', 'export', 'image   Object image VM'])
  expect(await lines('csv')).toEqual(['name,description', 'export,', 'image,Object image VM'])
  expect(await lines('yaml')).toEqual(['- name: "export"', '  plural: "exports"', '  type: "Export"'])
})

test('ls has names in bold on a terminal', async () => {
  const { stdout } = await program.shell("script -qec 'registry ls' /dev/null", { env: { TERM: 'xterm' } })
  expect(stdout).toContain('\u001b[1mimage\u001b[22m   Object image VM\r\n')
})

test('help describes a template', async () => {
  expect((await program.run(['role', 'help'])).stdout).toBe(
    'role\nkey: name, image\n\nfield   type                 description\nname    string!\nimage   reference to image!\nstatus  boolean\ncommit  string\n\nregistry role set name=… image=… status=…\n',
  )
})

test('schema prints the SDL, byte for byte', async () => {
  const { stdout } = await program.run(['schema'])
  expect(stdout).toBe(await (await fetch(new URL('/schema.graphql', registry.url))).text())
})

describe('query', () => {
  test('runs a document with variables, texts and JSON', async () => {
    const document = 'query ($name: String, $first: Int) { images(name: $name, first: $first) { totalCount } }'
    expect(await program.run(['query', '-', '-v', 'name=a=b', '-v', 'first:=1'], { input: document })).toEqual({
      code: 0,
      stdout: '{"images":{"totalCount":0}}\n',
      stderr: '',
    })
    expect((await program.shell(`echo '${document}' > q.graphql; registry query q.graphql -v name=7`)).stdout).toBe(
      '{"images":{"totalCount":0}}\n',
    )
  })

  test('prints the available data and fails if there are errors', async () => {
    const { code, stdout, stderr } = await program.run(['query', '-'], { input: '{ imags { totalCount } }' })
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toContain('error: Cannot query field "imags" on type "Query".')
    expect((await program.run(['query', 'nowhere.graphql'])).stderr).toBe('error: There is no file nowhere.graphql.\n')
    expect((await program.run(['query', '-', '-v', 'name'])).code).toBe(2)
  })
})

describe('--help', () => {
  const levels = [
    [],
    ['serve'],
    ['ls'],
    ['schema'],
    ['query'],
    ['search'],
    ['import'],
    ['export'],
    ['templates', 'check'],
    ['completion'],
    ['init'],
    ['version'],
    ['image'],
    ...['help', 'set', 'get', 'last', 'count', 'delete', 'markdown', 'matrix'].map((word) => ['image', word]),
  ]
  test.each(levels.map((level) => [level]))('of %j has an example, on stdout, with exit 0', async (level) => {
    const { code, stdout, stderr } = await program.run([...level, '--help'], {
      env: { REGISTRY_URL: 'http://127.0.0.1:1' },
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`Usage: ${['registry', ...level].join(' ')}`)
    expect(stdout).toMatch(/Examples?:\n {2}/)
  })
})
