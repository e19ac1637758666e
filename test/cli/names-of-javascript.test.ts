import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const fields = ['constructor', 'then', 'toString', 'valueOf', 'hasOwnProperty', 'length', 'toJSON', 'catch']
/** Attributes that are no fields may be called anything. */
const others = ['__proto__', '__defineGetter__', 'isPrototypeOf', 'prototype']
const names = [...fields, ...others]

const templates = [
  `name: thing\nkey: [self]\nadditionalFields: true\nfields:\n  self: string\n${fields.map((name) => `  ${name}: { type: string, default: d }\n`).join('')}`,
  'name: then\nplural: thens\nkey: [constructor, toString]\nfields:\n  constructor: { type: string, default: c }\n  toString: string\n',
  'name: user\nkey: [toString]\nfields:\n  toString: string\n  valueOf: { type: reference, to: then, reverse: users }\n',
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

const valuesOf = (self: string) =>
  Object.fromEntries([['self', self], ...names.map((name) => [name, `${self} ${name}`])])

/** The stored document, its names in one order. */
async function documentOf(self: string, of = registry): Promise<string> {
  const { thing } = await of.data('query ($self: String!) { thing(self: $self) { _document } }', { self })
  return print(thing?._document)
}

function print(document: object): string {
  return JSON.stringify(Object.entries(document).sort(([a], [b]) => (a < b ? -1 : 1)))
}

function write(name: string, text: string): string {
  writeFileSync(join(program.folder, name), text)
  return name
}

describe('names that mean something to JavaScript', () => {
  test('are set, filtered by, shown in every format and deleted', async () => {
    const values = valuesOf('set')
    const assignments = Object.entries(values).map(([name, value]) => `${name}=${value}`)
    expect(await program.run(['thing', 'set', ...assignments])).toMatchObject({ code: 0, stderr: '' })
    expect(await documentOf('set')).toBe(print(values))
    for (const name of fields) {
      const { stdout } = await program.run(['thing', 'get', `${name}=set ${name}`, '--fields', name, '-o', 'json'])
      expect(JSON.parse(stdout)).toEqual([{ [name]: `set ${name}` }])
    }
    const shown = await program.run(['thing', 'get', 'self=set', '-o', 'json'])
    expect(print({ ...JSON.parse(shown.stdout)[0], _meta: 0 })).toBe(print({ ...values, _meta: 0 }))
    const columns = ['--fields', names.join(',')]
    for (const output of ['json', 'ndjson']) {
      const { stdout } = await program.run(['thing', 'get', 'self=set', ...columns, '-o', output])
      const { self: _, ...picked } = values
      expect(print([JSON.parse(stdout)].flat()[0])).toBe(print(picked))
    }
    const csv = await program.run(['thing', 'get', 'self=set', ...columns, '-o', 'csv'])
    expect(csv.stdout).toBe(`${names.join(',')}\n${names.map((name) => `set ${name}`).join(',')}\n`)
    for (const output of ['yaml', 'table', 'markdown', 'shell']) {
      const { stdout } = await program.run(['thing', 'get', 'self=set', ...columns, '-o', output])
      // Markdown puts a backslash before each `_`.
      for (const name of names) expect(stdout.replaceAll('\\', '')).toContain(`set ${name}`)
    }
    expect((await program.run(['thing', 'delete', 'self=set'])).code).toBe(0)
  })

  test.each(['csv', 'json', 'ndjson', 'yaml'])('are imported from %s', async (format) => {
    const values = valuesOf(format)
    const lines = Object.entries(values)
    const text = {
      csv: `${lines.map(([name]) => name).join(',')}\n${lines.map(([, value]) => value).join(',')}\n`,
      json: JSON.stringify([values]),
      ndjson: JSON.stringify(values),
      yaml: `- ${lines.map(([name, value]) => `${name}: ${value}`).join('\n  ')}\n`,
    }[format] as string
    const run = await program.run(['import', write(`names.${format}`, text), 'thing'])
    expect(run).toEqual({ code: 0, stdout: '1 created, 0 updated, 0 unchanged, 0 failed\n', stderr: '' })
    expect(await documentOf(format)).toBe(print(values))
  })

  test('stay absent where they are, from one registry into another', async () => {
    await registry.data('mutation ($input: ThingInput!) { upsertThing(input: $input) { outcome } }', {
      input: { self: 'bare', ...Object.fromEntries(fields.map((name) => [name, null])) },
    })
    const { stdout } = await program.run(['export', '--all'])
    const to = { env: { REGISTRY_URL: empty.url } }
    const run = await program.run(['import', write('all.ndjson', stdout)], to)
    expect(run.stderr).toBe('')
    expect(await documentOf('bare', empty)).toBe(print({ self: 'bare' }))
    expect((await program.run(['export', '--all'], to)).stdout).toBe(stdout)
  })

  test('are parts of keys, whose defaults a dry run knows', async () => {
    const lines = [
      { _template: 'then', ...Object.fromEntries([['toString', 'b']]) },
      { _template: 'user', ...Object.fromEntries([['toString', 'u']]), valueOf: { constructor: 'c', toString: 'b' } },
    ]
    const file = write('keys.ndjson', lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
    for (const options of [['--dry-run'], []]) {
      const run = await program.run(['import', file, ...options])
      expect(run).toMatchObject({ code: 0, stderr: '' })
      expect(run.stdout).toContain('2 created, 0 updated, 0 unchanged, 0 failed')
    }
  })
})
