import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

const fixtures = 'test/cli/fixtures/pyregistrystore'
let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
  for (const name of ['image', 'role', 'person']) copyFileSync(`${fixtures}/${name}.yml`, file(`${name}.yml`))
})
afterAll(async () => {
  await registry?.close()
  await program?.remove()
})

function file(name: string): string {
  return join(program.folder, name)
}

const damages = `\
image.yml:11: version: 7 in a string field is an integer; it may have been written otherwise, such as "007". Stored: "7"
image.yml:22: version: 12 in a string field is an integer; it may have been written otherwise, such as "0012". Stored: "12"
image.yml:33: version: 20260101 in a string field is an integer; it may have been written otherwise, such as "0020260101". Stored: "20260101"
role.yml:17: commit: 12345 in a string field is an integer; it may have been written otherwise, such as "0012345". Stored: "12345"
role.yml:37: commit: 12345 in a string field is an integer; it may have been written otherwise, such as "0012345". Stored: "12345"
role.yml:57: commit: 12345 in a string field is an integer; it may have been written otherwise, such as "0012345". Stored: "12345"
person.yml:10: sex: false in a string field is a boolean; it may have been written "no", "off", "n", "f" or "False". Stored: "false"
`

describe('registry import pyregistrystore', () => {
  test('creates the objects with their uuids and times, and reports damaged values; a second run has no effect', async () => {
    const args = ['import', 'pyregistrystore', 'image.yml', 'role.yml', 'person.yml', '--timezone', 'Europe/Moscow']
    const zone = 'Times were read as Europe/Moscow.\n'
    expect(await program.run([...args, '--dry-run'])).toEqual({
      code: 0,
      stdout: 'dry run, nothing was written: 13 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: damages + zone,
    })
    expect(await program.run(args)).toEqual({
      code: 0,
      stdout: '13 created, 0 updated, 0 unchanged, 0 failed\n',
      stderr: damages + zone,
    })

    const stored = (await program.run(['export', '--all'])).stdout
    const objects = stored
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown> & { _meta: Record<string, string> })
    for (const name of ['image', 'role', 'person']) {
      const recorded = JSON.parse(readFileSync(`${fixtures}/${name}.get.json`, 'utf8')) as (Record<string, unknown> & {
        _meta: Record<string, string>
      })[]
      const expected = recorded.map(({ _meta, ...fields }) => ({
        _meta: {
          uuid: _meta['uuid'],
          create_time: toUtc(_meta['create_time']),
          update_time: toUtc(_meta['update_time']),
        },
        ...Object.fromEntries(
          Object.entries(fields).map(([field, value]) => [
            field,
            ['lts', 'status'].includes(field) ? value : String(value),
          ]),
        ),
      }))
      const found = objects
        .filter((object) => object['_template'] === name)
        .map(({ _template, _meta, ...fields }) => ({
          _meta: { uuid: _meta['uuid'], create_time: _meta['create_time'], update_time: _meta['update_time'] },
          ...fields,
        }))
      const byUuid = (a: { _meta: { uuid: unknown } }, b: { _meta: { uuid: unknown } }) =>
        String(a._meta.uuid) < String(b._meta.uuid) ? -1 : 1
      expect(found.sort(byUuid)).toEqual(expected.sort(byUuid))
    }

    expect(await program.run(args)).toEqual({
      code: 0,
      stdout: '0 created, 0 updated, 13 unchanged, 0 failed\n',
      stderr: damages + zone,
    })
    expect((await program.run(['export', '--all'])).stdout).toBe(stored)
  })

  test('refuses objects without a fitting template, with all problems at once, and writes nothing', async () => {
    writeFileSync(
      file('bad.yml'),
      `- !!python/object:pyRegistryStore.image.Image
  _meta: !!python/object:pyRegistryStore.Meta
    create_time: yesterday
    uuid: !!python/object:uuid.UUID
      int: 1
  dist: ubuntu
  lts: maybe
  name: new.image
- !!python/object:pyRegistryStore.imag.Imag
  name: x
- !!python/object/apply:os.system ['touch ${file('harm')}']
- !!python/object:role.Role
  name: r
  image: not-there
- !!python/object:image.Image
  name: new.image
`,
    )
    expect(await program.run(['import', 'pyregistrystore', 'bad.yml', '--timezone', '+03:00'])).toEqual({
      code: 1,
      stdout: '',
      stderr: `\
bad.yml:3: _meta.create_time: this is not a time
bad.yml:6: the template image has no field "dist". Did you mean "distr"?
bad.yml:7: lts: "maybe" is not a boolean
bad.yml:9: no template fits the class "pyRegistryStore.imag.Imag". Did you mean "image"?
bad.yml:11: an object such as "!!python/object:image.Image" is expected here, not !!python/object/apply:os.system
bad.yml:12: status: the template role requires it, but this object has no value
bad.yml:12: image: there is no image "not-there", neither in these files nor in the registry
bad.yml:15: this is the same image as in bad.yml:1 (image ["new.image"]); remove one of them

8 problems; nothing was written
`,
    })
    expect(await registry.data('{ image(name: "new.image") { name } }')).toEqual({ image: null })
  })

  test('handles the hours that a time zone repeats or skips', async () => {
    const people = ['2021-10-31 02:30:00', '2021-03-28 02:30:00', '2021-07-01 00:00:00.000001'].map(
      (time, i) =>
        `- !!python/object:person.Person\n  _meta: !!python/object:Meta\n    create_time: ${time}\n    update_time: ${time}\n  first_name: Time\n  last_name: Zone ${i}\n`,
    )
    writeFileSync(file('time.yml'), people.join(''))
    expect((await program.run(['import', 'pyregistrystore', 'time.yml', '--timezone', 'Europe/Berlin'])).code).toBe(0)
    const { people: found } = await registry.data(
      '{ people(first_name: "Time", orderBy: [{last_name: asc}]) { nodes { _meta { createTime } } } }',
    )
    expect(found.nodes.map((node: { _meta: { createTime: string } }) => node._meta.createTime)).toEqual(
      ['2021-10-31T00:30:00.000000Z', '2021-03-28T01:30:00.000000Z', '2021-06-30T22:00:00.000001Z'].map((time) =>
        expect.stringContaining(time.slice(0, 19)),
      ),
    )
    expect(await program.run(['import', 'pyregistrystore', 'time.yml', '--timezone', 'Europe/Berlim'])).toMatchObject({
      code: 2,
      stdout: '',
    })
  })

  test('is not brought down by bombs', async () => {
    writeFileSync(file('deep.yml'), `- !!python/object:image.Image\n  name: ${'['.repeat(100_000)}`)
    const names = 'abcdefghij'.split('')
    const bomb = names.map((name, i) => `  ${name}: &${name} [${Array(10).fill(i === 0 ? 'x' : `*${names[i - 1]}`)}]\n`)
    writeFileSync(file('wide.yml'), `- !!python/object:image.Image\n${bomb.join('')}`)
    writeFileSync(file('circle.yml'), '- &a !!python/object:image.Image\n  name: *a\n')
    const { code, stderr } = await program.run(['import', 'pyregistrystore', 'deep.yml', 'wide.yml', 'circle.yml'])
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^deep\.yml:2: the file is nested deeper than 64 levels\nwide\.yml:\d+: the file expands to more than \d+ values\ncircle\.yml:\d: the file is nested deeper than 64 levels\n\n3 problems; nothing was written\n$/,
      ),
    })
  })
})

/** Moscow is three hours ahead all year. */
function toUtc(local: string | undefined): string {
  return `${new Date(`${local?.slice(0, 19).replace(' ', 'T')}+03:00`).toISOString().slice(0, 19)}${local?.slice(19)}Z`
}
