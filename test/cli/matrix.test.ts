import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse as parseYaml } from 'yaml'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const templates = [
  'name: image\nkey: [name]\nfields:\n  name: string\n  lts: boolean\n',
  'name: host\nkey: [zone, rack]\nfields:\n  zone: string\n  rack: int\n',
  `
name: role
key: [name, image]
passed: { passed: { equals: true } }
staleAfter: 7d
fields:
  name: string
  image: { type: reference, to: image }
  commit: string
  passed: boolean
  extra: json
`,
  `
name: visit
key: [host, image, day]
fields:
  host: { type: reference, to: host }
  image: { type: reference, to: image }
  day: int
`,
]

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry(templates)
  program = await createRegistryProgram(registry.url)
  await registry.data(`mutation {
    upsertImages(input: [{name: "al|pha", lts: true}, {name: "beta", lts: true}, {name: "gamma"}]) { failed }
    upsertHosts(input: [{zone: "a", rack: 1}, {zone: "a", rack: 2}]) { failed }
    upsertRoles(input: [
      {name: "ntp", image: "al|pha", commit: "c1", passed: true}
      {name: "ntp", image: "beta", commit: "c1", passed: false}
      {name: "ssh,d", image: "beta", commit: "c2", passed: true}
    ]) { failed }
    upsertVisits(input: [{host: {zone: "a", rack: 1}, image: "beta", day: 1}]) { failed }
  }`)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const run = (...args: string[]) => program.run(args)
const matrix = (...args: string[]) => run('role', 'matrix', 'rows=name', ...args)

