import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  'name: device\nkey: [name]\nfields: { name: string, status: string, cpu: int, lts: boolean, tags: [string], note: string }\n',
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
beforeEach(() => registry.data('mutation { deleteDevices(where: {}, all: true) }'))

async function importCsv(text: string | Buffer, ...options: readonly string[]) {
  writeFileSync(join(program.folder, 'table.csv'), text)
  const run = await program.run(['import', 'table.csv', 'device', ...options])
  const { devices } = await registry.data('{ devices { nodes { _document } } }')
  return { ...run, stored: devices.nodes.map((node: { _document: unknown }) => node._document) }
}

describe('a table is read as spreadsheets and scripts write it', () => {
  const two = [
    { name: 'a', status: 'active' },
    { name: 'b', status: 'planned' },
  ]
  test.each<readonly [string, string, readonly unknown[]]>([
    ['LF', 'name,status\na,active\nb,planned\n', two],
    ['CRLF', 'name,status\r\na,active\r\nb,planned\r\n', two],
    ['CR', 'name,status\ra,active\rb,planned\r', two],
    ['a header with LF over rows with CRLF', 'name,status\na,active\r\nb,planned\r\n', two],
    ['a header with CRLF over rows with LF', 'name,status\r\na,active\nb,planned', two],
    ['all of them', 'name,status\ra,active\n\r\nb,planned\r\n\n\n', two],
    ['CRLF inside a cell', 'name,status\r\na,"x\r\ny\nz"\r\n', [{ name: 'a', status: 'x\r\ny\nz' }]],
    ['a mark of the byte order', '\uFEFFname,status\na,active\nb,planned\n', two],
    ['a mark before a header in quotes', '\uFEFF"name","status"\na,active\nb,planned\n', two],
    ['semicolons', 'name;status\na;active\nb;planned\n', two],
    ['tabs', 'name\tstatus\na\tactive\nb\tplanned\n', two],
    ['bars', 'name|status\na|active\nb|planned\n', two],
    ['a comma in the header wins', 'name,status,note\na,active,x;y\n', [{ name: 'a', status: 'active', note: 'x;y' }]],
    ['a delimiter in the quotes of the header', '"name";"status"\n"a";"x,y"\n', [{ name: 'a', status: 'x,y' }]],
    ['sep=; as Excel writes it', 'sep=;\r\nname;status\r\na;active\r\nb;planned\r\n', two],
    ['sep= of another character', '\uFEFF"sep=^"\nname^status\na^active\nb^planned\n', two],
    ['blanks around names', ' name , status\na,active\nb,planned\n', two],
    ['an empty line before the header', '\n;;\nname;status\na;active\nb;planned\n', two],
    ['one column', 'name\n\na\n"b"\n', [{ name: 'a' }, { name: 'b' }]],
    [
      'rows that end early',
      'name,status,cpu,lts\na\nb,planned\nc,,2\n',
      [{ name: 'a' }, { name: 'b', status: 'planned' }, { name: 'c', cpu: 2 }],
    ],
    ['rows of separators', 'name;status;cpu\n;;\na;active;\n;;;;;;\n ; ;\n"";"";""\nb;planned;\n;;\n', two],
    ['rows that are longer, by nothing', 'name,status\na,active,,,\nb,planned,\n', two],
    ['columns without a name and without values', 'name,,status,\na,,active,\nb, ,planned,""\n', two],
    ['an empty cell is no value, "" is a text', 'name,status,note\na,,""\n', [{ name: 'a', note: '' }]],
    ['"" where no text can be', '"name","cpu","lts","tags"\n"a","","",""\n', [{ name: 'a' }]],
    [
      'quotes inside a cell without quotes',
      'name,status\na,24" rack\nb,x"y"\n',
      [
        { name: 'a', status: '24" rack' },
        { name: 'b', status: 'x"y"' },
      ],
    ],
    [
      'quotes inside quotes',
      'name,status\na,"""x"""\nb,"24"" rack"\n',
      [
        { name: 'a', status: '"x"' },
        { name: 'b', status: '24" rack' },
      ],
    ],
    [
      'booleans and numbers',
      'name,lts,cpu\na,True,2.0\nb,no, 3\n',
      [
        { name: 'a', lts: true, cpu: 2 },
        { name: 'b', lts: false, cpu: 3 },
      ],
    ],
    [
      'lists',
      'name,tags\na,"x, y"\nb,x;y\nc,"[""x,y""]"\nd,x\n',
      [
        { name: 'a', tags: ['x', 'y'] },
        { name: 'b', tags: ['x', 'y'] },
        { name: 'c', tags: ['x,y'] },
        { name: 'd', tags: ['x'] },
      ],
    ],
    [
      'an apostrophe before a formula, which -o csv writes',
      "name,status,note\na,'=1+1,'- b\nb,'a,''=1\n",
      [
        { name: 'a', status: '=1+1', note: '- b' },
        { name: 'b', status: "'a", note: "'=1" },
      ],
    ],
    ['nothing but a header', 'name,status\n', []],
    ['nothing', '', []],
  ])('%s', async (_, text, stored) => {
    const created = `${stored.length} created, 0 updated, 0 unchanged, 0 failed\n`
    const stderr = stored.length === 0 ? 'table.csv: there are no objects in it\n' : ''
    expect(await importCsv(text)).toEqual({ code: 0, stdout: created, stderr, stored })
  })

  test('--delimiter names another one', async () => {
    const text = 'name:status\na:active\nb:planned\n'
    expect((await importCsv(text, '--delimiter', ':')).stored).toEqual(two)
    expect((await importCsv('name\tstatus,x\na\tactive\n', '--delimiter', 'tab', '--ignore-unknown')).stored).toEqual([
      { name: 'a', status: 'active' },
      { name: 'b', status: 'planned' },
    ])
    expect(await importCsv(text, '--delimiter', 'semicolon')).toMatchObject({
      code: 2,
      stderr: 'error: --delimiter takes one character, such as ";", or tab, not "semicolon".\n',
    })
  })

  test('a column without a name is left out with --ignore-unknown, which is said', async () => {
    expect(await importCsv(',name,cpu\n0,a,1.0\n1,b,\n', '--ignore-unknown')).toEqual({
      code: 0,
      stdout: '2 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: 'left out, because device has no such field: column 1\n',
      stored: [{ name: 'a', cpu: 1 }, { name: 'b' }],
    })
  })

  test('a file larger than what is read at once, with line ends at every place', async () => {
    const rows = Array.from({ length: 20_000 }, (_, i) => `d${i},${'x'.repeat(i % 37)},"${i}\r\n"\r\n`)
    const { code, stdout } = await importCsv(`name,status,note\n${rows.join('')}`)
    expect({ code, stdout }).toEqual({ code: 0, stdout: '20000 created, 0 updated, 0 unchanged, 0 failed\n' })
    const { devices } = await registry.data('{ devices(where: {note: {endsWith: "\\r\\n"}}) { totalCount } }')
    expect(devices.totalCount).toBe(20_000)
  })
})

