import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

/** Texts of which a CI service obeys a line, and how a cell of CSV has them. */
const commands: readonly (readonly [text: string, cell: string])[] = [
  ['::error::x', '::error::x'],
  ['::stop-commands::t', '::stop-commands::t'],
  ['  ::warning file=a::x', '  ::warning file=a::x'],
  ['a\n::error::x', "a\n'::error::x"],
  ['a\n \t ::group::x', "a\n \t '::group::x"],
  ['a\r::add-mask::x', "a\r'::add-mask::x"],
  ['a\r\n::error::x\r\n::error::y', "a\r\n'::error::x\r\n'::error::y"],
  ["'\n::error::x", "'\n'::error::x"],
  [`${'long '.repeat(20)}\n::error::x\n\n::error::y`, `${'long '.repeat(20)}\n'::error::x\n\n'::error::y`],
  ['##[error]x', "#'#[error]x"],
  ['###[group]x ##[section]y', "##'#[group]x #'#[section]y"],
  ['a ##vso[task.setvariable variable=x]y', "a #'#vso[task.setvariable variable=x]y"],
  ["##teamcity[message text='x']", "#'#teamcity[message text='x']"],
  ['section_start:1:x\r\u001b[0Ky', "section_start:1:x\r'\u001b[0Ky"],
]
const texts = commands.map(([text]) => text)

/** What a CI service would obey in a log. */
function findCommands(log: string): readonly string[] {
  const lines = log.split(/\r\n|\r|\n/).filter((line) => /^\s*::/.test(line) || /##\w*\[/.test(line))
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a marker of GitLab ends in one
  return [...lines, ...(log.match(/section_\w+:.*\r\u001b\[0K/g) ?? [])]
}

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: item\ndescription: "An item\\n::error::x ##[error]y"\nkey: [text]\nadditionalFields: true\nfields:\n  text: { type: string, description: "::error::x\\n##[error]y" }\n  other: string\n  data: json\n',
    'name: result\nkey: [name, item]\npassed: { ok: { equals: true } }\nfields:\n  name: string\n  item: { type: reference, to: item }\n  ok: boolean\n',
    'name: late\nkey: [id]\nfields:\n  first: string\n  second: string\n  id: string\n  big: bigint\n',
  ])
  program = await createRegistryProgram(registry.url)
  const input = texts.map((text) => ({
    text,
    other: text,
    data: { [text]: [text] },
    _additional: { [text]: text },
  }))
  await registry.data('mutation ($input: [ItemInput!]!) { upsertItems(input: $input) { created } }', { input })
  const results = texts.map((text) => ({ name: text, item: text, ok: false }))
  await registry.data('mutation ($input: [ResultInput!]!) { upsertResults(input: $input) { created } }', {
    input: results,
  })
  const late = texts.map((text, i) => ({ id: String(i), second: text }))
  await registry.data('mutation ($input: [LateInput!]!) { upsertLates(input: $input) { created } }', { input: late })
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const out = async (...args: string[]) => {
  const { stdout, stderr } = await program.run(args)
  expect(stderr).toBe('')
  return stdout
}

test('the texts are commands where nothing protects a log from them', () => {
  for (const text of texts) expect(findCommands(text), JSON.stringify(text)).not.toEqual([])
})

describe('no CI service obeys a value that is printed', () => {
  test.each([
    ...['json', 'ndjson', 'table', 'csv', 'yaml', 'markdown'].flatMap((format) => [
      ['item', 'get', '-o', format],
      ['late', 'get', '-o', format],
      ['item', 'get', '-o', format, '--fields', 'other'],
      ['search', 'error', '-o', format],
    ]),
    ...['json', 'github', 'gitlab', 'markdown', 'table'].map((format) => [
      'result',
      'matrix',
      'rows=name',
      '-o',
      format,
    ]),
    ['export', '--all'],
    ['ls'],
    ['ls', '-o', 'json'],
    ['ls', '-o', 'ndjson'],
    ['item', 'help'],
    ['item', 'help', '-o', 'json'],
  ])('%s %s %s %s %s %s', async (...args) => {
    const shown = await out(...args.filter((word) => word !== undefined))
    expect(shown.length).toBeGreaterThan(10)
    expect(findCommands(shown)).toEqual([])
  })

  test.each(texts)('of one object as shell: %j, and the shell has the value', async (text) => {
    const shown = await out('item', 'last', `text=${text}`, '-o', 'shell', '--fields', 'text,data')
    expect(findCommands(shown)).toEqual([])
    await writeFile(join(program.folder, 'lines'), shown)
    for (const shell of ['bash', 'sh']) {
      const { stdout } = await program.shell(`${shell} -c 'eval "$(cat lines)"; printf "%s|%s." "$TEXT" "$DATA"'`)
      expect(stdout).toBe(`${text}|${JSON.stringify({ [text]: [text] })}.`)
    }
  })

  test('as the answer of a query', async () => {
    const { stdout } = await program.run(['query', '-'], { input: '{ items { nodes { text data } } }' })
    expect(findCommands(stdout)).toEqual([])
    const { items } = JSON.parse(stdout) as { items: { nodes: { text: string }[] } }
    expect(items.nodes.map(({ text }) => text)).toEqual(texts)
  })

  test.each([
    [['item', 'last', 'text=b\n::error::x']],
    [['item', 'last', '--where', '{"text": {"equals": "##[error]"}}']],
    [['item', 'get', 'data:=\n::error::x']],
    [['item', 'get', 'data:=##[error]']],
    [['item', 'get', '\n::error::x=1']],
    [['item', 'get', '::error::x']],
    [['item', 'get', '--where', 'text\n::error::x']],
    [['item', 'get', '--fields', '##[error]', '--order-by', '\n::error::x']],
    [['item', '\n::error::x']],
    [['\n::error::x', 'get']],
    [['item', 'get', '--\n::error::x']],
    [['query', '\n::error::x']],
    [['query', '-', '-v', '\n::error::x']],
    [['query', '-', '-v', 'a:=\n::error::x']],
    [['result', 'set', 'name=a', 'item=\n::error::x', 'ok=true']],
    [['result', 'set', 'name=a', 'item=##[error]x', 'ok=\n::error::x']],
    [['import', '\n::error::x']],
    [['late', 'set', 'id=a', 'big=\n::error::x']],
  ])('in the message of a mistake: %j', async (args) => {
    const { code, stdout, stderr } = await program.run(args)
    expect({ stdout, isRefused: code !== 0 }).toEqual({ stdout: '', isRefused: true })
    expect(stderr).not.toBe('')
    expect(findCommands(stderr)).toEqual([])
  })
})

