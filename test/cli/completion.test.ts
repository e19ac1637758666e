import { spawnSync } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
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
  // A completion waits one second for the registry; if the registry is slower, it uses the cache.
  await program.run(['ls'])
})
afterAll(async () => {
  await program.remove()
  await registry.close()
})

/** The completions that bash would offer at the end of a line. */
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
    ['registry ', ['serve', 'ls', 'schema', 'query', 'search', 'import', 'export']],
    ['registry ro', ['role']],
    [
      'registry image ',
      [
        'help',
        'set',
        'get',
        'last',
        'count',
        'delete',
        'markdown',
        'matrix',
        'wait',
        'watch',
        'history',
        'diff',
        'restore',
        'retain',
        'purge',
      ],
    ],
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

  test('from the registry if nothing is cached', async () => {
    for (let i = 0, offered = ['']; offered[0] === ''; i++) {
      offered = await complete('registry ima', { XDG_CACHE_HOME: join(program.folder, `cache ${i}`) })
      expect(['', 'image']).toContain(offered.join())
    }
  })

  test('from the cache if the registry is not available, and only commands if nothing is known', async () => {
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

test.each(['bash', 'zsh', 'fish'])('there is a script for %s', async (shell) => {
  const { code, stdout } = await program.run(['completion', shell])
  expect(code).toBe(0)
  await expect(stdout).toMatchFileSnapshot(`fixtures/completion.${shell}`)
})

/** The other shells that are installed here; bash is tested above. */
const shells = ['zsh', 'fish'].filter((shell) => spawnSync(shell, ['-c', ':']).status === 0)

test('other shells complete a typed line', { timeout: 120_000 }, async () => {
  const lines = {
    'registry ima': 'registry image',
    'registry image mar': 'registry image markdown',
    'registry image get lt': 'registry image get lts=',
    'registry image get lts=true k': 'registry image get lts=true kind=',
    'registry image set kind=d': 'registry image set kind=derived',
    'registry image get -o y': 'registry image get -o yaml',
    'registry completion b': 'registry completion bash',
    'registry query some-': 'registry query some-file.graphql',
  }
  await writeFile(join(program.folder, 'some-file.graphql'), '')
  for (const shell of shells) {
    const script = resolve(`test/cli/fixtures/press-tab.${shell}`)
    const typed = Object.keys(lines).map((line) => `'${line}'`)
    const { stdout, stderr } = await program.shell(`${shell} '${script}' ${typed.join(' ')}`)
    const completed = stdout
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd())
    expect({ shell, completed }, stderr).toEqual({ shell, completed: Object.values(lines) })
  }
})

test('another shell is wrong usage', async () => {
  const { code, stderr } = await program.run(['completion', 'tcsh'])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'error: shell accepts one of bash, zsh, fish, not "tcsh".\n',
  })
})
