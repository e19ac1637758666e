import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  'name: device\nkey: [name]\nfields: { name: string, status: string, cpu: int, site: string, tags: [string], spec: { type: object, fields: { cpu: int } } }\n',
  'name: loose\nkey: [name]\nadditionalFields: true\nfields: { name: string }\n',
  'name: port\nkey: [device, number]\nfields: { device: { type: reference, to: device }, number: int }\n',
]
let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
})
beforeEach(async () => {
  await registry.data(
    'mutation { deletePorts(where: {}, all: true) deleteDevices(where: {}, all: true) deleteLooses(where: {}, all: true) }',
  )
  rmSync(join(program.folder, 'in'), { recursive: true, force: true })
})

/** Writes files below the folder `in`, and returns their paths. */
function write(files: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(files).map(([name, text]) => {
    const path = join('in', name)
    mkdirSync(join(program.folder, dirname(path)), { recursive: true })
    writeFileSync(join(program.folder, path), text)
    return path
  })
}

async function stored(template = 'devices'): Promise<readonly unknown[]> {
  const data = await registry.data(`{ ${template} { nodes { _document } } }`)
  return data[template].nodes.map((node: { _document: unknown }) => node._document)
}

const summary = (created: number, failed = 0) => `${created} created, 0 updated, 0 unchanged, ${failed} failed\n`

