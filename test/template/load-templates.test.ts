import { execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { printIssues, TemplateError } from '../../src/template/issue.ts'
import { loadTemplates } from '../../src/template/load-templates.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'templates-'))
})
afterEach(() => rm(folder, { recursive: true }))

const template = (name: string) => `name: ${name}\nkey: [name]\nfields: { name: string }\n`
const write = (name: string, text: string | Uint8Array) => writeFile(join(folder, name), text)

async function problems(): Promise<string> {
  const error = await loadTemplates(folder).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (!(error instanceof TemplateError || error instanceof ConfigError))
    throw new Error('no problems', { cause: error })
  return error.message.replaceAll(folder, 'DIR')
}

describe('loading a folder', () => {
  test('reads its .yaml, .yml and .json files, in the order of the templates, and ignores the rest', async () => {
    await write('z.yaml', template('alpha'))
    await write('a.yml', template('zeta'))
    await write('m.json', '{"name": "mid", "key": ["name"], "fields": {"name": "string"}}')
    await write('.hidden.yaml', ']')
    await write('notes.txt', ']')
    await write('UPPER.YAML', ']')
    await mkdir(join(folder, 'inner.yaml'))
    await write('inner.yaml/deep.yaml', ']')
    await symlink(join(folder, 'z.yaml'), join(folder, '..z-link'))
    expect((await loadTemplates(folder)).templates.map(({ name }) => name)).toEqual(['alpha', 'mid', 'zeta'])
  })

  test('follows links, as mounted configuration has them', async () => {
    await mkdir(join(folder, '..data'))
    await write('..data/image.yaml', template('image'))
    await symlink(join('..data', 'image.yaml'), join(folder, 'image.yaml'))
    expect((await loadTemplates(folder)).templates.map(({ name }) => name)).toEqual(['image'])
  })

  test("that is missing, no folder, or without templates is the operator's error", async () => {
    const firstSteps = '`registry init` writes a first template; TEMPLATES_DIR names another folder.'
    expect(await problems()).toBe(
      `The folder of object templates, DIR, contains no template (*.yaml, *.yml, *.json). ${firstSteps}`,
    )
    await write('file', '')
    await expect(loadTemplates(join(folder, 'file'))).rejects.toThrow(/cannot be read: it is not a folder\.$/)
    await expect(loadTemplates(join(folder, 'none'))).rejects.toThrow(ConfigError)
    await expect(loadTemplates(join(folder, 'none'))).rejects.toThrow(
      `cannot be read: it does not exist. ${firstSteps}`,
    )
  })

  test('reports all problems of all files at once, including files that cannot be read', async () => {
    await write('a.yaml', template('alpha').replace('string', 'strng'))
    await write(
      'b.yaml',
      Buffer.concat([Buffer.from('name: b\nkey: [name]\n# '), Buffer.from([0xff]), Buffer.from('\n')]),
    )
    await write('big.yaml', 'a'.repeat(1_000_000))
    await symlink('nowhere', join(folder, 'link.yaml'))
    execFileSync('mkfifo', [join(folder, 'pipe.yaml')])
    await write(
      'r.yaml',
      'name: r\nkey: [b]\nfields: { b: { type: reference, to: b }, x: { type: reference, to: y } }\n',
    )
    expect((await problems()).split('\n')).toEqual([
      'DIR/a.yaml:3:17 UNKNOWN_TYPE fields.name: "strng" is not a field type. Did you mean "string"?',
      'DIR/b.yaml:3:1 BAD_TEXT The file is not UTF-8 from this line on.',
      'DIR/big.yaml:1:1 FILE_TOO_LARGE The file is larger than 256 KiB.',
      'DIR/link.yaml:1:1 FILE_UNREADABLE The file cannot be read: it does not exist.',
      'DIR/pipe.yaml:1:1 FILE_UNREADABLE This is not a regular file.',
      'DIR/r.yaml:3:68 UNKNOWN_TEMPLATE fields.x.to: There is no template "y". The templates are alpha, r.',
    ])
  })

  test('gives issues as data too', async () => {
    await write('a.yaml', template('alpha').replace('string', 'strng'))
    const error = await loadTemplates(folder).catch((reason: unknown) => reason)
    const issues = [
      {
        code: 'UNKNOWN_TYPE',
        file: join(folder, 'a.yaml'),
        line: 3,
        column: 17,
        path: 'fields.name',
        message: '"strng" is not a field type.',
        suggestion: 'Did you mean "string"?',
      },
    ] as const
    expect(error).toMatchObject({ name: 'TemplateError', issues })
    expect((error as TemplateError).message).toBe(printIssues(issues))
  })

  test('of 200 templates of 20 fields loads them all', async () => {
    const fields = Array.from(
      { length: 19 },
      (_, index) => `  f${index}: { type: string, pattern: "^[a-z]{1,${index + 2}}$", default: ab }\n`,
    )
    for (let index = 0; index < 200; index++)
      await write(`t${index}.yaml`, `name: t${index}\nkey: [name]\nfields:\n  name: string\n${fields.join('')}`)
    expect((await loadTemplates(folder)).templates).toHaveLength(200)
  })
})
