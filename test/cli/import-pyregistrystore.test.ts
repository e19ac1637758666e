import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const fixtures = 'test/cli/fixtures/pyregistrystore'
let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
  for (const name of ['image', 'role', 'person']) copyFileSync(`${fixtures}/${name}.yml`, file(`${name}.yml`))
})
afterAll(async () => {
  await registry?.close()
  await program?.remove()
})

function file(name: string): string {
  return join(program.folder, name)
}

const damages = `\
image.yml:11: version: 7 in a string field is an integer; it may have been written otherwise, such as "007". Stored: "7"
image.yml:22: version: 12 in a string field is an integer; it may have been written otherwise, such as "0012". Stored: "12"
image.yml:33: version: 20260101 in a string field is an integer; it may have been written otherwise, such as "0020260101". Stored: "20260101"
role.yml:17: commit: 12345 in a string field is an integer; it may have been written otherwise, such as "0012345". Stored: "12345"
role.yml:37: commit: 12345 in a string field is an integer; it may have been written otherwise, such as "0012345". Stored: "12345"
role.yml:57: commit: 12345 in a string field is an integer; it may have been written otherwise, such as "0012345". Stored: "12345"
person.yml:10: sex: false in a string field is a boolean; it may have been written "no", "off", "n", "f" or "False". Stored: "false"
`

