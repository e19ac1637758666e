import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  `
name: rack
key: [site/code, place.no]
fields:
  site/code: { type: enum, values: [north-1, '2', 'true'] }
  place.no: int
`,
  `
name: device_type
key: [manufacturer, part-no]
passed: { airflow: { in: [passive, front-to-rear] } }
fields:
  manufacturer: string
  part-no: string
  airflow: { type: enum, values: [passive, front-to-rear, 'null', '10GBASE-T (10GE)', __proto__] }
  plugs: { type: [enum], values: [nema-5-15r, iec-60320-c13] }
  console-ports: { type: [object], fields: { name: string!, port-type: { type: enum, values: [rj-45, usb-a] } } }
  dim: { type: object, fields: { u-height: int, u: { type: object, fields: { height: int } } } }
  dim.u: int
  a:b: string
  app.kubernetes.io/name: string
  is-full.depth: boolean
  in-rack: { type: reference, to: rack, reverse: device_types }
`,
  "name: test_result\nkey: [test-name]\nfields: { test-name: string, test.state: { type: enum, values: [passed, failed] }, host-name: { type: string, pattern: '^[a-z]+$' } }\n",
  `
name: asset
key: [asset-tag]
fields:
  asset-tag: string
  last-seen: datetime
  bought.on: [date]
  serial-id: uuid
  alt-names: [string]
  in-rack: { type: reference, to: rack, reverse: assets }
  net-ports: { type: [object], fields: { port-name: string!, up-since: datetime } }
  made-by: { type: string, default: us }
`,
  'name: event\nkey: [event-id, made-at]\nfields: { event-id: { type: uuid, default: { uuid: true } }, made-at: { type: datetime, default: { now: true } }, for-asset: { type: reference, to: asset } }\n',
]

let registry: TestRegistry
let empty: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  empty = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
  expect(await program.run(['rack', 'set', 'site/code=true', 'place.no=1'])).toMatchObject({ code: 0, stderr: '' })
  expect(await program.run(['rack', 'set', 'site/code=north-1', 'place.no=2', '--quiet'])).toMatchObject({ code: 0 })
})
afterAll(async () => {
  await registry?.close()
  await empty?.close()
  await program?.remove()
})

const assignments = [
  'manufacturer=Cisco',
  'part-no=a-1',
  'airflow=front-to-rear',
  'plugs=nema-5-15r',
  'plugs=iec-60320-c13',
  'console-ports:=[{"name": "con 0", "port-type": "rj-45"}, {"name": "usb"}]',
  'dim:={"u-height": 1, "u": {"height": 9}}',
  'dim.u=4',
  'a:b=c:=d',
  'app.kubernetes.io/name=web',
  'is-full.depth=yes',
  'in-rack:={"site/code": "true", "place.no": 1}',
]
const document = {
  manufacturer: 'Cisco',
  'part-no': 'a-1',
  airflow: 'front-to-rear',
  plugs: ['nema-5-15r', 'iec-60320-c13'],
  'console-ports': [{ name: 'con 0', 'port-type': 'rj-45' }, { name: 'usb' }],
  dim: { 'u-height': 1, u: { height: 9 } },
  'dim.u': 4,
  'a:b': 'c:=d',
  'app.kubernetes.io/name': 'web',
  'is-full.depth': true,
  'in-rack': { 'site/code': 'true', 'place.no': 1 },
}

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await program.run(args)
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' })
  return stdout
}

const keys = async (...args: readonly string[]) =>
  (JSON.parse(await run('device_type', 'get', ...args, '--fields', 'part-no', '-o', 'json')) as object[]).map(
    (object) => Object.values(object)[0],
  )

