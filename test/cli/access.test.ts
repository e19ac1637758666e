import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram, type RunOptions } from './registry-program.ts'

const adminToken = 'an-admin-token-of-the-test'
const admin = { REGISTRY_TOKEN: adminToken }
const access = [
  'name: readers\nwho: [anyone]\nmay: [{ read: image }]',
  'name: ci\ncontact: the platform team\nwho: [{ token: jenkins }]\nmay: [{ read: role }, { write: [image, role], where: { name: { startsWith: ntp- } } }]',
]

let registry: TestRegistry
let open: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(undefined, { access, adminToken })
  open = await startRegistry([
    'name: viewer\nkey: [id]\nfields:\n  id: string\n',
    'name: token\nkey: [id]\nfields:\n  id: string\n',
  ])
  program = await createRegistryProgram(registry.url)
  cpSync('object-templates', join(program.folder, 'object-templates'), { recursive: true })
})
afterAll(async () => {
  await program.remove()
  await Promise.all([registry.close(), open.close()])
})

const run = (line: string, env: RunOptions['env'] = admin) => program.run(line.split(' '), { env: { ...env } })
const makeToken = async (name: string) => (await run(`token create ${name} --quiet`)).stdout.trim()

describe('registry token', () => {
  test('create prints the token alone on stdout, and all else on stderr', async () => {
    const { code, stdout, stderr } = await run('token create jenkins')
    expect([code, stdout]).toEqual([0, expect.stringMatching(/^rgs_[0-9A-Za-z]{49}\n$/)])
    expect(stderr).toBe('The token of jenkins never ends; --expires 90d sets an end.\nIt is printed this once.\n')
    const more = await run('token create jenkins --expires 2999-01-01')
    expect(more.stderr).toBe(
      'The token of jenkins ends at 2999-01-01T00:00:00.000Z.\nIt is printed this once.\n2 tokens of jenkins can be used now; registry token revoke jenkins ends all of them.\n',
    )
    const quiet = await run('token create unnamed --expires 12h --quiet')
    expect(quiet).toEqual({ code: 0, stdout: expect.stringMatching(/^rgs_\w{49}\n$/), stderr: '' })
    expect((await run('token create unnamed --expires 2w')).stderr).toContain('unnamed')
  })

  test('what it prints, as a file, is the token of a command', async () => {
    const file = join(program.folder, 'token-of-jenkins')
    await program.shell(`registry token create jenkins --quiet >'${file}'`, { env: admin })
    const whoami = await run('whoami -o json', { REGISTRY_TOKEN_FILE: file })
    expect(JSON.parse(whoami.stdout)).toMatchObject({ kind: 'TOKEN', actor: 'jenkins', roles: ['readers', 'ci'] })
    expect(await run('image set name=ntp-a --fields name', { REGISTRY_TOKEN_FILE: file })).toMatchObject({ code: 0 })
    expect(readFileSync(file, 'utf8')).toMatch(/^rgs_\w+\n$/)
  })

  test('ls lists all but the tokens, and revoke ends those of a name', async () => {
    const token = await makeToken('leaving')
    const list = await run('token ls')
    expect(list.stdout).toMatch(/^NAME +STATE +EXPIRES +LAST_USE +CREATE_TIME +CREATED_BY\n/)
    expect(list.stdout).toMatch(/\nleaving +LIVE +20\S+Z +admin\n/)
    expect(list.stdout).not.toContain('rgs_')
    expect(await run('token revoke leaving')).toEqual({ code: 0, stdout: 'leaving revoked\n', stderr: '' })
    expect((await run('token revoke leaving')).code).toBe(3)
    expect((await run('token ls -o ndjson')).stdout).not.toContain('"leaving"')
    const revoked = (await run('token ls --revoked -o ndjson')).stdout
      .split('\n')
      .find((line) => line.includes('leaving'))
    expect(JSON.parse(revoked ?? '')).toMatchObject({ state: 'REVOKED', revoked_by: 'admin' })
    const refused = await run('image get', { REGISTRY_TOKEN: token })
    expect([refused.code, refused.stdout]).toEqual([1, ''])
    expect(refused.stderr).toMatch(/ does not accept REGISTRY_TOKEN: HTTP 401, .*\nCheck the token\. /)
    expect(refused.stderr).not.toContain(token)
  })

  test.each(['tomorrow', '0d', '90', '1y', '2027-02-30', '2027-13-01', '-1d', '2027-01-01T00:00'])(
    'create refuses --expires %s before anything is sent',
    async (when) => {
      const { code, stdout, stderr } = await run(`token create never --expires=${when}`, {
        REGISTRY_URL: 'http://127.0.0.1:1',
      })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toBe(
        `error: --expires takes how long from now on, such as 90d, 12h or 2w, or a day, such as 2027-01-01, not "${when}".\n`,
      )
    },
  )

  test('a time that is past, and a name that cannot be, are refused by the registry', async () => {
    for (const line of ['token create late --expires 2020-01-01', 'token create -- --name']) {
      const { code, stdout, stderr } = await run(line)
      expect([code, stdout]).toEqual([1, ''])
      expect(stderr).not.toBe('')
    }
  })
})

