import { runOnServer } from './run-on-server.ts'
import type { TestConnection } from './test-connection.ts'

/**
 * Nobody needs these data after a crash of the machine, so the server waits for no disk; and hardly any database lasts until autovacuum,
 * which visits each of them every 10 s, has something to do there.
 */
export function spareWork(connection: TestConnection): Promise<void> {
  const settings = ['fsync', 'full_page_writes', 'autovacuum'].map((name) => `alter system set ${name} = off`)
  return runOnServer(connection, ...settings, 'select pg_reload_conf()')
}