describe('registry role matrix', () => {
  test('prints the cells in every format of objects, and a grid as CSV', async () => {
    const cells = JSON.parse((await matrix('columns=image')).stdout)
    const { code, stdout } = await matrix('columns=image', '-o', 'ndjson')
    expect([
      code,
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ]).toEqual([3, cells])
    expect(parseYaml((await matrix('columns=image', '-o', 'yaml')).stdout)).toEqual(cells)
    expect((await matrix('columns=image', '-o', 'csv', '--row-in', '["ntp","ssh,d","=1"]')).stdout).toBe(
      'name,al|pha,beta,gamma\nntp,P,F,M\n"ssh,d",M,P,M\n\'=1,M,M,M\n',
    )
    const visits = await run('visit', 'matrix', 'rows=day', 'columns=image', '-o', 'csv')
    expect(visits.stdout).toBe('day,al|pha,beta,gamma\n1,M,+,M\n')
  })

  test('prints the cells as JSON, and exits with 3 because pairs have not passed', async () => {
    const { code, stdout, stderr } = await matrix('columns=image', 'passed=true', '--column-where', 'lts=true')
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' })
    const object = (fields: object) => ({ _meta: expect.objectContaining({ version: 1 }), ...fields })
    const missing = { verdict: 'MISSING', state: 'MISSING', count: 0, latest: null }
    expect(JSON.parse(stdout)).toEqual([
      {
        row: 'ntp',
        column: 'al|pha',
        verdict: 'PASSED',
        state: 'PRESENT',
        count: 1,
        latest: object({ commit: 'c1', image: 'al|pha', name: 'ntp', passed: true }),
      },
      { row: 'ntp', column: 'beta', ...missing },
      { row: 'ssh,d', column: 'al|pha', ...missing },
      {
        row: 'ssh,d',
        column: 'beta',
        verdict: 'PASSED',
        state: 'PRESENT',
        count: 1,
        latest: object({ commit: 'c2', image: 'beta', name: 'ssh,d', passed: true }),
      },
    ])
  })

  test('exits with 0 if all have passed, or there is nothing to pass', async () => {
    expect(await matrix('--row-in', 'ntp', '--column-where', 'name=al|pha', '-o', 'table')).toEqual({
      code: 0,
      stdout: 'name  al|pha\nntp   P\n',
      stderr: '',
    })
    expect(await matrix('--row-in', '[]')).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  test('prints what has not passed as a job matrix of GitHub Actions, and exits with 0', async () => {
    const { code, stdout } = await matrix('columns=image', '-o', 'github')
    expect(code).toBe(0)
    expect(stdout.match(/\n/g)).toHaveLength(1)
    expect(JSON.parse(stdout)).toEqual({
      include: [
        { name: 'ntp', image: 'beta' },
        { name: 'ntp', image: 'gamma' },
        { name: 'ssh,d', image: 'al|pha' },
        { name: 'ssh,d', image: 'gamma' },
      ],
    })
    expect(await matrix('columns=image', '-o', 'github', '--exit-code')).toEqual({ code: 3, stdout, stderr: '' })
    expect((await matrix('columns=image', '-o', 'gitlab')).code).toBe(0)
    expect((await matrix('columns=image', '-o', 'gitlab', '--exit-code')).code).toBe(3)
  })

  test('takes the first jobs, and says how many there are', async () => {
    expect(await matrix('-o', 'github', '--first', '1')).toEqual({
      code: 0,
      stdout: '{"include":[{"name":"ntp","image":"beta"}]}\n',
      stderr: 'The first 1 of 4 jobs.\n',
    })
    expect((await matrix('-o', 'github', '--first', '4')).stderr).toBe('')
    expect(await matrix('-o', 'table', '--first', '1')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining(
        '--first takes the first jobs, which only -o github, -o gitlab and --github-output make.',
      ),
    })
    expect((await matrix('-o', 'github', '--first', '0')).stderr).toContain(
      '--first takes a number from 1 on, not "0".',
    )
  })

  test.each([
    ['github', 256, ['-o', 'github']],
    ['gitlab', 200, ['-o', 'gitlab']],
    ['github', 256, ['-o', 'table', '--github-output']],
  ])('warns of more jobs than %s accepts: %i', async (service, most, output) => {
    const name = service === 'github' ? 'GitHub' : 'GitLab'
    const rows = (count: number) => ['--row-in', Array.from({ length: count }, (_, i) => `row${i}`).join(',')]
    const env = { GITHUB_OUTPUT: join(program.folder, 'many') }
    const ask = (count: number, ...more: string[]) =>
      program.run(['role', 'matrix', 'rows=name', '--column-where', 'name=beta', ...rows(count), ...output, ...more], {
        env,
      })
    expect(await ask(most)).toMatchObject({ code: 0, stderr: '' })
    expect(await ask(most + 1)).toMatchObject({
      code: 0,
      stderr: `warning: these are ${most + 1} jobs, and ${name} accepts ${most} of one matrix. Take the first ones with --first ${most}\n`,
    })
    expect(await ask(most + 1, '--first', String(most))).toMatchObject({
      code: 0,
      stderr: `The first ${most} of ${most + 1} jobs.\n`,
    })
  })

  test('writes the same to the outputs of a step', async () => {
    const file = join(program.folder, 'outputs')
    const asked = ['role', 'matrix', 'rows=name', '--row-in', 'ntp', '--github-output']
    const env = { GITHUB_OUTPUT: file }
    expect((await program.run(asked, { env })).code).toBe(0)
    expect((await readFile(file, 'utf8')).replace(/registry_[\w-]+/g, 'END')).toBe(
      'matrix<<END\n{"include":[{"name":"ntp","image":"beta"},{"name":"ntp","image":"gamma"}]}\nEND\ncount<<END\n2\nEND\n',
    )
    expect((await program.run([...asked, '--exit-code'], { env })).code).toBe(3)
    expect(await matrix('--github-output')).toEqual({
      code: 2,
      stdout: '',
      stderr: expect.stringContaining('--github-output needs GITHUB_OUTPUT'),
    })
  })

  test('prints a job for GitLab to extend, whose variables are texts', async () => {
    const { stdout } = await run('visit', 'matrix', 'rows=day', 'columns=host', '-o', 'gitlab')
    expect(parseYaml(stdout)).toEqual({
      '.missing': { parallel: { matrix: [{ day: '1', host: '{"zone":"a","rack":2}' }] } },
    })
    const none = await run('visit', 'matrix', 'rows=day', 'columns=host', '--row-in', '[]', '-o', 'gitlab')
    expect(parseYaml(none.stdout)).toEqual({
      '.missing': { rules: [{ when: 'never' }] },
      nothing: { script: ['true'] },
    })
  })

  test('prints a table of letters, and of marks on a terminal that has colours', async () => {
    await registry.sql(
      `update registry_object set updated_at = now() - interval '8 days' where key = '["ssh,d",["beta"]]'`,
    )
    const asked = ['columns=image', '--row-in', '["ssh,d", "ntp"]']
    const letters = 'name   al|pha  beta  gamma\nssh,d  M       S     M\nntp    P       F     M\n'
    expect(await matrix(...asked, '-o', 'table')).toEqual({ code: 3, stdout: letters, stderr: '' })
    expect((await matrix(...asked, '-o', 'markdown')).stdout).toBe(
      '| name  | al\\|pha | beta | gamma |\n| ----- | ------- | ---- | ----- |\n| ssh,d | M       | S    | M     |\n| ntp   | P       | F    | M     |\n',
    )
    const command = `registry role matrix rows=name columns=image --row-in '["ssh,d", "ntp"]' -o table`
    const onTerminal = (env: object) =>
      program.shell(`script -qec "$COMMAND" /dev/null`, { env: { TERM: 'xterm', COMMAND: command, ...env } })
    const { stdout } = await onTerminal({})
    expect(stripVTControlCharacters(stdout).replaceAll('\r', '')).toBe(
      'name   al|pha  beta  gamma\nssh,d  ·       …     ·\nntp    ✔       ✘     ·\n',
    )
    expect((await onTerminal({ NO_COLOR: '1' })).stdout.replaceAll('\r', '')).toBe(letters)
    const visits = await run('visit', 'matrix', 'rows=day', 'columns=host', '-o', 'table')
    expect(visits.stdout.split('\n')[1]).toMatch(/^1 +\+ +M$/)
  })

  test('accepts references as rows, and filters the columns', async () => {
    const asked = ['visit', 'matrix', 'rows=host', 'columns=image', '--column-where', 'name=beta', '-o', 'github']
    expect(JSON.parse((await run(...asked)).stdout)).toEqual({
      include: [{ host: { zone: 'a', rack: 2 }, image: 'beta' }],
    })
    const rows = ['--row-in', '[{"zone": "a", "rack": 1}]']
    expect(await run(...asked, ...rows, '--exit-code')).toEqual({ code: 0, stdout: '{"include":[]}\n', stderr: '' })
  })

  test.each([
    [['role', 'matrix'], 'The rows are missing.\nWrite rows= and one of: name, commit, passed\n'],
    [['role', 'matrix', 'rows=nam'], 'role has no field "nam". Did you mean "name"?'],
    [
      ['role', 'matrix', 'rows=extra'],
      'rows=extra is not a field that can be the rows.\nWrite rows= and one of: name, commit, passed\n',
    ],
    [['role', 'matrix', 'rows=image'], 'rows=image is not a field that can be the rows.'],
    [['role', 'matrix', 'rows=name', 'rows=commit'], 'rows is given twice.'],
    [
      ['role', 'matrix', 'rows=name', 'columns=imag'],
      'columns=imag is not a reference of role. Did you mean "image"?\nWrite columns= and one of: image\n',
    ],
    [['visit', 'matrix', 'rows=day'], 'The columns are missing.\nWrite columns= and one of: host, image\n'],
    [['image', 'matrix', 'rows=name'], 'image has no matrix: it has no reference that can be the columns.'],
    [['role', 'matrix', 'rows=name', '--column-where', 'lts'], '--column-where: one of = !='],
    [['role', 'matrix', 'rows=name', '--column-where', 'lts~x*'], '--column-where: ~ compares texts; lts is of'],
    [
      ['role', 'matrix', 'rows=name', '--column-where', '{"lts"'],
      '--column-where begins like JSON but is not valid JSON:',
    ],
    [
      ['role', 'matrix', 'rows=name', '--column-where', 'name.x=1'],
      '--column-where: name has no fields that an expression can name',
    ],
    [['role', 'matrix', 'rows=name', '--row-in', '[1'], '--row-in begins like JSON but is not valid JSON:'],
    [['role', 'matrix', 'rows=passed', '--row-in', 'perhaps'], 'passed is true or false, not "perhaps".'],
  ])('%j is a usage error', async (args, message) => {
    const { code, stdout, stderr } = await run(...args)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })
})
