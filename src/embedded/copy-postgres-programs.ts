import { chmod, cp, lstat, readdir, readFile, rename, symlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { makeFolders } from '../make-folders.ts'
import { createScratchDirectory } from './scratch-directory.ts'

/**
 * Copies a package's programs (60 MB) to `target`, readable by all users, unless it exists.
 *
 * @throws if `target` exists and another user could have changed its contents.
 */
export async function copyPostgresPrograms(packageDirectory: string, target: string): Promise<void> {
  if (await isTrusted(target)) return
  makeFolders(dirname(target))
  const scratch = await createScratchDirectory(target)
  try {
    const copy = join(scratch.path, 'native')
    await cp(join(packageDirectory, 'native'), copy, { recursive: true, verbatimSymlinks: true })
    for (const entry of await readdir(copy, { recursive: true, withFileTypes: true })) {
      if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755)
    }
    await chmod(copy, 0o755)
    await createMissingLinks(packageDirectory, scratch.path)
    await rename(copy, target)
  } catch (error) {
    if (!(await isTrusted(target))) throw error
  } finally {
    await scratch.remove()
  }
}

/**
 * Creates the symbolic links of the shared libraries. The npm package has a list of them, because npm does not pack links;
 * its install script, which may not have run, creates them from that list.
 */
export async function createMissingLinks(packageDirectory: string, directory: string): Promise<void> {
  const list = await readFile(join(packageDirectory, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(directory, target)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

/** Whether a directory exists; throws if another user owns it or others may write to it. */
async function isTrusted(directory: string): Promise<boolean> {
  const stats = await lstat(directory).catch(() => undefined)
  if (stats === undefined) return false
  if (!stats.isDirectory() || stats.uid !== process.getuid?.() || (stats.mode & 0o022) !== 0) {
    throw new Error('it exists already, and other users may have made or changed it')
  }
  return true
}
