import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { findOwnPort } from './find-own-port.ts'
import { printConnectionUrl, type TestConnection } from './test-connection.ts'

export interface RunningPooler {
  readonly port: number
  /** A database of the upstream, through the pooler. */
  connectionTo(database: TestConnection): TestConnection
  /** The same as a URL. */
  urlTo(database: TestConnection): string
  readonly stop: () => Promise<void>
}

/** Ends PgBouncer when its own input ends, so that no end of this process leaves it behind. */
const script = `exec 3<&0
"$0" "$1" >/dev/null 2>&1 & pid=$!
{ cat <&3 >/dev/null; kill -TERM $pid; } & wait $pid`

/** Starts Debian's PgBouncer (PGBOUNCER names another program) before a PostgreSQL, of which it knows all databases and this user. */
export async function startPgBouncer(
  upstream: TestConnection,
  mode: 'session' | 'transaction' | 'statement',
  settings: Readonly<Record<string, string | number>> = {},
): Promise<RunningPooler> {
  const { host, port, user, password } = upstream
  const all = {
    pool_mode: mode,
    default_pool_size: 20,
    max_client_conn: 1_000,
    auth_type: 'scram-sha-256',
    ...settings,
  }
  return startConfigured(
    upstream,
    (ownPort, users) =>
      `[databases]\n* = host=${host} port=${port}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = ${ownPort}\nauth_file = ${users}\n` +
      Object.entries(all)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join(''),
    `"${user}" "${password}"\n`,
  )
}

/** Starts PgBouncer with a configuration, which is given a port and the file with the users. */
export async function startConfigured(
  upstream: TestConnection,
  print: (port: number, users: string) => string,
  users: string,
): Promise<RunningPooler> {
  const folder = mkdtempSync(join(tmpdir(), 'registry-pooler-'))
  // Root may not run it. A folder with a socket lets its own user in.
  const owner = upstream.host.startsWith('/') ? statSync(upstream.host).uid : 65_534
  const identity = process.getuid?.() === 0 ? { uid: owner, gid: owner } : {}
  chmodSync(folder, 0o755)
  if (identity.uid !== undefined) chownSync(folder, owner, owner)
  const [config, userFile, log] = ['pgbouncer.ini', 'users.txt', 'log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const port = await findOwnPort()
  writeFileSync(userFile, users)
  writeFileSync(config, `${print(port, userFile)}\nlogfile = ${log}\npidfile =\nunix_socket_dir =\n`)
  const program = process.env['PGBOUNCER'] ?? '/usr/sbin/pgbouncer'
  const child = spawn('sh', ['-c', script, program, config], { ...identity, stdio: ['pipe', 'ignore', 'inherit'] })
  const ended = once(child, 'exit')
  const stop = async () => {
    child.stdin?.end()
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  while (!(await isListening(port))) {
    if (child.exitCode !== null) {
      const text = readFileSync(log, 'utf8')
      await stop()
      throw new Error(`PgBouncer ended with ${child.exitCode}\n${text}`)
    }
    await sleep(20)
  }
  const connectionTo = (database: TestConnection): TestConnection => ({ ...database, host: '127.0.0.1', port })
  return { port, connectionTo, urlTo: (database) => printConnectionUrl(connectionTo(database)), stop }
}

/** Whether it answers at all, even if only that there is no such database. */
async function isListening(port: number): Promise<boolean> {
  const client = new pg.Client({ host: '127.0.0.1', port, user: 'nobody', database: 'pgbouncer', password: '' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch (error) {
    return (error as { code?: string }).code !== 'ECONNREFUSED'
  } finally {
    await client.end().catch(() => undefined)
  }
}
