import { mkdirSync, statSync } from 'node:fs'
import { dirname } from 'node:path'

/**
 * Makes a folder, and those above it that are missing. One that is there already stays as it is. `recursive` of Node never ends where a
 * file system, such as /proc, says of a new folder that it does not exist.
 *
 * @param mode of the folders that are made
 * @throws an error of the system with the `path` of the folder that cannot be made
 */
export function makeFolders(folder: string, mode = 0o777): void {
  if (isFolder(folder)) return
  const above = dirname(folder)
  if (above !== folder) makeFolders(above, mode)
  try {
    mkdirSync(folder, { mode })
  } catch (error) {
    // Another process may have just made it.
    if (isFolder(folder)) return
    const { code } = error as NodeJS.ErrnoException
    throw code === 'ENOENT' ? toPlainRefusal(error as NodeJS.ErrnoException, above) : error
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}

/** "It does not exist" would be said of what was to be made. */
function toPlainRefusal({ path, syscall }: NodeJS.ErrnoException, above: string): Error {
  return Object.assign(new Error(`no folder can be made in ${above}`), { code: 'EOPNOTSUPP', path, syscall })
}
