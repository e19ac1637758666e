/** What Node's codes mean for a file or folder that a person has named, as the end of a sentence. */
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'it does not exist',
  ENOTDIR: 'it is not a folder',
  EISDIR: 'it is a folder',
  EEXIST: 'something else than a folder has its name',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ELOOP: 'its symbolic links lead in a circle',
  ENAMETOOLONG: 'its name is too long',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  EIO: 'the disk fails',
}

/** Why a file or folder cannot be used, for `… cannot be read: REASON.`; Node's own words for a rare error. */
export function explainFileError(error: unknown): string {
  const { code = '', message } = error as NodeJS.ErrnoException
  return reasons[code] ?? message
}

/** The same as a sentence that names the file. */
export function describeFileError(file: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException
  // In a/b.yml, a can be a file.
  if (code === 'ENOENT' || code === 'ENOTDIR') return `There is no file ${file}.`
  return `${file} cannot be read: ${explainFileError(error)}.`
}
