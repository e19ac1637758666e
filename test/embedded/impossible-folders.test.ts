import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { startProcess } from '../app/start-process.ts'
import { createWatchedFolder } from '../support/watch-over.ts'

let folder: string
beforeAll(async () => {
  folder = createWatchedFolder('registry-impossible-')
  const postgres = await createEmbeddedPostgres({ dataDir: join(folder, 'data'), logger: pino({ level: 'silent' }) })
  await postgres.stop()
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** What a program says that has to end. One that does not is killed. */
async function run(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const program = startProcess({ DATA_DIR: join(folder, 'data'), ...env }, args, { cwd: folder })
  const impatience = setTimeout(() => program.child.kill('SIGKILL'), 60_000)
  const { code } = await program.ended
  clearTimeout(impatience)
  return { code, stderr: program.stderr() }
}

// No folder can be made in /proc, of which Linux says that the folder does not exist.
describe.runIf(process.platform === 'linux')('in a file system that takes no folders', () => {
  const server = resolve('dist/main.js')
  const registry = resolve('dist/bin/registry.cjs')

  test.each<[string, readonly string[], Readonly<Record<string, string>>, string]>([
    [
      'a start',
      [server],
      { DATA_DIR: '/proc/x/data', TEMPLATES_DIR: resolve('object-templates') },
      'DATA_DIR: this user cannot create or write /proc/x/data (no folder can be made in /proc); give another folder\n',
    ],
    [
      'a start in a folder of /sys, which is not full',
      [server],
      { DATA_DIR: '/sys/kernel', TEMPLATES_DIR: resolve('object-templates') },
      'permission denied.\n',
    ],
    [
      'registry backup',
      [registry, 'backup', '/proc/x/y'],
      {},
      'error: The backup cannot be written: /proc/x: no folder can be made in /proc. Give another folder.\n',
    ],
    [
      'registry init',
      [registry, 'init', '/proc/x'],
      {},
      'error: The folder /proc/x/object-templates cannot be made: no folder can be made in /proc.\n',
    ],
    [
      'a spool',
      [registry, 'image', 'set', 'name=a', '--spool', '--retries', '0'],
      { XDG_STATE_HOME: '/proc/x', REGISTRY_URL: 'http://127.0.0.1:1/graphql' },
      'no folder can be made in /proc',
    ],
  ])('%s ends with the reason', async (_, args, env, message) => {
    const { code, stderr } = await run(args, env)
    expect(code).not.toBe(0)
    expect(code).not.toBeNull()
    expect(stderr).toContain(message)
    expect(stderr).not.toMatch(/full/)
  })

  test('registry restore ends with the reason', async () => {
    const backup = join(folder, 'backup')
    expect(await run([registry, 'backup', backup])).toEqual({ code: 0, stderr: '' })
    expect(await run([registry, 'restore', backup, '--data-dir', '/proc/x/data'])).toEqual({
      code: 1,
      stderr: 'error: DATA_DIR: /proc/x cannot be used: no folder can be made in /proc.\n',
    })
  })
})
