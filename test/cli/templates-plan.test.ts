import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { printPlanAsMarkdown } from '../../src/template/changes/print-plan.ts'
import { createPlan, type PlanEntry } from '../../src/template/changes/template-plan.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram, type Run } from './registry-program.ts'

const image = (...fields: string[]) =>
  `name: image\nkey: [name]\nfields:\n${['name: string', ...fields].map((field) => `  ${field}\n`).join('')}`
const applied = image('distr: string', 'lts: boolean', 'size: int')
const withoutLts = image('distr: string', 'size: float')
const withConflict = image('distr: { type: string, unique: true }', 'size: int')
const away = { REGISTRY_URL: 'http://127.0.0.1:1/graphql' }

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([applied])
  program = await createRegistryProgram(registry.url)
  await registry.data('mutation ($input: [ImageInput!]!) { upsertImages(input: $input) { __typename } }', {
    input: [
      { name: 'a|`b`', lts: true },
      { name: '<b>', lts: false, distr: 'debian' },
      { name: 'c', distr: 'debian' },
    ],
  })
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})
beforeEach(async () => {
  for (const name of ['object-templates', 'ci']) await rm(join(program.folder, name), { recursive: true, force: true })
})

/** Writes files into the program's working directory. */
async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(program.folder, name)), { recursive: true })
    await writeFile(join(program.folder, name), text)
  }
}

const plan = (...args: string[]): Promise<Run> => program.run(['templates', 'plan', ...args])

/** With `<digest>` in place of the digest, which is that of the registry. */
async function planWithoutDigest(...args: string[]): Promise<Run> {
  const run = await plan(...args)
  const { digest } = JSON.parse((await plan('-o', 'json')).stdout)
  expect(digest).toMatch(/^[\w.-]+$/)
  return { ...run, stdout: run.stdout.replaceAll(digest, '<digest>') }
}