describe('registry import pyregistrystore', () => {
  test('creates the objects with their uuids and times, and reports damaged values; a second run has no effect', async () => {
    const args = ['import', 'pyregistrystore', 'image.yml', 'role.yml', 'person.yml', '--timezone', 'Europe/Moscow']
    const zone = 'Times were read as Europe/Moscow.\n'
    expect(await program.run([...args, '--dry-run'])).toEqual({
      code: 0,
      stdout: 'dry run, nothing was written: 13 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: damages + zone,
    })
    expect(await program.run(args)).toEqual({
      code: 0,
      stdout: '13 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: damages + zone,
    })

    const stored = (await program.run(['export', '--all'])).stdout
    const objects = stored
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown> & { _meta: Record<string, string> })
    for (const name of ['image', 'role', 'person']) {
      const recorded = JSON.parse(readFileSync(`${fixtures}/${name}.get.json`, 'utf8')) as (Record<string, unknown> & {
        _meta: Record<string, string>
      })[]
      const expected = recorded.map(({ _meta, ...fields }) => ({
        _meta: {
          uuid: _meta['uuid'],
          create_time: toUtc(_meta['create_time']),
          update_time: toUtc(_meta['update_time']),
        },
        ...Object.fromEntries(
          Object.entries(fields).map(([field, value]) => [
            field,
            ['lts', 'status'].includes(field) ? value : String(value),
          ]),
        ),
      }))
      const found = objects
        .filter((object) => object['_template'] === name)
        .map(({ _template, _meta, ...fields }) => ({
          _meta: { uuid: _meta['uuid'], create_time: _meta['create_time'], update_time: _meta['update_time'] },
          ...fields,
        }))
      const byUuid = (a: { _meta: { uuid: unknown } }, b: { _meta: { uuid: unknown } }) =>
        String(a._meta.uuid) < String(b._meta.uuid) ? -1 : 1
      expect(found.sort(byUuid)).toEqual(expected.sort(byUuid))
    }

    expect(await program.run(args)).toEqual({
      code: 0,
      stdout: '0 created, 0 updated, 13 unchanged, 0 failed\n',
      stderr: damages + zone,
    })
    expect((await program.run(['export', '--all'])).stdout).toBe(stored)
  })

  test('refuses objects without a fitting template, with all problems at once, and writes nothing', async () => {
    writeFileSync(
      file('bad.yml'),
      `- !!python/object:pyRegistryStore.image.Image
  _meta: !!python/object:pyRegistryStore.Meta
    create_time: yesterday
    uuid: !!python/object:uuid.UUID
      int: 1
  dist: ubuntu
  lts: maybe
  name: new.image
- !!python/object:pyRegistryStore.imag.Imag
  name: x
- !!python/object/apply:os.system ['touch ${file('harm')}']
- !!python/object:role.Role
  name: r
  image: not-there
- !!python/object:image.Image
  name: new.image
`,
    )
    expect(await program.run(['import', 'pyregistrystore', 'bad.yml', '--timezone', '+03:00'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `\
bad.yml:3: _meta.create_time: this is not a time
bad.yml:6: the template image has no field "dist". Did you mean "distr"?
bad.yml:7: lts: "maybe" is not a boolean
bad.yml:9: no template fits the class "pyRegistryStore.imag.Imag". Did you mean "image"?
bad.yml:11: an object such as "!!python/object:image.Image" is expected here, not !!python/object/apply:os.system
bad.yml:12: status: the template role requires it, but this object has no value
bad.yml:12: image: there is no image "not-there", neither in these files nor in the registry
bad.yml:15: this is the same image as in bad.yml:1 (image ["new.image"]); remove one of them

8 problems; nothing was written
`,
    })
    expect(await registry.data('{ image(name: "new.image") { name } }')).toEqual({ image: null })
  })

  test('handles the hours that a time zone repeats or skips', async () => {
    const people = ['2021-10-31 02:30:00', '2021-03-28 02:30:00', '2021-07-01 00:00:00.000001'].map(
      (time, i) =>
        `- !!python/object:person.Person\n  _meta: !!python/object:Meta\n    create_time: ${time}\n    update_time: ${time}\n  first_name: Time\n  last_name: Zone ${i}\n`,
    )
    writeFileSync(file('time.yml'), people.join(''))
    expect((await program.run(['import', 'pyregistrystore', 'time.yml', '--timezone', 'Europe/Berlin'])).code).toBe(0)
    const { people: found } = await registry.data(
      '{ people(first_name: "Time", orderBy: [{last_name: asc}]) { nodes { _meta { createTime } } } }',
    )
    expect(found.nodes.map((node: { _meta: { createTime: string } }) => node._meta.createTime)).toEqual(
      ['2021-10-31T00:30:00.000000Z', '2021-03-28T01:30:00.000000Z', '2021-06-30T22:00:00.000001Z'].map((time) =>
        expect.stringContaining(time.slice(0, 19)),
      ),
    )
    expect(await program.run(['import', 'pyregistrystore', 'time.yml', '--timezone', 'Europe/Berlim'])).toMatchObject({
      code: 2,
      stdout: '',
    })
  })

  test('is not brought down by bombs', async () => {
    writeFileSync(file('deep.yml'), `- !!python/object:image.Image\n  name: ${'['.repeat(100_000)}`)
    const names = 'abcdefghij'.split('')
    const bomb = names.map((name, i) => `  ${name}: &${name} [${Array(10).fill(i === 0 ? 'x' : `*${names[i - 1]}`)}]\n`)
    writeFileSync(file('wide.yml'), `- !!python/object:image.Image\n${bomb.join('')}`)
    writeFileSync(file('circle.yml'), '- &a !!python/object:image.Image\n  name: *a\n')
    const { code, stderr } = await program.run(['import', 'pyregistrystore', 'deep.yml', 'wide.yml', 'circle.yml'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^deep\.yml:2: the file is nested deeper than 64 levels\nwide\.yml:\d+: the file expands to more than \d+ values\ncircle\.yml:\d: the file is nested deeper than 64 levels\n\n3 problems; nothing was written\n$/,
      ),
    })
  })
})

test('commands other than these load none of it', async () => {
  writeFileSync(
    file('list-loaded.cjs'),
    "process.on('exit', () => console.error(Object.keys(require.cache).map((path) => require('node:path').basename(path)).join('\\n')))",
  )
  const env = { NODE_OPTIONS: `--require ${file('list-loaded.cjs')}` }
  const loadedBy = async (...args: string[]) =>
    (await program.run(args, { env })).stderr.split('\n').filter((name) => /^(?:import-|templates-from)/.test(name))
  expect(await loadedBy('ls')).toEqual([])
  expect(await loadedBy('person', 'get')).toEqual([])
  expect(await loadedBy('import', 'pyregistrystore', 'person.yml', '--dry-run')).toContain('import-registry.cjs')
  expect(await loadedBy('templates', 'from-python', 'nowhere.py')).toEqual(['templates-from-python.cjs'])
})

