import { describe, expect, test } from 'vitest'
import { issuesOf } from './issues-of.ts'

const good = 'name: image\nkey: [name]\nfields:\n  name: string\n'

describe('a template file', () => {
  test.each([
    ['is not empty', '', '1:1 EMPTY The file is empty; a template needs at least name, key and fields.'],
    [
      'has more than comments',
      '# nothing\n',
      '1:1 EMPTY The file is empty; a template needs at least name, key and fields.',
    ],
    ['is a mapping', '[name]', '1:1 WRONG_TYPE ["name"] is not a mapping of names to values.'],
    [
      'is one document',
      `${good}---\n${good}`,
      '5:1 SEVERAL_DOCUMENTS The file has more than one YAML document; each needs a file of its own.',
    ],
    ['is not YAML 1.1', `%YAML 1.1\n---\n${good}`, '1:1 YAML_TAG The file declares YAML 1.1; templates are YAML 1.2.'],
    ['has no unknown directives', `%FOO\n---\n${good}`, '1:1 YAML_TAG Unknown directive %FOO.'],
    ['has no tags of its own', good.replace('image', '!x image'), '1:7 YAML_TAG Unresolved tag: !x.'],
    [
      'has no tags of YAML 1.1',
      good.replace('image', '!!binary aGk='),
      '1:7 YAML_TAG Unresolved tag: tag:yaml.org,2002:binary.',
    ],
    ['says each thing once', `${good}name: role\n`, '5:1 DUPLICATE_KEY name: The key "name" appears twice.'],
    ['has each field once', `${good}  name: int\n`, '5:3 DUPLICATE_KEY fields.name: The key "name" appears twice.'],
    [
      'has its anchors before their aliases',
      `${good}description: *x\n`,
      '5:14 YAML_ALIAS description: The alias *x has no anchor before it.',
    ],
    [
      'has no alias within its anchor',
      `${good}description: &x [*x]\n`,
      '5:18 YAML_ALIAS description[0]: The alias *x is inside its own anchor.',
    ],
    ['has no NUL', 'name: ima\0ge', '1:10 BAD_TEXT The file contains the character U+0000; it is not a text.'],
    [
      'has no escaped NUL',
      `${good}description: "\\0"\n`,
      '5:14 BAD_TEXT description: "\\u0000" contains the character U+0000.',
    ],
    [
      'has no half surrogate pairs',
      'name: image\n# \ud800',
      '2:3 BAD_TEXT The file contains half of a surrogate pair; it is not a text.',
    ],
    [
      'has no escaped half',
      `${good}description: "\\ud800"\n`,
      '5:14 BAD_TEXT description: "\\ud800" contains half of a surrogate pair.',
    ],
    [
      'does not indent with tabs',
      'name: image\nkey: [name]\nfields:\n\tname: string\n',
      '4:1 YAML_SYNTAX Tabs are not allowed as indentation.',
    ],
    ['closes its quotes', 'name: "image\n', '2:1 YAML_SYNTAX Missing closing "quote.'],
    [
      'quotes a text with a colon',
      `${good}description: a: b\n`,
      '5:14 YAML_SYNTAX Nested mappings are not allowed in compact mappings. Put a text that contains ": " in quotes.',
    ],
    [
      'has no merge keys',
      `${good}<<: { additionalFields: true }\n`,
      '5:1 UNKNOWN_KEY ["<<"]: "<<" is not a key of a template. Merge keys are not supported.',
    ],
  ])('%s', (_, text, expected) => {
    expect(issuesOf(text)).toEqual([`image.yaml:${expected}`])
  })

  test('may begin with a byte order mark, use Windows line ends, anchors and the tags of the core schema', () => {
    const text = `\uFEFF---\n${good}  version: &text { type: string, default: !!str 20.10 }\n  kernel: *text\n`
    expect(issuesOf(text.replaceAll('\n', '\r\n'))).toEqual([])
  })

  test('with several mistakes names each line of them once, and ten at most', () => {
    expect(issuesOf('a: ]\n'.repeat(40)).length).toBe(10)
  })

  test('that is only partly YAML is not checked further, and references to it are not errors', () => {
    const role = 'name: role\nkey: [image]\nfields: { image: { type: reference, to: vm_image } }\n'
    expect(issuesOf({ 'a.yaml': 'name: vm_image\nkey: [x\n', 'role.yaml': role })).toEqual([
      'a.yaml:3:1 YAML_SYNTAX Flow sequence in block collection must be sufficiently indented and end with a ].',
    ])
    expect(issuesOf({ 'vm_image.yaml': ']', 'role.yaml': role }).map((line) => line.split(':')[0])).toEqual([
      'vm_image.yaml',
    ])
  })
})

describe('a file that would cost too much is refused before it is composed:', () => {
  const deep = 'The file is nested deeper than 64 levels.'
  test.each([
    ['20,000 brackets', '['.repeat(20_000), deep],
    ['20,000 brackets that are closed', '['.repeat(20_000) + ']'.repeat(20_000), deep],
    ['20,000 braces', '{a: '.repeat(20_000), deep],
    ['20,000 nested lists', '- '.repeat(20_000), deep],
    ['20,000 nested keys', '? '.repeat(20_000), deep],
    ['400 indented keys', Array.from({ length: 400 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), deep],
    ['1 MB of text', 'a'.repeat(1_000_000), 'The file is larger than 256 KiB.'],
    ['1 MB of comments', '#\n'.repeat(500_000), 'The file is larger than 256 KiB.'],
    ['200 KB of three bytes a character', '\u20ac'.repeat(200_000), 'The file is larger than 256 KiB.'],
    ['250,000 commas', `[${','.repeat(250_000)}`, 'The file has more than 100000 tokens.'],
    ['60,000 aliases', `a: &a x\nb: [${'*a,'.repeat(60_000)}]`, 'The file has more than 100000 tokens.'],
    ['30,000 values', `name: [${'a,'.repeat(30_000)}]`, 'The file expands to more than 20000 values.'],
    [
      '22,000 keys',
      Array.from({ length: 22_000 }, (_, index) => `k${index}:`).join('\n'),
      'The file expands to more than 20000 values.',
    ],
    ['a bomb of aliases', aliasBomb(), 'The file expands to more than 20000 values.'],
    ['aliases that nest', nestedAliases(), 'The file is nested deeper than 64 levels.'],
  ])('%s', (_, text, message) => {
    const issues = issuesOf(text)
    expect(issues).toHaveLength(1)
    expect(issues[0]).toContain(message)
    expect(issues[0]).toMatch(/^image\.yaml:[1-9]\d*:[1-9]\d* FILE_TOO_(LARGE|DEEP) /)
  })

  test('10,000 unknown keys, 10,000 unknown types', () => {
    const fields = Array.from({ length: 9_000 }, (_, index) => `  f${index}: strnig\n`).join('')
    expect(issuesOf(`name: image\nkey: [name]\nfields:\n  name: string\n${fields}`)).toHaveLength(9_001)
  })
})

function aliasBomb(): string {
  const levels = Array.from(
    { length: 30 },
    (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}, *a${level}]`,
  )
  return `a0: &a0 lol\n${levels.join('\n')}\n`
}

function nestedAliases(): string {
  const levels = Array.from({ length: 80 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}]`)
  return `a0: &a0 lol\n${levels.join('\n')}\n`
}