describe('several files', () => {
  test('of any format are written together, in their order', async () => {
    const files = write({
      'b.yml': 'name: b\n',
      'a.json': '[{"name": "a"}]',
      'c.csv': 'name\nc\n',
      'd.ndjson': '{"name": "d"}\n',
    })
    expect(await program.run(['import', ...files, 'device'])).toEqual({ code: 0, stdout: summary(4), stderr: '' })
    expect(await stored()).toEqual(['b', 'a', 'c', 'd'].map((name) => ({ name })))
  })

  test('may name their templates, and refer to objects of each other', async () => {
    const files = write({
      '1.yml': '_template: port\ndevice: a\nnumber: 1\n',
      '2.yml': '_template: device\nname: a\n',
    })
    expect(await program.run(['import', ...files])).toEqual({ code: 0, stdout: summary(2), stderr: '' })
  })

  test('of a folder, and below, are found by their kind', async () => {
    write({
      'a.yml': 'name: a\n',
      'deep/er/b.JSON': '{"name": "b"}',
      'deep/c.tsv': 'name\tcpu\nc\t1\n',
      'README.md': '# not data',
      '.hidden/d.yml': 'name: d\n',
    })
    expect(await program.run(['import', 'in', 'device'])).toEqual({ code: 0, stdout: summary(3), stderr: '' })
    write({ 'empty/x.txt': '' })
    expect(await program.run(['import', 'in/empty', 'device'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(
        /^error: The folder in\/empty has no files of these kinds: ndjson, json, csv, yaml/,
      ),
    })
  })

  test('that cannot be read are named and passed over', async () => {
    const files = write({
      'a.yml': 'name: a\n',
      'bad.yml': '- name: x\n- {name: [\n',
      'cut.json': '[{"name": "y"},\n {"name": "z"',
      'open.csv': 'name\nw\n"v\n',
      'note.txt': 'no',
      'b.yml': 'name: b\n',
    })
    const run = await program.run(['import', ...files, 'in/none.yml', 'device'])
    expect(run).toEqual({ code: 1, stdout: summary(2), stderr: expect.any(String) })
    const lines = run.stderr.split('\n')
    expect(lines[0]).toMatch(/^The name of in\/note\.txt does not give its format\./)
    expect(lines[1]).toBe('There is no file in/none.yml.')
    expect(lines[2]).toMatch(/^in\/bad\.yml:\d+: /)
    expect(lines[3]).toMatch(/^in\/cut\.json:2: .*the end of the file seems to be missing/)
    expect(lines[4]).toBe('in/open.csv:3: a quote opens in this row and is not closed')
    expect(lines[5]).toBe('5 of 7 files cannot be read; they are passed over')
    expect(await stored()).toEqual([{ name: 'a' }, { name: 'b' }])
  })

  test('that can be read for a while are taken so far', async () => {
    const rows = Array.from({ length: 600 }, (_, i) => `d${i}\n`)
    const files = write({ 'a.csv': `name\n${rows.join('')}"x\n`, 'b.yml': 'name: b\n' })
    expect(await program.run(['import', ...files, 'device'])).toEqual({
      code: 1,
      stdout: summary(601),
      stderr: 'in/a.csv:602: a quote opens in this row and is not closed; the objects before are taken\n',
    })
  })

  test('with an object that is refused are written up to the chunk with it, or without it', async () => {
    const files = write({ 'a.yml': 'name: a\n', 'b.yml': 'name: b\ncpu: two\n', 'c.yml': '\n\nname: c\n' })
    expect(await program.run(['import', ...files, 'device'])).toEqual({
      code: 1,
      stdout: summary(0, 3),
      stderr: 'in/b.yml:1: cpu is a whole number, not "two".\nin/a.yml:1: nothing from here on was written\n',
    })
    expect(await program.run(['import', ...files, 'device', '--independent'])).toEqual({
      code: 1,
      stdout: summary(2, 1),
      stderr: 'in/b.yml:1: cpu is a whole number, not "two".\n',
    })
  })
})

test.each([
  ['a.json', '[{"name": "a"},\n{}]', 2],
  ['a.ndjson', '{"name": "a"}\n{"name": null, "cpu": 1}\n', 2],
  ['a.yml', '- name: a\n- name: ~\n  cpu: 1\n', 2],
  ['a.yml', 'name: a\n---\ncpu: 1\n', 3],
  ['a.csv', 'name,cpu\na,1\n,2\n', 3],
])('an object without its key is told so, with its line: %s %j', async (name, text, line) => {
  const files = write({ [name]: text })
  const message = `in/${name}:${line}: name is part of the key, and is missing\n`
  expect(await program.run(['import', ...files, 'device', '--independent'])).toEqual({
    code: 1,
    stdout: summary(1, 1),
    stderr: message,
  })
  expect(await program.run(['import', ...files, 'device'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(message),
  })
})

test('a pipe that is no JSON is told how to name its format', async () => {
  const input = 'name\na\n'
  const { code, stderr } = await program.run(['import', '-', 'device'], { input })
  expect({ code, stderr }).toEqual({
    code: 1,
    stderr: expect.stringMatching(
      /^stdin:1: this is not JSON: .*\nstdin was read as json; if it is something else, add --format csv or --format yaml\n$/s,
    ),
  })
  const run = await program.run(['import', '-', 'device', '--format', 'csv'], { input })
  expect(run).toEqual({ code: 0, stdout: summary(1), stderr: '' })
})

test.each([
  ['CSV', 'name,cpu\na,1\nb,2\n', 1],
  ['CSV in quotes', '"name","cpu"\n"a","1"\n', 1],
  ['YAML', 'name: a\ncpu: 1\n', 1],
  ['YAML that closes more than it opens', 'name: a]\n', 1],
  ['TSV of many rows', `name\tcpu\n${'a\t1\n'.repeat(2_000)}`, 1],
  ['JSON, and words among it', '{"name": "a"} oops {"name": "b"} nope', 2],
])('stdin without a format is told to name it once: %s', async (_, input, problems) => {
  const { code, stdout, stderr } = await program.run(['import', '-', 'device', '--independent'], { input })
  const lines = stderr.trimEnd().split('\n')
  expect({ code, stdout, hint: lines.pop() }).toEqual({
    code: 1,
    stdout: summary(problems === 2 ? 2 : 0, problems),
    hint: 'stdin was read as json; if it is something else, add --format csv or --format yaml',
  })
  expect(lines).toHaveLength(problems)
})

test.each([
  ['a.json', ''],
  ['a.json', ' \n'],
  ['a.json', '[]'],
  ['a.yaml', ''],
  ['a.yml', '# nothing\n---\n'],
  ['a.csv', ''],
  ['a.csv', 'name,cpu\n'],
  ['a.ndjson', '\n'],
])('a file without objects is told so: %s %j', async (name, text) => {
  const [file = ''] = write({ [name]: text })
  expect(await program.run(['import', file, 'device'])).toEqual({
    code: 0,
    stdout: summary(0),
    stderr: `${file}: there are no objects in it\n`,
  })
})

describe('the last word', () => {
  test.each([
    [
      ['in/a.yml', 'devce'],
      'There is no template "devce". Did you mean "device"?\nThe registry has: device, loose, port',
    ],
    [
      ['in/a.yml', 'zzzzzz'],
      'There is no file "zzzzzz", and no template of this name.\nThe registry has: device, loose, port',
    ],
    [['device', 'x.csv'], 'device is a template; it comes after the files: registry import FILE… device'],
    [['device'], 'device is a template; give the files before it: registry import FILE… device'],
    [['in/none.yml'], 'There is no file in/none.yml.'],
    [['in/a.yml/b.yml', 'device'], 'There is no file in/a.yml/b.yml.'],
    [['in/circle.yml', 'device'], 'in/circle.yml cannot be read: its symbolic links lead in a circle.'],
    [['in/none.yml', 'device'], 'There is no file in/none.yml.'],
  ])('that names nothing is told so: %j', async (words, message) => {
    write({ 'a.yml': 'name: a\n' })
    symlinkSync('circle.yml', join(program.folder, 'in/circle.yml'))
    expect(await program.run(['import', ...words])).toEqual({ code: 2, stdout: '', stderr: `error: ${message}\n` })
  })

  test('is the template, even if a folder has its name', async () => {
    write({ 'a.yml': 'name: a\n', 'device/b.yml': 'name: b\n' })
    const run = await program.shell('cd in && registry import a.yml device; registry import ./device a.yml device')
    const note = 'device is taken as the template; the file or folder of this name is ./device\n'
    expect(run).toEqual({
      code: 0,
      stdout: `${summary(1)}1 created, 0 updated, 1 unchanged, 0 failed\n`,
      stderr: `${note}${note}`,
    })
  })
})

describe('--map and --ignore-unknown', () => {
  const netbox = 'Name,Status,Tags,Rack,CPU\nsw1,Active,"a,b",R1,2\nsw2,Planned,,R2,\n'
  const maps = ['name=Name', 'status=Status', 'tags=Tags', 'cpu=CPU'].flatMap((map) => ['--map', map])

  test('give columns the names of fields, and say once what is left out', async () => {
    const files = write({ 'netbox.csv': netbox })
    const leftOut = { code: 0, stderr: 'left out, because device has no such field: Rack\n' }
    expect(await program.run(['import', ...files, 'device', ...maps])).toEqual({ ...leftOut, stdout: summary(2) })
    expect(await stored()).toEqual([
      { name: 'sw1', status: 'Active', tags: ['a', 'b'], cpu: 2 },
      { name: 'sw2', status: 'Planned' },
    ])
    const [own] = write({ 'own.csv': 'name,Rack\nsw1,R1\nsw2,R2\n' }) as [string]
    expect(await program.run(['import', own, 'device'])).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/^in\/own\.csv:2: device has no field "Rack"\. See --map and --ignore-unknown\.\n/),
    })
    expect(await program.run(['import', own, 'device', '--ignore-unknown'])).toMatchObject(leftOut)
  })

  test.each([
    ['json', '[{"id": 1, "Name": "a", "status": {"value": "active"}, "spec": {"cpu": 1, "ram": 2}}]'],
    ['yaml', '- id: 1\n  Name: a\n  status: {value: active}\n  spec: {cpu: 1, ram: 2}\n'],
    ['ndjson', '{"id": 1, "Name": "a", "status": {"value": "active"}, "spec": {"cpu": 1, "ram": 2}}\n'],
  ])('take attributes of %s, and what a path leads to', async (format, text) => {
    const files = write({ [`a.${format}`]: text })
    const options = ['--map', 'name=Name', '--map', 'status=status.value', '--ignore-unknown']
    expect(await program.run(['import', ...files, 'device', ...options])).toEqual({
      code: 0,
      stdout: summary(1),
      stderr: 'left out, because device has no such field: id, spec.ram\n',
    })
    expect(await stored()).toEqual([{ name: 'a', status: 'active', spec: { cpu: 1 } }])
  })

  test('leave a column out, use one twice, name the template', async () => {
    const files = write({ 'a.csv': 'kind,name,status,cpu\ndevice,a,old,1\nloose,b,x,\n' })
    const options = ['--map', '_template=kind', '--map', 'site=name', '--map', 'status=-', '--ignore-unknown']
    expect(await program.run(['import', ...files, ...options])).toEqual({ code: 0, stdout: summary(2), stderr: '' })
    expect(await stored()).toEqual([{ name: 'a', cpu: 1, site: 'a' }])
    expect(await stored('looses')).toEqual([{ name: 'b', site: 'b' }])
  })

  test.each([
    [['--map', 'nam=Name'], 2, 'error: --map nam=Name: device has no field "nam". Did you mean "name"?\n'],
    [['--map', 'name'], 2, 'error: --map takes field=column, not "name".\n'],
    [['--map', 'name=Name', '--map', 'name=Rack'], 2, 'error: --map: name is given twice.\n'],
    [
      ['--map', 'name=Nam'],
      1,
      'in/netbox.csv:1: --map: there is no column "Nam". Did you mean "Name"? There is: Name, Status, Tags, Rack, CPU\n',
    ],
  ])('are refused where they name nothing: %j', async (options, code, stderr) => {
    const files = write({ 'netbox.csv': netbox })
    expect(await program.run(['import', ...files, 'device', ...options])).toMatchObject({ code, stderr })
    expect(await stored()).toEqual([])
  })

  test('say which attribute no object of a document has', async () => {
    const files = write({ 'a.json': '[{"name": "a"}]' })
    const run = await program.run(['import', ...files, 'device', '--map', 'status=Status'])
    expect(run).toEqual({ code: 0, stdout: summary(1), stderr: 'in/a.json: no object has Status, which --map names\n' })
  })
})

