import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { registryCommand } from '../../src/cli/commands/commands.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram, type Run } from './registry-program.ts'
import { createServers, forwardTo } from './servers.ts'

let registry: TestRegistry
let program: RegistryProgram
const servers = createServers()
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
  writeFileSync(join(program.folder, 'results.xml'), '<testsuite><testcase name="a"/></testsuite>')
  writeFileSync(join(program.folder, 'python.yml'), '[]')
  mkdirSync(join(program.folder, 'templates'))
  writeFileSync(join(program.folder, 'templates/image.yaml'), 'name: image\nkey: [name]\nfields:\n  name: string\n')
})
afterEach(() => servers.close())
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const password = 's3cr/et%41'
const secret = { token: 't0ken-value', other: 'zzz-access', basic: Buffer.from(`ci:${password}`).toString('base64') }
const userinfo = 'ci:s3cr%2Fet%2541@'
const query = `?token=${secret.token}&access_token=${secret.other}`
const secrets = [password, 's3cr', 'et%41', 'ci:', secret.token, secret.other, secret.basic]

/** An address on this machine with credentials of all kinds. */
const addressOf = (port: number, scheme = 'http') => `${scheme}://${userinfo}127.0.0.1:${port}/graphql${query}`

/** Which of the secrets a text has. */
const findSecrets = (text: string) => secrets.filter((one) => text.includes(one))

const printed = ({ stdout, stderr }: Run) => stdout + stderr

/** The operands that a command needs to get as far as the registry. */
const operands: Readonly<Record<string, readonly string[]>> = {
  matrix: ['rows=name'],
  query: ['-'],
  search: ['word'],
  import: ['-', 'image'],
  export: ['image'],
  'import pyregistrystore': ['python.yml'],
  'templates plan': ['templates'],
  help: [],
  'templates purge': ['gone'],
  'token create': ['jenkins'],
  'token revoke': ['jenkins'],
  diff: ['--from', 'now-1d'],
  retain: ['--dry-run', '--days', '30'],
  wait: ['name=a', '--timeout', '1'],
  purge: ['name=a', 'image=a', 'status=true', '--reason', 'r'],
  junit: ['role', 'results.xml', 'image=a'],
}
const ofTemplates: Readonly<Record<string, readonly string[]>> = {
  history: ['name=a', 'image=a', 'status=true'],
  restore: ['name=a', 'image=a', 'status=true', '--version', '1'],
}
/** These ask no registry; what `flush` does with credentials is tested apart. */
const local = new Set([
  'flush',
  'serve',
  'complete',
  'completion',
  'doctor',
  'init',
  'version',
  'backup',
  'restore',
  'upgrade',
  'templates check',
  'templates from-python',
])

const commands = [
  ...registryCommand.commands
    .flatMap(({ name, commands: inner = [], run }) => [
      ...(run ? [name] : []),
      ...inner.map((one) => `${name} ${one.name}`),
    ])
    .filter((name) => !local.has(name))
    .map((name) => [...name.split(' '), ...(operands[name] ?? [])]),
  ...registryCommand.templateCommands.map(({ name }) => [
    'role',
    name,
    ...(ofTemplates[name] ?? operands[name] ?? ['name=a']),
  ]),
  ['role', 'set', 'name=a', 'image=a', 'status=true', '--spool'],
  ['imgae', 'get'],
]