describe('a table is refused with its line, as an editor counts', () => {
  test.each<readonly [string, string, string]>([
    ['CRLF in a cell', 'name,cpu,note\r\na,1,"x\r\ny\r\nz"\r\nb,zwei,\r\n', '5: cpu is a whole number, not "zwei".'],
    [
      'LF in a cell of a file with CRLF',
      'name,cpu,note\r\na,1,"x\ny"\r\n\r\nb,zwei,\r\n',
      '5: cpu is a whole number, not "zwei".',
    ],
    ['CR', 'name,cpu\r\ra,1\rb,zwei\r', '4: cpu is a whole number, not "zwei".'],
    ['empty lines of several kinds', 'name,cpu\n\r\n\n\r\na,1\r\n\nb,zwei', '7: cpu is a whole number, not "zwei".'],
    ['sep=', 'sep=;\nname;cpu\na;zwei\n', '3: cpu is a whole number, not "zwei".'],
    ['__proto__', 'name,__proto__\na,x\n', '2: device has no field "__proto__". See --map and --ignore-unknown.'],
    ['constructor', 'name,constructor\na,x\n', '2: device has no field "constructor". See --map and --ignore-unknown.'],
    [
      'several unknown columns',
      'name,statu,Rack,toString\na,x,y,z\n',
      '2: device has no field "statu", "Rack", "toString". Did you mean "status"? See --map and --ignore-unknown.',
    ],
    [
      'another delimiter',
      'name:cpu\na:1\n',
      '2: device has no field "name:cpu". If ":" stands between the columns, add --delimiter ":".',
    ],
    [
      'a comma in a name between semicolons',
      'name;cpu, all\na;1\n',
      '2: device has no field "name;cpu". If ";" stands between the columns, add --delimiter ";".',
    ],
    ['a header twice', 'name,status, name\na,x,b\n', '1: the column "name" appears twice'],
    ['a header twice below empty lines', '\n\nname,name \na,b\n', '3: the column "name" appears twice'],
    [
      'a value without a column',
      'name,,cpu\na,x,1\n',
      '2: column 2 has a value here and no name in the header; --ignore-unknown leaves it out.',
    ],
    [
      'a value beyond the columns',
      'name,status\na,x,y\n',
      '2: the value "y" is in column 3, but the header names only 2 columns; a cell with the delimiter in it needs quotes',
    ],
    ['a quote that is not closed', 'name,status\na,x\nb,"y\n\n', '3: a quote opens in this row and is not closed'],
    [
      'text behind a quote',
      'name,status\na,"x "y" z"\n',
      '2: something stands beside the quotes of the cell "x "y" z"; a quote inside quotes is written twice, and no space stands before them',
    ],
    [
      'a space before a quote',
      'name, status\na, "x"\n',
      '2: something stands beside the quotes of the cell  "x"; a quote inside quotes is written twice, and no space stands before them',
    ],
    [
      'several faults of a row',
      'name,cpu,lts\na,x,y\n',
      '2: cpu is a whole number, not "x". lts is true or false, not "y".',
    ],
  ])('%s', async (_, text, problem) => {
    const { code, stderr } = await importCsv(text, '--independent')
    expect({ code, stderr }).toEqual({ code: 1, stderr: `table.csv:${problem}\n` })
  })
})
