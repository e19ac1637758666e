import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadTemplates } from '../../src/template/load-templates.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let program: RegistryProgram
beforeAll(async () => {
  // It needs no server.
  program = await createRegistryProgram('http://127.0.0.1:1/graphql')
  mkdirSync(join(program.folder, 'templates'))
})
afterAll(() => program?.remove())

function write(name: string, text: string): string {
  writeFileSync(join(program.folder, name), text)
  return name
}

/** Like `registry templates check`, which is not part of the bundle. */
async function checked(template: string): Promise<readonly string[]> {
  writeFileSync(join(program.folder, 'templates/it.yaml'), template)
  return (await loadTemplates(join(program.folder, 'templates'))).templates.map(({ name }) => name)
}

describe('registry templates from-python', () => {
  test("writes a template from a class's docstring, annotations, attributes and defaults", async () => {
    const file = write(
      'image.py',
      `# -*- coding: utf-8 -*-
import os, datetime
from pyRegistryStore import RegistryStore

os.system('touch harm')


class Image(RegistryStore):
    """
    Not this one, as there is a desc

    :param name: Name image
    :type name: str
    :param distr: Distribution kit,
        with "quotes"
    :param str version: Version distr
    :param kernel: Kernel Linux
    :param lts: Long term support
    """
    uniq_key = ['name', 'distr']
    desc = 'Object image VM'

    def __init__(self, name, distr='ubun' 'tu', version: str = None, kernel: 'Optional[str]' = None, lts: bool = False,
                 size: int = 10, tags: typing.List[str] = None, level: Literal['low', 'high'] = 'low', sex='no', *args, **kwargs):
        super().__init__()
        self.name = name
        self.distr = distr
        self.create_date = datetime.datetime.now().strftime('%d/%m/%Y %H:%M:%S')
        self.ratio: float = -1.5
        self._private = 1
`,
    )
    const { code, stdout, stderr } = await program.run(['templates', 'from-python', file])
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toBe(`name: image
description: Object image VM
key: [name, distr]
fields:
  name:        { type: string, description: Name image }
  distr:       { type: string, description: "Distribution kit, with \\"quotes\\"", default: ubuntu }
  version:     { type: string, description: Version distr }
  kernel:      { type: string, description: Kernel Linux }
  lts:         { type: boolean, description: Long term support, default: false }
  size:        { type: int, default: 10 }
  tags:        { type: "[string]" }
  level:       { type: enum, values: [low, high], default: low }
  sex:         { type: string, default: "no" }
  create_date: { type: string, default: { now: "%d/%m/%Y %H:%M:%S" } }
  ratio:       { type: float, default: -1.5 }
`)
    expect(await checked(stdout)).toEqual(['image'])
    expect(existsSync(join(program.folder, 'harm'))).toBe(false)
  })

  test('reports what it cannot carry over, on stderr and in the template', async () => {
    const file = write(
      'odd.py',
      `class VmSeries(Base):
    uniq_key = ('series', 'ratio')

    def __init__(self, series: Series, ratio: float, AND=1, host=socket.gethostname(), count: int = 'many', data={'a': [1, None]}, when=f'{1}'):
        self.series = series
        self.count = int(count)
`,
    )
    const { code, stdout, stderr } = await program.run(['templates', 'from-python', file])
    const notes = [
      'odd.py:4: series: Series seems to be a class of its own; if there is a template for it, write { type: reference, to: series }',
      'odd.py:4: AND: a field cannot have this name; it is left out',
      'odd.py:4: host: the default socket.gethostname() is computed by Python; the field has none',
      'odd.py:4: count: the class computes it by int(count); the template takes the value as it is given',
      "odd.py:4: count: the default 'many' is not a int; the field has none",
      "odd.py:4: when: the default f'{1}' is computed by Python; the field has none",
      'odd.py:1: ratio: a float cannot be in a key; the field is a string',
    ]
    expect({ code, stderr: stderr.split('\n') }).toEqual({ code: 0, stderr: [...notes, ''] })
    expect(stdout).toBe(`# Not carried over:
${notes.map((note) => `#   ${note}\n`).join('')}name: vm_series
plural: vm_series_list
key: [series, ratio]
fields:
  series: { type: string }
  ratio:  { type: string }
  host:   { type: string }
  count:  { type: int }
  data:   { type: json, default: { a: [1, null] } }
  when:   { type: string }
`)
    expect(await checked(stdout)).toEqual(['vm_series'])
  })

  test('asks for the class if there are several, and reports that there is none', async () => {
    const file = write(
      'two.py',
      "class A:\n    uniq_key = ['a']\n    def __init__(self, a): pass\n\n@decorated\nclass B:\n    uniq_key = ['b']\n    b: str\n",
    )
    expect(await program.run(['templates', 'from-python', file])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: two.py has several classes; choose one: A, B\n',
    })
    expect((await program.run(['templates', 'from-python', file, 'B'])).stdout).toBe(
      'name: b\nkey: [b]\nfields:\n  b: { type: string }\n',
    )
    write('no.py', 'x = 1\n')
    expect(await program.run(['templates', 'from-python', 'no.py'])).toEqual({
      code: 2,
      stdout: '',
      stderr: 'error: no.py has no class with a uniq_key.\n',
    })
    expect(
      await program.run(['templates', 'from-python', write('deep.py', `class A:\n  x = ${'('.repeat(50_000)}`)]),
    ).toMatchObject({ code: 1, stdout: expect.stringContaining('name: a\n') })
  })
})
