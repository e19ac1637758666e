/** Settings for `pg` (`new pg.Pool(connection)`). */
export interface TestConnection {
  readonly host: string
  readonly port: number
  readonly user: string
  readonly password: string
  readonly database: string
  readonly ssl: false
}

/** As DATABASE_URL would say it; sockets by the parameter `host`, as libpq, pg and Prisma take it. */
export function printConnectionUrl({ host, port, user, password, database }: TestConnection): string {
  const isSocket = host.startsWith('/')
  const url = new URL(`postgresql://${isSocket ? 'localhost' : host}:${port}/${encodeURIComponent(database)}`)
  url.username = encodeURIComponent(user)
  url.password = encodeURIComponent(password)
  if (isSocket) url.searchParams.set('host', host)
  return url.href
}

/** The same URL with limits for a statement, in milliseconds, in the place of the registry's own. */
export function withTimeLimits(text: string, limits: { statement_timeout?: number; query_timeout?: number }): string {
  const url = new URL(text)
  for (const [name, milliseconds] of Object.entries(limits)) url.searchParams.set(name, String(milliseconds))
  return url.href
}

/** Reads what `printConnectionUrl` prints. */
export function parseConnectionUrl(text: string): TestConnection {
  const url = new URL(text)
  return {
    host: url.searchParams.get('host') ?? url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.slice(1)),
    ssl: false,
  }
}
