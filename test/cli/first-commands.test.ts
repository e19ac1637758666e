import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { ask, startProcess, stopProcesses } from '../app/start-process.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: image\nkey: [name]\nfields:\n  name: string\n  distr: string\n  tags: [string]\n  spec: { type: object, fields: { cpu: int } }\n',
    'name: role\nkey: [name, image]\nfields:\n  name: string\n  image: { type: reference, to: image }\n  status: boolean\n',
    'name: result\nkey: [id]\nfields:\n  id: string\n  role: { type: reference, to: role }\n  images: { type: [reference], to: image }\n',
    'name: note\nkey: [id]\nadditionalFields: true\nfields:\n  id: string\n',
  ])
  program = await createRegistryProgram(registry.url)
  await registry.data(`mutation {
    upsertImages(input: [
      { name: "alpha", distr: "debian", tags: ["x", "y"], spec: { cpu: 2 } }
      { name: "beta", distr: "ubuntu" }
    ]) { created }
    upsertRoles(input: [
      { name: "ntp", image: "alpha", status: true }
      { name: "ntp", image: "beta", status: true }
      { name: "sshd", image: "beta", status: false }
    ]) { created }
    upsertResults(input: [
      { id: "1", role: { name: "ntp", image: "alpha" }, images: ["alpha"] }
      { id: "2", role: { name: "sshd", image: "beta" } }
    ]) { created }
  }`)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const out = async (...args: string[]) => {
  const { code, stdout, stderr } = await program.run(args)
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
}

