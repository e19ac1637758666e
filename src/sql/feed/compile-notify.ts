/** The statements by which servers wake each other. */

import { identifier, type Statement, sql, toStatement } from '../sql.ts'

/** PostgreSQL's channel; each database has its own. */
const channel = 'registry_feed'

/** `from` tells the servers apart: nobody need be woken by itself. */
export function compileNotify(from: string): Statement {
  return toStatement(sql`select pg_notify(${channel}, ${from})`)
}

export function compileListen(): Statement {
  return toStatement(sql`listen ${identifier(channel)}`)
}
