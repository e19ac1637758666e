import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { buildSchema as buildFromText, type DocumentNode, isInterfaceType, parse, validate, visit } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { type Block, listBlocks } from './list-blocks.ts'

const execute = promisify(execFile)
const file = 'docs/clients.md'
const documented = 'http://127.0.0.1:4000/graphql'

let registry: TestRegistry
let folder: string
let blocks: readonly Block[]
beforeAll(async () => {
  registry = await startRegistry()
  blocks = listBlocks(await readFile(file, 'utf8'))
  folder = await mkdtemp(join(tmpdir(), 'registry clients '))
  await mkdir(join(folder, 'node_modules'))
  for (const name of await readdir('node_modules'))
    await symlink(resolve('node_modules', name), join(folder, 'node_modules', name))
  const installed = join(folder, 'node_modules/registry-store')
  await execute(process.execPath, ['.ci/bundle-client.js', join(installed, 'dist/client')])
  await copyFile('package.json', join(installed, 'package.json'))
  await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
  await registry.data(blockOf('graphql', 'mutation Setup').text)
  for (const { language, text } of blocks) {
    const name = /^(?:\/\/|#) (\S+\.\w+)\n/.exec(text)?.[1]
    if (!name || language === 'json5') continue
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), text.replaceAll(documented, registry.url))
  }
})
afterAll(async () => {
  await registry?.close()
  await rm(folder, { recursive: true, force: true })
})

function blockOf(language: string, text: string): Block {
  const block = blocks.find((one) => one.language === language && one.text.includes(text))
  if (!block) throw new Error(`${file} has no block of ${language} with ${text}`)
  return block
}

/** What the document shows below a block. */
function outputOf(block: Block): string {
  const shown = blocks[blocks.indexOf(block) + 1]
  if (shown?.language !== 'text' && shown?.language !== 'json') throw new Error(`${file}:${block.line} shows no output`)
  return shown.text
}

async function run(program: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, PATH: `${resolve('node_modules/.bin')}:${process.env['PATH']}`, NO_COLOR: '1' }
  const { stdout, stderr } = await execute(program, args, { cwd: folder, env })
  expect(stderr).toBe('')
  return stdout.trimEnd()
}

/** What is not there cannot run; its documents are then only asked directly. */
async function areThere(...programs: readonly string[]): Promise<boolean> {
  const found = programs.map((program) => run('sh', '-c', `command -v ${program}`))
  return (await Promise.allSettled(found)).every(({ status }) => status === 'fulfilled')
}

test('curl sends a query and jq takes the answer apart', async () => {
  const block = blockOf('sh', 'curl')
  const query = /^query='(.*)'$/m.exec(block.text)?.[1] ?? ''
  expect(await registry.data(query, { name: 'alpha' })).toEqual(JSON.parse(outputOf(block)))
  if (!(await areThere('bash', 'curl', 'jq'))) return
  const script = block.text.replaceAll(documented, registry.url)
  expect(JSON.parse(await run('bash', '-o', 'pipefail', '-c', script))).toEqual(JSON.parse(outputOf(block)))
  const wrong = script.replace('{ distr }', '{ size }')
  await expect(run('bash', '-o', 'pipefail', '-c', wrong)).rejects.toMatchObject({
    stderr: 'jq: error (at <stdin>:0): Cannot query field "size" on type "Image".\n',
  })
})

test('the program in Python pages through a list and tells of errors', async () => {
  const block = blockOf('python', 'registry.py')
  const query = /query = """([^"]*)"""/.exec(block.text)?.[1] ?? ''
  expect((await registry.data(query, { role: 'sshd' })).roles.nodes).toEqual([{ image: { name: 'beta' } }])
  if (await areThere('python3')) expect(await run('python3', 'registry.py')).toBe(outputOf(block))
})

test('the task for Ansible sends a valid mutation', async () => {
  const [{ vars, tasks }] = parseYaml(blockOf('yaml', 'ansible.builtin.uri').text)
  const [{ 'ansible.builtin.uri': request }] = tasks
  const filled = JSON.parse(JSON.stringify(request.body).replaceAll('{{ image }}', vars.image))
  const answer = await fetch(request.url.replace(documented, registry.url), {
    method: request.method,
    headers: { 'content-type': 'application/json', ...request.headers },
    body: JSON.stringify(filled),
  })
  const { data, errors } = await answer.json()
  expect([answer.status, data, errors]).toEqual([200, { upsertRole: { outcome: 'UNCHANGED' } }, undefined])
})