describe('the objects of each form of the class', () => {
  const meta = (version: string) => `\
  _meta: !!python/object:${version === '' ? 'pyRegistryStore' : 'objects'}.Meta
    create_time: 2021-09-01 10:00:00.000001
    update_time: 2021-09-02 10:00:00
    uuid: !!python/object:uuid.UUID
      int: 84518159238169342781750500593203202215
${version}`
  const old = `- !!python/object:objects.person.Person\n${meta('    version: 3\n')}  first_name: Ada\n  last_name: Lovelace\n`
  const versionNote =
    'it.yml:7: _meta.version: it is not carried over; the registry counts versions itself\nTimes were read as UTC.\n'

  test.each([
    ['01-init-and-describe', old, versionNote, {}],
    [
      '02-init-and-desc',
      `${old}  desc: People\n`,
      versionNote.replace(
        '\nT',
        '\nit.yml:10: desc: it belongs to pyRegistryStore and is no data; it is passed over\nT',
      ),
      {},
    ],
    ['03-annotated', `${old}  sex: f\n`, versionNote, { sex: 'f' }],
    ['05-readme-not-indented', old, versionNote, {}],
    [
      '04-underscores',
      `- !!python/object:pyRegistryStore.person.Person\n${meta('')}  _protection: false\n  create_date: 01/09/2021 10:00:00\n  first_name: Ada\n  last_name: Lovelace\n  sex: false\n`,
      `it.yml:7: _protection: it belongs to pyRegistryStore and is no data; it is passed over
it.yml:11: sex: false in a string field is a boolean; it may have been written "no", "off", "n", "f" or "False". Stored: "false"
Times were read as UTC.
`,
      { create_date: '01/09/2021 10:00:00', sex: 'false' },
    ],
  ])('go into the template that is made of %s', async (name, text, said, more) => {
    const own = await startRegistry([readFileSync(`test/cli/fixtures/from-python/${name}.yaml`, 'utf8')])
    try {
      writeFileSync(file('it.yml'), text)
      const env = { REGISTRY_URL: own.url }
      const run = await program.run(['import', 'pyregistrystore', 'it.yml', '--timezone', 'UTC'], { env })
      expect(run).toEqual({ code: 0, stdout: '1 created, 0 updated, 0 unchanged, 0 failed\n', stderr: said })
      const [{ _meta: stored, ...fields }] = JSON.parse((await program.run(['person', 'get'], { env })).stdout)
      expect(fields).toMatchObject({ first_name: 'Ada', last_name: 'Lovelace', ...more })
      expect(stored).toMatchObject({
        create_time: '2021-09-01T10:00:00.000001Z',
        update_time: '2021-09-02T10:00:00.000000Z',
        uuid: '3f959af9-aaf3-4076-9a70-8635fc6cc8a7',
      })
    } finally {
      await own.close()
    }
  })
})

