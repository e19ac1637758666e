import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  `name: thing
key: [name]
additionalFields: true
fields:
  name: string
  text: string
  int: int
  big: bigint
  float: float
  bool: boolean
  time: datetime
  day: date
  lasts: duration
  id: uuid
  release: version
  level: { type: enum, values: [low, high] }
  texts: [string]
  ints: [int]
  bigs: [bigint]
  bools: [boolean]
  place: { type: object, fields: { rack: string, unit: int, big: bigint, up: boolean, slots: [int] } }
  places: { type: [object], fields: { rack: string, unit: int } }
  host: { type: reference, to: host, reverse: things }
  hosts: { type: [reference], to: host, reverse: many }
  job: { type: reference, to: job, reverse: things }
  any: json
  anys: [json]
`,
  'name: host\nkey: [name]\nfields: { name: string }\n',
  'name: job\nkey: [name, run]\nfields: { name: string, run: bigint }\n',
]

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
  await registry.data(
    'mutation { upsertHosts(input: [{name: "7"}, {name: "20.10"}, {name: "a"}, {name: "b,c"}]) { created } upsertJob(input: {name: "b", run: "9007199254740993"}) { outcome } }',
  )
})
afterAll(async () => {
  await program?.remove()
  await registry?.close()
})

/** What a field or an additional attribute is given, as each format writes it; a format that cannot write it is absent. */
interface Given {
  readonly json?: string
  readonly yaml?: string
  /** Whether the cell is in quotes is part of it. */
  readonly csv?: string
  /** The arguments of `set`. */
  readonly set?: readonly string[]
}

/** The same text in every format, as a number or a word stands in JSON. */
const bare = (field: string, text: string): Given => ({
  json: text,
  yaml: text,
  csv: text,
  set: [`${field}=${text}`],
})
/** A text in quotes. */
const quoted = (field: string, text: string): Given => ({
  json: JSON.stringify(text),
  yaml: JSON.stringify(text),
  csv: `"${text.replaceAll('"', '""')}"`,
  set: [`${field}=${text}`],
})