test('the typed program runs with the client of the package, and with the types that are generated for it', async () => {
  const block = blockOf('sh', 'graphql-codegen')
  expect(await run('bash', '-e', '-c', block.text)).toBe(outputOf(block))
})

test('Apollo Client pages, normalises, takes deleted objects out and sends hashes', async () => {
  const block = blockOf('ts', '@apollo/client')
  const sent: { query?: string; extensions?: { persistedQuery?: object } }[] = []
  const recorder = createServer(async (req, res) => {
    const body = await text(req)
    sent.push(JSON.parse(body))
    const headers = { 'content-type': 'application/json', accept: String(req.headers.accept) }
    const answer = await fetch(registry.url, { method: 'POST', headers, body })
    res.writeHead(answer.status, { 'content-type': String(answer.headers.get('content-type')) })
    res.end(await answer.text())
  })
  await once(recorder.listen(0, '127.0.0.1'), 'listening')
  try {
    const url = `http://127.0.0.1:${(recorder.address() as AddressInfo).port}`
    await writeFile(join(folder, 'apollo.ts'), block.text.replaceAll(documented, url))
    expect(await run('tsx', 'apollo.ts')).toBe(outputOf(block))
    // The document of the list is sent once, for two pages; a hash is sent each time.
    expect(sent.filter(({ extensions }) => !extensions?.persistedQuery)).toEqual([])
    expect(sent.map(({ query }) => /images|upsert|delete/.exec(query ?? '')?.[0])).toEqual([
      ...[undefined, 'images', undefined],
      ...[undefined, 'upsert', undefined, 'delete'],
    ])
  } finally {
    recorder.close()
  }
})

test('urql with graphcache normalises and takes deleted objects out', async () => {
  expect(await run('tsx', 'urql.ts')).toBe(outputOf(blockOf('ts', '@urql/core')))
})

describe('Relay', () => {
  test('finds what its compiler asks of a schema', async () => {
    const schema = await loadSchema()
    const node = schema.getType('Node')
    expect(
      isInterfaceType(node) && Object.values(node.getFields()).map(({ name, type }) => `${name}: ${type}`),
    ).toEqual(['id: ID!'])
    const field = schema.getQueryType()?.getFields()['node']
    expect([String(field?.type), field?.args.map(({ name, type }) => `${name}: ${type}`)]).toEqual([
      'Node',
      ['id: ID!'],
    ])
  })

  test('sends operations that are valid once its compiler has taken its own directives out', async () => {
    const block = blockOf('ts', 'react-relay')
    const source = [...block.text.matchAll(/graphql`([^`]*)`/g)].map(([, document]) => document).join('\n')
    const document = withoutRelay(parse(source))
    expect(validate(await loadSchema(), document)).toEqual([])
  })

  test('normalises, refetches by node, and takes deleted objects out', async () => {
    const { text: source } = blockOf('ts', 'react-relay')
    // What relay-compiler 21.0.1 makes of the document, with the document's own hash. With its programs for five systems
    // (118 MB), the compiler itself is no dependency.
    const artifacts = resolve('test/docs/relay')
    const hashes = [...source.matchAll(/graphql`([^`]*)`/g)].map(([, document = '']) =>
      createHash('md5').update(document.trim()).digest('hex'),
    )
    const names = ['ImageRolesQuery', 'ImageRolesRemoveMutation', 'ImageRolesPageQuery']
    const compiled = await Promise.all(
      names.map(async (name) => JSON.parse(await readFile(join(artifacts, `${name}.json`), 'utf8'))),
    )
    expect(
      compiled.map(({ hash }) => hash),
      'run relay-compiler on the document again',
    ).toEqual(hashes)
    await registry.data(`mutation {
      upsertImage(input: { name: "gamma" }) { outcome }
      upsertRole(input: { name: "old", image: "alpha", status: true }) { outcome }
    }`)
    await writeFile(join(folder, 'relay.ts'), relayProgram(artifacts))
    expect(JSON.parse(await run('tsx', 'relay.ts'))).toEqual({
      listed: ['alpha: sshd, old', 'beta: sshd', 'gamma:'],
      refetched: { type: 'Image', roles: 1, isSameObject: true },
      left: ['alpha: sshd', 'beta: sshd', 'gamma:'],
    })
  })
})

