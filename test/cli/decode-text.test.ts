import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { decodeText } from '../../src/cli/decode-text.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

/** Decodes bytes that come in pieces of a size. */
async function decode(bytes: Uint8Array, size = bytes.length || 1): Promise<string> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  let text = ''
  for await (const piece of decodeText(pieces())) text += piece
  return text
}

const bytesOf = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))
const utf16 = (text: string) => [...Buffer.from(text, 'utf16le')]
const swapped = (text: string) => [...Buffer.from(text, 'utf16le').swap16()]
const xml = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>`
const declaration = '<?xml version="1.0" encoding="utf-16"?>'

const texts: readonly (readonly [name: string, bytes: Buffer, text: string])[] = [
  ['nothing', Buffer.alloc(0), ''],
  ['UTF-8', Buffer.from('größer € 😀\nz'), 'größer € 😀\nz'],
  ['UTF-8 with a mark', bytesOf([0xef, 0xbb, 0xbf], [...Buffer.from('ä,b')]), 'ä,b'],
  ['a mark alone', bytesOf([0xef, 0xbb, 0xbf]), ''],
  ['a replacement character that is meant', Buffer.from('a\uFFFDb'), 'a\uFFFDb'],
  ['UTF-16LE with a mark', bytesOf([0xff, 0xfe], utf16('ü😀\r\nz')), 'ü😀\r\nz'],
  ['UTF-16BE with a mark', bytesOf([0xfe, 0xff], swapped('ü😀\r\nz')), 'ü😀\r\nz'],
  ['UTF-16LE without a mark', bytesOf(utf16(`${declaration}ü`)), `${declaration}ü`],
  ['UTF-16BE without a mark', bytesOf(swapped('{"a": "ü"}')), '{"a": "ü"}'],
  ['UTF-8 that says it is UTF-16, as .NET writes it', Buffer.from(`${declaration}ü`), `${declaration}ü`],
  ['ISO-8859-1', bytesOf(xml('ISO-8859-1'), [0xfc, 0xdf]), `${xml('ISO-8859-1')}üß`],
  ['latin1 with characters of Windows', bytesOf(xml('latin1'), [0x80, 0x93, 0x94]), `${xml('latin1')}€“”`],
  ['windows-1252', bytesOf(xml('windows-1252'), [0x80, 0x9f, 0xff]), `${xml('windows-1252')}€Ÿÿ`],
  ['Cp1252, as Java calls it', bytesOf(xml('Cp1252'), [0x99]), `${xml('Cp1252')}™`],
  ['ISO-8859-15', bytesOf(xml('ISO-8859-15'), [0xa4]), `${xml('ISO-8859-15')}€`],
  ['iso8859_15, as Python calls it', bytesOf(xml('iso8859_15'), [0xa4]), `${xml('iso8859_15')}€`],
  ['latin-1, as Python calls it', bytesOf(xml('latin-1'), [0xe4]), `${xml('latin-1')}ä`],
  ['8859_1, as Java calls it', bytesOf(xml('8859_1'), [0xe4]), `${xml('8859_1')}ä`],
  ['mac_roman', bytesOf(xml('mac_roman'), [0x8a]), `${xml('mac_roman')}ä`],
  ['windows-1251', bytesOf(xml('windows-1251'), [0xcf, 0xf0]), `${xml('windows-1251')}Пр`],
  ['KOI8-R', bytesOf(xml('KOI8-R'), [0xf0, 0xd2]), `${xml('KOI8-R')}Пр`],
  ['IBM866', bytesOf(xml('cp866'), [0x8f, 0xe0]), `${xml('cp866')}Пр`],
  ['Shift_JIS', bytesOf(xml('Shift_JIS'), [0x83, 0x65, 0x83, 0x58]), `${xml('Shift_JIS')}テス`],
  ['cp932', bytesOf(xml('cp932'), [0x83, 0x65]), `${xml('cp932')}テ`],
  ['GB18030', bytesOf(xml('gb18030'), [0xb2, 0xe2, 0x81, 0x30, 0x84, 0x36]), `${xml('gb18030')}测\u00a5`],
  ['cp936', bytesOf(xml('cp936'), [0xb2, 0xe2]), `${xml('cp936')}测`],
  ['EUC-KR', bytesOf(xml('euc-kr'), [0xc7, 0xd1]), `${xml('euc-kr')}한`],
  ['ASCII that is UTF-8', bytesOf(xml('US-ASCII'), [0xc3, 0xbc]), `${xml('US-ASCII')}ü`],
  [
    'a mark that contradicts the declaration',
    bytesOf([0xef, 0xbb, 0xbf], xml('ISO-8859-1'), [0xc3, 0xbc]),
    `${xml('ISO-8859-1')}ü`,
  ],
]

describe('bytes become text', () => {
  test.each(texts)('in %s, however they are divided', async (_, bytes, text) => {
    expect(await decode(bytes)).toBe(text)
    for (const size of [1, 2, 3, 5]) expect(await decode(bytes, size), `in pieces of ${size}`).toBe(text)
  })

  test.each([
    [
      Buffer.from(xml('EBCDIC-CP-US')),
      1,
      'the encoding "EBCDIC-CP-US" is unknown here. Convert the file: iconv -f EBCDIC-CP-US -t UTF-8',
    ],
    [
      bytesOf([0xff, 0xfe, 0, 0], [0x61, 0, 0, 0]),
      1,
      'the encoding "utf-32" is unknown here. Convert the file: iconv -f utf-32 -t UTF-8',
    ],
    [
      bytesOf('a\nb\n\nc', [0xfc], 'd\n'),
      4,
      'this is not UTF-8 text (byte 0xfc). If the file has another encoding, convert it: iconv -f ENCODING -t UTF-8',
    ],
    [
      bytesOf([0xc3, 0xbc], '\n', [0xc3]),
      2,
      'this is not UTF-8 text (byte 0xc3). If the file has another encoding, convert it: iconv -f ENCODING -t UTF-8',
    ],
    [
      bytesOf([0xed, 0xa0, 0x80]),
      1,
      'this is not UTF-8 text (byte 0xed). If the file has another encoding, convert it: iconv -f ENCODING -t UTF-8',
    ],
    [
      bytesOf(xml('utf-8'), '\n', [0xe9], '\n'),
      2,
      'this is not UTF-8 text (byte 0xe9). If the file has another encoding, convert it: iconv -f ENCODING -t UTF-8',
    ],
    [
      bytesOf(xml('Shift_JIS'), '\n\n', [0x81, 0x20], '\n'),
      3,
      'this is not SHIFT_JIS text. If the file has another encoding, convert it: iconv -f ENCODING -t UTF-8',
    ],
    [
      bytesOf([0xff, 0xfe], utf16('a\n'), [0x00, 0xd8], utf16('a')),
      2,
      'this is not UTF-16LE text. If the file has another encoding, convert it: iconv -f ENCODING -t UTF-8',
    ],
  ])('or an error with the line, %#', async (bytes, line, message) => {
    for (const size of [bytes.length, 1, 3])
      await expect(decode(bytes, size)).rejects.toMatchObject({ name: 'TextReadError', line, message })
  })
})

describe('every command that reads files', () => {
  let registry: TestRegistry
  let program: RegistryProgram
  beforeAll(async () => {
    registry = await startRegistry(['name: image\nkey: [name]\nfields: { name: string, distr: string }\n'])
    program = await createRegistryProgram(registry.url)
  })
  afterAll(async () => {
    await registry?.close()
    await program?.remove()
  })
  const write = (name: string, bytes: Uint8Array) => writeFileSync(join(program.folder, name), bytes)

  test.each([
    ['a.csv', 'name,distr\ngrün,größer\n'],
    ['a.json', '[{"name": "grün", "distr": "größer"}]'],
    ['a.ndjson', '{"name": "grün", "distr": "größer"}\n'],
    ['a.yaml', '- name: grün\n  distr: größer\n'],
  ])('takes UTF-16 with a mark: %s', async (name, text) => {
    for (const bytes of [bytesOf([0xff, 0xfe], utf16(text)), bytesOf([0xfe, 0xff], swapped(text))]) {
      write(name, bytes)
      expect(await program.run(['import', name, 'image'])).toMatchObject({ code: 0, stderr: '' })
      expect(await registry.data('{ images { nodes { name distr } } }')).toEqual({
        images: { nodes: [{ name: 'grün', distr: 'größer' }] },
      })
      await program.run(['image', 'delete', '--all', '--quiet'])
    }
  })

  test('takes a document in UTF-16, and changes none that it cannot decode', async () => {
    const document = 'mutation { upsertImage(input: {name: "grün"}) { outcome } }\n'
    write('a.graphql', bytesOf([0xff, 0xfe], utf16(document)))
    expect(await program.run(['query', 'a.graphql'])).toMatchObject({
      code: 0,
      stdout: '{"upsertImage":{"outcome":"CREATED"}}\n',
    })
    write('b.graphql', bytesOf('# latin1\n', [...Buffer.from(document, 'latin1')]))
    expect(await program.run(['query', 'b.graphql'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('b.graphql:2: this is not UTF-8 text (byte 0xfc)'),
    })
    expect(await program.run(['query', '-'], { input: '{ images { nodes { name } } }' })).toMatchObject({
      code: 0,
      stdout: '{"images":{"nodes":[{"name":"grün"}]}}\n',
    })
    await program.run(['image', 'delete', '--all', '--quiet'])
  })

  test('takes the encoding that Python declares, and names the line of what it cannot decode', async () => {
    const source =
      'class A(RegistryStore):\n    desc = "\xcf\xf0"\n    uniq_key = ["name"]\n    def __init__(self, name: str):\n        self.name = name\n'
    write('a.py', bytesOf(`#!/usr/bin/python\n# -*- coding: cp1251 -*-\n${source}`))
    expect(await program.run(['templates', 'from-python', 'a.py'])).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('description: Пр\n'),
    })
    write('b.py', bytesOf(source))
    expect(await program.run(['templates', 'from-python', 'b.py'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('b.py:2: this is not UTF-8 text (byte 0xcf)'),
    })
  })
})
