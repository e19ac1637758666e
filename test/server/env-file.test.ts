import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseEnvFile, readEnvFile } from '../../src/env-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'registry-env-'))
afterAll(() => rmSync(folder, { recursive: true }))

test('a file in order is read without a word: comments, empty values, quotes over several lines, = in a value', () => {
  const text = `# settings
  # indented

PORT=4000
HOST = ::1   # loopback
EMPTY=
URL='postgresql://u:p#w@db/x?a=b' # with a comment
KEY="first
second"
`
  expect(parseEnvFile(text, '.env')).toEqual({
    values: {
      PORT: '4000',
      HOST: '::1',
      EMPTY: '',
      URL: 'postgresql://u:p#w@db/x?a=b',
      KEY: 'first\nsecond',
    },
    warnings: [],
  })
})

describe('a line that does not mean what it seems to is told of by file and line, and never by its value:', () => {
  test.each([
    ['no =', 'secret\nPORT=1', { PORT: '1' }, ['.env:1: the line has no "=" and is ignored; write NAME=value']],
    ['YAML', 'A=1\nPORT: 1', { A: '1' }, ['.env:2: the line has no "=" and is ignored; write NAME=value']],
    [
      'a URL alone',
      'postgresql://u:secret@h/d?a=b\nPORT=1',
      { PORT: '1' },
      ['.env:1: the line has no name of a variable before "=" and is ignored'],
    ],
    [
      'an open quote',
      'A="secret\nB=2\nC=3',
      { A: '"secret', B: '2', C: '3' },
      ['.env:1: A: the quote " is not closed, and counts as part of the value; close it or remove it'],
    ],
    [
      'a quote that another line closes',
      "A='secret\nB='2'\nC=3",
      { A: 'secret\nB=', C: '3' },
      [".env:1: A: the quote ' is closed in line 2 only, and what is between belongs to the value; close it here"],
    ],
    ['a variable twice', 'A=1\nB=1\nA=2', { A: '2', B: '1' }, ['.env:3: A is set in line 1 as well; this line counts']],
    [
      'a byte order mark',
      '\ufeffA=1\nB=2',
      { A: '1', B: '2' },
      ['.env:1: the file begins with a byte order mark (BOM), which is ignored; save it without one'],
    ],
    [
      'lines of Windows',
      'A=1\r\nB="2"\r\n',
      { A: '1', B: '2' },
      ['.env:1: the line ends with CR, as on Windows, which is taken for LF; save the file with LF'],
    ],
    [
      'lines that end with CR alone',
      '# a\nA=1\rB="2"\r',
      { A: '1', B: '2' },
      ['.env:2: the line ends with CR, as on Windows, which is taken for LF; save the file with LF'],
    ],
    ['export', 'A=1\nexport B=2', { A: '1', B: '2' }, ['.env:2: "export" before B is for shells, and is ignored']],
    [
      'a # inside a value',
      'A=sec#ret',
      { A: 'sec' },
      ['.env:1: A: what follows "#" is a comment; put the value in quotes to keep it'],
    ],
    [
      'a # before a value',
      'A=#secret\nB= # none',
      { A: '', B: '' },
      ['.env:1: A: what follows "#" is a comment; put the value in quotes to keep it'],
    ],
    ['text behind a quote', 'A="x" secret', { A: 'x' }, ['.env:1: A: what follows the closing quote is ignored']],
    ['no UTF-8', '# caf\ufffd\nA=1', { A: '1' }, ['.env:1: the line has a character that is not UTF-8']],
  ])('%s', (_, text, values, warnings) => {
    expect(parseEnvFile(text, '.env')).toEqual({ values, warnings })
  })
})

describe('a variable is there as its warning says, wherever its line is and however that ends:', () => {
  const values = ['"secret', "'secret", '`secret', '"', 'sec"ret', '"sec#ret"', 'sec\u2028ret', '']
  const places: [string, (line: string) => string][] = [
    ['the only line', (line) => line],
    ['the last line', (line) => `A=1\n${line}`],
    ['the first line', (line) => `${line}\nA=1`],
  ]
  const ends = ['', '\n', '\r\n', '\r', '\n\n', '\n# comment', '\n# comment\n']
  test.each(places)('%s', (_, place) => {
    for (const value of values)
      for (const end of ends) {
        const given = `${place(`TOKEN=${value}`)}${end}`
        const read = value.startsWith('"sec#') ? 'sec#ret' : value
        expect(parseEnvFile(given, '.env').values, JSON.stringify(given)).toMatchObject({ TOKEN: read })
      }
  })
})

test('what cannot be read is a mistake of the operator that says what to do; a file that is not there is none', () => {
  const file = join(folder, 'env')
  expect(readEnvFile(file)).toBeUndefined()
  mkdirSync(file)
  expect(() => readEnvFile(file)).toThrow(
    `${file} in the working directory cannot be read: it is a folder. Make it readable or`,
  )
  rmSync(file, { recursive: true })
  writeFileSync(file, Buffer.from('\ufeffPORT=1\n', 'utf16le'))
  expect(() => readEnvFile(file)).toThrow('is UTF-16. Save it as UTF-8.')
  writeFileSync(file, Buffer.from([0x41, 0x3d, 0xe9]))
  expect(readEnvFile(file)?.warnings).toEqual([`${file}:1: the line has a character that is not UTF-8`])
})