describe('registry templates plan', () => {
  test('of the templates that are applied says that nothing changes, and exits with 0', async () => {
    await write({ 'object-templates/image.yaml': applied })
    expect(await plan()).toEqual({ code: 0, stdout: 'Nothing changes.\n', stderr: '' })
    expect(await plan('-o', 'markdown')).toEqual({
      code: 0,
      stdout: '### Changes to the object templates\n\nNothing changes.\n',
      stderr: '',
    })
    const { stdout } = await plan('-o', 'json')
    expect(JSON.parse(stdout)).toEqual({ digest: expect.stringMatching(/^\w+$/), entries: [] })
  })

  test('of changes that need no consent exits with 0', async () => {
    await write({ 'object-templates/image.yaml': `${applied}  when: date\n` })
    expect(await plan()).toEqual({
      code: 0,
      stdout: 'object-templates/image.yaml:8: SAFE image.fields.when: new field, date\n\nThis needs no consent.\n',
      stderr: '',
    })
    expect((await plan('-o', 'markdown')).stdout).toBe(`### Changes to the object templates

They can be applied as they are.

| effect | where | change | objects | such as |
|---|---|---|---:|---|
| SAFE | \`image.fields.when\` | new field, date |  |  |
`)
  })

  test('of changes that need consent prints the digest to give it with, and exits with 4', async () => {
    await write({ 'object-templates/image.yaml': withoutLts })
    expect(await planWithoutDigest()).toEqual({
      code: 4,
      stdout: `object-templates/image.yaml:3: ORPHANS image.fields.lts: removed; its values stay, invisible (2 objects: "<b>", "a|\`b\`")
object-templates/image.yaml:6: SAFE image.fields.size: int → float

This needs consent. To give it, start the server with:

  ACCEPT_TEMPLATES=<digest>
`,
      stderr: '',
    })
    expect(await planWithoutDigest('-o', 'markdown')).toEqual({
      code: 4,
      stdout: `### Changes to the object templates

They **need consent**: start the server with \`ACCEPT_TEMPLATES=<digest>\`.

| effect | where | change | objects | such as |
|---|---|---|---:|---|
| **ORPHANS** | \`image.fields.lts\` | removed; its values stay, invisible | 2 | \`"<b>"\` \`\`"a\\|\`b\`"\`\` |
| SAFE | \`image.fields.size\` | int → float |  |  |
`,
      stderr: '',
    })
    const { code, stdout, stderr } = await planWithoutDigest('-o', 'json')
    const safe = {
      template: 'image',
      file: 'object-templates/image.yaml',
      objects: 0,
      samples: [],
      needsConsent: false,
    }
    expect({ code, stderr, plan: JSON.parse(stdout) }).toEqual({
      code: 4,
      stderr: '',
      plan: {
        digest: '<digest>',
        entries: [
          { ...safe, path: 'fields.size', change: 'int → float', effect: 'SAFE', line: 6 },
          {
            ...{ template: 'image', path: 'fields.lts', file: 'object-templates/image.yaml', line: 3 },
            ...{ change: 'removed; its values stay, invisible', effect: 'ORPHANS', needsConsent: true },
            ...{ objects: 2, samples: ['["<b>"]', '["a|`b`"]'] },
          },
        ],
      },
    })
  })

  test('prints the digest that the start of a server asks for', async () => {
    await write({ 'object-templates/image.yaml': withoutLts })
    const { digest } = JSON.parse((await plan('-o', 'json')).stdout)
    const start = startRegistry([withoutLts], { databaseUrl: registry.databaseUrl })
    await expect(start).rejects.toThrow(`ACCEPT_TEMPLATES=${digest} `)
  })

  test('of changes that are impossible has no digest, and exits with 4', async () => {
    await write({ 'object-templates/image.yaml': withConflict })
    const where = 'object-templates/image.yaml'
    expect(await plan()).toEqual({
      code: 4,
      stdout: [
        `${where}:5: CONFLICTS image.fields.distr: unique, but several objects have "debian" (2 objects: "<b>", "c")`,
        `${where}:3: ORPHANS image.fields.lts: removed; its values stay, invisible (2 objects: "<b>", "a|\`b\`")`,
        '',
        'These templates cannot be applied: correct what is marked CONFLICTS, in the templates or in the objects.',
        '',
      ].join('\n'),
      stderr: '',
    })
    expect(JSON.parse((await plan('-o', 'json')).stdout)).toMatchObject({ digest: null })
    expect((await plan('-o', 'markdown')).stdout).toContain(
      '\n\nThey **cannot be applied**: correct what is marked CONFLICTS, in the templates or in the objects.\n\n',
    )
  })

  test('takes another folder, and names its files as they were given', async () => {
    await write({ 'ci/next/a.yml': `${applied}  when: date\n` })
    const entry = 'SAFE image.fields.when: new field, date'
    expect((await plan('ci/next')).stdout).toContain(`ci/next/a.yml:8: ${entry}\n`)
    const folder = join(program.folder, 'ci/next')
    expect((await plan(folder)).stdout).toContain(`${folder}/a.yml:8: ${entry}\n`)
    const env = { TEMPLATES_DIR: 'ci/next' }
    expect((await program.run(['templates', 'plan'], { env })).stdout).toContain(`ci/next/a.yml:8: ${entry}\n`)
  })

  test('of wrong templates reports what `templates check` reports, without any registry', async () => {
    await write({ 'object-templates/image.yaml': image('distr: strnig') })
    const check = await program.run(['templates', 'check'])
    expect(check).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'object-templates/image.yaml:5:10 UNKNOWN_TYPE fields.distr: "strnig" is not a field type. Did you mean "string"?\n\n1 problem\n',
    })
    expect(await program.run(['templates', 'plan'], { env: away })).toEqual(check)
    const missing = await program.run(['templates', 'check', 'none'])
    expect(missing.code).toBe(1)
    expect(await program.run(['templates', 'plan', 'none'], { env: away })).toEqual(missing)
  })

  test('exits with 6 if the registry is away', async () => {
    await write({ 'object-templates/image.yaml': applied })
    const { code, stdout, stderr } = await program.run(['templates', 'plan', '--retries', '0'], { env: away })
    expect({ code, stdout }).toEqual({ code: 6, stdout: '' })
    expect(stderr).toMatch(/^error: There is no registry at http:\/\/127\.0\.0\.1:1\/graphql/)
  })

  test('works where templates have the names of the field and of its types', async () => {
    const named = ['template_plan', 'template_file', 'template_effect'].map(
      (name) => `name: ${name}\nkey: [name]\nfields:\n  name: string\n`,
    )
    const other = await startRegistry(named)
    try {
      await write(Object.fromEntries(named.map((text, i) => [`object-templates/${i}.yaml`, text])))
      const env = { REGISTRY_URL: other.url }
      expect(await program.run(['templates', 'plan'], { env })).toEqual({
        code: 0,
        stdout: 'Nothing changes.\n',
        stderr: '',
      })
    } finally {
      await other.close()
    }
  })
})

