import { open, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../../errors.ts'
import { explainFileError } from '../../explain-file-error.ts'

/** A file of a backup. */
export interface BackupFile {
  /** From the backup's folder `postgres`, with `/`. */
  readonly path: string
  readonly bytes: number
  /** In hexadecimal digits. */
  readonly sha256: string
}

/** What a backup holds. It is written last, so that a backup without it is not whole. */
export interface Manifest {
  readonly format: 1
  /** `registry-store 0.1.0` */
  readonly madeBy: string
  /** When the copying ended, in ISO 8601: what was acknowledged before it began is in the backup. */
  readonly madeAt: string
  /** The major version of PostgreSQL, as in its file PG_VERSION. */
  readonly postgres: string
  /** The positions in PostgreSQL's log between which the files were copied. */
  readonly log: { readonly from: string; readonly to: string }
  /** From the backup's folder `postgres`; the ones above before those inside. */
  readonly directories: readonly string[]
  readonly files: readonly BackupFile[]
}

/** The manifest's name in the folder of a backup. */
const manifestFile = 'registry-backup.json'

/** The folder of PostgreSQL's files in that of a backup. */
export const filesDirectory = 'postgres'

/** Writes the manifest, and makes sure that it is on the disk. */
export async function writeManifest(backup: string, manifest: Manifest): Promise<void> {
  const handle = await open(join(backup, manifestFile), 'wx', 0o600)
  try {
    await handle.writeFile(`${JSON.stringify(manifest, undefined, 1)}\n`)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** @throws ConfigError if the folder holds no whole backup, or one that this version does not know. */
export async function loadManifest(backup: string): Promise<Manifest> {
  const text = await readFile(join(backup, manifestFile), 'utf8').catch((error: NodeJS.ErrnoException) => {
    const reason =
      error.code === 'ENOENT' ? `it has no ${manifestFile}, which is written last` : explainFileError(error)
    throw new ConfigError(`${backup} is no whole backup: ${reason}.`, { cause: error })
  })
  const manifest = parseJson(text) as Partial<Manifest> | undefined
  if (manifest?.format !== 1) {
    throw new ConfigError(
      `${backup} cannot be restored by this version: its ${manifestFile} is damaged, or that of a newer version.`,
    )
  }
  return manifest as Manifest
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