describe('names of files that GraphQL cannot have', () => {
  test('are set and shown, in every format', async () => {
    const { _meta, ...shown } = JSON.parse(await run('device_type', 'set', ...assignments, '-o', 'json'))
    expect(shown).toEqual(document)
    await run(
      'device_type',
      'set',
      'manufacturer=Cisco',
      'part-no=b-2',
      'airflow=null',
      'in-rack:={"site/code":"north-1","place.no":2}',
    )
    await run('device_type', 'set', 'manufacturer=Cisco', 'part-no=c-3', 'airflow=__proto__')
    const fields = 'part-no,airflow,app.kubernetes.io/name,is-full.depth'
    const get = (format: string) => run('device_type', 'get', 'part-no=a-1', '--fields', fields, '-o', format)
    expect(await get('csv')).toBe('part-no,airflow,app.kubernetes.io/name,is-full.depth\na-1,front-to-rear,web,true\n')
    expect(await get('shell')).toBe(
      "PART_NO='a-1'\nAIRFLOW='front-to-rear'\nAPP_KUBERNETES_IO_NAME='web'\nIS_FULL_DEPTH='true'\n",
    )
    expect(await get('yaml')).toBe(
      '- part-no: "a-1"\n  airflow: "front-to-rear"\n  app.kubernetes.io/name: "web"\n  is-full.depth: true\n',
    )
    expect(await run('device_type', 'markdown', 'part-no=a-1', '--fields', fields)).toContain('front-to-rear')
  })

  test.each([
    [['part-no=a-1'], ['a-1']],
    [['airflow=front-to-rear'], ['a-1']],
    [['airflow=null'], ['b-2']],
    [['airflow=__proto__'], ['c-3']],
    [['a:b=c:=d'], ['a-1']],
    [['dim.u=4'], ['a-1']],
    [['plugs=nema-5-15r', 'plugs=iec-60320-c13'], ['a-1']],
    [['dim:={"u-height": 1, "u": {"height": 9}}'], ['a-1']],
    [['console-ports:=[{"name": "con 0", "port-type": "rj-45"}, {"name": "usb"}]'], ['a-1']],
    [['in-rack:={"site/code": "true", "place.no": 1}'], ['a-1']],
    [['in-rack:=null'], ['c-3']],
    [['in-rack.site/code=true'], ['a-1']],
    [['dim.u.height=9', 'dim.u=4'], ['a-1']],
    [['--where', 'airflow=front-to-rear and plugs has nema-5-15r'], ['a-1']],
    [
      ['--where', 'airflow!=front-to-rear'],
      ['b-2', 'c-3'],
    ],
    [['--where', 'dim.u>=4'], ['a-1']],
    [['--where', 'dim.u.height=9 and dim.u-height=1'], ['a-1']],
    [['--where', 'a:b=c:=d'], ['a-1']],
    [['--where', 'app.kubernetes.io/name~w* and is-full.depth=true'], ['a-1']],
    [['--where', 'in-rack.site/code=true'], ['a-1']],
    [
      ['--where', 'not in-rack.place.no=1'],
      ['b-2', 'c-3'],
    ],
    [
      ['--where', '{"airflow": {"in": ["front-to-rear", "null"]}}'],
      ['a-1', 'b-2'],
    ],
    [
      ['--where', '{"airflow": {"not": "front_to_rear"}}'],
      ['b-2', 'c-3'],
    ],
    [['--where', '{"console-ports": {"some": {"port-type": {"equals": "rj-45"}}}}'], ['a-1']],
    [
      ['--where', '{"OR": [{"in_rack": {"site/code": {"equals": "true"}}}, {"dim": {"u-height": {"gt": 7}}}]}'],
      ['a-1'],
    ],
    [
      ['--where', '{"NOT": {"plugs": {"hasSome": ["nema-5-15r"]}}}'],
      ['b-2', 'c-3'],
    ],
    [
      ['--order-by', '-airflow,part-no'],
      ['c-3', 'b-2', 'a-1'],
    ],
    [
      ['--order-by', '-in-rack.place.no', '--where', 'in-rack is not null'],
      ['b-2', 'a-1'],
    ],
    [['--latest-per', 'in-rack', '--where', 'in-rack.site/code=true'], ['a-1']],
  ])('are filtered and ordered by: %j', async (args, expected) => {
    expect(await keys(...args)).toEqual(expected)
  })

  test('are followed to the other side of a reference', async () => {
    const where = '{"device_types": {"some": {"airflow": {"equals": "front-to-rear"}}, "count": {"gte": 1}}}'
    const latest = '{"device_types": {"latest": {"per": ["is-full.depth"], "is": {"airflow": {"equals": "null"}}}}}'
    expect(JSON.parse(await run('rack', 'get', '--where', where, '--fields', 'place.no', '-o', 'json'))).toEqual([
      { 'place.no': 1 },
    ])
    expect(JSON.parse(await run('rack', 'get', '--where', latest, '--fields', 'place.no', '-o', 'json'))).toEqual([
      { 'place.no': 2 },
    ])
  })

  test('make rows, columns and jobs of a matrix', async () => {
    const args = ['device_type', 'matrix', 'rows=airflow', 'columns=in-rack', '--row-in', 'front-to-rear,null']
    expect((await program.run([...args, '-o', 'json'])).stdout).toContain(
      '{"row": "front-to-rear", "column": {"site/code": "true", "place.no": 1}, "verdict": "PASSED"',
    )
    expect((await program.run([...args, '-o', 'github'])).stdout).toContain(
      '{"airflow":"null","in-rack":{"site/code":"north-1","place.no":2}}',
    )
    expect((await program.run([...args, '-o', 'gitlab'])).stdout).toContain('{"airflow":"null","in_rack":"{')
  })

  test('are found by a search, completed and described', async () => {
    const [found] = JSON.parse(await run('search', 'web', '-o', 'json'))
    expect(found).toMatchObject({ template: 'device_type', field: 'app.kubernetes.io/name' })
    expect(await run('search', 'web', '-o', 'csv')).toContain('device_type,Cisco a-1,app.kubernetes.io/name,web')
    expect(await run('complete', '--line', 'registry device_type get airflow=front')).toBe('airflow=front-to-rear\t\n')
    expect(await run('complete', '--line', 'registry device_type get app.k')).toBe('app.kubernetes.io/name=\t\n')
    expect(await run('complete', '--line', 'registry rack get site/code=n')).toBe('site/code=north-1\t\n')
    expect(await run('device_type', 'help')).toMatch(
      /console-ports[\s\S]*registry device_type set manufacturer=… part-no=…/,
    )
  })

  test.each(['ndjson', 'json', 'yaml', 'csv'])('come back by export and import as %s', async (format) => {
    const objects = [
      { 'site/code': '2', 'place.no': 7 },
      { 'site/code': 'north-1', 'place.no': 8 },
    ]
    const texts = {
      ndjson: objects.map((one) => `${JSON.stringify(one)}\n`).join(''),
      json: JSON.stringify(objects),
      yaml: '- { site/code: "2", place.no: 7 }\n- { site/code: north-1, place.no: 8 }\n',
      csv: 'site/code,place.no\n2,7\nnorth-1,8\n',
    }
    writeFileSync(join(program.folder, `racks.${format}`), texts[format as keyof typeof texts])
    const env = { REGISTRY_URL: empty.url }
    await empty.data('mutation { deleteRacks(where: {}, all: true) }')
    const { code, stderr } = await program.run(['import', `racks.${format}`, 'rack'], { env })
    expect({ code, stderr }).toMatchObject({ code: 0 })
    expect(await empty.data('{ racks { nodes { site_code place_no _document } } }')).toEqual({
      racks: {
        nodes: [
          { site_code: '_2', place_no: 7, _document: objects[0] },
          { site_code: 'north_1', place_no: 8, _document: objects[1] },
        ],
      },
    })
  })

  test('are the same after an export of everything, an import, and a write that waited', async () => {
    const env = { REGISTRY_URL: empty.url }
    writeFileSync(join(program.folder, 'all.ndjson'), await run('export', '--all'))
    expect(readFileSync(join(program.folder, 'all.ndjson'), 'utf8')).toContain('"console-ports":[')
    expect(await program.run(['import', 'all.ndjson'], { env })).toMatchObject({ code: 0 })
    const away = [
      'device_type',
      'set',
      'manufacturer=Cisco',
      'part-no=d-4',
      'plugs=nema-5-15r',
      'console-ports:=[{"name":"x","port-type":"usb-a"}]',
    ]
    expect(
      await program.run([...away, '--spool', '--retries', '0', '--url', 'http://127.0.0.1:1/graphql']),
    ).toMatchObject({ code: 0 })
    const [file] = (await program.shell('ls -d "$HOME"/.local/state/registry-store/spool/waiting/*')).stdout.split('\n')
    const kept = JSON.parse(readFileSync(file ?? '', 'utf8'))
    writeFileSync(file ?? '', JSON.stringify({ ...kept, url: empty.url }))
    expect(await program.run(['flush'])).toMatchObject({ code: 0 })
    const { stdout } = await program.run(['device_type', 'get', '-o', 'json'], { env })
    const [first, , , last] = JSON.parse(stdout)
    expect(first).toMatchObject(document)
    expect(last).toMatchObject({
      'part-no': 'd-4',
      plugs: ['nema-5-15r'],
      'console-ports': [{ name: 'x', 'port-type': 'usb-a' }],
    })
  })

  test('are filled from test results, and lose only what the registry refuses', async () => {
    const results = '<testsuite hostname="X9"><testcase name="a"/><testcase name="b"><failure/></testcase></testsuite>'
    writeFileSync(join(program.folder, 'r.xml'), results)
    const maps = ['test-name=name', 'test.state=status', 'host-name=hostname'].flatMap((map) => ['--map', map])
    const { code, stderr } = await program.run(['junit', 'test_result', 'r.xml', ...maps])
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/host-name: "X9" does not match.*left out/),
    })
    expect(
      JSON.parse(await run('test_result', 'get', '--fields', 'test-name,test.state,host-name', '-o', 'json')),
    ).toEqual([
      { 'test-name': 'a', 'test.state': 'passed' },
      { 'test-name': 'b', 'test.state': 'failed' },
    ])
  })

  const offset = '"2026-03-29T10:00" has no offset from UTC; end it with Z, or with one such as +02:00'
  const emptyTag =
    'asset-tag is empty, and the key of "asset" takes no empty text; give a text (its variable may not be set), or allow it with minLength: 0 for asset-tag in the template'
  test.each<readonly [Readonly<Record<string, unknown>>, ...(readonly string[])]>([
    [{ 'asset-tag': null }, 'asset-tag is part of the key, and is missing'],
    [{ 'asset-tag': '' }, emptyTag],
    [{ 'asset-tag': 'a', 'last-seen': '2026-03-29T10:00' }, `last-seen: ${offset}`],
    [{ 'asset-tag': 'a', 'bought.on': ['2026-13-01'] }, 'bought.on.0: "2026-13-01" is not a date such as "2026-11-22"'],
    [
      { 'asset-tag': 'a', 'serial-id': 'x' },
      'serial-id: "x" is not a UUID such as "b7205949-344b-4e51-a4a8-3d69ef43c8c7"',
    ],
    [{ 'asset-tag': 'a', 'alt-names': ['b', null] }, 'alt-names.1 is null, which a list cannot have'],
    [{ 'asset-tag': 'a', 'in-rack': { 'site/code': '2' } }, 'in-rack.place.no is required; give a value'],
    [
      { 'asset-tag': 'a', 'in-rack': { 'site/code': null, 'place.no': 1 } },
      'in-rack.site/code is required; give a value',
    ],
    [
      { 'asset-tag': null, 'net-ports': [{ 'up-since': '2026-03-29T10:00' }, { 'port-name': null }] },
      'asset-tag is part of the key, and is missing',
      'net-ports.0.port-name is required; give a value',
      `net-ports.0.up-since: ${offset}`,
      'net-ports.1.port-name is required; give a value',
    ],
  ])('are in what is said of a value that the registry refuses, in words of files: %j', async (object, ...messages) => {
    const assignments = Object.entries(object).map(([name, value]) => `${name}:=${JSON.stringify(value)}`)
    expect(await program.run(['asset', 'set', ...assignments])).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: ${messages.join('\n')}\n`,
    })
    const input = `{"asset-tag": "before"}\n${JSON.stringify(object)}\n`
    for (const mode of [[], ['--independent'], ['--dry-run']]) {
      const args = ['import', '-', 'asset', '--format', 'ndjson', ...mode]
      const { code, stderr } = await program.run(args, { input })
      const ending = mode.length === 0 ? 'stdin:1: nothing from here on was written\n' : ''
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: `${messages.map((message) => `stdin:2: ${message}\n`).join('')}${ending}`,
      })
    }
    expect(JSON.parse(await run('asset', 'get', 'asset-tag=a', '-o', 'json'))).toEqual([])
  })

  test('may be left out of a key that has defaults', async () => {
    expect(await program.run(['import', '-', 'event', '--format', 'ndjson'], { input: '{}\n{}\n' })).toEqual({
      code: 0,
      stdout: '2 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: '',
    })
    expect(await program.run(['event', 'set', 'event-id:=null'])).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: event-id is required; give a value\n',
    })
  })

  test('are refused where they are none, and nothing is lost', async () => {
    expect(await program.run(['device_type', 'set', 'manufacturer=x', 'part_no=y'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('device_type has no field "part_no". Did you mean "part-no"?'),
    })
    expect(
      await program.run(['device_type', 'set', 'manufacturer=x', 'part-no=y', 'airflow=front_to_rear']),
    ).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'airflow is one of passive, front-to-rear, null, 10GBASE-T (10GE), __proto__, not "front_to_rear". Did you mean "front-to-rear"?',
      ),
    })
    const both = '{"manufacturer":"x","part-no":"y","part_no":"z"}'
    const { code, stderr } = await program.run(['import', '-', 'device_type', '--format', 'ndjson'], { input: both })
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringMatching(/"part[-_]no"/) })
    const small = await program.run([
      'device_type',
      'set',
      'manufacturer=x',
      'part-no=y',
      'console-ports:=[{"port-type":"rj-45"}]',
    ])
    expect(small).toMatchObject({ code: 1, stdout: '' })
    expect(await keys('part-no=y')).toEqual([])
  })
})
