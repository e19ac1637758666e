import { afterAll, beforeAll, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: image\nkey: [name]\nfields: { name: string, distr: string }\n',
    'name: role\nkey: [name, image, status]\nfields: { name: string, image: { type: reference, to: image }, status: boolean, tags: [string] }\n',
    'name: search\nkey: [id]\nfields: { id: string }\n',
  ])
  program = await createRegistryProgram(registry.url)
  await registry.data(`mutation {
    upsertImage(input: {name: "ubuntu-20.04", distr: "ubuntu"}) { outcome }
    upsertRoles(input: [{name: "ntp-client", image: "ubuntu-20.04", status: true}, {name: "sshd", image: "ubuntu-20.04", status: false, tags: ["a", "ntp"]}]) { failed }
    upsertSearch(input: {id: "x"}) { outcome }
  }`)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

test('prints what it finds as JSON, with the template, the field and the object', async () => {
  const { code, stdout, stderr } = await program.run(['search', 'NTP', 'ubuntu', '--first', '1'])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(JSON.parse(stdout)).toEqual([
    {
      template: 'role',
      field: 'name',
      object: {
        _meta: { create_time: expect.anything(), update_time: expect.anything(), version: 1, uuid: expect.anything() },
        image: 'ubuntu-20.04',
        name: 'ntp-client',
        status: true,
      },
    },
  ])
  expect((await program.run(['search', 'nowhere'])).stdout).toBe('[]\n')
})

test.each([
  [
    'table',
    'TEMPLATE  KEY                           FIELD  VALUE\nimage     ubuntu-20.04                  name   ubuntu-20.04\nrole      ntp-client ubuntu-20.04 true  image  ubuntu-20.04\nrole      sshd ubuntu-20.04 false       image  ubuntu-20.04\n',
  ],
  [
    'csv',
    'template,key,field,value\nimage,ubuntu-20.04,name,ubuntu-20.04\nrole,ntp-client ubuntu-20.04 true,image,ubuntu-20.04\nrole,sshd ubuntu-20.04 false,image,ubuntu-20.04\n',
  ],
])('prints rows with the key and the value, -o %s', async (format, expected) => {
  expect(await program.run(['search', 'ubuntu-20', '-o', format])).toEqual({ code: 0, stdout: expected, stderr: '' })
})

test('searches the templates that are named', async () => {
  const { stdout } = await program.run([
    'search',
    'ubuntu',
    '--template',
    'image',
    '--template',
    'search',
    '-o',
    'ndjson',
  ])
  expect(
    stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).template),
  ).toEqual(['image'])
})

test('gives way to a template of its name, if a verb follows', async () => {
  expect(JSON.parse((await program.run(['search', 'get'])).stdout)).toMatchObject([{ id: 'x' }])
  expect(JSON.parse((await program.run(['search', 'x'])).stdout)).toMatchObject([{ template: 'search', field: 'id' }])
})

test.each([
  [['search'], 2, /TEXT/],
  [['search', '--', '--'], 1, /^error: text: "--" has no letter or digit to look for/],
  [['search', 'a', '--template', 'imag'], 2, /There is no template "imag"\. Did you mean "image"\?/],
  [['search', 'a', '--first', '0'], 2, /--first takes a number from 1 on, not "0"/],
  [['search', 'a', '-o', 'shell'], 2, /shell/],
])('refuses %j', async (args, code, message) => {
  const result = await program.run(args)
  expect(result).toMatchObject({ code, stdout: '' })
  expect(result.stderr).toMatch(message)
})
