import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startProcess, stopProcesses } from './start-process.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry access '))
  await mkdir(join(folder, 'roles'))
})
afterEach(async () => {
  await stopProcesses()
  await rm(folder, { recursive: true, force: true })
})

const start = (env: Readonly<Record<string, string>> = {}) =>
  startProcess({ DATA_DIR: join(folder, '.registry'), ACCESS_DIR: join(folder, 'roles'), ...env })
const write = (name: string, text: string) => writeFile(join(folder, 'roles', name), text)
const ask = async (url: string, query: string) => {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  })
  return { status: response.status, ...((await response.json()) as object) }
}

describe('the start', () => {
  test('reads the roles, logs them with a digest and what is hardly meant, and holds them', async () => {
    await write('public.yaml', 'name: public\nwho: [anyone]\nmay: [{ read: image }, { write: image }]\n')
    await write('ntp.json', '{"name": "ntp", "who": [{"token": "ntp"}], "may": [{"read": "role"}]}')
    const registry = start()
    const url = await registry.ready()
    const lines = registry
      .stdout()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(lines.find(({ roles }) => roles)).toMatchObject({
      level: 'info',
      roles: ['ntp', 'public'],
      digest: expect.stringMatching(/^[0-9a-f]{16}$/),
    })
    expect(lines.filter(({ level, msg }) => level === 'warn' && msg.includes('.yaml')).map(({ msg }) => msg)).toEqual([
      expect.stringMatching(/public\.yaml:2:7 WIDER_THAN_IT_LOOKS who\[0\]: Whoever reaches the port/),
    ])
    expect(await ask(url, '{ images { totalCount } }')).toEqual({ status: 200, data: { images: { totalCount: 0 } } })
    expect(await ask(url, '{ roles { totalCount } }')).toMatchObject({
      status: 401,
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    })
  })

  test.each<[string, () => Promise<unknown>, Readonly<Record<string, string>>, string]>([
    [
      'every problem of all files',
      async () => {
        await write('a.yaml', 'name: a\nwho: [anyone]\nmay: [{ reed: role }]\n')
        await write('b.yaml', 'name: b\nwho: [anyon]\nmay: [{ read: rol }]\n')
      },
      {},
      'a.yaml:3:9 UNKNOWN_VERB may[0].reed: "reed" is no verb. Did you mean "read"?\n' +
        'b.yaml:2:7 WRONG_VALUE who[0]: "anyon" is no caller. Did you mean "anyone"?\n' +
        'b.yaml:3:15 UNKNOWN_TEMPLATE may[0].read: There is no template "rol". Did you mean "role"?\n',
    ],
    [
      'a file that cannot be read',
      () => symlink(join(folder, 'none'), join(folder, 'roles', 'a.yaml')),
      {},
      'a.yaml:1:1 FILE_UNREADABLE The file cannot be read: it does not exist.\n',
    ],
    [
      'a folder that is not there, if ACCESS_DIR names it',
      async () => undefined,
      { ACCESS_DIR: '/none/roles' },
      'ACCESS_DIR: the folder of roles, /none/roles, cannot be read: it does not exist.\n',
    ],
    [
      'other machines that could do everything',
      async () => undefined,
      { HOST: '0.0.0.0' },
      'HOST: "0.0.0.0" is reachable from other machines, and there are no rules of access. Write role files into the folder ' +
        'ACCESS_DIR or set ADMIN_TOKEN, listen on 127.0.0.1 behind a proxy that authenticates, or set ALLOW_UNAUTHENTICATED=true\n',
    ],
  ])('is stopped by %s', async (_, prepare, env, stderr) => {
    await prepare()
    const registry = start(env)
    expect((await registry.ended).code).toBe(1)
    expect(registry.stderr().replaceAll(`${join(folder, 'roles')}/`, '')).toBe(stderr)
  })

  test('without roles says what to do before the registry is opened', async () => {
    const registry = start()
    const url = await registry.ready()
    expect(registry.stdout()).toContain('there are no rules of access: everyone on this machine may do everything')
    expect(await ask(url, '{ roles { totalCount } }')).toEqual({ status: 200, data: { roles: { totalCount: 0 } } })
  })
})