describe('--at', () => {
  const list = '[{"name": "a", "cpu": 1},\n {"name": "b"}]'
  const two = [{ name: 'a', cpu: 1 }, { name: 'b' }]
  test.each<readonly [string, string, string, readonly unknown[]]>([
    ['items', 'json', `{"count": 2, "next": null,\n "items": ${list}, "more": "]}\\"["}`, two],
    ['data.devices', 'json', `{"data": {"x": [1, {"devices": 5}], "devices": ${list}}}`, two],
    ['/data/dev~1ic~0es', 'json', `{"data": {"dev/ic~es": ${list}}}`, two],
    ['pages.1.items', 'json', `{"pages": [{"items": []}, {"items": ${list}}]}`, two],
    ['.', 'json', list, two],
    ['hosts', 'json', '{"hosts": {"a": {"cpu": 1}, "b": null}}', two],
    ['.', 'json', ' \n {"a": {"cpu": 1}, "b": {}}', two],
    ['one', 'json', '{"one": {"name": "a", "cpu": 1}}', [two[0]]],
    ['none', 'json', '{"none": []}', []],
    ['items', 'yaml', 'defaults: &d {cpu: 1}\nitems:\n- {name: a, <<: *d}\n- name: b\n', two],
    ['all.hosts', 'yaml', 'all:\n  hosts:\n    a: {cpu: 1}\n    b:\n', two],
    ['.', 'yaml', 'a: {cpu: 1}\nb: {name: b}\n', two],
    ['items', 'yaml', 'items: [{name: a, cpu: 1}]\n---\nitems: [{name: b}]\n', two],
    ['none', 'yaml', 'none:\n', []],
  ])('finds the list at %s of %s: %s', async (path, format, text, objects) => {
    const files = write({ [`doc.${format}`]: text })
    const run = await program.run(['import', ...files, 'device', '--at', path])
    const note = objects.length === 0 ? `in/doc.${format}: there are no objects in it\n` : ''
    expect(run).toEqual({ code: 0, stdout: summary(objects.length), stderr: note })
    expect(await stored()).toEqual(objects)
  })

  test.each<readonly [string, string, string, string]>([
    [
      'item',
      'json',
      '{\n"count": 1, "items": []}',
      '1: --at: there is no "item" here. Did you mean "items"? There is: "count", "items"',
    ],
    ['items.x', 'json', '{"a": 1,\n"items": 7}', '2: --at: there is no "x" here. There is: nothing'],
    [
      'item',
      'yaml',
      'count: 1\nitems: []\n',
      '1: --at: there is no "item" here. Did you mean "items"? There is: "count", "items"',
    ],
    ['items', 'json', '{"items": [1]\n', '1: this is not JSON: '],
    ['items', 'json', '{"x": 1,\n"items": [\n{"name": "a", "cpu": "x"}]}', '3: cpu is a whole number, not "x".'],
    ['items', 'json', '{"items": [\n7]}', '2: an object such as {"name": "a"} is expected here, not 7'],
    ['.', 'json', '{"a": {},\n"a": {}}', '2: "a" is given twice'],
    ['.', 'yaml', 'a: {cpu: 1}\nb: {cpu: x}\n', '2: cpu is a whole number, not "x".'],
  ])('is refused with a line: %s of %s %j', async (path, format, text, problem) => {
    const files = write({ [`doc.${format}`]: text })
    const { code, stderr } = await program.run(['import', ...files, 'device', '--at', path, '--independent'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining(`in/doc.${format}:${problem}`) })
    expect(stderr.split('\n')).toHaveLength(2)
  })

  test('fills a key of one field alone', async () => {
    const files = write({ 'ports.yml': 'eth0: {number: 1}\n' })
    expect(await program.run(['import', ...files, 'port', '--at', '.'])).toMatchObject({
      code: 1,
      stderr: 'in/ports.yml:1: its name "eth0" cannot fill the key of port, which is several fields: device, number\n',
    })
  })

  test.each([
    ['{"count": 1, "results": [{"name": "a"}]}', 'a list of objects; to import that, add --at results'],
    ['{"data": {"total": 1, "devices": [{"name": "a"}]}}', 'a list of objects; to import that, add --at data.devices'],
    ['{"a": {"cpu": 1}, "b": {"cpu": 2}}', 'objects by name; to import these, add --at .'],
    ['{"a": {"spec": {"cpu": 1}}, "b": {"spec": {"cpu": 2}}}', 'objects by name; to import these, add --at .'],
    ['{"x": {"cpu": 1}, "hosts": {"a": {"cpu": 1}}}', 'objects by name; to import these, add --at hosts'],
    ['{"all": {"hosts": {"a": {"cpu": 1}, "b": null}}}', 'objects by name; to import these, add --at all.hosts'],
    [
      '{"all": {"vars": {"x": 1}, "children": {"web": {"hosts": {"c": {"cpu": 1}}}}, "hosts": {"a": {"cpu": 1}}}}',
      'objects by name; to import these, add --at all.hosts',
    ],
    ['{"my hosts": {"b.de": {"a/b": {"cpu": 1}}}}', "objects by name; to import these, add --at '/my hosts/b.de'"],
  ])('is named where it was meant: %s', async (text, hint) => {
    for (const format of ['json', 'yaml'])
      for (const template of ['device', 'loose']) {
        const files = write({ [`doc.${format}`]: text })
        expect(await program.run(['import', ...files, template])).toMatchObject({
          code: 1,
          stderr: `in/doc.${format}:1: this object has no name, but ${hint}\n`,
        })
      }
  })

  test.each([
    '{"servers": {"a": {"cpu": 1}}, "switches": {"b": {"cpu": 2}}}',
    '{"all": {"hosts": {}}}',
    '{"all": {"children": {"web": {"hosts": {"a": {"cpu": 1}}}}}, "site": {}}',
  ])('is not guessed: %s', async (text) => {
    const files = write({ 'doc.json': text })
    const { code, stderr } = await program.run(['import', ...files, 'device'])
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('device has no field ') })
  })

  test('is for documents', async () => {
    const files = write({ 'a.csv': 'name\na\n' })
    expect(await program.run(['import', ...files, 'device', '--at', 'items'])).toMatchObject({
      code: 2,
      stderr: 'error: --at is for json and yaml, and in/a.csv is read as csv.\n',
    })
  })
})

