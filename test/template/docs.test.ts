import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import { fieldTypes } from '../../src/template/field-types/field-types.ts'
import { issueCodes } from '../../src/template/issue-codes.ts'
import { typesOfKey } from '../../src/template/keys-of-type.ts'
import { fieldKeys, templateKeys } from '../../src/template/template-json-schema.ts'
import { issuesOf } from './issues-of.ts'

const text = await readFile('docs/templates.md', 'utf8')
const image = 'name: image\nkey: [name]\nfields: { name: string }\n'

/** The first cells of a table's rows that are code, from the heading on. */
function codesUnder(heading: string): string[] {
  const section = text.slice(text.indexOf(`\n${heading}\n`) + 1).split(/\n#/)[0] ?? ''
  return section
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? ''))
}

describe('docs/templates.md', () => {
  const blocks = [...text.matchAll(/^```(?:yaml|json)\n(.*?)^```$/gms)].map((match) => match[1] ?? '')

  test('has examples', () => {
    expect(blocks.length).toBeGreaterThan(10)
  })

  test.each(blocks)('has only templates that are in order: %s', (block) => {
    // References in an example lead to the template image; every other one is in the example itself.
    const needsImage = !/^\s*"?name"?: "?image\b/m.test(block)
    expect(issuesOf({ 'example.yaml': block, ...(needsImage && { 'image.yaml': image }) })).toEqual([])
  })

  test('has every key, type and code, with the text of the program', () => {
    expect(codesUnder('## Keys of a template')).toEqual(templateKeys)
    expect(codesUnder('### Types').slice(1)).toEqual(Object.keys(fieldTypes))
    expect(codesUnder('### Keys of a field').sort()).toEqual([...fieldKeys].sort())
    const rows = Object.entries(issueCodes).map(([code, action]) => `| \`${code}\` | ${action} |`)
    expect(text.slice(text.indexOf('| code | what to do |')).split('\n\n')[0]?.split('\n').slice(2)).toEqual(rows)
  })

  test('names the types that each key applies to', () => {
    for (const key of [
      'values',
      'fields',
      'to',
      'reverse',
      'onMissing',
      'onDelete',
      'pattern',
      'minLength',
      'minimum',
    ] as const) {
      const row = text.split('\n').find((line) => line.startsWith(`| \`${key}\``) && line.split('|').length === 6)
      expect([key, [...(row?.split('|')[2] ?? '').matchAll(/`(\w+)`/g)].map((match) => match[1])]).toEqual([
        key,
        typesOfKey.get(key),
      ])
    }
  })
})
