import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  'name: rich\nkey: [id, at]\nadditionalFields: true\nfields:\n  id: bigint\n  at: datetime\n  text: { type: string, default: unset, maxLength: 10 }\n  version: version\n  ok: boolean\n  ratio: float\n  tags: [string]\n  day: date\n  level: { type: enum, values: [low, high] }\n  size: { type: object, fields: { w: int, note: string } }\n  any: json\n',
  'name: part\nkey: [name]\nfields:\n  name: string\n  above: { type: reference, to: part, reverse: below }\n',
  'name: a_user\nkey: [rich]\nfields:\n  rich: { type: reference, to: rich }\n',
  'name: image\nkey: [name]\nfields: { name: string, version: string, lts: boolean, count: int }\n',
  'name: bundle\nkey: [name]\nfields:\n  name: string\n  images: { type: [reference], to: image }\n  user: { type: reference, to: a_user }\n',
]
let registry: TestRegistry
let empty: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  empty = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await registry?.close()
  await empty?.close()
  await program?.remove()
})

function write(name: string, text: string): string {
  writeFileSync(join(program.folder, name), text)
  return name
}

async function names(where = ''): Promise<string[]> {
  const { images } = await registry.data(`{ images${where} { nodes { name } } }`)
  return images.nodes.map((node: { name: string }) => node.name)
}