describe('YAML', () => {
  test.each<readonly [string, string, readonly unknown[]]>([
    ['several documents', '---\nname: a\nstatus: x\n---\nname: b\n...\n', [{ name: 'a', status: 'x' }, { name: 'b' }]],
    [
      'documents of objects and lists',
      '- name: a\n- name: b\n---\nname: c\n',
      [{ name: 'a' }, { name: 'b' }, { name: 'c' }],
    ],
    ['empty documents and comments', '# one\n---\n---\n# two\n---\nname: a\n---\n', [{ name: 'a' }]],
    ['directives', '%YAML 1.2\n---\nname: a\n', [{ name: 'a' }]],
    [
      'anchors of each document',
      '- &x {name: a}\n- name: b\n  extra: *x\n---\n- &x {name: c}\n- name: d\n  extra: *x\n',
      [{ name: 'a' }, { name: 'b', extra: { name: 'a' } }, { name: 'c' }, { name: 'd', extra: { name: 'c' } }],
    ],
    [
      'a merge key',
      '- &base\n  name: a\n  status: x\n- <<: *base\n  name: b\n',
      [
        { name: 'a', status: 'x' },
        { name: 'b', status: 'x' },
      ],
    ],
    [
      'a merge key behind own keys',
      '- &base {name: a, status: x}\n- name: b\n  status: y\n  <<: *base\n',
      [
        { name: 'a', status: 'x' },
        { name: 'b', status: 'y' },
      ],
    ],
    [
      'a list of aliases, of which the first wins',
      '- &a {name: a, x: 1, y: 1}\n- &b {name: b, y: 2, z: 2}\n- <<: [*a, *b]\n  name: c\n',
      [
        { name: 'a', x: 1, y: 1 },
        { name: 'b', y: 2, z: 2 },
        { name: 'c', x: 1, y: 1, z: 2 },
      ],
    ],
    [
      'merged mappings that merge',
      '- &a {name: a, x: 1}\n- &b {<<: *a, name: b, y: 2}\n- {<<: *b, name: c}\n',
      [
        { name: 'a', x: 1 },
        { name: 'b', x: 1, y: 2 },
        { name: 'c', x: 1, y: 2 },
      ],
    ],
    [
      'a merge key inside a value',
      '- name: a\n  deep: {in: &d {x: 1}, to: {<<: *d, y: 2}}\n',
      [{ name: 'a', deep: { in: { x: 1 }, to: { x: 1, y: 2 } } }],
    ],
    ['a mapping that is written out', '- <<: {status: x}\n  name: a\n', [{ name: 'a', status: 'x' }]],
    ['<< in quotes', '- name: a\n  "<<": {status: x}\n', [{ name: 'a', '<<': { status: 'x' } }]],
  ])('%s', async (_, text, objects) => {
    const files = write({ 'doc.yml': text })
    expect(await program.run(['import', ...files, 'loose'])).toEqual({
      code: 0,
      stdout: summary(objects.length),
      stderr: '',
    })
    expect(await stored('looses')).toEqual(objects)
  })

  test.each([
    ['name: a\n---\nname: b\nname: c\n', '4: "name" is given twice'],
    ['name: a\n---\nx: *y\n', '3: there is no anchor "y" before its alias'],
    ['- &a {name: a}\n---\n- *a\n', '3: there is no anchor "a" before its alias'],
    ['name: a\n<<: x\n', '2: << merges a mapping, or a list of mappings, such as *defaults or [*a, *b]'],
  ])('is refused with a line: %j', async (text, problem) => {
    const files = write({ 'doc.yml': text })
    expect(await program.run(['import', ...files, 'loose'])).toMatchObject({
      code: 1,
      stderr: `in/doc.yml:${problem}\n`,
    })
  })
})
