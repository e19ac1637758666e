import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'templates check '))
})
afterEach(() => rm(folder, { recursive: true }))

interface Run {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs `registry` with no DATABASE_URL and no server. */
function registry(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Run> {
  const command = [resolve('dist/bin/registry.cjs'), ...args]
  const { DATABASE_URL, TEMPLATES_DIR, ACCESS_DIR, ...rest } = process.env
  return new Promise((done) => {
    execFile(process.execPath, command, { env: { ...rest, ...env }, cwd: resolve('.') }, (error, stdout, stderr) => {
      done({ code: error === null ? 0 : Number(error.code), stdout, stderr })
    })
  })
}

describe('registry templates check', () => {
  test('confirms the shipped templates and exits 0', async () => {
    const expected = { code: 0, stdout: '3 templates are in order: image, person, role\n', stderr: '' }
    expect(await registry(['templates', 'check'])).toEqual(expected)
    expect(await registry(['templates', 'check', 'object-templates'])).toEqual(expected)
  })

  test('prints every problem to stderr and exits 1', async () => {
    await writeFile(join(folder, 'role.yaml'), 'name: role\nkey: [nme]\nfields:\n  name: strnig\n')
    expect(await registry(['templates', 'check', folder])).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        `${folder}/role.yaml:2:7 UNKNOWN_KEY_FIELD key[0]: "nme" is not a field of role. Did you mean "name"?`,
        `${folder}/role.yaml:4:9 UNKNOWN_TYPE fields.name: "strnig" is not a field type. Did you mean "string"?`,
        '',
        '2 problems',
        '',
      ].join('\n'),
    })
  })

  test('takes the folder from TEMPLATES_DIR if none is given, and reports a missing folder', async () => {
    expect(await registry(['templates', 'check'], { TEMPLATES_DIR: join(folder, 'none') })).toEqual({
      code: 1,
      stdout: '',
      stderr:
        `The folder of object templates, ${join(folder, 'none')}, cannot be read: it does not exist. ` +
        '`registry init` writes a first template; TEMPLATES_DIR names another folder.\n',
    })
  })
})

describe('registry templates check, of the roles', () => {
  const role = (may: string) => `name: ntp\nwho: [{ token: jenkins }]\nmay:\n  - ${may}\n`
  const check = (env: Readonly<Record<string, string>> = {}) =>
    registry(['templates', 'check'], { ACCESS_DIR: folder, ...env })

  test('confirms those that are in order', async () => {
    await writeFile(join(folder, 'ntp.yaml'), role('read: role'))
    await writeFile(join(folder, 'notes.txt'), 'not a role')
    const templates = '3 templates are in order: image, person, role\n'
    expect(await check()).toEqual({ code: 0, stdout: `${templates}1 role is in order: ntp\n`, stderr: '' })
  })

  test('prints every problem of all files to stderr and exits 1', async () => {
    await writeFile(join(folder, 'a.yaml'), role('reed: role'))
    await writeFile(join(folder, 'b.json'), role('write: role\n    where: { nam: { equals: a } }'))
    expect(await check()).toEqual({
      code: 1,
      stdout: '',
      stderr: [
        `${folder}/a.yaml:4:5 UNKNOWN_VERB may[0].reed: "reed" is no verb. Did you mean "read"?`,
        `${folder}/b.json:1:7 DUPLICATE_ROLE name: There is a role "ntp" in ${folder}/a.yaml as well.`,
        `${folder}/b.json:5:14 WRONG_WHERE may[0].where.nam: Field "nam" is not defined by type "RoleWhere". Did you mean "name"?`,
        '',
        '3 problems',
        '',
      ].join('\n'),
    })
  })

  test('prints what is hardly meant to stderr and exits 0', async () => {
    await writeFile(join(folder, 'a.yaml'), role('read: role\n    where: { name: { in: [] } }'))
    const { code, stderr } = await check()
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: `${folder}/a.yaml:5:5 NEVER_MATCHES may[0].where: No object can match this condition.\n`,
    })
  })

  test('reports a file of keys that is not there, as a start does', async () => {
    const who = '{ oidc: "https://example.org", audience: registry, claims: { sub: a }, keys: keys.jwks }'
    await writeFile(join(folder, 'a.yaml'), `name: ntp\nwho: [${who}]\nmay: [{ read: role }]\n`)
    const keys = join(folder, 'keys.jwks')
    const stderr = `The keys of an issuer, ${keys}, cannot be read: it does not exist.\n`
    expect(await check()).toEqual({ code: 1, stdout: '', stderr })
    await writeFile(keys, '{ "keys": [{ "kty": "RSA" }] }')
    expect(await check()).toMatchObject({ code: 0, stderr: '' })
    await rm(keys)
  })

  test('reports a folder that is not there, if ACCESS_DIR names it', async () => {
    expect(await check({ ACCESS_DIR: join(folder, 'none') })).toEqual({
      code: 1,
      stdout: '',
      stderr: `ACCESS_DIR: the folder of roles, ${join(folder, 'none')}, cannot be read: it does not exist.\n`,
    })
  })
})

test('registry templates check looks at webhooks as well, whose secrets need not be there', async () => {
  const hook = 'name: chat\nurl: https://example.org\nsecret: { env: NONE }\ntemplate: '
  await writeFile(join(folder, 'a.yaml'), `${hook}role\n`)
  const check = () => registry(['templates', 'check'], { WEBHOOKS_DIR: folder })
  const stdout = '3 templates are in order: image, person, role\n1 webhook is in order: chat\n'
  expect(await check()).toEqual({ code: 0, stdout, stderr: '' })
  await writeFile(join(folder, 'a.yaml'), `${hook}rule\n`)
  const stderr = `${folder}/a.yaml:4:11 UNKNOWN_TEMPLATE template: There is no template "rule". Did you mean "role"?\n\n1 problem\n`
  expect(await check()).toEqual({ code: 1, stdout: '', stderr })
})

describe('registry', () => {
  test.each([
    [['templates', 'chek'], "error: unknown command 'chek'\n(Did you mean check?)\n"],
    [['templates', 'check', 'a', 'b'], 'error: registry templates check takes one argument; "b" is one too many.\n'],
    [['serve', '--prot', '1'], "error: unknown option '--prot'\n(Did you mean --port?)\n"],
    [['nothing'], "error: unknown command 'nothing'\n"],
  ])('%j is wrong usage: exit 2', async (args, stderr) => {
    expect(await registry(args)).toEqual({ code: 2, stdout: '', stderr })
  })

  test.each([
    '--version',
    '-V',
    'image --version',
    'image set --version',
    'image get -V',
    'templates --version',
    'templates check --version',
    'import --version',
  ])('%s prints the version', async (line) => {
    expect(await registry(line.split(' '))).toEqual({ code: 0, stdout: '0.1.0\n', stderr: '' })
  })

  test('--version with anything else is wrong usage, because a field may have been meant', async () => {
    expect(await registry(['image', 'set', 'name=a', '--version', '20.04'])).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: --version prints the version of registry and accepts nothing else. Write a field as name=value.\n',
    })
  })

  test('--help prints the commands to stdout', async () => {
    const help = await registry(['--help'])
    expect({ code: help.code, stderr: help.stderr }).toEqual({ code: 0, stderr: '' })
    expect(help.stdout).toMatch(/^Usage: registry \[options\] \[command\]\n/)
    expect(help.stdout).toMatch(/^ {2}serve +start the server$/m)
    expect(help.stdout).toMatch(/^ {2}templates +work with object templates$/m)
  })
})
