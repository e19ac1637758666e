import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { nearestName } from '../../src/template/suggest.ts'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: image\nkey: [name]\nfields:\n  name: string\n  distr: string\n  size: int\n  tags: [string]\n',
    'name: person\nkey: [first_name, last_name]\nfields:\n  first_name: string\n  last_name: string\n',
    'name: show\nkey: [id]\nfields:\n  id: string\n',
    'name: token\nkey: [name]\nfields:\n  name: string\n',
    'name: init\nplural: inits\nkey: [name]\nfields:\n  name: string\n',
    'name: version\nkey: [name]\nfields:\n  name: string\n',
  ])
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

/** Words of a command line, with quotes as in a shell. */
const split = (line: string) => (line.match(/'[^']*'|\S+/g) ?? []).map((word) => word.replace(/^'(.*)'$/, '$1'))
const stderrOf = async (line: string) => {
  const { code, stdout, stderr } = await program.run(split(line))
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  return stderr
}

describe('the order of words of other tools gets the line to write:', () => {
  test.each([
    ['get image', 'The name of the template comes first: registry image get\n'],
    ['get images', 'The name of the template comes first: registry image get\n'],
    ['get image ubuntu', 'The name of the template comes first: registry image get\n'],
    ['get image/ubuntu', 'The name of the template comes first: registry image get\n'],
    ['get people -o json', 'The name of the template comes first: registry person get\n'],
    ['list image', 'The name of the template comes first: registry image get\n'],
    ['create image name=a', 'The name of the template comes first: registry image set\n'],
    ['delete image name=a', 'The name of the template comes first: registry image delete\n'],
    ['rm image', 'The name of the template comes first: registry image delete\n'],
    ['describe image', 'The name of the template comes first: registry image help\n'],
    ['count images', 'The name of the template comes first: registry image count\n'],
    ['latest image', 'The name of the template comes first: registry image last\n'],
    ['ls image', '\n(Did you mean registry image get?)\n'],
    ['get lts=true', 'get needs the name of a template before it: registry TEMPLATE get …'],
    ['get nothing', 'get needs the name of a template before it: registry TEMPLATE get …'],
    ['create', 'set needs the name of a template before it: registry TEMPLATE set …'],
  ])('registry %s', async (line, message) => {
    expect(await stderrOf(line)).toContain(message)
  })

  test.each([
    ['get image', 'registry image get'],
    ['rm images', 'registry images delete'],
    ['apply -f x.yaml', 'Did you mean "import"?'],
  ])('also without a registry: %s', async (line, message) => {
    const { code, stderr } = await program.run(split(line), { env: { REGISTRY_URL: 'http://127.0.0.1:1' } })
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) })
  })
})

describe('commands of other tools get ours:', () => {
  test.each([
    ['image list', 'registry image get'],
    ['image ls', 'registry image get'],
    ['image show name=a', 'registry image get'],
    ['image find', 'registry image get'],
    ['image filter distr=ubuntu', 'registry image get'],
    ['image create name=a', 'registry image set'],
    ['image add', 'registry image set'],
    ['image new', 'registry image set'],
    ['image update name=a', 'registry image set'],
    ['image edit', 'registry image set'],
    ['image rm', 'registry image delete'],
    ['image remove name=a', 'registry image delete'],
    ['image describe', 'registry image help'],
    ['image name=a', 'registry image get name=a'],
    ['image latest', 'registry image last'],
    ['templates list', 'registry ls'],
    ['templates validate', 'registry templates check'],
    ['token new', 'registry token create'],
    ['token rm jenkins', 'registry token revoke'],
    ['token list', 'registry token ls'],
  ])('registry %s', async (line, meant) => {
    const [, word] = line.split(' ')
    expect(await stderrOf(line)).toBe(`error: unknown command '${word}'\n(Did you mean ${meant}?)\n`)
  })

  test.each([
    ['list', 'ls'],
    ['images', 'image'],
    ['people', 'person'],
    ['start', 'serve'],
    ['apply -f x.yaml', 'import'],
    ['load', 'import'],
    ['dump', 'export'],
    ['migrate', 'upgrade'],
    ['health', 'doctor'],
    ['find ubuntu', 'search'],
    ['validate', 'templates check'],
    ['template check', 'templates'],
    ['login', 'whoami'],
    ['whoiam', 'whoami'],
    ['vresion', 'version'],
  ])('registry %s', async (line, meant) => {
    expect(await stderrOf(line)).toBe(`error: unknown command '${split(line)[0]}'\nDid you mean "${meant}"?\n`)
  })

  test('and a word that is like none gets all of them', async () => {
    expect(await stderrOf('image ubuntu')).toBe(
      "error: unknown command 'ubuntu'\nThe commands are: help, set, get, last, count, delete, markdown, matrix, wait, watch, history, diff, restore, retain, purge\n",
    )
  })

  test('and plurals the template', async () => {
    expect(await stderrOf('images get')).toContain('There is no template "images". Did you mean "image"?')
    expect(await stderrOf('people get')).toContain('There is no template "people". Did you mean "person"?')
  })
})

