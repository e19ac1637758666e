import { chown, lchown, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { ConfigError } from '../errors.ts'

/** The operating system's user that PostgreSQL runs as. */
export interface Account {
  readonly uid: number
  readonly gid: number
}

/**
 * The account that PostgreSQL runs as. PostgreSQL refuses to run as root. If the server runs as root, the account is the
 * first owner of `directories` that is not root, else `postgres`, else `nobody`. Undefined: the server's own user.
 */
export async function findAccount(directories: readonly string[]): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined
  for (const directory of directories) {
    const owner = await findOwner(directory)
    if (owner !== undefined && owner.uid !== 0) return owner
  }
  const accounts = parsePasswd(await readFile('/etc/passwd', 'utf8').catch(() => ''))
  const account = accounts.get('postgres') ?? accounts.get('nobody')
  if (account !== undefined) return account
  throw new ConfigError(
    'PostgreSQL refuses to run as root, and this system has neither a user "postgres" nor "nobody": ' +
      'start the server as an ordinary user, or set DATABASE_URL to your own PostgreSQL.',
  )
}

/** The owner of a file or directory; undefined if it does not exist. */
export async function findOwner(path: string): Promise<Account | undefined> {
  const stats = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  return stats && { uid: stats.uid, gid: stats.gid }
}

/** If this is root, gives a directory the owner of another one. */
export async function giveToOwnerOf(other: string, directory: string): Promise<void> {
  const owner = await findOwner(other)
  if (owner && process.getuid?.() === 0) await chown(directory, owner.uid, owner.gid)
}

/** Changes the owner of a directory and everything in it. Does not follow symbolic links. */
export async function giveDirectory(directory: string, { uid, gid }: Account): Promise<void> {
  for (const name of await readdir(directory, { recursive: true })) await lchown(join(directory, name), uid, gid)
  await lchown(directory, uid, gid)
}

/** passwd(5): name:password:uid:gid:comment:home:shell */
function parsePasswd(text: string): Map<string, Account> {
  return new Map(
    text
      .split('\n')
      .map((line) => line.split(':'))
      .filter((fields) => fields.length === 7 && fields[2] !== '0')
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  )
}
