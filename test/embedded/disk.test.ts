import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { pino } from 'pino'
import { afterEach, describe, expect, test } from 'vitest'
import { createEmbeddedPostgres, type EmbeddedPostgres } from '../../src/embedded/embedded-postgres.ts'
import { ConfigError } from '../../src/errors.ts'
import { startProcess } from '../app/start-process.ts'
import { startRegistry } from '../support/registry.ts'
import { printConnectionUrl } from '../support/test-connection.ts'
import { createWatchedFolder } from '../support/watch-over.ts'

const mounted: string[] = []
const folders: string[] = []
const opened: EmbeddedPostgres[] = []
afterEach(async () => {
  for (const postgres of opened.splice(0)) await postgres.stop()
  for (const folder of mounted.splice(0)) execFileSync('umount', [folder])
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function makeFolder(): string {
  const folder = createWatchedFolder('registry-disk-')
  folders.push(folder)
  execFileSync('chmod', ['777', folder])
  return folder
}

/** A disk of so many megabytes; undefined where this user may not mount one. */
function mountDisk(megabytes: number): string | undefined {
  const folder = makeFolder()
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=777`, 'tmpfs', folder], { stdio: 'ignore' })
  } catch {
    return undefined
  }
  mounted.push(folder)
  return folder
}
const isMountable = mountDisk(1) !== undefined
const remount = (folder: string, mode: string) => execFileSync('mount', ['-o', `remount,${mode}`, folder])

function fill(folder: string, megabytesLeft: number): void {
  const free = Number(execFileSync('df', ['--output=avail', '-B', '4096', folder], { encoding: 'utf8' }).split('\n')[1])
  writeFileSync(join(folder, 'fill'), Buffer.alloc((free - 256 * megabytesLeft) * 4096))
}

async function open(dataDir: string): Promise<EmbeddedPostgres> {
  const postgres = await createEmbeddedPostgres({ dataDir, logger: pino({ level: 'silent' }) })
  opened.push(postgres)
  return postgres
}

async function openBefore(folder: string): Promise<void> {
  await (await open(join(folder, 'data'))).stop()
  opened.pop()
}

/** Where no disk can be mounted, a folder stands in the way of a file. */
const accidents: readonly [string, () => Promise<string>, RegExp][] = [
  [
    'with a folder in the place of a file',
    async () => {
      const folder = makeFolder()
      await openBefore(folder)
      rmSync(join(folder, 'data/postgres.log'))
      mkdirSync(join(folder, 'data/postgres.log'))
      return folder
    },
    /^DATA_DIR: .*postgres\.log cannot be used: it is a folder\.$/,
  ],
  ...(isMountable ? onDisks() : []),
]

function onDisks(): readonly [string, () => Promise<string>, RegExp][] {
  const disk = (megabytes: number) => mountDisk(megabytes) as string
  return [
    [
      'on a new disk that is too small',
      async () => disk(20),
      /\nThe disk of .*data has \d+ MB free, and PostgreSQL needs 64\. Make room there, or set DATA_DIR\.$/,
    ],
    [
      'on a new disk that is full',
      async () => {
        const folder = disk(20)
        mkdirSync(join(folder, 'data'), { mode: 0o777 })
        fill(folder, 0)
        return folder
      },
      /the disk is full\.\nMake room there, or set DATA_DIR\.$|\nThe disk of .*data has 0 MB free, and PostgreSQL needs 64\./,
    ],
    [
      'on a disk that has become full',
      async () => {
        const folder = disk(200)
        await openBefore(folder)
        fill(folder, 0)
        return folder
      },
      /\nThe disk of .*postgres has 0 MB free, and PostgreSQL needs 64\./,
    ],
    [
      'on a disk that has become read-only',
      async () => {
        const folder = disk(200)
        await openBefore(folder)
        remount(folder, 'ro')
        return folder
      },
      /^DATA_DIR: .*postgres\.log cannot be used: the disk is read-only\./,
    ],
    [
      'on a new disk that is read-only',
      async () => {
        const folder = disk(20)
        remount(folder, 'ro')
        return folder
      },
      /^DATA_DIR: this user cannot create or write .*data \(/,
    ],
  ]
}

describe('a start', () => {
  test.each(accidents)(
    '%s ends with what is wrong with the disk',
    async (_, prepare, message) => {
      const folder = await prepare()
      const error = await open(join(folder, 'data')).catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(ConfigError)
      expect((error as Error).message).toMatch(message)
    },
    60_000,
  )
})

test('a file that has the name of DATA_DIR is said to be in its place', async () => {
  const file = join(makeFolder(), 'file')
  writeFileSync(file, '')
  const program = startProcess({ DATA_DIR: file })
  expect((await program.ended).code).toBe(1)
  expect(program.stderr()).toBe(
    `DATA_DIR: this user cannot create or write ${file} (something else than a folder has its name); give another folder\n`,
  )
})

test.runIf(isMountable)('a backup onto a full disk says so, and leaves nothing', async () => {
  const folder = makeFolder()
  await openBefore(folder)
  const disk = mountDisk(10) as string
  const backup = join(disk, 'backup')
  const program = startProcess({ DATA_DIR: join(folder, 'data') }, [resolve('dist/bin/registry.cjs'), 'backup', backup])
  expect((await program.ended).code).toBe(1)
  expect(program.stderr()).toBe(
    `error: The backup cannot be written: ${backup}: the disk is full. Make room there, or give a folder on another disk.\n`,
  )
  expect(readdirSync(disk)).toEqual([])
})

const host = '{ name: host, key: [name], fields: { name: string, note: string } }'

test('a write to a full disk is refused as unavailable, and says so', async () => {
  const registry = await startRegistry([host])
  await registry.sql(
    `create function full_disk() returns trigger language plpgsql as $$ begin raise exception using errcode = '53100', message = 'could not extend file'; end $$`,
  )
  await registry.sql(
    'create trigger full_disk before insert on registry_host_objects for each row execute function full_disk()',
  )
  const { errors } = await registry.query('mutation { upsertHost(input: {name: "a"}) { outcome } }')
  expect(errors).toMatchObject([
    {
      message:
        'The disk of the database is full, so nothing was written. Once there is room on it again, send the request again.',
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    },
  ])
  await registry.close()
})

test.runIf(isMountable)(
  'while the disk is full, no write is an error of the server; with room, writes succeed',
  async () => {
    const folder = mountDisk(200) as string
    const { connection } = await open(join(folder, 'data'))
    const registry = await startRegistry([host], { databaseUrl: printConnectionUrl(connection) })
    // Texts that do not compress.
    const write = (i: number) =>
      registry.query('mutation ($input: HostInput!) { upsertHost(input: $input) { outcome } }', {
        input: { name: `h${i}`, note: Array.from({ length: 20_000 }, () => Math.random().toString(36)).join('') },
      })
    fill(folder, 8)
    const codes = new Set<string>()
    for (let i = 0; i < 300 && codes.size < 2; i++)
      codes.add((await write(i)).errors?.[0]?.extensions?.code ?? 'written')
    expect([...codes]).toEqual(['written', 'SERVICE_UNAVAILABLE'])
    rmSync(join(folder, 'fill'))
    await expect.poll(async () => (await write(1_000)).errors, { timeout: 60_000, interval: 500 }).toBeUndefined()
    await registry.close()
  },
  120_000,
)
