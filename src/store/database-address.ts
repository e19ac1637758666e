import { ConfigError } from '../errors.ts'

/**
 * Prints the address in a DATABASE_URL, or another setting with such a value, without the password:
 * `registry@db.example.org:5432/registry`.
 *
 * @throws ConfigError if it is not a URL of PostgreSQL. The message repeats no part of the URL.
 */
export function printDatabaseAddress(databaseUrl: string, setting = 'DATABASE_URL'): string {
  const [, hosts] = /^\w+:\/\/(?:[^@/?#]*@)?([^@/?#]*,[^@/?#]*)/.exec(databaseUrl) ?? []
  const url = parseUrl(hosts === undefined ? databaseUrl : databaseUrl.replace(hosts, 'localhost'))
  // A "/", "?" or "#" in the password ends the authority early, and the rest of it, with the @, comes later.
  if (url === undefined || (url.username === '' && databaseUrl.includes('@'))) {
    throw new ConfigError(
      `${setting} must look like postgresql://user:password@host:port/database. ` +
        'In the user name and the password, write characters such as / ? # @ : % as %2F %3F %23 %40 %3A %25.',
    )
  }
  const host = url.searchParams.get('host') ?? hosts ?? (url.hostname || 'localhost')
  const port = url.port ? `:${url.port}` : ''
  return `${url.username ? `${url.username}@` : ''}${host}${port}${url.pathname}`
}

/** The name of the database in a URL; undefined if there is none, or none that can be decoded. */
export function findDatabaseName(databaseUrl: string | undefined): string | undefined {
  const [, written] = /^\w+:\/\/[^/?#]*\/([^?#]+)/.exec(databaseUrl ?? '') ?? []
  try {
    return written === undefined ? undefined : decodeURIComponent(written)
  } catch {
    return undefined
  }
}

function parseUrl(text: string): URL | undefined {
  try {
    // PostgreSQL's own programs allow an empty host, because "?host=" may give the folder of a socket.
    const url = new URL(text.replace(/^(\w+:\/\/[^/?#]*)@\//, '$1@localhost/'))
    return ['postgresql:', 'postgres:'].includes(url.protocol) ? url : undefined
  } catch {
    return undefined
  }
}
