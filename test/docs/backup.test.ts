import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, startProcess, stopProcesses } from '../app/start-process.ts'
import { createRegistryProgram, type RegistryProgram } from '../cli/registry-program.ts'
import { createTestDatabase } from '../support/postgres.ts'
import { startRegistry } from '../support/registry.ts'
import { listBlocks } from './list-blocks.ts'
import { type ConsoleStep, listSteps, runSteps, withoutChance } from './run-console.ts'

const text = readFileSync('docs/backup.md', 'utf8')
const blocks = listBlocks(text)
const blocksOf = (language: string) => blocks.filter((block) => block.language === language).map((block) => block.text)
const steps = blocksOf('console').flatMap(listSteps)
const serving = 'DATA_DIR=rehearsal PORT=4001 registry serve'

/** Debian's, of PostgreSQL 15: the test run's own PostgreSQL may be newer, and then they refuse it. */
const tools = '/usr/lib/postgresql/15/bin'

describe('docs/backup.md', () => {
  let program: RegistryProgram
  beforeAll(async () => {
    program = await createRegistryProgram('http://127.0.0.1:1/graphql')
    cpSync('object-templates', join(program.folder, 'object-templates'), { recursive: true })
  })
  afterAll(async () => {
    await stopProcesses()
    await program?.remove()
  })

  const serve = (dataDir: string) => startProcess({ DATA_DIR: dataDir }, undefined, { cwd: program.folder })

  /** Runs steps, which print what the document shows but for sizes, times and places. */
  async function expectOutputs(list: readonly ConsoleStep[]): Promise<void> {
    const commands = list.map(({ command }) => command)
    const alike = (output: string) =>
      withoutChance(output.replaceAll(program.folder, '/srv/registry'))
        .replace(/\d+ files, \d+ MB/, '<size>')
        .replace(/replaced-\d{4}-\d\d-\d\dT\d+/, '<time>')
    expect((await runSteps(commands, program)).map(alike)).toEqual(list.map(({ output }) => alike(output)))
  }

  test('its commands, run in their order beside a server, print what it shows, and the data are there again', async () => {
    const at = steps.findIndex(({ command }) => command === serving)
    const [before, after] = [steps.slice(0, at), steps.slice(at + 1)]
    expect([before.length, after.length]).toEqual([2, 2])

    const server = serve('.registry')
    const url = await server.ready()
    await ask(url, 'mutation { upsertImage(input: {name: "kept"}) { outcome } }')
    await expectOutputs(before)
    await ask(url, 'mutation { upsertImage(input: {name: "later"}) { outcome } }')
    const { cursor } = (await ask(url, '{ cursor }')) as { cursor: string }
    const rehearsal = serve('rehearsal')
    expect(await ask(await rehearsal.ready(), '{ images { nodes { name } } }')).toEqual({
      images: { nodes: [{ name: 'kept' }] },
    })
    await rehearsal.stop()
    const { code, stderr } = await program.run(['restore', 'backups/first', '--replace'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^error: Another registry server is using /)])
    await server.stop()

    await expectOutputs(after)
    const again = serve('.registry')
    expect(await ask(await again.ready(), '{ images { nodes { name } } }')).toEqual({
      images: { nodes: [{ name: 'kept' }] },
    })
    await expect(ask(await again.ready(), `{ changes(after: "${cursor}") { caughtUp } }`)).rejects.toThrow(
      'of before this one was restored from a backup',
    )
    await again.stop()
  })

  test('its line of the crontab makes a backup a day and removes old ones', async () => {
    const [line = ''] = blocksOf('crontab')
    const command = line.split(' ').slice(5).join(' ').replaceAll('\\%', '%').replace('/srv/registry', program.folder)
    mkdirSync(join(program.folder, 'backups/old'))
    const { code, stderr } = await program.shell(`touch -d '20 days ago' backups/old && ${command}`)
    expect([code, stderr]).toEqual([0, ''])
    expect(readdirSync(join(program.folder, 'backups'))).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d$/), 'first'])
  })

  test('with a DATABASE_URL, the commands name the tools that it names', async () => {
    const env = { DATABASE_URL: 'postgresql://user:hidden@127.0.0.1/registry' }
    const { code, stderr } = await program.run(['backup', 'elsewhere'], { env })
    expect(code).toBe(1)
    expect(stderr).toContain('pg_dump --format=custom')
    expect(stderr).toContain('pg_restore --exit-on-error')
    expect(stderr).not.toContain('hidden')
    expect(existsSync(join(program.folder, 'elsewhere'))).toBe(false)
  })

  test.runIf(
    existsSync(join(tools, 'pg_dump')) && process.env['TEST_DATABASE_URL'] && !process.env['TEST_REPLICA_URL'],
  )('its commands for a PostgreSQL of your own bring the data back', async () => {
    const database = await createTestDatabase()
    const registry = await startRegistry(undefined, { databaseUrl: database.url })
    const [dump = '', ...restore] = (blocksOf('sh')[0] ?? '').split('\n')
    const env = { ...process.env, DATABASE_URL: database.url, PATH: `${tools}:${process.env['PATH']}` }
    const run = (command: string) =>
      execFileSync('bash', ['-c', command], { cwd: program.folder, env, stdio: ['ignore', 'ignore', 'pipe'] })
    await registry.data('mutation { upsertImage(input: {name: "kept"}) { outcome } }')
    run(dump)
    await registry.data('mutation { upsertImage(input: {name: "later"}) { outcome } }')
    await registry.close()
    for (const command of restore) run(command)
    const again = await startRegistry(undefined, { databaseUrl: database.url })
    expect(await again.data('{ images { nodes { name } } }')).toEqual({ images: { nodes: [{ name: 'kept' }] } })
    await again.close()
  })
})
