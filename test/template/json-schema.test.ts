import { readdir, readFile } from 'node:fs/promises'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { fieldTypes } from '../../src/template/field-types/field-types.ts'
import { parseFieldType } from '../../src/template/parse-field-type.ts'
import { printTemplateJsonSchema, templateJsonSchema } from '../../src/template/template-json-schema.ts'

const validate = new Ajv({ strictTypes: false, strictRequired: false }).compile(templateJsonSchema)
const withField = (field: unknown) => ({ name: 'image', key: ['name'], fields: { name: 'string', x: field } })

describe('the JSON Schema of templates', () => {
  test('is committed as the validator has it (vitest --update writes it)', async () => {
    await expect(printTemplateJsonSchema()).toMatchFileSnapshot('../../docs/object-template.schema.json')
  })

  test('takes the shipped templates, which name it for editors', async () => {
    for (const file of await readdir('object-templates')) {
      const text = await readFile(`object-templates/${file}`, 'utf8')
      expect(text).toMatch(/^# yaml-language-server: \$schema=\.\.\/docs\/object-template\.schema\.json\n/)
      expect([file, validate(parse(text))]).toEqual([file, true])
    }
  })

  test('takes exactly the texts for a type that the reader of types takes', () => {
    const types = [...Object.keys(fieldTypes), 'String', 'strin', 'constructor', '']
    for (const type of types) {
      for (const written of [
        type,
        `${type}!`,
        `[${type}]`,
        `[${type}!]`,
        `[${type}]!`,
        `[ ${type} ]!`,
        `[[${type}]]`,
        `${type}!!`,
        ` ${type}`,
      ]) {
        expect([written, validate(withField({ type: written, ...needed(written) }))]).toEqual([
          written,
          'type' in parseFieldType(written),
        ])
      }
    }
  })

  test.each([
    [{ type: 'enum' }, false],
    [{ type: ['enum'], values: ['a'] }, true],
    [{ type: 'string', values: ['a'] }, false],
    [{ type: 'reference' }, false],
    [{ type: 'reference', to: 'image' }, true],
    [{ type: '[object]!', fields: { a: 'int' } }, true],
    [{ type: 'int', pattern: 'a' }, false],
    [{ type: 'json', unique: true }, false],
    [{ type: 'string', default: { now: '%Y' } }, true],
    [{ type: 'string', renamedFrom: 'y' }, true],
    [{ type: 'string', renamedFrom: ['y', 'z'] }, true],
    [{ type: 'string', renamedFrom: ['y', '2d'] }, false],
    [{ type: 'string', renamedFrom: 7 }, false],
    [{ type: 'string', convert: { true: 'passed' } }, true],
    [{ type: ['int'], convert: { one: 1 } }, true],
    [{ type: 'json', convert: { true: 'passed' } }, false],
    [{ type: 'string', convert: {} }, false],
    [{ tpye: 'string' }, false],
    [5, false],
  ])('says of the field %j: %s', (field, expected) => {
    expect(validate(withField(field))).toBe(expected)
  })
})

/** The keys without which a type says nothing. */
function needed(written: string): object {
  if (written.includes('enum')) return { values: ['a'] }
  if (written.includes('object')) return { fields: { a: 'int' } }
  return written.includes('reference') ? { to: 'image' } : {}
}