describe('registry templates plan --operations', () => {
  const files = {
    'ci/lts.graphql':
      '# Which are supported\n\nquery Supported {\n  images(where: { lts: { equals: true } }) { nodes { ...Named } }\n}\n',
    'ci/deep/fragments.gql': 'fragment Named on Image { name ...Sized }\n',
    'ci/deep/more/sized.graphql': 'fragment Sized on Image { size lts }\n\n{ images { nodes { ...Named } } }\n',
    'ci/distr.graphql': 'query Distr { images(distr: "debian") { totalCount } }\nquery Wrong { nothing }\n',
    'ci/schema.graphql': 'type Query { images: Int }\n',
    'ci/.github/hidden.graphql': 'mutation Hidden { upsertImage(input: { name: "a", lts: true }) { outcome } }\n',
    'ci/node_modules/other/other.graphql': '{ images { nodes { lts } } }\n',
    'ci/notes.txt': '{ images { nodes { lts } } }\n',
  }
  const note = 'ci/distr.graphql:2: query Wrong: already invalid today: Cannot query field "nothing" on type "Query".\n'
  const onType = (type: string) => `Field "lts" is not defined by type "${type}".`
  const onImage = 'Cannot query field "lts" on type "Image".'

  test('names the operations that would break, with the fragments of all files, and exits with 4', async () => {
    await write({ 'object-templates/image.yaml': withoutLts, ...files })
    const { code, stdout, stderr } = await plan('--operations', 'ci')
    expect({ code, stderr }).toEqual({ code: 4, stderr: note })
    expect(stdout.slice(stdout.indexOf('3 of'))).toBe(`3 of 4 saved operations would break:
ci/.github/hidden.graphql:1: mutation Hidden: ${onType('ImageInput')}
ci/deep/more/sized.graphql:3: query: ${onImage}
ci/lts.graphql:3: query Supported: ${onType('ImageWhere')}
ci/lts.graphql:3: query Supported: ${onImage}
`)
  })

  test('exits with 4 for a broken operation even if no object needs consent', async () => {
    const other = await startRegistry([applied])
    try {
      await write({ 'object-templates/image.yaml': withoutLts, ...files })
      const env = { REGISTRY_URL: other.url }
      const args = ['templates', 'plan', '--operations', 'ci/**/*.graphql', '-q']
      const { code, stdout, stderr } = await program.run([...args, '-o', 'json'], { env })
      expect({ code, stderr }).toEqual({ code: 4, stderr: '' })
      const answer = JSON.parse(stdout)
      expect(answer.entries.filter(({ needsConsent }: PlanEntry) => needsConsent)).toEqual([])
      expect(answer.operations.map(({ name }: { name: string }) => name)).toEqual(['Hidden'])
    } finally {
      await other.close()
    }
  })

  test('prints them as JSON and as Markdown', async () => {
    await write({ 'object-templates/image.yaml': withoutLts, ...files })
    const args = ['--operations', 'ci/*.graphql', '--operations', 'ci/deep/**', '-q']
    const broken = [
      { file: 'ci/deep/more/sized.graphql', line: 3, name: null, messages: [onImage] },
      { file: 'ci/lts.graphql', line: 3, name: 'Supported', messages: [onType('ImageWhere'), onImage] },
    ]
    const json = await plan(...args, '-o', 'json')
    expect({ code: json.code, stderr: json.stderr }).toEqual({ code: 4, stderr: '' })
    expect(JSON.parse(json.stdout).operations).toEqual(broken)
    const { code, stdout } = await plan(...args, '-o', 'markdown')
    expect(code).toBe(4)
    expect(stdout.slice(stdout.indexOf('\n### Saved'))).toBe(`
### Saved operations

2 of 3 saved operations would break:

| where | operation | why |
|---|---|---|
| \`ci/deep/more/sized.graphql:3\` | \`query\` | ${onImage} |
| \`ci/lts.graphql:3\` | \`query Supported\` | ${onType('ImageWhere')}<br>${onImage} |
`)
  })

  test('exits with 0 if all operations stay valid', async () => {
    await write({ 'object-templates/image.yaml': applied, ...files })
    expect(await plan('--operations', 'ci')).toEqual({
      code: 0,
      stdout: 'Nothing changes.\n\nAll 4 saved operations stay valid.\n',
      stderr: note,
    })
    const json = await plan('--operations', 'ci', '-o', 'json', '-q')
    expect(JSON.parse(json.stdout)).toMatchObject({ entries: [], operations: [] })
  })

  test('judges literals by the rules of their scalars, today and with the new templates', async () => {
    await write({
      'object-templates/image.yaml': image('distr: date', 'lts: boolean', 'size: int', 'when: date'),
      'ci/distr.graphql': 'query Distr { images(distr: "debian") { totalCount } }\n',
      'ci/later.graphql': 'query Later { images(when: "2026-01-01") { totalCount } }\n',
      'ci/broken.graphql': 'query {\n  images {\n',
      'ci/deep.graphql': `query { images ${'{ a '.repeat(20_000)}${'} '.repeat(20_000)}}\n`,
      'ci/time.graphql': 'query Time { images(where: { _meta: { createTime: { gt: "soon" } } }) { totalCount } }\n',
    })
    const { code, stdout, stderr } = await plan('--operations', 'ci')
    expect(code).toBe(4)
    expect(stdout).toMatch(/\n1 of 1 saved operation would break:\nci\/distr\.graphql:1: query Distr: Date: /)
    expect(stderr.split('\n').map((line) => line.split(': ').slice(0, 3).join(': '))).toEqual([
      'ci/broken.graphql:3: already invalid today: Syntax Error',
      'ci/deep.graphql:1: already invalid today: The request has more than 200 levels of nested brackets in its document; at most 200 are allowed (limit "nesting"). Split it into smaller requests.',
      'ci/later.graphql:1: query Later: invalid today, valid with these templates',
      'ci/time.graphql:1: query Time: already invalid today',
      '',
    ])
  })

  test.each(['cii/**/*.graphql', 'ci/notes.txt', 'none'])(
    '%s is wrong usage, because it names no document',
    async (name) => {
      await write({ 'object-templates/image.yaml': applied, ...files })
      expect(await program.run(['templates', 'plan', '--operations', name], { env: away })).toEqual({
        code: 2,
        stdout: '',
        stderr: `error: --operations: "${name}" names no .graphql or .gql file.\n`,
      })
    },
  )

  test('takes files and folders whose names look like globs', async () => {
    await write({ 'object-templates/image.yaml': applied, 'ci/[a] (b)/*.graphql': '{ images { totalCount } }\n' })
    const said = 'Nothing changes.\n\n1 saved operation stays valid.\n'
    expect((await plan('--operations', 'ci/[a] (b)')).stdout).toBe(said)
    expect((await plan('--operations', 'ci/[a] (b)/*.graphql')).stdout).toBe(said)
    expect((await plan('--operations', join(program.folder, 'ci'))).stdout).toBe(said)
  })
})