const beyond = '9007199254740993'
const cases: readonly (readonly [field: string, given: Given, stored: unknown])[] = [
  // Texts are what is written.
  ...['7', '20.10', '1.0', '1e3', '-0', beyond, 'true', '0.1234567890123456789'].map(
    (text) => ['text', bare('text', text), text] as const,
  ),
  ...['0012345', 'yes', '', ' a ', '~', '{"a":1}', '[1]', '2026-01-01'].map(
    (text) => ['text', quoted('text', text), text] as const,
  ),
  ['text', { yaml: '0012345', csv: '0012345', set: ['text=0012345'] }, '0012345'],
  ['text', { yaml: 'True', csv: 'True', set: ['text=True'] }, 'True'],
  ['release', bare('release', '20.10'), '20.10'],
  ['level', quoted('level', 'high'), 'high'],
  // Whole numbers, however they are written.
  ...['7', '7.0', '7e0', '70e-1'].flatMap((text) => [
    ['int', bare('int', text), 7] as const,
    ['int', quoted('int', text), 7] as const,
    ['big', bare('big', text), '7'] as const,
  ]),
  ['int', bare('int', '-2147483648'), -2147483648],
  ['int', bare('int', '2e9'), 2_000_000_000],
  ['int', quoted('int', ' +7 '), 7],
  ['big', bare('big', beyond), beyond],
  ['big', quoted('big', beyond), beyond],
  ['big', bare('big', '-9223372036854775808'), '-9223372036854775808'],
  ['big', bare('big', `${beyond}.0`), beyond],
  ['big', bare('big', '9.007199254740993e15'), beyond],
  // Other numbers.
  ['float', bare('float', '20.10'), 20.1],
  ['float', quoted('float', '1e-3'), 0.001],
  ['float', bare('float', '7'), 7],
  // Booleans.
  ['bool', bare('bool', 'true'), true],
  ...['true', 'True', 'TRUE', 'yes', 'on'].map((text) => ['bool', quoted('bool', text), true] as const),
  ...['false', 'FALSE', 'No', 'off'].map((text) => ['bool', quoted('bool', text), false] as const),
  // Times.
  ['time', quoted('time', '2026-01-01T01:00:00+01:00'), '2026-01-01T00:00:00.000Z'],
  ['time', bare('time', '1767225600000'), '2026-01-01T00:00:00.000Z'],
  ['day', quoted('day', '2026-01-31'), '2026-01-31'],
  ['day', { yaml: '2026-01-31', csv: '2026-01-31', set: ['day=2026-01-31'] }, '2026-01-31'],
  ['lasts', quoted('lasts', '90m'), 'PT1H30M'],
  ['id', quoted('id', '70a52cd1-51fa-42d9-80ad-ebc969214787'), '70a52cd1-51fa-42d9-80ad-ebc969214787'],
  // Lists.
  ['texts', { json: '["a","b"]', yaml: '[a, b]', csv: '"a,b"', set: ['texts=a', 'texts=b'] }, ['a', 'b']],
  ['texts', { csv: 'a;b' }, ['a', 'b']],
  ['texts', { csv: '"a, b,"' }, ['a', 'b']],
  ['texts', { csv: '"[""a"",""b,c""]"', set: ['texts:=["a","b,c"]'] }, ['a', 'b,c']],
  ['texts', bare('texts', '20.10'), ['20.10']],
  ['texts', { json: '[20.10, true, "x"]', yaml: '[20.10, true, x]', csv: '"20.10,true,x"' }, ['20.10', 'true', 'x']],
  ['texts', { json: '"a,b"', yaml: '"a,b"', set: ['texts=a,b'] }, ['a,b']],
  ['texts', { json: '[]', yaml: '[]', csv: '[]', set: ['texts:=[]'] }, []],
  [
    'ints',
    { json: '[1, "2", 3.0]', yaml: '[1, "2", 3.0]', csv: '"1, 2, 3.0"', set: ['ints=1', 'ints=2', 'ints=3.0'] },
    [1, 2, 3],
  ],
  ['ints', bare('ints', '1'), [1]],
  ['bigs', { json: `[${beyond}]`, yaml: `[${beyond}]`, csv: beyond, set: [`bigs=${beyond}`] }, [beyond]],
  [
    'bools',
    { json: '["yes", false]', yaml: '[yes, false]', csv: '"yes,false"', set: ['bools=yes', 'bools=false'] },
    [true, false],
  ],
  // Objects, by the types of their members.
  [
    'place',
    {
      json: `{"rack": 20.10, "unit": "7", "big": ${beyond}, "up": "yes", "slots": [1, "2"]}`,
      yaml: `{rack: 20.10, unit: "7", big: ${beyond}, up: yes, slots: [1, "2"]}`,
      csv: `"{""rack"": 20.10, ""unit"": ""7"", ""big"": ${beyond}, ""up"": ""yes"", ""slots"": [1, ""2""]}"`,
      set: [`place:={"rack": 20.10, "unit": "7", "big": ${beyond}, "up": "yes", "slots": [1, "2"]}`],
    },
    { rack: '20.10', unit: 7, big: beyond, up: true, slots: [1, 2] },
  ],
  ['place', { ...quoted('place', '{"unit": 7}') }, { unit: 7 }],
  [
    'places',
    {
      json: '[{"rack": 1, "unit": 1.0}]',
      yaml: '[{rack: 1, unit: 1.0}]',
      csv: '"[{""rack"": 1, ""unit"": 1.0}]"',
      set: ['places:=[{"rack": 1, "unit": 1.0}]'],
    },
    [{ rack: '1', unit: 1 }],
  ],
  // References by key.
  ['host', bare('host', '7'), '7'],
  ['host', bare('host', '20.10'), '20.10'],
  ['host', quoted('host', 'b,c'), 'b,c'],
  ['hosts', { json: '[7, "a"]', yaml: '[7, a]', csv: '"7,a"', set: ['hosts=7', 'hosts=a'] }, ['7', 'a']],
  ['hosts', { json: '["b,c"]', yaml: '["b,c"]', csv: '"[""b,c""]"', set: ['hosts=b,c'] }, ['b,c']],
  [
    'job',
    {
      json: `{"name": "b", "run": ${beyond}}`,
      yaml: `{name: b, run: ${beyond}}`,
      csv: `"{""name"": ""b"", ""run"": ${beyond}}"`,
      set: [`job:={"name": "b", "run": ${beyond}}`],
    },
    { name: 'b', run: beyond },
  ],
  // Where the template says nothing: JSON and YAML give their own types.
  ['any', { json: '7', yaml: '7', set: ['any:=7'] }, 7],
  ['any', { csv: '7', set: ['any=7'] }, '7'],
  ['any', { json: 'true', yaml: 'True', set: ['any:=true'] }, true],
  ['any', { csv: 'true', set: ['any=true'] }, 'true'],
  ['any', { json: '0.5', yaml: '0.5' }, 0.5],
  ['any', { json: '20.10' }, 20.1],
  ['any', { json: '1e-7', yaml: '1.0e-7' }, 1e-7],
  ...['20.10', '0012345', '1e3', '1_000', '0x10', 'yes'].map((text) => ['any', { yaml: text }, text] as const),
  ...[beyond, `-${beyond}`, '1e23', '0.1234567890123456789'].map(
    (text) => ['any', { json: text, yaml: text, set: [`any:=${text}`] }, text] as const,
  ),
  ['any', { json: '"7"', yaml: '"7"' }, '7'],
  [
    'any',
    {
      json: `{"a": [1, null, ${beyond}], "__proto__": 1}`,
      yaml: `{a: [1, null, ${beyond}], __proto__: 1}`,
      csv: `"{""a"": [1, null, ${beyond}], ""__proto__"": 1}"`,
      set: [`any:={"a": [1, null, ${beyond}], "__proto__": 1}`],
    },
    JSON.parse(`{"a": [1, null, "${beyond}"], "__proto__": 1}`),
  ],
  ['anys', { json: '[1, "b"]', yaml: '[1, b]', csv: '"[1, ""b""]"', set: ['anys:=[1, "b"]'] }, [1, 'b']],
  ['more', { json: '7', yaml: '7', set: ['more:=7'] }, 7],
  ['more', { csv: '7', set: ['more=7'] }, '7'],
  ['more', { json: beyond, yaml: beyond, csv: beyond, set: [`more:=${beyond}`] }, beyond],
  ['more', { yaml: '20.10', csv: '20.10', set: ['more=20.10'] }, '20.10'],
  [
    'more',
    { json: '[true, {"a": "1"}]', yaml: '[true, {a: "1"}]', set: ['more:=[true, {"a": "1"}]'] },
    [true, { a: '1' }],
  ],
  // Nothing.
  ['text', { json: 'null', yaml: 'null', csv: '', set: ['text:=null'] }, undefined],
  ['text', { yaml: '~' }, undefined],
  ['int', { json: 'null', yaml: '', csv: '""', set: ['int:=null'] }, undefined],
  ['texts', { json: 'null', yaml: '', csv: '', set: ['texts:=null'] }, undefined],
]

