import { access, constants, readdir, stat, statfs } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type FoundPostgres, findEmbeddedPostgres } from '../../embedded/find-embedded-postgres.ts'
import { programsMajor } from '../../embedded/postgres-programs.ts'
import { assertNotInterrupted } from '../../embedded/set-aside.ts'
import { ConfigError } from '../../errors.ts'
import { explainFileError } from '../../explain-file-error.ts'
import { type Finding, fail, ok, unseen, warn } from './finding.ts'

const gigabyte = 2 ** 30
/** In gigabytes: with less, PostgreSQL's log of changes does not fit; with little more, that is near. */
const free = { least: 0.0625, enough: 1 }

/** The folder of the embedded PostgreSQL, and what runs in it: undefined if nobody could look, or no server starts on it. */
export async function checkDataDir(dataDir: string): Promise<{
  readonly postgres: FoundPostgres | undefined
  readonly findings: readonly Finding[]
}> {
  const directory = resolve(dataDir)
  const existing = await findExisting(directory)
  const disk = await checkDisk(existing)
  try {
    const postgres = await findEmbeddedPostgres(directory)
    if (postgres.kind === 'none') {
      await assertNotInterrupted(join(directory, 'postgres'))
      await access(existing, constants.W_OK | constants.X_OK)
    }
    if (postgres.kind === 'stopped') await assertWritable(directory)
    const ours = await programsMajor()
    if (postgres.kind === 'none' || postgres.version === ours)
      return { postgres, findings: [ok('data', describe(postgres, directory)), ...disk] }
    const other = failOtherMajor(postgres, directory, ours)
    return { postgres: postgres.kind === 'running' ? postgres : undefined, findings: [other, ...disk] }
  } catch (error) {
    // Its message has the remedy: the start would end with it.
    if (error instanceof ConfigError) return { postgres: undefined, findings: [fail('data', error.message), ...disk] }
    const remedy =
      'Run registry as the owner of DATA_DIR, who must be able to read and write all of it (chmod -R u+rwX), or set DATA_DIR to another folder.'
    const { path = directory } = error as NodeJS.ErrnoException
    const place = path.startsWith(directory) ? path : directory
    const finding = fail('data', `${place} cannot be used: ${explainFileError(error)}`, remedy)
    return { postgres: undefined, findings: [finding, ...disk] }
  }
}

/** A start would fail at the first of the data that its user cannot write. Throws the error of that file or folder. */
async function assertWritable(directory: string): Promise<void> {
  const data = join(directory, 'postgres')
  await access(directory, constants.W_OK | constants.X_OK)
  await access(data, constants.W_OK | constants.X_OK)
  for (const entry of await readdir(data, { recursive: true, withFileTypes: true })) {
    const mode = entry.isDirectory() ? constants.W_OK | constants.X_OK : constants.R_OK | constants.W_OK
    await access(join(entry.parentPath, entry.name), mode)
  }
}

function describe(postgres: FoundPostgres, directory: string): string {
  switch (postgres.kind) {
    case 'none':
      return `no data in ${directory} yet; the first start makes them`
    case 'stopped':
      return `data of PostgreSQL ${postgres.version} in ${directory}, which is not running`
    case 'running':
      return `PostgreSQL ${postgres.version} is running on ${directory}`
  }
}

/** The next start refuses such data. */
function failOtherMajor(postgres: Exclude<FoundPostgres, { kind: 'none' }>, directory: string, ours: string): Finding {
  const found = `${describe(postgres, directory)}; this version brings PostgreSQL ${ours}`
  const upgrade = `registry upgrade --data-dir ${JSON.stringify(directory)}`
  const isOlder = Number(postgres.version) < Number(ours)
  const remedy = isOlder ? `Have it take the data over with: ${upgrade}` : 'Start a newer version of registry.'
  return fail('data', found, postgres.kind === 'running' ? `Stop the running server. ${remedy}` : remedy)
}

async function checkDisk(directory: string): Promise<readonly Finding[]> {
  const disk = await statfs(directory).catch(() => undefined)
  if (!disk) return [unseen('disk', `the free space of the disk of ${directory} cannot be found out`)]
  const [left, all] = [disk.bavail, disk.blocks].map((blocks) => (blocks * disk.bsize) / gigabyte) as [number, number]
  const found = `${left.toFixed(1)} of ${all.toFixed(1)} GB are free where ${directory} is`
  const remedy = 'Make room there, or move DATA_DIR: without room, nothing can be written.'
  if (left < free.least) return [fail('disk', found, remedy)]
  return [left < free.enough ? warn('disk', found, remedy) : ok('disk', found)]
}

/** The folder itself, or the nearest one above it that is there. */
async function findExisting(directory: string): Promise<string> {
  for (let path = directory; ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined)
    if (found || path === dirname(path)) return path
  }
}