describe('what Python objects are made of', () => {
  let own: TestRegistry
  let env: { REGISTRY_URL: string }
  beforeAll(async () => {
    own = await startRegistry([
      `name: vm_machine
key: [name]
fields:
  name: string
  state: { type: enum, values: [up, down] }
  price: float
  path: string
  ip: string
  labels: json
  chosen: [string]
  length: duration
  spec: json
  pair: json
  seen: datetime
  day: date
  made: datetime
  word: string
`,
      'name: open\nkey: [name]\nadditionalFields: true\nfields: { name: string }\n',
    ])
    env = { REGISTRY_URL: own.url }
  })
  afterAll(() => own?.close())
  const bring = (text: string, ...options: string[]) => {
    writeFileSync(file('it.yml'), text)
    return program.run(['import', 'pyregistrystore', 'it.yml', '--timezone', 'UTC', ...options], { env })
  }

  test('is stored as the template says: enums, decimals, paths, tuples, nested objects; methods and classes are passed over', async () => {
    const text = `\
- &id001 !!python/object:machine.VmMachine
  Inner: &id002 !!python/name:machine.Inner
  title: !!python/object/apply:builtins.getattr
  - *id001
  - title
  state: !!python/object/apply:machine.State
  - up
  price: &id012 !!python/object/apply:decimal.Decimal
  - '1.50'
  path: &id011 !!python/object/apply:pathlib.PosixPath
  - /
  - usr
  - lib
  ip: !!python/object/apply:ipaddress.IPv4Address
  - 167772161
  labels: &id008 !!python/object/apply:collections.OrderedDict
  - - - a
      - 1
  chosen: &id003 !!python/object/apply:builtins.frozenset
  - - x
  length: &id009 !!python/object/apply:datetime.timedelta
  - 1
  - 5
  - 0
  spec: &id015 !!python/object:machine.Spec
    cpu: 2
  pair: &id010 !!python/tuple
  - 1
  - 2
  made: 28.11.2021 14:40
  seen: 28/11/2021 14:40:44
  day: 28/11/2021
  name: a
- &id016 !!python/object:machine.VmMachine
  Inner: *id002
  title: !!python/object/apply:builtins.getattr
  - *id016
  - title
  labels: *id008
  word: "\\u041F\\u0440\\u0438\\u0432\\u0435\\u0442"
  name: b
---
- !VmMachine {name: c}
`
    expect(await bring(text)).toEqual({
      code: 0,
      stdout: '3 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: `\
it.yml:2: Inner: a method or class is no data; it is passed over (2 objects in this file)
it.yml:3: title: a method or class is no data; it is passed over (2 objects in this file)
it.yml:30: made: "28.11.2021 14:40" in a datetime field is a text, not a time. Stored: "2021-11-28T14:40:00.000000Z"
it.yml:31: seen: "28/11/2021 14:40:44" in a datetime field is a text, not a time. Stored: "2021-11-28T14:40:44.000000Z"
it.yml:32: day: "28/11/2021" in a date field is a text, not a date. Stored: "2021-11-28"
Times were read as UTC.
`,
    })
    const { vmMachines } = await own.data('{ vmMachines { nodes { _document } } }')
    expect(vmMachines.nodes.map((node: { _document: unknown }) => node._document)).toEqual([
      {
        ...{ name: 'a', state: 'up', price: 1.5, path: '/usr/lib', ip: '10.0.0.1', labels: { a: 1 }, chosen: ['x'] },
        ...{ length: 'P1DT5S', spec: { cpu: 2 }, pair: [1, 2], day: '2021-11-28' },
        ...{ made: '2021-11-28T14:40:00.000Z', seen: '2021-11-28T14:40:44.000Z' },
      },
      { name: 'b', labels: { a: 1 }, word: 'Привет' },
      { name: 'c' },
    ])
  })

  test('is refused with the remedy if no field has it, once for each name, and left out if that is asked for', async () => {
    const text = ['x', 'y', 'z']
      .map((name) => `- !!python/object:machine.VmMachine\n  name: ${name}\n  nick: n\n  pric: 1\n`)
      .join('')
    expect(await bring(text)).toEqual({
      code: 1,
      stdout: '',
      stderr: `\
it.yml:3: the template vm_machine has no field "nick"; add it, or additionalFields: true, or leave it out with --ignore-unknown (3 objects in this file)
it.yml:4: the template vm_machine has no field "pric". Did you mean "price"? (3 objects in this file)

2 problems; nothing was written
`,
    })
    expect(await bring(text, '--ignore-unknown')).toEqual({
      code: 0,
      stdout: '3 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: `\
it.yml:3: the template vm_machine has no field "nick"; it is left out (3 objects in this file)
it.yml:4: the template vm_machine has no field "pric"; it is left out (3 objects in this file)
Times were read as UTC.
`,
    })
    expect((await bring('- !!python/object:x.Open\n  name: a\n  nick: n\n')).code).toBe(0)
    expect(await own.data('{ opens { nodes { _document } } }')).toEqual({
      opens: { nodes: [{ _document: { name: 'a', nick: 'n' } }] },
    })
  })

  test.each([
    ['a month beyond 12, as Americans write days', 'made: 11/28/2021', 'made: "11/28/2021" is not a datetime'],
    ['bytes', 'word: !!binary YWI=', 'word: !!binary is not a string; it has no counterpart'],
    [
      'what a command gives',
      "word: !!python/object/apply:os.system ['touch harm']",
      'word: !!python/object/apply:os.system is not a string; it has no counterpart',
    ],
  ])('is refused, and not guessed: %s', async (_title, attribute, message) => {
    expect(await bring(`- !!python/object:machine.VmMachine\n  name: q\n  ${attribute}\n`)).toMatchObject({
      code: 1,
      stderr: `it.yml:3: ${message}\n\n1 problem; nothing was written\n`,
    })
  })
})

/** Moscow is three hours ahead all year. */
function toUtc(local: string | undefined): string {
  return `${new Date(`${local?.slice(0, 19).replace(' ', 'T')}+03:00`).toISOString().slice(0, 19)}${local?.slice(19)}Z`
}
