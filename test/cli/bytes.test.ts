import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram, type RunOptions } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry()
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

const scripts = ['Иван Петров', '山田 太郎', 'יוסי', 'Jürgen', '🦊 fox', 'e\u0301', 'a\ufffdb', `${'я'.repeat(256)}`]

describe('an actor and a run', () => {
  test.each(scripts)('%s are kept as they are, from every command that writes', async (actor) => {
    const run = `https://ci.example.org/${actor}`
    const env = { REGISTRY_ACTOR: actor, REGISTRY_RUN: run }
    const away = { ...env, REGISTRY_URL: 'http://127.0.0.1:1/graphql' }
    const done = async (args: readonly string[], options: RunOptions) =>
      expect(await program.run(args, options)).toMatchObject({ code: 0 })
    await done(['image', 'set', 'name=set'], { env })
    await done(['import', '-', 'image', '--format', 'json'], { env, input: '[{"name": "import"}]' })
    await done(['image', 'set', 'name=spool', '--spool', '--retries', '0'], { env: away })
    const waiting = join(program.folder, '.local/state/registry-store/spool/waiting')
    for (const name of readdirSync(waiting)) {
      const text = readFileSync(join(waiting, name), 'utf8')
      writeFileSync(join(waiting, name), text.replace(away.REGISTRY_URL, registry.url))
    }
    await done(['flush'], { env: { REGISTRY_ACTOR: 'another' } })
    await done(['image', 'delete', '--all'], { env })
    expect(
      await registry.sql(
        'select changed_by, run, count(*)::int as changes from registry_change where run = $1 group by changed_by, run',
        [run],
      ),
    ).toEqual([{ changed_by: actor, run, changes: 6 }])
  })

  test('do no harm to a command that reads', async () => {
    const env = { REGISTRY_ACTOR: 'Иван', REGISTRY_RUN: 'https://ci/Иван' }
    for (const args of [['ls'], ['schema'], ['image', 'get'], ['image', 'help'], ['export', 'image']])
      expect(await program.run(args, { env })).toMatchObject({ code: 0, stderr: '' })
  })

  test.each([
    [
      'REGISTRY_ACTOR',
      'two\nlines',
      'REGISTRY_ACTOR contains a line break. It is a text of one line: correct it, or unset it.',
    ],
    ['REGISTRY_ACTOR', 'a\tb', 'REGISTRY_ACTOR contains the control character U+0009.'],
    ['REGISTRY_ACTOR', 'a\u0085b', 'REGISTRY_ACTOR contains the control character U+0085.'],
    ['REGISTRY_RUN', 'https://ci/\r\nX-Other: 1', 'REGISTRY_RUN contains a line break.'],
    [
      'REGISTRY_ACTOR',
      'x'.repeat(257),
      'REGISTRY_ACTOR has 257 characters; the registry accepts 256. Shorten it, or unset it.',
    ],
  ])('%s=%j is wrong usage', async (name, value, message) => {
    for (const args of [
      ['image', 'set', 'name=never'],
      ['image', 'set', 'name=never', '--spool'],
      ['image', 'get'],
      ['schema'],
    ]) {
      const { code, stdout, stderr } = await program.run(args, { env: { [name]: value } })
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
      expect(stderr).toContain(`error: ${message}`)
    }
    expect(await registry.data('{ image(name: "never") { name } }')).toEqual({ image: null })
  })

  test('spaces and line breaks around a value are no part of it', async () => {
    await program.run(['image', 'set', 'name=trimmed'], { env: { REGISTRY_ACTOR: ' Ада\n' } })
    expect(await registry.data('{ image(name: "trimmed") { _meta { createdBy } } }')).toEqual({
      image: { _meta: { createdBy: 'Ада' } },
    })
  })
})

describe('bytes that are not UTF-8', () => {
  test.each([
    ['Latin-1', String.raw`registry image set $'name=caf\xe9' lts=true`, 'argument 3, "name=caf\ufffd", is not UTF-8'],
    [
      'Windows-1251',
      String.raw`registry image set $'name=\xc8\xe2\xe0\xed'`,
      'argument 3, "name=\ufffd\ufffd\ufffd\ufffd", is not UTF-8',
    ],
    [
      'a half character',
      String.raw`registry image get --where $'name=a\xd0'`,
      'argument 4, "name=a\ufffd", is not UTF-8',
    ],
    ['an encoded surrogate', String.raw`registry image set $'name=\xed\xa0\x80'`, 'is not UTF-8'],
    [
      'beside a real U+FFFD',
      String.raw`registry image set $'name=\xef\xbf\xbd' $'kernel=\xe9'`,
      'argument 4, "kernel=\ufffd", is not UTF-8',
    ],
    [
      'in REGISTRY_ACTOR',
      String.raw`REGISTRY_ACTOR=$'J\xfcrgen' registry image set name=bad`,
      'error: REGISTRY_ACTOR is not UTF-8',
    ],
    [
      'in REGISTRY_RUN',
      String.raw`REGISTRY_RUN=$'J\xfcrgen' registry image set name=bad`,
      'error: REGISTRY_RUN is not UTF-8',
    ],
  ])('%s are refused', async (_name, script, message) => {
    const { code, stdout, stderr } = await program.shell(script)
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
    expect(stderr).toContain(message)
  })

  test('U+FFFD itself is a character like others', async () => {
    const script = String.raw`registry image set $'name=a\xef\xbf\xbdb' --fields name`
    expect(await program.shell(script)).toEqual({ code: 0, stdout: '{"name": "a\ufffdb"}\n', stderr: '' })
  })
})