interface Written {
  readonly name: string
  readonly label: string
  readonly stored: unknown
  readonly field: string
}

test('a value becomes the same object from every format and from set', async () => {
  const written: Written[] = []
  const texts = { json: [] as string[], yaml: [] as string[] }
  const tables = new Map<string, string[]>()
  const sets: string[][] = []
  for (const [i, [field, given, stored]] of cases.entries()) {
    const note = (format: string, text: string) => {
      const name = `${format}-${i}`
      written.push({ name, label: `${field} ${format} ${text}`, stored, field })
      return name
    }
    if (given.json !== undefined) texts.json.push(`{"name": "${note('json', given.json)}", "${field}": ${given.json}}`)
    if (given.yaml !== undefined) texts.yaml.push(`- name: ${note('yaml', given.yaml)}\n  ${field}: ${given.yaml}\n`)
    if (given.csv !== undefined) {
      const rows = tables.get(field) ?? []
      tables.set(field, [...rows, `${note('csv', given.csv)},${given.csv}\n`])
    }
    if (given.set) sets.push(['thing', 'set', `name=${note('set', given.set.join(' '))}`, ...given.set, '--quiet'])
  }
  const files = [
    write('all.json', `[${texts.json.join(',\n')}]`),
    write('all.ndjson', texts.json.map((text) => `${text}\n`).join('')),
    write('all.yaml', texts.yaml.join('')),
    ...[...tables].map(([field, rows]) => write(`${field}.csv`, `name,${field}\n${rows.join('')}`)),
  ]
  const { stdout, stderr, code } = await program.run(['import', ...files, 'thing'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const created = written.length - sets.length
  expect(stdout).toBe(`${created} created, 0 updated, ${texts.json.length} unchanged, 0 failed\n`)
  for (const args of sets) expect(await program.run(args)).toEqual({ code: 0, stdout: '', stderr: '' })
  const { stdout: all } = await program.run(['thing', 'get', '-o', 'ndjson'])
  const found = new Map(
    all
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .map((object) => [object['name'], object]),
  )
  expect(written.map(({ name, label, field }) => [label, found.get(name)?.[field]])).toEqual(
    written.map(({ label, stored }) => [label, stored]),
  )
})

function write(name: string, text: string): string {
  writeFileSync(join(program.folder, name), text)
  return name
}

describe('a value that does not fit is refused with the digits that are written, from every format and from set', () => {
  test.each([
    [
      'int',
      bare('int', '9007199254740993'),
      'int is a whole number from -2147483648 to 2147483647, not "9007199254740993".',
    ],
    ['int', bare('int', '1.5'), 'int is a whole number, not "1.5".'],
    ['int', quoted('int', '1,5'), 'int is a whole number, not "1,5".'],
    ['big', bare('big', '0.5'), 'big is a whole number, not "0.5".'],
    ['float', quoted('float', '1,5'), 'float is a number, not "1,5". Write it with a point.'],
    ['bool', bare('bool', '1'), 'bool is true or false, not "1".'],
    [
      'texts',
      { json: '[{"a": 1}]', yaml: '[{a: 1}]', set: ['texts:=[{"a": 1}]'] },
      'texts takes one string, not an object.',
    ],
    ['text', { json: '[1]', yaml: '[1]', set: ['text:=[1]'] }, 'text takes one string, not a list.'],
    ['place', quoted('place', 'x'), 'place is an object, written as JSON: {"rack": …}, not "x".'],
    [
      'place',
      { json: '{"unt": 1}', yaml: '{unt: 1}', csv: '"{""unt"": 1}"', set: ['place:={"unt": 1}'] },
      'place has no member "unt". Did you mean "unit"? Its members are: rack, unit, big, up, slots.',
    ],
    [
      'place',
      { json: '{"unit": "x"}', yaml: '{unit: x}', csv: '"{""unit"": ""x""}"', set: ['place:={"unit": "x"}'] },
      'place.unit is a whole number, not "x".',
    ],
    [
      'job',
      quoted('job', 'b'),
      'job refers to job by several fields, written as JSON: {"name": …, "run": …}, not "b".',
    ],
  ] as const satisfies readonly (readonly [string, Given, string])[])('%s %j', async (field, given: Given, message) => {
    const texts = {
      json: given.json && `\n{"name": "bad",\n"${field}": ${given.json}}`,
      yaml: given.yaml && `\n- name: bad\n  ${field}: ${given.yaml}\n`,
      csv: given.csv && `name,${field}\nbad,${given.csv}\n`,
    }
    for (const [format, text] of Object.entries(texts)) {
      if (text === undefined) continue
      const run = await program.run(['import', write(`bad.${format}`, text), 'thing'])
      expect({ ...run, format }).toEqual({
        code: 1,
        stdout: '0 created, 0 updated, 0 unchanged, 1 failed\n',
        stderr: `bad.${format}:2: ${message}\n`,
        format,
      })
    }
    if (given.set)
      expect(await program.run(['thing', 'set', 'name=bad', ...given.set])).toEqual({
        code: 2,
        stdout: '',
        stderr: `error: ${message}\n`,
      })
  })

  test('an object of JSON that has a name twice', async () => {
    const text = '[{"name": "a"},\n{"name": "b",\n "text": "x",\n "text": "y"}]'
    const { code, stderr } = await program.run(['import', write('twice.json', text), 'thing'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: 'twice.json:4: "text" is given twice\ntwice.json:1: nothing from here on was written\n',
    })
    expect((await program.run(['thing', 'set', 'name=a', 'any:={"a": 1, "a": 2}'])).stderr).toBe(
      'error: any:={"a": 1, "a": 2} is not JSON ("a" is given twice). For a text, write any={"a": 1, "a": 2}\n',
    )
  })
})
