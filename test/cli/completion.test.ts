import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startRegistry, type TestRegistry } from '../support/registry.ts'
import { createRegistryProgram, type RegistryProgram } from './registry-program.ts'

let registry: TestRegistry
let program: RegistryProgram
beforeAll(async () => {
  registry = await startRegistry([
    'name: image\ndescription: Object image VM\nkey: [name]\nfields:\n  name: { type: string, description: Name image }\n  lts: boolean\n  kind: { type: enum, values: [base, derived] }\n',
    'name: role\nkey: [name]\nfields:\n  name: string\n',
  ])
  program = await createRegistryProgram(registry.url)
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

/** What bash would offer at the end of a line. */
async function complete(line: string, env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const script = `
    source <(registry completion bash)
    COMP_LINE=${JSON.stringify(line).replaceAll('$', '\\$').replaceAll('`', '\\`')}
    COMP_POINT=\${#COMP_LINE}
    COMP_WORDS=(registry); COMP_CWORD=1
    _registry 2>/dev/null
    printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout } = await program.shell(script, { env })
  return stdout.trimEnd().split('\n')
}

describe('bash completes', () => {
  test.each([
    ['registry ima', ['image']],
    ['registry ', ['serve', 'ls', 'schema', 'query', 'import', 'export']],
    ['registry r', ['role']],
    ['registry image ', ['help', 'set', 'get', 'last', 'delete', 'markdown']],
    ['registry image g', ['get']],
    ['registry image get ', ['name=', 'lts=', 'kind=']],
    ['registry image get lts=true n', ['name=']],
    ['registry image get lts=true lt', ['']],
    ['registry image set lts=', ['true', 'false']],
    ['registry image set kind=d', ['derived']],
    ['registry image get -o y', ['yaml']],
    ['registry image get --fields name,k', ['name,kind']],
    ['registry image get --order-by -n', ['-name']],
    ['registry image get --wh', ['--where']],
    ['registry --timeout 5 image get k', ['kind=']],
    ['registry completion ', ['bash', 'zsh', 'fish']],
    ['registry export r', ['role']],
    ['registry templates ', ['check']],
    ['registry nothing get ', ['']],
    ['registry image get $(touch pwned)`touch pwned` n', ['name=']],
  ])('%j with %j', async (line, expected) => {
    const offered = await complete(line)
    if (line === 'registry ' || line === 'registry templates ')
      expect(offered).toEqual(expect.arrayContaining(expected))
    else expect(offered).toEqual(expected)
    expect((await program.shell('ls pwned')).code).not.toBe(0)
  })

  test('from the cache where the registry is away, and commands alone where nothing is known', async () => {
    await program.run(['ls'])
    const away = 'http://127.0.0.1:1/graphql'
    expect(await complete('registry sc', { REGISTRY_URL: away })).toEqual(['schema'])
    expect(await complete('registry ima', { REGISTRY_URL: away })).toEqual([''])
    const cacheOf = (url: string) => join(program.folder, 'cache/registry-store', `${encodeURIComponent(url)}.json`)
    const known = await readFile(cacheOf(registry.url), 'utf8')
    await writeFile(cacheOf(away), JSON.stringify({ ...(JSON.parse(known) as object), url: away }))
    expect(await complete('registry ima', { REGISTRY_URL: away })).toEqual(['image'])
  })
})

test('files are left to the shell', async () => {
  expect((await program.run(['complete', '--', 'query', ''])).stdout).toBe(':files\n')
})

test.each(['zsh', 'fish'])('there is a script for %s, which its own shell can read', async (shell) => {
  const { code, stdout } = await program.run(['completion', shell])
  expect(code).toBe(0)
  expect(stdout).toContain('registry complete -- ')
  const { code: checked } = await program.shell(
    `command -v ${shell} >/dev/null || exit 0; registry completion ${shell} | ${shell} -n /dev/stdin`,
  )
  expect(checked).toBe(0)
})

test('another shell is wrong usage', async () => {
  const { code, stderr } = await program.run(['completion', 'tcsh'])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr:
      "error: command-argument value 'tcsh' is invalid for argument 'shell'. Allowed choices are bash, zsh, fish.\n",
  })
})