describe('registry whoami', () => {
  test('tells the actor, the roles, and what may be done, for each way to be known', async () => {
    expect(
      (await run('whoami', { REGISTRY_TOKEN: await makeToken('jenkins') })).stdout,
    ).toBe(`actor  jenkins (a token of the registry)
roles  readers, ci
admin  no

TEMPLATE  READ  WRITE  DELETE  IMPORT
image     yes   some   no      no
role      yes   some   no      no
`)
    expect((await run('whoami', {})).stdout).toMatch(
      /^actor {2}nobody \(no token was sent\)\nroles {2}readers\nadmin {2}no\n/,
    )
    expect((await run('whoami')).stdout).toMatch(
      /^actor {2}admin \(the token of the administrator\)\n.*\nadmin {2}yes\n/,
    )
    expect((await run('whoami', { REGISTRY_URL: open.url })).stdout).toMatch(
      /^actor {2}tester \(the registry has no rules of access, and believes it\)\n/,
    )
  })

  test('prints every format', async () => {
    const env = { REGISTRY_TOKEN: await makeToken('jenkins') }
    expect((await run('whoami -o csv', env)).stdout).toBe(
      'template,read,write,delete,import\nimage,yes,some,no,no\nrole,yes,some,no,no\n',
    )
    expect((await run('whoami -o shell', env)).stdout).toContain("ACTOR='jenkins'\n")
    expect((await run('whoami -o yaml', env)).stdout).toContain('actor: "jenkins"\n')
    for (const format of ['json', 'ndjson', 'table', 'markdown'])
      expect([format, (await run(`whoami -o ${format}`, env)).code]).toEqual([format, 0])
  })

  test('and token ls work where templates have their names', async () => {
    const { data } = await open.query('{ _viewer { actor } _tokens { name } }')
    expect(data).toMatchObject({ _tokens: [] })
    expect((await run('token ls -o json', { REGISTRY_URL: open.url })).stdout).toBe('[]\n')
    expect((await run('token get', { REGISTRY_URL: open.url })).stdout).toBe('[]\n')
  })
})

describe('what is not granted', () => {
  test('is told with the sentence of the registry, exit 1', async () => {
    const env = { REGISTRY_TOKEN: await makeToken('jenkins') }
    for (const line of [
      'image set name=other',
      'image delete name=ntp-a',
      'token ls',
      'token create x',
      'templates purge gone',
    ]) {
      const { code, stdout, stderr } = await run(line, env)
      expect([line, code, stdout]).toEqual([line, 1, ''])
      expect(stderr).toMatch(/^error: jenkins may .+\n$/s)
    }
  })

  test('and what one may not read is no template for the commands of another, whoever ran one before', async () => {
    const XDG_CACHE_HOME = join(program.folder, 'shared cache')
    const jenkins = { REGISTRY_TOKEN: await makeToken('jenkins'), XDG_CACHE_HOME }
    const anyone = { XDG_CACHE_HOME }
    const unknown = 'error: There is no template "role", or you may not read it.\nThe registry has: image\n'
    expect(await run('role get name=none', anyone)).toEqual({ code: 2, stdout: '', stderr: unknown })
    expect(await run('role get name=none', jenkins)).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  test('needs a token where there is none, and the message names the ways to give one', async () => {
    for (const line of ['role get', 'image set name=ntp-b', 'token create x', 'templates plan object-templates']) {
      const { code, stdout, stderr } = await run(line, {})
      expect([line, code, stdout]).toEqual([line, 1, ''])
      expect(stderr).toMatch(/ asks for credentials: HTTP 401, .+\nSet REGISTRY_TOKEN, .*\n.*REGISTRY_AUDIENCE/)
    }
    expect(await run('image get name=none', {})).toMatchObject({ code: 0, stdout: '[]\n' })
  })

  test('puts a kept write aside, so that the others are sent', async () => {
    const away = { XDG_STATE_HOME: join(program.folder, 'state') }
    for (const name of ['ntp-kept-1', 'other', 'ntp-kept-2'])
      await run(`image set name=${name} --spool --retries 0`, { ...away, REGISTRY_URL: 'http://127.0.0.1:1/graphql' })
    const waiting = join(away.XDG_STATE_HOME, 'registry-store/spool/waiting')
    await program.shell(`sed -i 's#http://127.0.0.1:1/graphql#${registry.url}#' '${waiting}'/*`)
    const env = { ...away, REGISTRY_TOKEN: await makeToken('jenkins') }
    const flushed = await run('flush', env)
    expect([flushed.code, flushed.stdout]).toEqual([1, '2 sent, 1 refused, 0 waiting\n'])
  })
})