describe('count', () => {
  test.each([
    [['role', 'count'], '3\n'],
    [['role', 'count', 'status=true'], '2\n'],
    [['role', 'count', 'name=none'], '0\n'],
    [['role', 'count', '--where', 'image.distr=ubuntu and not status=false'], '1\n'],
    [['role', 'count', 'status=true', '--where', 'image=beta'], '1\n'],
    [['role', 'count', 'image.distr=ubuntu'], '2\n'],
    [['role', 'count', '-o', 'json'], '3\n'],
    [['role', 'count', '--where', '{"status": {"equals": true}}'], '2\n'],
  ])('%j prints %j', async (args, expected) => {
    expect(await out(...args)).toBe(expected)
  })

  test('appends the number to the outputs of a step of GitHub Actions', async () => {
    const file = join(program.folder, 'outputs')
    const { stdout } = await program.run(['role', 'count', '--github-output'], { env: { GITHUB_OUTPUT: file } })
    expect(stdout).toBe('3\n')
    expect(await readFile(file, 'utf8')).toMatch(/^count<<(\S+)\n3\n\1\n$/)
  })

  test('takes no field that there is not', async () => {
    expect(await program.run(['role', 'count', 'staus=true'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: role has no field "staus". Did you mean "status"?\nIts fields are: name, image, status\n',
    })
  })
})

describe('field.path=value', () => {
  const ids = async (...args: string[]) =>
    (JSON.parse(await out(...args)) as { id?: string; name?: string; image?: string }[]).map((one) =>
      [one.id, one.name, one.image].filter(Boolean).join(' '),
    )
  test.each([
    [['role', 'get', 'image.distr=debian'], ['ntp alpha']],
    [['role', 'get', 'image.distr=ubuntu', 'status=true'], ['ntp beta']],
    [['role', 'get', 'image.spec.cpu=2'], ['ntp alpha']],
    [['role', 'get', 'image.distr=ubuntu', '--where', 'name=sshd'], ['sshd beta']],
    [['role', 'get', 'image.tags=x', 'image.tags=y'], ['ntp alpha']],
    [
      ['role', 'get', 'image.tags:=null'],
      ['ntp beta', 'sshd beta'],
    ],
    [
      ['role', 'get', '_meta.version=1', 'name=ntp'],
      ['ntp alpha', 'ntp beta'],
    ],
    [['result', 'get', 'role.image=beta'], ['2']],
    [['result', 'get', 'role.image.distr=debian'], ['1']],
    [['result', 'get', 'role.name=ntp', 'role.image.name=alpha'], ['1']],
    [['image', 'get', 'spec.cpu:=2'], ['alpha']],
  ])('%j finds %j', async (args, expected) => {
    expect(await ids(...args)).toEqual(expected)
  })

  test('filters for every command that filters', async () => {
    expect(JSON.parse(await out('role', 'last', 'image.distr=debian'))).toMatchObject({ name: 'ntp', image: 'alpha' })
    expect(await out('role', 'markdown', 'image.distr=debian', '--fields', 'name')).toContain('| ntp')
    expect((await program.run(['role', 'matrix', 'rows=name', 'image.distr=debian', '-o', 'table'])).stdout).toBe(
      'name  alpha  beta\nntp   +      M\nsshd  M      M\n',
    )
    await registry.data('mutation { upsertRole(input: { name: "gone", image: "alpha" }) { outcome } }')
    expect(await out('role', 'delete', 'image.distr=debian', 'name=gone')).toBe('1\n')
  })

  test.each([
    [['role', 'get', 'image.dist=x'], 'image has no field "dist". Did you mean "distr"?'],
    [['role', 'get', 'imag.distr=x'], 'role has no field "imag". Did you mean "image"?'],
    [['role', 'get', 'name.x=1'], 'name.x=…: name has no fields that can be named here'],
    [['result', 'get', 'images.name=alpha'], 'images.name=…: images has no fields that can be named here'],
    [['role', 'get', 'image.spec.cpu=many'], 'image.spec.cpu is a whole number, not "many".'],
    [['role', 'get', 'image.distr=a', 'image.distr=b'], 'image.distr is given twice.'],
    [['role', 'get', '_meta.vresion=1'], '_meta has no field "vresion". Did you mean "version"?'],
    [['role', 'set', 'image.distr=a'], 'role has no field "image.distr".'],
  ])('%j is wrong usage', async (args, message) => {
    const { code, stdout, stderr } = await program.run(args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(`error: ${message}`)
  })
})

describe('the version', () => {
  test.each([[['version']], [['--version']], [['-V']], [['-v']], [['role', 'get', '--version']]])(
    'is what %j prints',
    async (args) => {
      const { version } = JSON.parse(await readFile('package.json', 'utf8')) as { version: string }
      expect(await program.run(args, { env: { REGISTRY_URL: 'http://127.0.0.1:1' } })).toEqual({
        code: 0,
        stdout: `${version}\n`,
        stderr: '',
      })
    },
  )
})

describe('init', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'registry init '))
  })
  afterEach(async () => {
    await stopProcesses()
    await rm(folder, { recursive: true, force: true })
  })

  /** Runs `registry` in a folder, with no settings in the environment. */
  function run(args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd = folder) {
    const command = [resolve('dist/bin/registry.cjs'), ...args]
    const { DATABASE_URL, TEMPLATES_DIR, ...rest } = process.env
    return new Promise<{ code: number; stdout: string; stderr: string }>((done) => {
      execFile(process.execPath, command, { cwd, env: { ...rest, ...env } }, (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), stdout, stderr })
      })
    })
  }

  test('writes a first template, .env and .gitignore, and says what next', async () => {
    expect(await run(['init'])).toEqual({
      code: 0,
      stdout: [
        'object-templates/image.yaml is written',
        '.env is written',
        '.gitignore is written',
        '',
        'Start the registry:',
        '  registry serve',
        'Then, in another terminal:',
        '  registry image set name=ubuntu_20.04_v0.image distr=ubuntu version=20.04 lts=true',
        '',
      ].join('\n'),
      stderr: '',
    })
    expect((await readdir(folder)).sort()).toEqual(['.env', '.gitignore', 'object-templates'])
    // Others may not read the file, which will have a password.
    expect((await stat(join(folder, '.env'))).mode & 0o077).toBe(0)
    expect(await run(['templates', 'check'])).toEqual({
      code: 0,
      stdout: '1 template is in order: image\n',
      stderr: '',
    })
  })

  test('what it writes starts, and takes the write that it names', async () => {
    const { stdout } = await run(['init', 'new registry'])
    const [, start = ''] = /Start the registry:\n {2}(.*)/.exec(stdout) ?? []
    expect(start).toBe("cd 'new registry' && registry serve")
    const [, write = ''] = /another terminal:\n {2}registry (.*)/.exec(stdout) ?? []
    const serve = [resolve('src/cli/registry.ts'), 'serve']
    const server = startProcess({ PORT: '0' }, serve, { cwd: join(folder, 'new registry') })
    const url = await server.ready()
    const { code, stderr } = await run(write.split(' '), { REGISTRY_URL: url })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(await ask(url, '{ images { nodes { name version lts } } }')).toEqual({
      images: { nodes: [{ name: 'ubuntu_20.04_v0.image', version: '20.04', lts: true }] },
    })
  })

  test('overwrites nothing, and says which templates there are', async () => {
    await mkdir(join(folder, 'object-templates'))
    await writeFile(join(folder, 'object-templates/disk.yaml'), 'mine')
    await writeFile(join(folder, '.env'), 'PORT=4001\n')
    const { code, stdout } = await run(['init'])
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringMatching(
        /^object-templates has templates already, which stay as they are: disk\.yaml\n\.env is there already, and stays as it is\n\.gitignore is written\n/,
      ),
    })
    expect(await readdir(join(folder, 'object-templates'))).toEqual(['disk.yaml'])
    expect(await readFile(join(folder, 'object-templates/disk.yaml'), 'utf8')).toBe('mine')
    expect(await readFile(join(folder, '.env'), 'utf8')).toBe('PORT=4001\n')
  })

  test('run again, it changes nothing', async () => {
    await run(['init'])
    const before = await readFile(join(folder, 'object-templates/image.yaml'), 'utf8')
    await writeFile(join(folder, 'object-templates/image.yaml'), `${before}# mine\n`)
    const { code, stdout } = await run(['init', '.'])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('has templates already') })
    expect(stdout).not.toContain('is written')
    expect(await readFile(join(folder, 'object-templates/image.yaml'), 'utf8')).toBe(`${before}# mine\n`)
  })

  test('writes the template where the server will look for it', async () => {
    await writeFile(join(folder, '.env'), 'TEMPLATES_DIR=kinds\n')
    expect((await run(['init'])).stdout).toContain('kinds/image.yaml is written')
    expect((await run(['templates', 'check'])).stdout).toBe('1 template is in order: image\n')
    expect((await run(['init'], { TEMPLATES_DIR: 'others' })).stdout).toContain('others/image.yaml is written')
  })

  test('says what is wrong where nothing can be written', async () => {
    await writeFile(join(folder, 'file'), '')
    const { code, stdout, stderr } = await run(['init', 'file'])
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
    expect(stderr).toMatch(/^error: The folder file\/object-templates cannot be made: .*\n$/)
  })
})
