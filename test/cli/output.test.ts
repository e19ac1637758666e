import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse as parseCsv } from 'csv-parse/sync'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  'name: item\nplural: items\nkey: [id]\nfields:\n  id: string\n  text: string\n  path: string\n  count: int\n  flag: boolean\n  tags: [string]\n',
]

/** Texts that have a special meaning in a shell, a terminal, a spreadsheet, Markdown, YAML or GitHub's output file. */
const nasty = [
  "it's",
  "'; touch pwned; '",
  '$(touch pwned)',
  '`touch pwned`',
  '"$HOME" \\',
  '\\',
  "\\'",
  'a\nb',
  'a\n',
  '\n',
  'a\r\nb\rc',
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u009b31m',
  '\u202etxt.exe',
  'tab\there',
  '=1+1',
  '+1',
  '-1',
  '@sum',
  '|pipe|',
  '<script>alert(1)</script>',
  '[link](javascript:alert(1)) ![](http://host/x)',
  '*bold* _under_ ~~no~~ `code`',
  '&lt;',
  'yes',
  '0012345',
  '20.10',
  '~',
  '# no comment',
  'a: b',
  'EOF',
  'x<<EOF\nname=pwned\nEOF',
  '!history',
  'снимок 😀',
  ' ',
  '',
  'a,"b"',
] as const

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
  const input = nasty.map((text, i) => ({ id: String(i).padStart(2, '0'), text, path: '/tmp', tags: [text] }))
  await registry.data('mutation ($input: [ItemInput!]!) { upsertItems(input: $input) { created } }', { input })
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const out = async (...args: string[]) => {
  const { code, stdout, stderr } = await program.run(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}
const get = (output: string, ...args: string[]) => out('item', 'get', '-o', output, ...args)
/** The output of a program on a terminal. */
const onTerminal = async (command: string, env: Readonly<Record<string, string>> = {}) =>
  (
    await program.shell(`script -qec ${JSON.stringify(command)} /dev/null`, { env: { TERM: 'xterm', ...env } })
  ).stdout.replaceAll('\r\n', '\n')
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this is about
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/

describe('a pipe gets every value byte for byte', () => {
  test.each([
    ['json', (text: string) => (JSON.parse(text) as { text: string }[]).map((one) => one.text)],
    [
      'ndjson',
      (text: string) =>
        text
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as { text: string }).text),
    ],
    ['yaml', (text: string) => (parseYaml(text, { version: '1.2' }) as { text: string }[]).map((one) => one.text)],
    ['yaml', (text: string) => (parseYaml(text, { version: '1.1' }) as { text: string }[]).map((one) => one.text)],
    [
      'csv',
      (text: string) =>
        (parseCsv(text, { columns: true }) as { text: string }[]).map((one) =>
          one.text.replace(/^'(?=[=+\-@\t\r])/, ''),
        ),
    ],
  ])('as %s', async (output, read) => {
    expect(read(await get(output))).toEqual(nasty)
  })
})

describe('csv', () => {
  test('is a line of names and one for each object, with formulas made harmless', async () => {
    await out('item', 'set', 'id=csv', 'text==cmd|x', 'count=-5', 'flag=false', 'tags=a')
    expect(await get('csv', 'id=csv')).toBe('id,text,path,count,flag,tags\ncsv,\'=cmd|x,,-5,false,"[""a""]"\n')
    expect(await get('csv', 'id=none')).toBe('id,text,path,count,flag,tags\n')
    for (const first of ['=', '+', '-', '@'])
      expect(await get('csv')).not.toMatch(new RegExp(`^\\d+,"?\\${first}`, 'm'))
    await out('item', 'delete', 'id=csv')
  })
})

describe('yaml', () => {
  test('quotes every text; nothing is an empty list', async () => {
    expect(await get('yaml', 'id=25', '--fields', 'id,text')).toBe('- id: "25"\n  text: "yes"\n')
    expect(await out('item', 'last', 'id=25', '--fields', 'text', '-o', 'yaml')).toBe('text: "yes"\n')
    expect(await get('yaml', 'id=none')).toBe('[]\n')
  })
})