describe('options of other tools get ours:', () => {
  test.each([
    ['image get --filter distr=ubuntu', '--where'],
    ['image get --query x', '--where'],
    ['image get -l distr=ubuntu', '--where'],
    ['image get --like x', "--where 'name~*text*'"],
    ['image get --format json', '--output'],
    ['image get --format=json', '--output'],
    ['image get --json', '-o json'],
    ['--json image get', '-o json'],
    ['image get --csv', '-o csv'],
    ['image get --sort name', '--order-by'],
    ['image get --limit 3', '--first'],
    ['image get -n 3', '--first'],
    ['image get --columns name', '--fields'],
    ['image delete --force', '--all'],
    ['ls --server x', '--url'],
    ['image get --whre x', '--where'],
  ])('registry %s', async (line, meant) => {
    const [name] = line.match(/(?<= |^)--?[a-z]+/) ?? []
    expect(await stderrOf(line)).toBe(`error: unknown option '${name}'\n(Did you mean ${meant}?)\n`)
  })

  test.each(['--nam ubuntu', '--distr=ubuntu'])('and a field written as an option its form: %s', async (option) => {
    expect(await stderrOf(`image get ${option}`)).toContain('(A field is written without hyphens: name=value)\n')
  })

  test.each(['-ojson', '-o json', '--output json', '--output=json'])('%s is a format', async (option) => {
    expect(await program.run(split(`image get name=none ${option}`))).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  test('help is in front of a template or behind it', async () => {
    for (const line of ['help image', 'image --help', 'image -h'])
      expect((await program.run(split(line))).stdout, line).toContain('Usage: registry image')
  })
})

describe('operands that are no field=value get one:', () => {
  test.each([
    ['image get ubuntu', '"ubuntu" is not field=value. Did you mean name=ubuntu?'],
    ['image delete ubuntu', '"ubuntu" is not field=value. Did you mean name=ubuntu?'],
    ['image set ubuntu', '"ubuntu" is not field=value. Did you mean name=ubuntu?'],
    ["image get 'two words'", '"two words" is not field=value. Did you mean \'name=two words\'?'],
    ['person get ada', '"ada" is not field=value. Did you mean first_name=ada?'],
    ['image get distr:ubuntu', '"distr:ubuntu" is not field=value. Did you mean distr=ubuntu?'],
    ['image get size>5', '"size>5" is not field=value. Write it as --where \'size>5\''],
    ['image get size>=5', '"size>=5" is not field=value. Write it as --where \'size>=5\''],
    ['image get distr!=ubuntu', '"distr!=ubuntu" is not field=value. Write it as --where \'distr!=ubuntu\''],
    ['image get distr~u*', '"distr~u*" is not field=value. Write it as --where \'distr~u*\''],
    ["image get 'distr like ubuntu'", '"distr like ubuntu" is not field=value. Write it as --where \'distr~ubuntu\''],
    ['image get distr', '"distr" is not field=value.'],
    ['image get distr ubuntu', '"distr" is not field=value. Did you mean distr=ubuntu?'],
    ['image set distr = ubuntu', '"distr" is not field=value. Did you mean distr=ubuntu?'],
    ['image get distr == ubuntu', '"distr" is not field=value. Did you mean distr=ubuntu?'],
    ['image get size > 5', '"size" is not field=value. Write it as --where \'size > 5\''],
    ['image get distr like u%', '"distr" is not field=value. Write it as --where \'distr~u*\''],
    ['image get distr=u and lts=true', '"and" is not field=value. Leave it out: an object must match all values.'],
    [
      'image get distr=u or lts=true',
      '"or" is not field=value. Write the whole filter as one, as in: --where \'a=1 or not b=2\'',
    ],
    ['image get distr name=a', '"distr" is not field=value.'],
  ])('registry %s', async (line, message) => {
    expect(await stderrOf(line)).toBe(`error: ${message}\n`)
  })
})

describe('comparisons of other languages get ours:', () => {
  test.each([
    ['distr == ubuntu', 'distr=ubuntu'],
    ['distr==ubuntu', 'distr=ubuntu'],
    ['distr eq ubuntu', 'distr=ubuntu'],
    ['distr <> ubuntu', 'distr!=ubuntu'],
    ['distr ne "a b"', 'distr!="a b"'],
    ['size gte 5', 'size>=5'],
    ['size => 5', 'size>=5'],
    ["distr LIKE '%untu%'", 'distr~*untu*'],
    ["distr like 'ubuntu%' and size>1", 'distr~ubuntu*'],
    ["distr not like '%x%'", 'not distr~*x*'],
    ['distr contains unt', 'distr~*unt*'],
    ['distr startswith u', 'distr~u*'],
    ["distr in ('a', 'b c')", 'distr=a or distr="b c"'],
    ['distr in (a,b)', 'distr=a or distr=b'],
    ['distr not in (a,b)', 'not (distr=a or distr=b)'],
    ['size is 5', 'size=5'],
    ['size is not 5', 'size!=5'],
    ['!size=5', 'not size=5'],
    ['distr=a and !size=5', 'distr=a and not size=5'],
    ['size=5 && distr=ubuntu', 'a=1 and b=2'],
    ['size=5 || distr=ubuntu', 'a=1 or b=2'],
  ])('--where %j', async (where, meant) => {
    const { code, stdout, stderr } = await program.run(['image', 'get', '--where', where])
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr.split('\n')[1]).toBe(`Did you mean: ${meant}`)
    // What is suggested can be run.
    if (meant.startsWith('a=')) return
    expect(await program.run(['image', 'get', '--where', meant])).toEqual({ code: 0, stdout: '[]\n', stderr: '' })
  })

  test('a value in quotes may begin with any of their signs', async () => {
    expect((await program.run(['image', 'get', '--where', "distr='=ubuntu' or distr<'>x'"])).stdout).toBe('[]\n')
  })
})

test.each([
  ['vresion', ['version'], 'version'],
  ['versions', ['person'], undefined],
  ['gte', ['get'], 'get'],
  ['updated', ['updated_by'], undefined],
  ['description_of_it', ['description_of_them'], undefined],
  ['description_of_its', ['description_of_it'], 'description_of_it'],
  ['ab', ['cd'], undefined],
  ['all', ['url'], undefined],
  ['nmae', ['time', 'name'], 'name'],
  ['NAME', ['name'], 'name'],
])('%j among %j is taken for %j: what is more than two letters away is another word', (given, known, near) => {
  expect(nearestName(given, known)).toBe(near)
})

describe('a template with the name of a command', () => {
  test.each([
    ['token set name=a', { name: 'a' }],
    ['init set name=a', { name: 'a' }],
    ['version set name=a', { name: 'a' }],
    ['show set id=a', { id: 'a' }],
  ])('is meant by one of the verbs behind it: registry %s', async (line, expected) => {
    const { code, stdout, stderr } = await program.run(split(line))
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject(expected)
    const [name = ''] = split(line)
    expect((await program.run([name, 'count'])).stdout).toBe('1\n')
  })

  test('is not meant by the command alone', async () => {
    expect((await program.run(['version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  })

  test('wins over a word of another tool', async () => {
    expect((await program.run(['show', 'gte'])).stderr).toBe("error: unknown command 'gte'\n(Did you mean get?)\n")
    expect((await program.run(['show', 'image'])).stderr).toContain("unknown command 'image'")
  })
})
