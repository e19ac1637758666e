import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseTemplates } from '../../src/template/parse-templates.ts'
import { createRegistryProgram, type RegistryProgram, type Run } from './registry-program.ts'

// Beside each file of Python is what is printed for it. Its comments are what stderr must say as well.
const fixtures = 'test/cli/fixtures/from-python'
const sources = readdirSync(fixtures).filter((name) => name.endsWith('.py'))

let program: RegistryProgram
beforeAll(async () => {
  // It needs no server.
  program = await createRegistryProgram('http://127.0.0.1:1/graphql')
  for (const name of sources) writeFileSync(join(program.folder, name), readFileSync(join(fixtures, name)))
})
afterAll(() => program?.remove())

function write(name: string, text: string): string {
  writeFileSync(join(program.folder, name), text)
  return name
}

const convert = (...args: string[]): Promise<Run> => program.run(['templates', 'from-python', ...args])

describe('registry templates from-python', () => {
  test.each(sources)('prints the templates of %s, and on stderr what is not carried over', async (name) => {
    const { stdout, stderr } = await convert(name)
    expect(stdout).toBe(readFileSync(join(fixtures, name.replace(/py$/, 'yaml')), 'utf8'))
    const notes = stdout.split('\n').flatMap((line) => /^# {3}(.*)/.exec(line)?.[1] ?? [])
    const said = stderr.split('\n')
    expect(notes.filter((note) => !said.includes(note))).toEqual([])
    const templates = stdout.split('---\n')
    const files = templates.map((text, i) => ({ file: `${i}.yaml`, text }))
    expect(parseTemplates(files).issues).toBeUndefined()
  })

  const host = "class Host(RegistryStore):\n    _uniq_key = ['name']\n    name = ''\n"
  const hostTemplate = 'name: host\nkey: [name]\nfields:\n  name: { type: string, default: "" }\n'
  const noKey = (name: string, attributes: string) =>
    `${name}: it has no uniq_key, so there is no template for it; add _uniq_key = […] to the class, with the attributes that identify an object, out of ${attributes}`

  test.each<readonly [title: string, source: string, code: number, stdout: string, stderr: string]>([
    [
      'a class without a key',
      "class Person(RegistryStore):\n    desc = 'People'\n    first_name = 'Foo'\n    last_name = 'Bar'\n",
      2,
      '',
      `it.py:1: ${noKey('Person', 'first_name, last_name')}\nerror: it.py has no class with a uniq_key.\n`,
    ],
    [
      'an empty key',
      'class Person(RegistryStore):\n    _uniq_key = []\n    name: str\n',
      2,
      '',
      `it.py:1: ${noKey('Person', 'name')}\nerror: it.py has no class with a uniq_key.\n`,
    ],
    [
      'a class without a key beside one that has one',
      `${host}class Person(RegistryStore):\n    name: str\n`,
      1,
      hostTemplate,
      `it.py:4: ${noKey('Person', 'name')}\n`,
    ],
    [
      'a key that only Python knows',
      'class Person(RegistryStore):\n    _uniq_key = keys()\n    name: str\n',
      2,
      '',
      "it.py:2: Person: its _uniq_key is known to Python alone (keys()); write it as a list of names, such as ['name']\nerror: it.py has no class with a uniq_key.\n",
    ],
    [
      'a key that depends on a condition',
      "class Person(RegistryStore):\n    if a:\n        _uniq_key = ['name']\n    name: str\n",
      2,
      '',
      "it.py:3: Person: its _uniq_key is known to Python alone (['name']); write it as a list of names, such as ['name']\nerror: it.py has no class with a uniq_key.\n",
    ],
    [
      'two keys that differ',
      "class Person(RegistryStore):\n    _uniq_key = ['a']\n    uniq_key = ['b']\n    a = b = ''\n",
      2,
      '',
      'it.py:3: Person: its _uniq_key and its uniq_key differ; remove one of them\nerror: it.py has no class with a uniq_key.\n',
    ],
    [
      'a key that no field can be',
      "class Person(RegistryStore):\n    _uniq_key = ['_id']\n    _id = ''\n    name = ''\n",
      1,
      expect.stringContaining('key: [_id]\nfields:\n  name: { type: string, default: "" }\n') as string,
      `it.py:3: _id: pyRegistryStore does not store what begins with _; there is no field for it
it.py:3: _id: the key names it, but a field cannot have this name
What is printed needs work before it can be used.
`,
    ],
    ['no class', 'x = 1\n', 2, '', 'error: it.py has no class with a uniq_key.\n'],
    [
      'classes that are none of its own',
      `class Config:\n    debug = True\n${host}`,
      0,
      hostTemplate,
      'it.py:1: Config: it has no uniq_key and is no RegistryStore; it is passed over\n',
    ],
    [
      'pyRegistryStore itself',
      `class Meta(yaml.YAMLObject):\n    pass\nclass RegistryStore(yaml.YAMLObject):\n    _uniq_key = []\n${host}`,
      0,
      hostTemplate,
      `it.py:1: Meta: it has no uniq_key and is no RegistryStore; it is passed over
it.py:3: RegistryStore: it is pyRegistryStore itself; it is passed over
`,
    ],
    [
      'two classes for one template',
      `${host}class HOST(RegistryStore):\n    _uniq_key = ['name']\n    name = ''\n`,
      1,
      hostTemplate,
      'it.py:4: HOST: the template host is made of Host (it.py:1) already; rename one of them\n',
    ],
    [
      'text that is not Python',
      `class Host(RegistryStore):\n    _uniq_key = ['name']\n    name = ''\n    class = 5\n    port = )\n    zone = 'a'\n`,
      0,
      expect.stringContaining('zone: { type: string, default: a }') as string,
      expect.stringContaining('it.py:4: ') as string,
    ],
  ])(
    'never guesses a key, and says what there is no template for: %s',
    async (_title, source, code, stdout, stderr) => {
      expect(await convert(write('it.py', source))).toEqual({ code, stdout, stderr })
    },
  )

  test('takes files together: bases and enums are found in the others, and classes can be chosen', async () => {
    const base = write('base.py', "class Base(RegistryStore):\n    _uniq_key = ['name']\n    name = ''\n")
    const states = write('states.py', "class State(Enum):\n    UP = 'up'\n    DOWN = 'down'\n")
    const guest = write(
      'guest.py',
      'from base import Base\nfrom states import State\nclass Guest(Base):\n    state: State = State.UP\nclass Other(Base):\n    x = 1\n',
    )
    expect(await convert(guest, base, states, 'Guest')).toEqual({
      code: 0,
      stdout:
        'name: guest\nkey: [name]\nfields:\n  name:  { type: string, default: "" }\n  state: { type: enum, values: [up, down], default: up }\n',
      stderr: '',
    })
    expect(await convert(guest)).toEqual({
      code: 2,
      stdout: '',
      stderr: `\
guest.py:3: Guest: it has no uniq_key and is passed over; if base.Base has one, give that file too
guest.py:5: Other: it has no uniq_key and is passed over; if base.Base has one, give that file too
error: guest.py has no class with a uniq_key.
`,
    })
    expect(await convert(guest, base, states, 'Gast')).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: guest.py, base.py, states.py: there is no class Gast. It has: Guest, Other, Base\n',
    })
    expect((await convert('nowhere.py')).code).toBe(2)
  })

  test('writes a file for each template, and loses none that is there', async () => {
    write('two.py', `${host}class Person(RegistryStore):\n    _uniq_key = ['name']\n    name = ''\n`)
    const written = { code: 0, stdout: 'made/host.yaml\nmade/person.yaml\n', stderr: '' }
    expect(await convert('two.py', '--into', 'made')).toEqual(written)
    expect(await convert('two.py', '--into', 'made')).toEqual(written)
    expect(readFileSync(join(program.folder, 'made/host.yaml'), 'utf8')).toBe(hostTemplate)
    mkdirSync(join(program.folder, 'other'))
    write('other/person.yaml', 'name: person\n')
    expect(await convert('two.py', '--into', 'other')).toEqual({
      code: 1,
      stdout: '',
      stderr: 'error: other/person.yaml exists already and is another template. Nothing was written.\n',
    })
    expect(existsSync(join(program.folder, 'other/host.yaml'))).toBe(false)
    expect((await convert('two.py')).stderr).toBe(
      '2 templates: each belongs in a file of its own; --into object-templates writes them\n',
    )
  })

  const many = 50_000
  test.each([
    ['brackets that stay open', `class A:\n  x = ${'('.repeat(many)}`, 2],
    ['brackets', `class A:\n  x = ${'('.repeat(many)}1${')'.repeat(many)}`, 2],
    ['lists', `class A:\n  x = ${'['.repeat(many)}${']'.repeat(many)}`, 2],
    ['calls', `class A:\n  x = ${'f('.repeat(many)}${')'.repeat(many)}`, 2],
    ['mappings', `class A:\n  x = ${'{1: '.repeat(many)}`, 2],
    ['brackets behind texts and comments', `s = '''('''  # (\nclass A:\n  x = ${'('.repeat(many)}`, 2],
    ['brackets in an annotation', `class A:\n  _uniq_key = ['x']\n  x: '${'List['.repeat(many)}' = ''`, 0],
    ['brackets in texts', `class A:\n  _uniq_key = ['x']\n  x = '${'('.repeat(many)}'`, 0],
    ['signs', `class A:\n  _uniq_key = ['x']\n  x = ${'-'.repeat(many)}1`, 'any'],
    ['negations', `class A:\n  _uniq_key = ['x']\n  x = ${'not '.repeat(many)}1`, 'any'],
    ['sums', `class A:\n  _uniq_key = ['x']\n  x = 1${' + 1'.repeat(many)}`, 'any'],
    ['members', `class A:\n  _uniq_key = ['x']\n  x = a${'.b'.repeat(many)}`, 'any'],
    ['calls of calls', `class A:\n  _uniq_key = ['x']\n  x = a${'()'.repeat(many)}`, 'any'],
    ['conditions', `class A:\n  _uniq_key = ['x']\n  x = ${'1 if a else '.repeat(many)}2`, 'any'],
    ['functions', `class A:\n  _uniq_key = ['x']\n  x = ${'lambda: '.repeat(many)}2`, 'any'],
    ['alternatives', `class A:\n  _uniq_key = ['x']\n  x: ${'int | '.repeat(many)}str`, 'any'],
    ['blocks', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}if a:`).join('\n'), 2],
    ['classes', Array.from({ length: 1_000 }, (_, i) => `${' '.repeat(i)}class A:`).join('\n'), 2],
    ['names that double', `${doubling('x', 60, (name) => `${name} + ${name}`)}class A:\n  _uniq_key = x60\n`, 2],
    [
      'types that double',
      `${doubling('x', 60, (name) => `Union[${name}, ${name}]`)}class A:\n  _uniq_key = ['a']\n  a: x60\n`,
      0,
    ],
    [
      'circles',
      "x = y\ny = x\nclass E(Enum):\n  A = F.A\nclass F(Enum):\n  A = E.A\nclass A(A):\n  _uniq_key = ['x']\n  x: x = x\n  y: E = F.A\n",
      0,
    ],
  ] as const)('is not brought down by %s', async (_title, source, code) => {
    const run = await convert(write('deep.py', source))
    if (code === 'any') expect([0, 2]).toContain(run.code)
    else expect(run.code).toBe(code)
    expect(run.stderr).not.toMatch(/RangeError|at .*\(|\n {4}at /)
    expect(run.stderr.length).toBeLessThan(2_000)
    if (run.code === 2) expect(run.stderr).toMatch(/^(?:[^\n]+\n)?error: deep\.py[^\n]*\.\n$/)
  })
})

/** `x0 = 1`, `x1 = x0 + x0`, …: what is cheap to write and dear to work out. */
function doubling(name: string, count: number, next: (name: string) => string): string {
  const lines = Array.from({ length: count }, (_, i) => `${name}${i + 1} = ${next(`${name}${i}`)}\n`)
  return `${name}0 = ['a']\n${lines.join('')}`
}