describe('markdown', () => {
  test('is a table whose cells stay cells and text', async () => {
    const markdown = await out('item', 'markdown', '--fields', 'id,text')
    const lines = markdown.trimEnd().split('\n')
    expect(lines).toHaveLength(nasty.length + 2)
    expect(markdown).not.toMatch(/(?<!\\)[`*[\]]|<(?!br>)/)
    expect(markdown).not.toMatch(control)
    // Every line has the three bars of two columns, and no other that would count.
    for (const line of lines) expect(line.match(/(?<!\\)\|/g)).toHaveLength(3)
    expect(await out('item', 'markdown', 'id=20', '--fields', 'text')).toBe(
      '| text       |\n| ---------- |\n| \\|pipe\\| |\n'.replace(
        '| text       |\n| ---------- |',
        '| text     |\n| -------- |',
      ),
    )
    expect(await get('markdown', 'id=07', '--fields', 'text')).toContain('a<br>b')
  })
})

describe('table', () => {
  test('has aligned columns, one line an object', async () => {
    const table = await get('table', '--fields', 'id,text')
    expect(table.split('\n').slice(0, 3)).toEqual(['ID  TEXT', "00  it's", "01  '; touch pwned; '"])
    expect(table.trimEnd().split('\n')).toHaveLength(nasty.length + 1)
    expect(table).not.toMatch(control)
  })

  test('is bold on a terminal only, unless NO_COLOR is set', async () => {
    const command = 'registry item get id=00 --fields id -o table'
    expect(await onTerminal(command)).toBe('\u001b[1mID\u001b[22m\n00\n')
    expect(await onTerminal(command, { NO_COLOR: '1' })).toBe('ID\n00\n')
    expect(await get('table', 'id=00', '--fields', 'id')).toBe('ID\n00\n')
  })
})

describe('a terminal gets no control characters', () => {
  test.each(['json', 'ndjson', 'csv', 'yaml', 'markdown', 'table'])('from values as %s', async (output) => {
    expect(await onTerminal(`registry item get -o ${output}`, { NO_COLOR: '1' })).not.toMatch(control)
  })

  test('from a value as shell, nor from an error or a query', async () => {
    expect(await onTerminal('registry item last id=11 -o shell')).not.toMatch(control)
    expect(await onTerminal(`registry item get '\u001b[31mx=1'`, { NO_COLOR: '1' })).not.toMatch(control)
    expect(await onTerminal(`echo '{ items { nodes { text } } }' | registry query -`)).not.toMatch(control)
  })

  test('and indented JSON, which is the same JSON', async () => {
    const shown = await onTerminal('registry item get')
    expect(shown).toMatch(/^\[\n {2}\{\n {4}"_meta": \{\n/)
    expect((JSON.parse(shown) as { text: string }[]).map((one) => one.text)).toEqual(nasty)
  })
})

describe('shell', () => {
  test.each(nasty.map((text, i) => [text, i]))('%j comes through eval unharmed', async (text, i) => {
    for (const shell of ['bash', 'sh']) {
      const { code, stdout, stderr } = await program.run([
        'item',
        'last',
        `id=${String(i).padStart(2, '0')}`,
        '-o',
        'shell',
      ])
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      await writeFile(join(program.folder, 'lines'), stdout)
      // $(…) drops line breaks at the end; a dot behind them keeps them.
      const script = `eval "$(cat lines)"; printf '%s.' "$TEXT"; ls pwned 2>/dev/null; exit 0`
      const run = await program.shell(shell === 'sh' ? `sh -c '${script.replaceAll("'", "'\\''")}'` : script)
      expect(run).toEqual({ code: 0, stdout: `${text}.`, stderr: '' })
    }
  })

  test('has a line for each field, empty for what is absent, and leaves PATH alone', async () => {
    const lines = (await out('item', 'last', 'id=00', '-o', 'shell')).replace(
      /='(20\d\d-[^']*|[0-9a-f-]{36})'/g,
      "='…'",
    )
    expect(lines).toBe(
      "_META_CREATE_TIME='…'\n_META_UPDATE_TIME='…'\n_META_VERSION='1'\n_META_UUID='…'\nID='00'\nTEXT='it'\\''s'\nITEM_PATH='/tmp'\nCOUNT=''\nFLAG=''\nTAGS='[\"it'\\''s\"]'\n",
    )
  })

  test('is for one object', async () => {
    const { code, stdout, stderr } = await program.run(['item', 'get', '-o', 'shell'])
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'error: More than one object matches, but -o shell sets the variables of only one. Narrow the filter, or use: last\n',
    })
  })
})

describe('--github-output', () => {
  const env = () => ({ GITHUB_OUTPUT: join(program.folder, 'output') })
  beforeEach(() => writeFile(env().GITHUB_OUTPUT, 'before=1\n'))

  /** Parses the file like GitHub's runner. */
  async function readOutput(): Promise<Record<string, string>> {
    const outputs: Record<string, string> = {}
    const lines = (await readFile(env().GITHUB_OUTPUT, 'utf8')).split('\n')
    while (lines.length > 0) {
      const line = lines.shift() as string
      const [, name, delimiter] = /^([^=<]+)<<(.+)$/.exec(line) ?? []
      if (name === undefined || delimiter === undefined) {
        if (line !== '') outputs[line.split('=')[0] as string] = line.slice(line.indexOf('=') + 1)
        continue
      }
      outputs[name] = lines.splice(0, lines.indexOf(delimiter)).join('\n')
      lines.shift()
    }
    return outputs
  }

  test('appends an output for each field, whatever the values are', async () => {
    for (const [i, text] of nasty.entries()) {
      await writeFile(env().GITHUB_OUTPUT, 'before=1\n')
      await program.run(['item', 'last', `id=${String(i).padStart(2, '0')}`, '--github-output'], { env: env() })
      const { _meta_uuid, _meta_create_time, _meta_update_time, ...outputs } = await readOutput()
      expect(outputs).toEqual({
        before: '1',
        _meta_version: '1',
        id: String(i).padStart(2, '0'),
        text,
        path: '/tmp',
        count: '',
        flag: '',
        tags: JSON.stringify([text]),
      })
    }
  })

  test('of get is a JSON array and a count; without GITHUB_OUTPUT it is wrong usage', async () => {
    await program.run(['item', 'get', 'id=00', '--fields', 'id', '--github-output'], { env: env() })
    expect(await readOutput()).toEqual({ before: '1', objects: '[{"id": "00"}]', count: '1' })
    expect(await program.run(['item', 'get', '--github-output'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: --github-output needs GITHUB_OUTPUT, which GitHub Actions sets in each step.\n',
    })
  })
})

describe('a reader that stops', () => {
  beforeAll(async () => {
    const input = Array.from({ length: 3_000 }, (_, i) => ({ id: `many${i}`, text: 'x'.repeat(500) }))
    await registry.data('mutation ($input: [ItemInput!]!) { upsertItems(input: $input) { created } }', { input })
  })

  test.each(['json', 'ndjson', 'csv', 'yaml', 'table', 'markdown'])('ends the command quietly (%s)', async (output) => {
    const { stdout, stderr } = await program.shell(
      `set -o pipefail; registry item get -o ${output} | head -c 1 | wc -c; echo "\${PIPESTATUS[0]}"`,
    )
    expect({ stdout, stderr }).toEqual({ stdout: '1\n0\n', stderr: '' })
  })
})

test('20,000 objects of 1.5 kB need no more memory than a page of them', async () => {
  for (let batch = 0; batch < 5; batch++) {
    const input = Array.from({ length: 4_000 }, (_, i) => ({ id: `large${batch}-${i}`, text: 'x'.repeat(1_500) }))
    await registry.data('mutation ($input: [ItemInput!]!) { upsertItems(input: $input) { created } }', { input })
  }
  const env = { NODE_OPTIONS: '--max-old-space-size=24' }
  for (const output of ['ndjson', 'json', 'csv']) {
    const { stdout, stderr } = await program.shell(
      `registry item get -o ${output} --where 'id~large*' | wc -c; echo "\${PIPESTATUS[0]}"`,
      { env },
    )
    const [bytes, code] = stdout.trim().split('\n').map(Number)
    expect({ code, stderr }, output).toEqual({ code: 0, stderr: '' })
    expect(bytes).toBeGreaterThan(30_000_000)
  }
})