describe('registry import', () => {
  test('creates, updates and leaves objects unchanged, from every format; text never changes its type', async () => {
    const ndjson = write('a.ndjson', '{"name": "a", "version": "20.10"}\r\n\n{"name": "b", "lts": true}\n')
    expect(await program.run(['import', ndjson, 'image'])).toEqual({
      code: 0,
      stdout: '2 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: '',
    })
    const json = write(
      'a.json',
      '[\n  {"name": "a", "version": "20.10"},\n  {"name": "b", "lts": false, "version": "a]}\\"[{"}\n]\n',
    )
    expect((await program.run(['import', json, 'image'])).stdout).toBe('0 created, 1 updated, 1 unchanged, 0 failed\n')
    const csv = write('a.csv', '\uFEFFname,version,lts,count\na,0012345,yes,\n"c\n2",yes,no,7\nd,"",,\n')
    expect((await program.run(['import', csv, 'image'])).stdout).toBe('2 created, 1 updated, 0 unchanged, 0 failed\n')
    const yaml = write('a.yaml', '- {name: a, version: 20.10, count: 3}\n- name: e\n  version: 0x10\n  lts: true\n')
    expect((await program.run(['import', yaml, 'image'])).stdout).toBe('1 created, 1 updated, 0 unchanged, 0 failed\n')
    expect(
      (await registry.data('{ images(orderBy: [{name: asc}]) { nodes { _document } } }')).images.nodes.map(
        (node: { _document: unknown }) => node._document,
      ),
    ).toEqual([
      { name: 'a', version: '20.10', lts: true, count: 3 },
      { name: 'b', version: 'a]}"[{', lts: false },
      { name: 'c\n2', version: 'yes', lts: false, count: 7 },
      { name: 'd', version: '' },
      { name: 'e', version: '0x10', lts: true },
    ])
  })

  test('reads the output of get from a pipe', async () => {
    const { stdout } = await program.shell(
      'registry image get name=a | registry import - image && registry image get -o ndjson | registry import - image; registry image get -o yaml | registry import - image --format yaml',
    )
    expect(stdout).toBe(
      '0 created, 0 updated, 1 unchanged, 0 failed\n0 created, 0 updated, 5 unchanged, 0 failed\n0 created, 0 updated, 5 unchanged, 0 failed\n',
    )
  })

  test('refuses a chunk as a whole and reports all its problems by line, or with --independent refuses only the wrong objects', async () => {
    const bad = write(
      'bad.ndjson',
      '{"name": "n1"}\n{"name": "n2", "verson": "1"}\nnot JSON\n{"name": "n3", "lts": 3}\n[1]\n{"_template": "imagee", "name": "n4"}\n{"name": "n5", "count": 1e400}\n',
    )
    const problems = `\
bad.ndjson:2: image has no field "verson". Did you mean "version"? See --map and --ignore-unknown.
bad.ndjson:3: this is not JSON: Unexpected token 'o', "not JSON" is not valid JSON
bad.ndjson:4: lts is true or false, not "3".
bad.ndjson:5: an object such as {"name": "a"} is expected here, not [1]
bad.ndjson:6: _template is "imagee", but the template to import is image
bad.ndjson:7: a number is too large
`
    expect(await program.run(['import', bad, 'image'])).toEqual({
      code: 1,
      stdout: '0 created, 0 updated, 0 unchanged, 7 failed\n',
      stderr: `${problems}bad.ndjson:1: nothing from here on was written\n`,
    })
    expect(await names('(where: {name: {startsWith: "n"}})')).toEqual([])
    expect(await program.run(['import', bad, 'image', '--dry-run'])).toEqual({
      code: 1,
      stdout: 'dry run, nothing was written: 1 created, 0 updated, 0 unchanged, 6 failed\n',
      stderr: problems,
    })
    expect(await names('(where: {name: {startsWith: "n"}})')).toEqual([])
    expect(await program.run(['import', bad, 'image', '--independent'])).toEqual({
      code: 1,
      stdout: '1 created, 0 updated, 0 unchanged, 6 failed\n',
      stderr: problems,
    })
    expect(await names('(where: {name: {startsWith: "n"}})')).toEqual(['n1'])
  })

  test('reports the lines that refer to missing objects', async () => {
    const bad = write(
      'users.ndjson',
      '{"_template": "rich", "id": 1, "at": "2026-01-01"}\n{"_template": "a_user", "rich": {"id": 2, "at": "2026-01-01"}}\n',
    )
    expect(await program.run(['import', bad])).toEqual({
      code: 1,
      stdout: '1 created, 0 updated, 0 unchanged, 1 failed\n',
      stderr:
        'users.ndjson:2: rich: there is no rich ["2","2026-01-01T00:00:00.000Z"]; create it first, or correct the name.\n',
    })
  })

  test('places each missing target, whatever its key says, and in a dry run takes those that it would have created', async () => {
    const sentence = 'x: there is no image "y"; create it first, or correct the name.'
    const bundle = (name: string, ...images: string[]) => ({ _template: 'bundle', name, images })
    const rows = [
      { _template: 'image', name: sentence },
      bundle('one', sentence),
      bundle('two', sentence, 'none', 'b\nc'),
      bundle('three', 'none'),
      bundle('four', sentence, sentence),
    ]
    const file = write('bundles.ndjson', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    const missing = (line: number, key: string) =>
      `bundles\\.ndjson:${line}: images.*: there is no image ${JSON.stringify(JSON.stringify(key)).slice(1, -1)}; .*\n`
    const placed = missing(3, 'none') + missing(3, 'b\nc') + missing(4, 'none')
    const dry = await program.run(['import', file, '--dry-run'])
    expect(dry.stdout).toBe('dry run, nothing was written: 3 created, 0 updated, 0 unchanged, 2 failed\n')
    expect(dry.stderr).toMatch(new RegExp(`^${placed}$`))
    const whole = await program.run(['import', file])
    expect(whole.stdout).toBe('1 created, 0 updated, 0 unchanged, 4 failed\n')
    expect(whole.stderr).toMatch(new RegExp(`^${placed}bundles\\.ndjson:2: nothing from here on was written\n$`))
    await registry.data('mutation ($name: String!) { deleteImage(name: $name) { name } }', { name: sentence })
  })

  test('as a dry run follows references through keys that are references themselves', async () => {
    const rows = [
      { _template: 'rich', id: '5', at: '2026-01-01T02:00:00+02:00' },
      { _template: 'a_user', rich: { id: 5, at: '2026-01-01' } },
      { _template: 'bundle', name: 'five', user: { id: '5', at: '2026-01-01' } },
      { _template: 'bundle', name: 'six', user: { id: '6', at: '2026-01-01' } },
    ]
    const file = write('nested.ndjson', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    expect(await program.run(['import', file, '--dry-run'])).toEqual({
      code: 1,
      stdout: 'dry run, nothing was written: 3 created, 0 updated, 0 unchanged, 1 failed\n',
      stderr: expect.stringMatching(/^nested\.ndjson:4: user: there is no a_user \[.*\]; .*\n$/),
    })
  })

  test('writes objects that refer to their own template in any order, and reports references to nothing', async () => {
    const lines = Array.from({ length: 1_200 }, (_, i) => `{"name": "p${i}", "above": "p${i + 1}"}\n`)
    const top = '{"name": "p1200"}\n'
    const cut = await program.run([
      'import',
      write('parts.ndjson', `${lines.slice(0, 20).join('')}{"name": "q"}\n`),
      'part',
    ])
    expect(cut).toMatchObject({ code: 1, stdout: '1 created, 0 updated, 0 unchanged, 20 failed\n' })
    expect(cut.stderr).toContain(
      'parts.ndjson:1: it refers to an object that neither the registry nor this file has, or its references form a circle\n',
    )
    const whole = await program.run(['import', write('parts.ndjson', lines.join('') + top), 'part'])
    expect(whole).toEqual({ code: 0, stdout: '1201 created, 0 updated, 0 unchanged, 0 failed\n', stderr: '' })
    await registry.data('mutation { deleteParts(where: {}, all: true) }')
  })

  test('as a dry run finds problems that only the registry knows, and writes nothing', async () => {
    const stored = () =>
      registry.sql('select o.*, (select count(*) from registry_change) from registry_object as o order by 1, 2')
    await registry.data(
      'mutation { upsertRich(input: { id: "9", at: "2026-01-01" }) { outcome } upsertImage(input: { name: "dry" }) { outcome } }',
    )
    const before = await stored()
    const lines = write(
      'dry.ndjson',
      `{"_template": "rich", "id": 9, "at": "2026-01-01", "text": "much too long"}
{"_template": "rich", "id": 9, "at": "2026-01-01", "text": "short"}
{"_template": "a_user", "rich": {"id": 10, "at": "2026-01-01"}}
{"_template": "image", "name": "dry"}
{"_template": "image", "name": "dry2"}
`,
    )
    for (const option of ['--dry-run', '--independent'])
      expect(await program.run(['import', lines, '--dry-run', option])).toEqual({
        code: 1,
        stdout: 'dry run, nothing was written: 1 created, 1 updated, 1 unchanged, 2 failed\n',
        stderr: expect.stringMatching(
          /^dry\.ndjson:1: text: .*\ndry\.ndjson:3: rich: there is no rich \["10",.*; create it first, or correct the name\.\n$/,
        ),
      })
    expect(await stored()).toEqual(before)
    await registry.data('mutation { deleteRich(id: "9", at: "2026-01-01") { id } deleteImage(name: "dry") { name } }')
  })

  test('as a dry run accepts references to objects that an earlier chunk would have created', async () => {
    const rows = [
      ...Array.from({ length: 1_100 }, (_, i) => ({ _template: 'rich', id: i + 100, at: '2026-01-01T01:00:00+01:00' })),
      ...Array.from({ length: 1_101 }, (_, i) => ({
        _template: 'a_user',
        rich: { id: `${i + 100}`, at: '2026-01-01' },
      })),
    ]
    const file = write('later.ndjson', rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
    expect(await program.run(['import', file, '--dry-run'])).toEqual({
      code: 1,
      stdout: 'dry run, nothing was written: 2200 created, 0 updated, 0 unchanged, 1 failed\n',
      stderr:
        'later.ndjson:2201: rich: there is no rich ["1200","2026-01-01T00:00:00.000Z"]; create it first, or correct the name.\n',
    })
    // Chunks of 1,000: the first parts wait for the last.
    const parts = Array.from({ length: 2_200 }, (_, i) => `{"name": "p${i}", "above": "p${i + 1}"}\n`)
    const whole = write('parts.ndjson', `${parts.join('')}{"name": "p2200"}\n`)
    expect(await program.run(['import', whole, 'part', '--dry-run'])).toEqual({
      code: 0,
      stdout: 'dry run, nothing was written: 2201 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: '',
    })
    expect(await registry.data('{ parts { totalCount } aUsers { totalCount } }')).toEqual({
      parts: { totalCount: 0 },
      aUsers: { totalCount: 0 },
    })
  })

  test('needs a file that can be read and a format that is known', async () => {
    expect(await program.run(['import', 'nothing.ndjson', 'image'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: There is no file nothing.ndjson.\n',
    })
    expect(await program.run(['import', write('a.txt', ''), 'image'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: The name of a.txt does not give its format. Add --format with one of ndjson, json, csv, yaml.\n',
    })
    expect((await program.run(['import', 'a.txt', 'image', '--format', 'ndjson'])).stdout).toBe(
      '0 created, 0 updated, 0 unchanged, 0 failed\n',
    )
    writeFileSync(join(program.folder, 'latin1.ndjson'), Buffer.from('{"name": "\xfc"}\n', 'latin1'))
    expect(await program.run(['import', 'latin1.ndjson', 'image'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('latin1.ndjson:1: this is not UTF-8 text (byte 0xfc)'),
    })
    expect(await program.run(['import', write('cut.json', '[{"name": "cut"}'), 'image'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the end of the file seems to be missing'),
    })
  })

  test('writes chunk by chunk in little memory, and can be run again after an interruption', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => `{"name": "m${i}", "version": "${'x'.repeat(3_000)}"}\n`)
    write('many.ndjson', lines.join(''))
    const interrupting = program.shell(
      'registry import many.ndjson image & pid=$!; while [ ! -e go ]; do sleep 0.02; done; kill -INT $pid; wait $pid',
    )
    while ((await names('(where: {name: {startsWith: "m"}}, first: 1)')).length === 0) await sleep(20)
    write('go', '')
    const interrupted = await interrupting
    expect(interrupted).toMatchObject({
      code: 130,
      stderr: 'interrupted; run it again: what has been written stays unchanged\n',
    })
    const [, created = ''] = /^(\d+) created, 0 updated, 0 unchanged, 0 failed\n$/.exec(interrupted.stdout) ?? []
    expect(Number(created)).toBeGreaterThan(0)
    const again = await program.run(['import', 'many.ndjson', 'image'], {
      env: { NODE_OPTIONS: '--max-old-space-size=32' },
    })
    expect(again).toEqual({
      code: 0,
      stdout: `${10_000 - Number(created)} created, 0 updated, ${created} unchanged, 0 failed\n`,
      stderr: '',
    })
    await program.shell('registry export image > all.ndjson', { env: { NODE_OPTIONS: '--max-old-space-size=32' } })
    expect((await program.shell('grep -c \'"m[0-9]*"\' all.ndjson')).stdout).toBe('10000\n')
  })

  test('shows a bar with rate and time left on a terminal, and only there', async () => {
    const { stdout } = await program.shell("script -qec 'registry import many.ndjson image' /dev/null")
    expect(stdout).toMatch(/many\.ndjson \[=* *\] [\d,]+ objects \| \d+\/s \| \d+% \| (\?|\d+ s) left/)
    expect(stdout).toContain('0 created, 0 updated, 10000 unchanged, 0 failed')
  })
})

describe('registry export', () => {
  test('and import into an empty registry give the same export again: keys, uuids, versions, times, values', async () => {
    await registry.data('mutation { deleteImages(where: {}, all: true) }')
    await registry.data(
      `mutation ($r: [RichInput!]!) { upsertRiches(input: $r) { created } upsertRich(input: {id: "9007199254740993", at: "2026-01-01T00:00:00.123456Z", ok: false}) { outcome } }`,
      {
        r: [
          {
            id: '9007199254740993',
            at: '2026-01-01T00:00:00.123456Z',
            text: '\u2028"\\',
            version: '20.10',
            ok: true,
            ratio: 0.1,
            tags: ['a', ''],
            day: '2026-02-28',
            level: 'high',
            size: { w: 1, note: 'n' },
            any: { b: [1, null], a: 'ü' },
            _additional: { zeta: 1, _own: 'mine', alpha: [] },
          },
          { id: '-1', at: '2026-01-01', text: null },
        ],
      },
      { 'X-Registry-Actor': 'somebody' },
    )
    // A child before its parents, by key and by time of creation.
    await registry.data(
      'mutation { upsertParts(input: [{name: "b"}, {name: "a", above: "b"}, {name: "c"}]) { created } upsertPart(input: {name: "b", above: "c"}) { outcome } upsertAUser(input: {rich: {id: "-1", at: "2026-01-01"}}) { outcome } }',
      {},
      { 'X-Registry-Actor': 'somebody' },
    )
    // As callers with credentials of their own leave it.
    await registry.sql(
      `update registry_object set created_for = 'ada', updated_for = case when key = '["a"]' then 'bob' end where template = 'part'`,
    )
    const first = await program.run(['export', '--all'])
    expect(first.stdout.match(/"(created|updated)_for":"\w+"/g)?.sort()).toEqual([
      ...Array(3).fill('"created_for":"ada"'),
      '"updated_for":"bob"',
    ])
    expect({ ...first, stdout: first.stdout.split('\n').map((line) => line.slice(0, 22)) }).toEqual({
      code: 0,
      stderr: '',
      stdout: [
        ...['rich', 'rich', 'rich', 'a_user'].map((name) => `{"_template":"${name}","`),
        ...['part', 'part', 'part'].map((name) => `{"_template":"${name}","`),
        '',
      ].map((line) => expect.stringContaining(line.slice(0, 18))),
    })
    write('all.ndjson', first.stdout)
    const to = { env: { REGISTRY_URL: empty.url } }
    expect(await program.run(['import', 'all.ndjson'], to)).toEqual({
      code: 0,
      stdout: '7 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: '',
    })
    expect((await program.run(['export', '--all'], to)).stdout).toBe(first.stdout)
    expect(await program.run(['import', 'all.ndjson'], to)).toEqual({
      code: 0,
      stdout: '0 created, 0 updated, 7 unchanged, 0 failed\n',
      stderr: '',
    })
    expect((await program.run(['export', '--all'], to)).stdout).toBe(first.stdout)
    expect((await program.run(['export', 'rich'])).stdout).toBe(
      first.stdout
        .split('\n')
        .filter((line) => line.startsWith('{"_template":"rich"'))
        .map((line) => `${line}\n`)
        .join(''),
    )
  })

  test('accepts one template or --all', async () => {
    const stderr = 'error: Give what to export: a template, or --all.\n'
    expect(await program.run(['export'])).toEqual({ code: 2, stdout: '', stderr })
    expect(await program.run(['export', 'rich', '--all'])).toEqual({ code: 2, stdout: '', stderr })
    expect(await program.run(['export', 'rish'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('Did you mean "rich"?'),
    })
  })
})