describe('credentials in REGISTRY_URL', () => {
  test('are sent as the header that they mean, and the query goes with every request', async () => {
    const seen: [string | undefined, string | undefined][] = []
    const port = await servers.http((request, response) => {
      seen.push([request.url, request.headers.authorization])
      forwardTo(registry.url)(request, response)
    })
    const env = { REGISTRY_URL: addressOf(port) }
    expect(await program.run(['image', 'set', 'name=a', '--fields', 'name'], { env })).toEqual({
      code: 0,
      stdout: '{"name": "a"}\n',
      stderr: '',
    })
    expect((await program.run(['schema'], { env })).stdout).toContain('type Image ')
    expect(new Set(seen.map(([url]) => url))).toEqual(new Set([`/graphql${query}`, `/schema.graphql${query}`]))
    expect(new Set(seen.map(([, header]) => header))).toEqual(new Set([`Basic ${secret.basic}`]))
  })

  test.each(commands.map((args) => [args]))('are not shown by %j, whatever fails', async (args) => {
    const refusing = await servers.http((request, response) =>
      response.writeHead(401, { 'WWW-Authenticate': 'Basic' }).end(echo(request, 'Who are you?')),
    )
    const [away, refused] = await Promise.all(
      [1, refusing].map((port) => {
        const env = { REGISTRY_URL: addressOf(port) }
        return program.run([...args, '--verbose', '--retries', '0'], { env, input: '{}' })
      }),
    )
    expect([away, refused].flatMap((run) => run && findSecrets(printed(run)))).toEqual([])
    // It has got as far as the registry.
    expect(away?.stderr).toContain('There is no registry at http://127.0.0.1:1/graphql ')
    expect(refused?.stderr).toContain(`http://127.0.0.1:${refusing}/graphql `)
  })

  test('are in no name and no content of a file', async () => {
    const port = await servers.http(forwardTo(registry.url))
    const env = { REGISTRY_URL: addressOf(port) }
    await program.run(['image', 'get'], { env })
    const away = { REGISTRY_URL: addressOf(1) }
    const kept = await program.run(['image', 'set', 'name=kept', '--spool', '--retries', '0'], { env: away })
    expect(kept.stderr).toContain('The write is kept in ')
    const files = readdirSync(program.folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => !/^(?:dist|bin)\b/.test(name) && statSync(join(program.folder, name)).isFile())
      .map((name) => `${name}\n${readFileSync(join(program.folder, name), 'utf8')}`)
    expect(files.some((text) => text.startsWith('cache/'))).toBe(true)
    expect(files.some((text) => text.includes('spool/waiting/'))).toBe(true)
    expect(files.flatMap(findSecrets)).toEqual([])
  })

  test.each([
    ['a refused connection', () => addressOf(1), /There is no registry at http:\/\/127\.0\.0\.1:1\/graphql /],
    ['an unknown host', () => `http://${userinfo}nowhere.invalid/${query}`, /nowhere\.invalid\/graphql/],
    ['a login', () => answerWith(401, {}), /does not accept the user and password of the address: HTTP 401, .*\*\*\*/],
    ['a refusal', () => answerWith(403, {}), /refuses the request: HTTP 403/],
    ['a wrong path', () => answerWith(404, {}), /HTTP 404, .*\*\*\*/],
    [
      'a redirect',
      () => answerWith(302, { location: `http://${userinfo}other.example/login${query}` }),
      /HTTP 302, http:\/\/other.example\/login\n/,
    ],
    [
      'a redirect to a path',
      () => answerWith(301, { location: `/graphql/${query}` }),
      /HTTP 301, http:\/\/127\.0\.0\.1:\d+\/graphql\/\n/,
    ],
    ['an answer without data', () => answerWith(200, {}, '{"data": null}'), /answered without data/],
    ['an answer that is no JSON', () => answerWith(200, {}), /does not answer like a registry: HTTP 200/],
    ['a server that is not ready', () => answerWith(503, {}), /HTTP 503/],
    ['a schema of another time', () => answerWith(412, {}), /have changed in the meantime/],
    [
      'a lost connection',
      async () => addressOf(await servers.tcp((socket) => socket.destroy())),
      /connection was closed/,
    ],
    [
      'what is not HTTP',
      async () => addressOf(await servers.tcp((socket) => socket.end('220 mail\r\n'))),
      /does not answer in HTTP/,
    ],
    [
      'a server without an answer',
      async () => addressOf(await servers.tcp(() => undefined)),
      /has not answered within/,
    ],
    ['no TLS', async () => addressOf(await servers.http(() => undefined), 'https'), /does not speak HTTPS/],
    ['a certificate', async () => addressOf(await servers.https('valid', () => undefined), 'https'), /is not trusted/],
    ['another scheme', () => `ftp://${userinfo}x/${query}`, /is not the address of a registry/],
    ['no scheme', () => `${userinfo}127.0.0.1:4000/graphql${query}`, /is not the address of a registry/],
    [
      'a slash in the password',
      () => 'http://ci:s3cr/et%41@127.0.0.1:1/graphql',
      /In a user or password, write %2F for/,
    ],
    [
      'digits and a slash in the password',
      () => 'http://user:12/s3cr@127.0.0.1/graphql',
      /In a user or password, write %2F for/,
    ],
    ['a password without a host', () => 'http://user:s3cr', /is not the address of a registry/],
    ['a percent sign in the password', () => 'http://user:s3cr%zz@127.0.0.1:1', /There is no registry at http:\/\/127/],
    ['a token as the user', () => 'http://s3cr@127.0.0.1:1', /There is no registry at http:\/\/127/],
  ])(
    'are not shown for %s',
    async (_name, address, message) => {
      const url = await address()
      for (const args of [['--url', url], []]) {
        const run = await program.run(['ls', '--verbose', '--retries', '1', '--timeout', '5', ...args], {
          env: { REGISTRY_URL: url },
        })
        expect(run.stderr).toMatch(message)
        expect(findSecrets(printed(run))).toEqual([])
      }
    },
    30_000,
  )

  /** A server that repeats all it was sent. */
  async function answerWith(status: number, headers: Record<string, string>, text?: string): Promise<string> {
    return addressOf(
      await servers.http((request, response) => response.writeHead(status, headers).end(text ?? echo(request, ''))),
    )
  }

  function echo({ url, headers }: IncomingMessage, text: string): string {
    return `${text} http://${userinfo}${headers.host}${url} ${headers.authorization} ${password}\n`
  }

  test('that a kept write was given are those of the environment when it is sent', async () => {
    const headers: (string | undefined)[] = []
    const port = await servers.http((request, response) => {
      headers.push(request.headers.authorization)
      forwardTo(registry.url)(request, response)
    })
    const state = { XDG_STATE_HOME: join(program.folder, 'rotated') }
    const waiting = join(program.folder, 'rotated/registry-store/spool/waiting')
    const away = { ...state, REGISTRY_URL: addressOf(1) }
    await program.run(['image', 'set', 'name=rotated', '--spool', '--retries', '0'], { env: away })
    const [name = ''] = readdirSync(waiting)
    const text = readFileSync(join(waiting, name), 'utf8').replace(':1/graphql', `:${port}/graphql`)
    // One is of a time when addresses were kept as they were.
    writeFileSync(join(waiting, name), text)
    writeFileSync(
      join(waiting, name.replace('.json', '-old.json')),
      text.replace(`http://127.0.0.1:${port}/graphql`, addressOf(port)),
    )
    const now = { ...state, REGISTRY_URL: `http://new:word@127.0.0.1:${port}` }
    expect(await program.run(['flush'], { env: now })).toMatchObject({
      code: 0,
      stdout: '2 sent, 0 refused, 0 waiting\n',
    })
    expect(new Set(headers)).toEqual(new Set([`Basic ${btoa('new:word')}`]))
  })

  test('go to no other registry that a kept write is for', async () => {
    const headers: (string | undefined)[] = []
    const port = await servers.http((request, response) => {
      headers.push(request.headers.authorization)
      response.writeHead(401).end('no')
    })
    const state = { XDG_STATE_HOME: join(program.folder, 'other') }
    await program.run(['image', 'set', 'name=other', '--spool', '--retries', '0'], {
      env: { ...state, REGISTRY_URL: addressOf(1) },
    })
    const waiting = join(program.folder, 'other/registry-store/spool/waiting')
    const [name = ''] = readdirSync(waiting)
    const file = join(waiting, name)
    writeFileSync(file, readFileSync(file, 'utf8').replace(':1/graphql', `:${port}/graphql`))
    const run = await program.run(['flush'], {
      env: { ...state, REGISTRY_URL: addressOf(1), REGISTRY_TOKEN: secret.token },
    })
    expect(run).toMatchObject({ code: 1, stdout: '0 sent, 0 refused, 1 waiting\n' })
    expect(run.stderr).toContain(
      'It gets none, because REGISTRY_URL names another registry. Set REGISTRY_URL to this one, and flush again.',
    )
    expect(new Set(headers)).toEqual(new Set([undefined]))
  })

  test('a wrong option or variable refuses no kept write', async () => {
    const state = { XDG_STATE_HOME: join(program.folder, 'wrong') }
    await program.run(['image', 'set', 'name=w', '--spool', '--retries', '0'], {
      env: { ...state, REGISTRY_URL: addressOf(1) },
    })
    const waiting = () => readdirSync(join(program.folder, 'wrong/registry-store/spool/waiting'))
    for (const [args, env] of [
      [['--timeout', 'soon'], {}],
      [[], { REGISTRY_TOKEN: 'two words' }],
      [[], { REGISTRY_URL: 'no url' }],
    ] as const) {
      expect(await program.run(['flush', ...args], { env: { ...state, ...env } })).toMatchObject({
        code: 2,
        stdout: '',
      })
      expect(waiting()).toHaveLength(1)
    }
  })
})

