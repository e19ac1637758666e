import { ConfigError } from '../errors.ts'

/**
 * Prints where a DATABASE_URL leads, without the password: `registry@db.example.org:5432/registry`.
 *
 * @throws ConfigError if it is not a URL of PostgreSQL. Its message repeats nothing of the URL.
 */
export function printDatabaseAddress(databaseUrl: string): string {
  const url = parseUrl(databaseUrl)
  // A "/", "?" or "#" in the password ends the authority early, and the rest of it, with the @, comes later.
  if (url === undefined || (url.username === '' && databaseUrl.includes('@'))) {
    throw new ConfigError(
      'DATABASE_URL has to look like postgresql://user:password@host:port/database. ' +
        'In the user name and the password, characters such as / ? # @ : % are written %2F %3F %23 %40 %3A %25.',
    )
  }
  const host = url.searchParams.get('host') ?? (url.hostname || 'localhost')
  const port = url.port ? `:${url.port}` : ''
  return `${url.username ? `${url.username}@` : ''}${host}${port}${url.pathname}`
}

function parseUrl(text: string): URL | undefined {
  try {
    // PostgreSQL's own programs let the host be empty, as the folder of a socket may follow in "?host=".
    const url = new URL(text.replace(/^(\w+:\/\/[^/?#]*)@\//, '$1@localhost/'))
    return ['postgresql:', 'postgres:'].includes(url.protocol) ? url : undefined
  } catch {
    return undefined
  }
}
