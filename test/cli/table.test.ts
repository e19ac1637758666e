import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const wide = Array.from({ length: 30 }, (_, i) => `f${String(i).padStart(2, '0')}`)

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: item\nkey: [id]\nfields:\n  id: string\n  text: string\n  more: string\n',
    `name: wide\nplural: wides\nkey: [id]\nfields:\n  id: string\n${wide.map((name) => `  ${name}: string\n`).join('')}`,
  ])
  program = await createRegistryProgram(registry.url)
  const input = [
    { id: '1', text: 'short', more: 'end' },
    { id: '2', text: 'a long text that has no room in a narrow terminal', more: 'x'.repeat(30) },
    { id: '3', text: '日本語のとても長い文章です', more: '한국어' },
    { id: '4', text: '👩‍👩‍👧 family 👍🏽 thumbs 🇺🇦 flag', more: '𠀀𠀁𠀂𠀃𠀄𠀅𠀆𠀇𠀈𠀉' },
    { id: '5', text: 'e\u0301tude' },
  ]
  await registry.data('mutation ($input: [ItemInput!]!) { upsertItems(input: $input) { created } }', { input })
  await registry.data('mutation ($input: [WideInput!]!) { upsertWides(input: $input) { created } }', {
    input: [{ id: 'a', ...Object.fromEntries(wide.map((name) => [name, `value of ${name}`])) }],
  })
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

/** The output of a command on a terminal so many columns wide. */
async function onTerminal(columns: number, command: string, env: Readonly<Record<string, string>> = { NO_COLOR: '1' }) {
  const inside = JSON.stringify(`stty cols ${columns}; ${command}`)
  const { stdout } = await program.shell(`script -qec ${inside} /dev/null`, { env: { TERM: 'xterm', ...env } })
  return stdout.replaceAll('\r\n', '\n')
}

/** How many columns a line takes: of the characters of these tests, an emoji and a Chinese, Japanese or Korean one take two. */
function widthOf(line: string): number {
  const characters = [...new Intl.Segmenter().segment(line)].map(({ segment }) => segment)
  const isWide = (text: string) =>
    /[\p{Emoji_Presentation}\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(text)
  return characters.reduce((sum, text) => sum + (isWide(text) ? 2 : 1), 0)
}

describe('a table', () => {
  test('has columns as wide as their cells where stdout is no terminal, and cuts nothing', async () => {
    const { stdout } = await program.run(['item', 'get', '-o', 'table'])
    expect(stdout).toBe(
      [
        'ID  TEXT                                               MORE',
        '1   short                                              end',
        `2   a long text that has no room in a narrow terminal  ${'x'.repeat(30)}`,
        '3   日本語のとても長い文章です                         한국어',
        '4   👩‍👩‍👧 family 👍🏽 thumbs 🇺🇦 flag                        𠀀𠀁𠀂𠀃𠀄𠀅𠀆𠀇𠀈𠀉',
        '5   e\u0301tude',
        '',
      ].join('\n'),
    )
  })

  test('fits the terminal: the widest columns are cut, with …', async () => {
    expect(await onTerminal(40, 'registry item get -o table')).toBe(
      [
        'ID  TEXT               MORE',
        '1   short              end',
        '2   a long text that…  xxxxxxxxxxxxxxxx…',
        '3   日本語のとても長…  한국어',
        '4   👩‍👩‍👧 family 👍🏽 thu…  𠀀𠀁𠀂𠀃𠀄𠀅𠀆𠀇…',
        '5   e\u0301tude',
        '',
      ].join('\n'),
    )
  })

  test.each([1, 5, 10, 17, 20, 33, 40, 60, 80, 100])('takes at most %d columns', async (columns) => {
    for (const command of ['registry item get -o table', 'registry wide get -o table']) {
      const lines = (await onTerminal(columns, command)).trimEnd().split('\n')
      expect(lines.length).toBeGreaterThan(1)
      for (const line of lines) expect(widthOf(line), line).toBeLessThanOrEqual(Math.max(columns, 4))
      for (const line of lines) expect(line.isWellFormed()).toBe(true)
    }
  })

  test('leaves out columns at the right, for which there is no room, and says so with …', async () => {
    expect(await onTerminal(30, 'registry wide get -o table')).toBe(
      'ID  F00  F01  F02  F03  F04  …\na   va…  va…  va…  va…  va…  …\n',
    )
  })

  test('is not cut where it fits', async () => {
    const { stdout } = await program.run(['item', 'get', '-o', 'table'])
    expect(await onTerminal(200, 'registry item get -o table')).toBe(stdout)
  })

  test('has bold names on a terminal, cut or not', async () => {
    expect((await onTerminal(12, 'registry item get id=2 -o table', {})).split('\n')[0]).toBe(
      '\u001b[1mID\u001b[22m  \u001b[1mTE…\u001b[22m  \u001b[1mMO…\u001b[22m',
    )
  })

  test('has only its names where nothing matches', async () => {
    expect((await program.run(['item', 'get', 'id=none', '-o', 'table'])).stdout).toBe('ID  TEXT  MORE\n')
  })

  test('of 5,000 objects is whole', async () => {
    const input = Array.from({ length: 5_000 }, (_, i) => ({ id: `many${i}`, text: `text ${i}` }))
    await registry.data('mutation ($input: [ItemInput!]!) { upsertItems(input: $input) { created } }', { input })
    const { stdout } = await program.run(['item', 'get', '--where', 'id~many*', '-o', 'table'])
    const lines = stdout.trimEnd().split('\n')
    expect(lines.length).toBe(5_001)
    expect(lines.at(-1)).toBe('many4999  text 4999')
  })
})