test('in Markdown, no name and no value is markup, notifies people or ends a cell', () => {
  const entry = (change: string, ...samples: unknown[]): PlanEntry => ({
    ...{ template: 'image', path: 'fields.x', effect: 'VIOLATES', objects: 7, needsConsent: true },
    change,
    samples: samples.map((key) => JSON.stringify([key])),
  })
  const entries = [
    entry('new rules: pattern ^[a-z]\\|<b>$|`x` *b* _u_ ~s~ @team #12 &lt;', 'a|b', '`', '``<img>`', '\\|', 'x\ny'),
    entry('a\nb'),
  ]
  const rows = printPlanAsMarkdown(createPlan(entries, '', ''))
    .split('\n')
    .slice(6, 8)
  expect(rows).toEqual([
    String.raw`| **VIOLATES** | ${'`image.fields.x`'} | new rules: pattern ^\[a-z\]\\\|\<b\>\$\|${'\\`x\\`'} \*b\* \_u\_ \~s\~ @&#8203;team #&#8203;12 \&lt; | 7 | ${'`"a\\|b"` ``"`"`` ```"``<img>`"``` `"\\\\\\|"` `"x\\ny"`'} … |`,
    '| **VIOLATES** | `image.fields.x` | a b | 7 |  |',
  ])
})

test('the bundle keeps the schema out of what every command loads', async () => {
  expect(await readFile('dist/bin/registry.cjs', 'utf8')).not.toMatch(/Pothos|GraphQLSchema/)
})
