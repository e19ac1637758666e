import { execFile } from 'node:child_process'
import { chmod, chown, cp, lstat, mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findAccount } from '../../src/embedded/account.ts'
import { findPlatformPackage, findPostgresPrograms } from '../../src/embedded/postgres-programs.ts'
import { runProgram } from '../../src/embedded/run-program.ts'
import { canRunServer } from './embedded-processes.ts'

const programsModule = new URL('../../src/embedded/postgres-programs.ts', import.meta.url).href
const isRoot = process.getuid?.() === 0

let root: string

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'registry-programs-'))
  await chmod(root, 0o755)
})

afterAll(async () => {
  await rm(root, { recursive: true, force: true })
})

/** The package as npm unpacks it when it runs no install script: without symbolic links. */
async function unpackPackage(directory: string): Promise<string> {
  await cp(findPlatformPackage(), directory, {
    recursive: true,
    filter: async (path) => !(await lstat(path)).isSymbolicLink(),
  })
  return directory
}

test('A package whose install script never ran gets its links where it is.', async () => {
  const packageDirectory = await unpackPackage(join(root, 'no script'))
  const account = await findAccount([])
  const { postgres } = await findPostgresPrograms({ account, dataDir: root, packageDirectory, copyParents: [] })
  expect(postgres).toBe(join(packageDirectory, 'native/bin/postgres'))
  expect(await runProgram(postgres, ['--version'], { account })).toMatch(/^postgres \(PostgreSQL\) 18/)
})

test.runIf(isRoot && (await canRunServer(await findAccount([]))))(
  'A read-only package whose install script never ran is copied, by an ordinary user too.',
  async () => {
    const home = join(root, 'home')
    const packageDirectory = await unpackPackage(join(root, 'read-only'))
    for (const name of ['native', 'native/lib']) await chmod(join(packageDirectory, name), 0o555)
    const { uid, gid } = (await findAccount([])) ?? { uid: 0, gid: 0 }
    await mkdir(home)
    await chown(home, uid, gid)
    const script = `
    import { findPostgresPrograms } from ${JSON.stringify(programsModule)}
    const options = { account: undefined, dataDir: ${JSON.stringify(home)}, packageDirectory: ${JSON.stringify(packageDirectory)} }
    console.log((await findPostgresPrograms(options)).postgres)`
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      { uid, gid, env: { ...process.env, TMPDIR: home } },
    )
    const [name = ''] = (await readdir(home)).filter((entry) => entry.startsWith('registry-store'))
    expect(stdout.trim()).toBe(join(home, name, 'bin/postgres'))
  },
)

test.each([
  ['win32', 'x64', /does not run on Windows \(win32-x64\).*DATABASE_URL/],
  ['freebsd', 'x64', /no embedded PostgreSQL for this platform \(freebsd-x64\).*DATABASE_URL/],
])('On %s, which has no programs, the message says to set DATABASE_URL.', (platform, architecture, message) => {
  expect(() => findPlatformPackage(platform, architecture)).toThrow(message)
})

describe.runIf(isRoot)('as root', () => {
  test('From a folder that PostgreSQL cannot enter, the programs are copied once.', async () => {
    const locked = join(root, 'locked é')
    const copies = join(root, 'copies')
    await mkdir(locked, { mode: 0o700 })
    const packageDirectory = await unpackPackage(join(locked, 'package'))
    const account = await findAccount([])
    const options = { account, dataDir: root, packageDirectory, copyParents: [copies] }
    const [first] = await Promise.all([findPostgresPrograms(options), findPostgresPrograms(options)])
    const [name] = await readdir(copies)
    expect(first?.postgres).toBe(join(copies, name ?? '', 'bin/postgres'))
    const { ctimeMs } = await stat(join(copies, name ?? ''))
    expect(await findPostgresPrograms(options)).toEqual(first)
    expect((await stat(join(copies, name ?? ''))).ctimeMs).toBe(ctimeMs)
    expect(await readdir(copies)).toEqual([name])
  })

  test('A place that another user prepared is not trusted.', async () => {
    const locked = join(root, 'locked again')
    await mkdir(locked, { mode: 0o700 })
    const packageDirectory = await unpackPackage(join(locked, 'package'))
    const account = (await findAccount([])) ?? { uid: 0, gid: 0 }
    const copies = join(root, 'prepared')
    const [name = ''] = await readdir(join(root, 'copies'))
    await mkdir(join(copies, name), { recursive: true })
    await chown(join(copies, name), account.uid, account.gid)
    const options = { account, dataDir: root, packageDirectory, copyParents: [copies] }
    await expect(findPostgresPrograms(options)).rejects.toThrow(/DATABASE_URL[\s\S]*other users/)

    await rm(join(copies, name), { recursive: true })
    await symlink(join(root, 'copies', name), join(copies, name))
    await expect(findPostgresPrograms(options)).rejects.toThrow(/DATABASE_URL[\s\S]*other users/)
  })
})