/** Prints what the store has after a query, after a fragment has been fetched again, and after a deletion. */
function relayProgram(artifacts: string): string {
  return `
import { readFileSync } from 'node:fs'
import { commitMutation, createOperationDescriptor, fetchQuery, getRequest } from 'relay-runtime'
import { environment } from './src/environment.ts'

const load = (name) => JSON.parse(readFileSync(${JSON.stringify(`${artifacts}/`)} + name + '.json', 'utf8'))
const records = () => environment.getStore().getSource()
const follow = (ref) => records().get(ref.__ref)
const lines = () => {
  const root = records().get('client:root')
  const list = follow(Object.entries(root).find(([key]) => key.startsWith('images('))[1])
  return list.nodes.__refs.map((id) => {
    const image = records().get(id)
    const connection = follow(image.__ImageRoles_roles_connection)
    const roles = connection.edges.__refs.map((edge) => follow(records().get(edge).node)).filter(Boolean)
    return image.name + ':' + roles.map((role) => ' ' + role.name).join(',')
  })
}
const keep = (request, variables) => environment.retain(createOperationDescriptor(getRequest(request), variables))

const page = load('ImageRolesPageQuery')
keep(page, {})
await fetchQuery(environment, page, {}).toPromise()
const listed = lines()

const root = records().get('client:root')
const [alpha] = follow(Object.entries(root).find(([key]) => key.startsWith('images('))[1]).nodes.__refs
const again = load('ImageRolesQuery')
const variables = { id: alpha, first: 1, after: null }
keep(again, variables)
await fetchQuery(environment, again, variables).toPromise()
const node = follow(records().get('client:root')[\`node(id:"\${alpha}")\`])
const fetched = Object.entries(node).find(([key]) => key.startsWith('roles(') && key.includes('first:1'))[1]
const refetched = {
  type: node.__typename,
  roles: follow(fetched).edges.__refs.length,
  isSameObject: node.__id === alpha,
}
await fetchQuery(environment, page, {}).toPromise()

await new Promise((resolve, reject) =>
  commitMutation(environment, {
    mutation: load('ImageRolesRemoveMutation'),
    variables: { name: 'old', image: 'alpha', status: true },
    onCompleted: (_, errors) => (errors ? reject(errors) : resolve()),
    onError: reject,
  }),
)
console.log(JSON.stringify({ listed, refetched, left: lines() }))
`
}

describe('the queries for Grafana', () => {
  const from = Date.now() - 86_400_000
  const to = Date.now() + 86_400_000

  test('Infinity: with its macros filled in', async () => {
    const query = blockOf('graphql infinity', '__timeFrom')
      .text.replace(/\$\{__timeFrom\}/, String(from))
      .replace(/\$\{__timeTo\}/, String(to))
    const { roles } = await registry.data(query)
    expect(roles.nodes.map((node: { name: string }) => node.name)).toContain('sshd')
    const { roles: none } = await registry.data(query.replace(String(to), String(from + 1)))
    expect(none.nodes).toEqual([])
  })

  test('Wild GraphQL: with its variables', async () => {
    const [roles, daily, ...others] = blocks.filter(({ language }) => language === 'graphql wild')
    expect(others).toEqual([])
    const given = { from, to, interval_ms: 60_000 }
    expect((await registry.data(roles?.text ?? '', given)).roles.nodes.length).toBeGreaterThan(1)
    const { groupBy } = (await registry.data(daily?.text ?? '', given)).roles
    expect(groupBy.map(({ key }: { key: { status: boolean } }) => key.status)).toEqual([false, true])
  })
})

async function loadSchema() {
  return buildFromText(await (await fetch(registry.url.replace('/graphql', '/schema.graphql'))).text())
}

/** The document without Relay's directives, and with the variables that `@argumentDefinitions` stands for. */
function withoutRelay(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive: ({ name }) =>
      ['refetchable', 'argumentDefinitions', 'connection', 'deleteRecord'].includes(name.value) ? null : undefined,
    Argument: ({ name, value }) =>
      value.kind === 'Variable' && name.value in { first: 1, after: 1 } ? null : undefined,
  })
}