describe('REGISTRY_TOKEN and REGISTRY_TOKEN_FILE', () => {
  const authorizationsOf = async (env: Record<string, string>, args: readonly (readonly string[])[] = [['ls']]) => {
    const seen: (string | undefined)[] = []
    const port = await servers.http((request, response) => {
      seen.push(request.headers.authorization)
      forwardTo(registry.url)(request, response)
    })
    const url = (env['REGISTRY_URL'] ?? 'http://127.0.0.1:PORT/graphql').replace('PORT', String(port))
    for (const one of args)
      expect(await program.run(one, { env: { ...env, REGISTRY_URL: url } })).toMatchObject({ code: 0 })
    return new Set(seen)
  }
  const fileOf = (name: string, text: string | Buffer) => {
    const file = join(program.folder, name)
    writeFileSync(file, text)
    return file
  }

  test('are sent with every request as a bearer token', async () => {
    const args = [['ls'], ['schema'], ['image', 'get'], ['image', 'set', 'name=a'], ['image', 'delete', 'name=a']]
    expect(await authorizationsOf({ REGISTRY_TOKEN: ' abc.DEF-1~+/==\n' }, args)).toEqual(
      new Set(['Bearer abc.DEF-1~+/==']),
    )
    const file = fileOf('token', 'from-file\r\n\n')
    expect(await authorizationsOf({ REGISTRY_TOKEN_FILE: file }, args)).toEqual(new Set(['Bearer from-file']))
  })

  test('are sent in place of the user and password of the address', async () => {
    const env = { REGISTRY_TOKEN: 'abc', REGISTRY_URL: 'http://ci:word@127.0.0.1:PORT/graphql' }
    expect(await authorizationsOf(env)).toEqual(new Set(['Bearer abc']))
  })

  test('that are empty count as not set', async () => {
    expect(await authorizationsOf({ REGISTRY_TOKEN: '', REGISTRY_TOKEN_FILE: '' })).toEqual(new Set([undefined]))
    const file = fileOf('token', 'from-file')
    expect(await authorizationsOf({ REGISTRY_TOKEN: '', REGISTRY_TOKEN_FILE: file })).toEqual(
      new Set(['Bearer from-file']),
    )
  })

  test.each([
    ['two words', { REGISTRY_TOKEN: 'top-secret token' }, 'REGISTRY_TOKEN has a space, a line break or another'],
    ['two lines', { REGISTRY_TOKEN: 'top-secret\ntoken' }, 'REGISTRY_TOKEN has a space, a line break or another'],
    ['other letters', { REGISTRY_TOKEN: 'top-secret-Ж' }, 'REGISTRY_TOKEN has a space, a line break or another'],
    [
      'the word of the header',
      { REGISTRY_TOKEN: 'Bearer top-secret' },
      'REGISTRY_TOKEN begins with "Bearer". Give the token alone.',
    ],
    ['a missing file', { REGISTRY_TOKEN_FILE: '/none/token' }, 'REGISTRY_TOKEN_FILE: There is no file /none/token.'],
    ['a folder', { REGISTRY_TOKEN_FILE: '/' }, 'REGISTRY_TOKEN_FILE: / cannot be read: it is a folder.'],
    ['an empty file', { REGISTRY_TOKEN_FILE: 'token-file:\n' }, 'is empty. Write the token into it.'],
    [
      'a file of two lines',
      { REGISTRY_TOKEN_FILE: 'token-file:top-secret\nother\n' },
      'has a space, a line break or another',
    ],
    [
      'both',
      { REGISTRY_TOKEN: 'top-secret', REGISTRY_TOKEN_FILE: '/none' },
      'REGISTRY_TOKEN and REGISTRY_TOKEN_FILE are both set.',
    ],
  ])('are wrong usage with %s, which is not shown', async (_name, given: Record<string, string>, message) => {
    const text = given['REGISTRY_TOKEN_FILE']?.split('token-file:')[1]
    const env = text === undefined ? given : { REGISTRY_TOKEN_FILE: fileOf('wrong-token', text) }
    const { code, stdout, stderr } = await program.run(['ls'], { env })
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('top-secret')
  })

  test('that are not accepted are named, but not shown', async () => {
    const port = await servers.http((request, response) =>
      response.writeHead(401).end(`${request.headers.authorization}`),
    )
    const url = `http://127.0.0.1:${port}/graphql`
    const run = (env: Record<string, string>) => program.run(['ls'], { env: { REGISTRY_URL: url, ...env } })
    expect(await run({ REGISTRY_TOKEN: 'top-secret' })).toEqual({
      code: 1,
      stdout: '',
      stderr: `error: ${url} does not accept REGISTRY_TOKEN: HTTP 401, Bearer ***\nCheck the token. It is sent in place of a user and password in REGISTRY_URL.\n`,
    })
    expect((await run({})).stderr).toContain(
      'Set REGISTRY_TOKEN, or REGISTRY_TOKEN_FILE, or write the user and password',
    )
  })

  test('are not taken along by a redirect', async () => {
    const seen: unknown[] = []
    const other = await servers.http((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    const port = await servers.http((_request, response) =>
      response.writeHead(307, { location: `http://localhost:${other}/graphql` }).end(),
    )
    const env = { REGISTRY_URL: `http://127.0.0.1:${port}`, REGISTRY_TOKEN: 'abc' }
    const { code, stderr } = await program.run(['ls'], { env })
    expect({ code, seen }).toEqual({ code: 1, seen: [] })
    expect(stderr).toContain(`redirects to another address: HTTP 307, http://localhost:${other}/graphql\n`)
  })
})