describe('a program gets the values as they are', () => {
  test.each([
    ['json', (text: string) => JSON.parse(text)],
    ['ndjson', (text: string) => JSON.parse(`[${text.trim().split('\n').join(',')}]`)],
    ['yaml', (text: string) => parseYaml(text, { version: '1.1' })],
    ['yaml', (text: string) => parseYaml(text, { version: '1.2' })],
  ])('from %s, names included', async (format, read) => {
    const objects = read(await out('item', 'get', '-o', format)) as Record<string, unknown>[]
    expect(objects.map(({ _meta, ...object }) => object)).toEqual(
      texts.map((text) => ({ text, other: text, data: { [text]: [text] }, [text]: text })),
    )
  })

  test('from csv, except an apostrophe where a line would be obeyed', async () => {
    const rows = parseCsv(await out('item', 'get', '-o', 'csv', '--fields', 'text')) as string[][]
    expect(rows.slice(1)).toEqual(commands.map(([, cell]) => [cell]))
  })
})

test('the apostrophes of csv are taken away by import, with all that was written', async () => {
  const { stdout } = await program.shell('registry late get -o csv | registry import - late --format csv')
  expect(stdout).toBe(`0 created, 0 updated, ${texts.length} unchanged, 0 failed\n`)
})

test('an empty text and no value come back from csv as they were', async () => {
  await registry.data('mutation { upsertLate(input: { id: "plain", first: "" }) { outcome } }')
  const { stdout } = await program.shell(
    'registry late get id=plain -o csv | tee plain.csv | registry import - late --format csv; cat plain.csv',
  )
  expect(stdout).toBe('0 created, 0 updated, 1 unchanged, 0 failed\nfirst,second,id,big\n"",,plain,\n')
})

describe('in a table', () => {
  test.each([
    ['::error::x', '\\u003a:error::x'],
    ['a\n::error::x', 'a\\n::error::x'],
    ['a\tb', 'a\\tb'],
    ['a\r\u001b[31mb\u009bc', 'a\\u000d\\u001b[31mb\\u009bc'],
    ['\u202etxt.exe', '\\u202etxt.exe'],
    ['##[error]x', '#\\u0023[error]x'],
    ['fe80::1', 'fe80::1'],
  ])('%j is %j', async (text, shown) => {
    await registry.data('mutation ($text: String!) { upsertLate(input: { id: "shown", first: $text }) { outcome } }', {
      text,
    })
    expect(await out('late', 'get', 'id=shown', '-o', 'table', '--fields', 'first')).toBe(`FIRST\n${shown}\n`)
  })

  test('an address behind another column stays as it is', async () => {
    await registry.data('mutation { upsertLate(input: { id: "shown", first: "a", second: "::1" }) { outcome } }')
    expect(await out('late', 'get', 'id=shown', '-o', 'table', '--fields', 'first,second')).toBe(
      'FIRST  SECOND\na      ::1\n',
    )
  })
})

describe('a spreadsheet runs nothing of a CSV', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@sum', "'@sum"],
    ['\t=1+1', "'\t=1+1"],
    ['\tx', "'\tx"],
    ['\r=1', `"'\r=1"`],
    ['\n=1', `"'\n=1"`],
    ['  =1', "'  =1"],
    ['\uff1d1', "'\uff1d1"],
    ['\uff0b1', "'\uff0b1"],
    ['\uff0d1', "'\uff0d1"],
    ['\uff20a', "'\uff20a"],
    ['="a"', `"'=""a"""`],
    ['a=1', 'a=1'],
    ['1-1', '1-1'],
    ["'", "'"],
    ['', '""'],
  ])('%j is written %j', async (text, cell) => {
    await registry.data(
      'mutation ($text: String!) { upsertLate(input: { id: "formula", first: null, second: $text, big: "-9007199254740993" }) { outcome } }',
      { text },
    )
    expect(await out('late', 'get', 'id=formula', '-o', 'csv')).toBe(
      `first,second,id,big\n,${cell},formula,-9007199254740993\n`,
    )
  })
})
