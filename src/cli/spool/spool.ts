import { randomBytes } from 'node:crypto'
import { open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { makeFolders } from '../../make-folders.ts'
import type { CiCaller } from '../ci/ci-services.ts'
import { showAddress } from '../connection/address.ts'

/** A write that has not reached the registry: the arguments of `set`, which are parsed when the templates are known. */
export interface SpooledWrite extends Partial<CiCaller> {
  /** The registry that it goes to, as `Connection.url` has it: what authenticates the write is not kept. */
  readonly url: string
  readonly template: string
  /** `field=value`, as on the command line. */
  readonly assignments: readonly string[]
  readonly ifVersion?: number | undefined
  /** When `set` was called, RFC 3339. */
  readonly time: string
  /** Why the registry refused it; the write then stays until somebody sends or removes it. */
  readonly refusal?: string
}

/** A write in the spool; the names sort in the order of the writes. */
export interface SpoolEntry {
  readonly name: string
  /** Undefined if this program did not write the file. */
  readonly write: SpooledWrite | undefined
}

/** `waiting` are to be sent in their order; `refused` are kept until somebody sends or removes them. */
export type SpoolPart = 'waiting' | 'refused'

/** `$XDG_STATE_HOME/registry-store/spool`. */
export function spoolFolder(): string {
  const base = process.env['XDG_STATE_HOME']
  return join(base?.startsWith('/') ? base : join(homedir(), '.local', 'state'), 'registry-store', 'spool')
}

/** Adds a write after all others. When this returns, the write is on the disk. Returns the file. */
export async function spoolWrite(write: SpooledWrite): Promise<string> {
  const folder = await makeFolder('waiting')
  const last = Number((await listNames('waiting')).at(-1)?.split('-', 1)[0] ?? 0)
  // In microseconds; never before the last one, even if the clock was set back.
  const stamp = String(Math.max(Date.now() * 1_000, last + 1)).padStart(17, '0')
  const name = `${stamp}-${process.pid}-${randomBytes(4).toString('hex')}.json`
  await writeFileSafely(folder, name, `${JSON.stringify(write, null, 2)}\n`)
  return join(folder, name)
}

/** The names of the writes in a part, in their order. */
export async function listNames(part: SpoolPart): Promise<readonly string[]> {
  try {
    const names = await readdir(join(spoolFolder(), part))
    return names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).sort()
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return []
    throw error
  }
}

/** A waiting write; undefined if its file no longer exists: another process has sent the write. */
export async function readEntry(name: string): Promise<SpoolEntry | undefined> {
  let text: string
  try {
    text = await readFile(join(spoolFolder(), 'waiting', name), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const write = JSON.parse(text) as SpooledWrite
    const isWrite =
      typeof write.url === 'string' && typeof write.template === 'string' && Array.isArray(write.assignments)
    return { name, write: isWrite ? write : undefined }
  } catch {
    return { name, write: undefined }
  }
}

export async function removeEntry(name: string): Promise<void> {
  await rm(join(spoolFolder(), 'waiting', name), { force: true })
}

/** Puts a write aside with the reason. Returns the file. */
export async function refuseEntry({ name, write }: SpoolEntry, refusal: string): Promise<string> {
  const folder = await makeFolder('refused')
  if (write) {
    await writeFileSafely(
      folder,
      name,
      `${JSON.stringify({ ...write, url: showAddress(write.url), refusal }, null, 2)}\n`,
    )
    await removeEntry(name)
  } else await rename(join(spoolFolder(), 'waiting', name), join(folder, name))
  return join(folder, name)
}

/** Puts the refused writes back into the queue, each at its old place. */
export async function restoreRefused(): Promise<void> {
  const folder = await makeFolder('waiting')
  for (const name of await listNames('refused')) await rename(join(spoolFolder(), 'refused', name), join(folder, name))
}

async function makeFolder(part: SpoolPart): Promise<string> {
  const folder = join(spoolFolder(), part)
  makeFolders(folder, 0o700)
  return folder
}

/** Writes the whole file or none, even if the power fails. */
async function writeFileSafely(folder: string, name: string, text: string): Promise<void> {
  // Not with the name of a write: another process would take it for one.
  const unfinished = join(folder, `.${name}.unfinished`)
  const file = await open(unfinished, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(unfinished, join(folder, name))
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } catch {
    // Some file systems cannot sync a folder, and need not.
  } finally {
    await directory.close()
  }
}
