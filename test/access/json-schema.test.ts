import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { parseDocument } from 'yaml'
import { printRoleJsonSchema, roleJsonSchema } from '../../src/access/role-json-schema.ts'
import { doubtfulFiles, rightFile, wrongFiles } from './role-files.ts'
import { parseTestRoles } from './rule-context.ts'

const validate = new Ajv({ strictTypes: false, strictRequired: false }).compile(roleJsonSchema)
/** Whether an editor with the schema would underline nothing. */
const takes = (text: string) => validate(parseDocument(text, { logLevel: 'silent' }).toJS())

describe('the JSON Schema of roles', () => {
  test('is committed (vitest --update writes it)', async () => {
    await expect(printRoleJsonSchema()).toMatchFileSnapshot('../../docs/role.schema.json')
  })

  test('takes every file that the registry takes', () => {
    const texts = [rightFile, ...doubtfulFiles]
    expect(texts.filter((text) => parseTestRoles(text).issues.length > 0 || !takes(text))).toEqual([])
  })

  test('refuses a file whose form is wrong', () => {
    const isYaml = (text: string) => parseTestRoles(text).issues.every(({ code }) => code !== 'YAML_SYNTAX')
    const single = wrongFiles.filter((file) => typeof file === 'string' && isYaml(file)) as readonly string[]
    // What only the templates, the issuers and the texts as they are written can tell.
    const beyond =
      /^(UNKNOWN_TEMPLATE|WRONG_WHERE|WRONG_PLACEHOLDER|UNKNOWN_CLAIM|WEAK_IDENTITY|UNQUOTED|DUPLICATE_KEY|WRONG_VALUE|TOO_LONG)$/
    const missed = single.filter(
      (text) => takes(text) && parseTestRoles(text).issues.some(({ code }) => !beyond.test(code)),
    )
    expect(missed).toEqual([])
    expect(single.filter((text) => !takes(text)).length).toBeGreaterThan(50)
  })
})
