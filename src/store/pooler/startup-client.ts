import pg from 'pg'
import type { SessionSettings } from '../../sql/session/compile-settings.ts'
import { watchForFailure } from '../connection-failure.ts'
import { findDatabaseName } from '../database-address.ts'

/** A client that can start its connection without settings of the session: poolers refuse them, or pass them over. */
export class StartupClient extends pg.Client {
  startsBare = false

  constructor(config?: pg.ClientConfig) {
    super(config)
    const database = findDatabaseName(config?.connectionString)
    if (database !== undefined) this.#rename(database)
    watchForFailure(this)
  }

  /** The driver leaves `%2F`, `%23` and some more of a name as they are written. */
  #rename(database: string): void {
    this.database = database
    const { connectionParameters } = this as unknown as { readonly connectionParameters: { database: string } }
    connectionParameters.database = database
  }

  /** The settings that the session has from its start, unless it starts bare. */
  get startSettings(): SessionSettings {
    return splitStart(startOf(this)).settings
  }

  /** The driver asks for it when it connects. */
  getStartupConf(): Readonly<Record<string, string>> {
    const start = startOf(this)
    return this.startsBare ? splitStart(start).kept : start
  }
}

function startOf(client: pg.Client): Readonly<Record<string, string>> {
  const { getStartupConf } = pg.Client.prototype as unknown as StartupClient
  const start = getStartupConf.call(client as StartupClient)
  return { ...start, options: [usual, start['options'], always].filter(Boolean).join(' ') }
}

/**
 * Options of each connection that those of the URL may change.
 *
 * `gin_pending_list_limit`: the write that fills the list of entries that wait for the index of documents moves them all. With a million
 * objects, PostgreSQL's 4 MB took up to 4 seconds.
 *
 * `max_parallel_workers_per_gather`: starting the workers of a parallel plan takes longer than most statements (15 to 30 ms on two cores),
 * and they take the cores of other requests.
 *
 * `idle_session_timeout`: the pool ends what is idle. The feed's connection waits for hours, and its loss is worth a warning.
 */
const usual =
  '-c jit=off -c gin_pending_list_limit=512kB -c max_parallel_workers_per_gather=0 -c idle_session_timeout=0'

/**
 * What statements, and those who read their answers, depend on. The administrator of a database may have given it, or the user, other
 * defaults (`alter role … set`): then patterns would mean something else, numbers would lose digits, times would not be read, and searches
 * would find a part.
 */
const always = [
  // Statements take times without a zone for UTC.
  'timezone=UTC',
  'datestyle=ISO,MDY',
  'intervalstyle=postgres',
  'extra_float_digits=1',
  'bytea_output=hex',
  'standard_conforming_strings=on',
  'array_nulls=on',
  'transform_null_equals=off',
  'quote_all_identifiers=off',
  'gin_fuzzy_search_limit=0',
  'default_transaction_isolation=read\\ committed',
]
  .map((setting) => `-c ${setting}`)
  .join(' ')

const kept: ReadonlySet<string> = new Set(['user', 'database', 'application_name', 'replication'])

/** What a pooler knows of the parameters that a connection starts with, and the settings among them, also those of `options`. */
export function splitStart(parameters: Readonly<Record<string, string>>): {
  readonly kept: Readonly<Record<string, string>>
  readonly settings: SessionSettings
} {
  const { options = '', ...named } = parameters
  const entries = Object.entries(named)
  const { rest, settings } = parseOptions(options)
  return {
    kept: {
      ...Object.fromEntries(entries.filter(([name]) => kept.has(name))),
      ...(rest.length > 0 && { options: rest.join(' ') }),
    },
    settings: { ...settings, ...Object.fromEntries(entries.filter(([name]) => !kept.has(name))) },
  }
}

/** The settings `-c name=value` and `--name=value`, as PostgreSQL reads them; `rest` is what the options have besides. */
function parseOptions(options: string): { readonly rest: readonly string[]; readonly settings: SessionSettings } {
  const words = options.match(/(?:\\.|[^\\\s])+/gs) ?? []
  const rest: string[] = []
  const settings: Record<string, string> = {}
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string
    const isFlag = word === '-c' && i + 1 < words.length
    const text = isFlag ? (words[++i] as string) : word.replace(/^(?:-c|--)/, '')
    const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? []
    if (name === undefined || value === undefined || !(isFlag || text !== word))
      rest.push(...(isFlag ? ['-c', text] : [word]))
    else settings[name.replaceAll('-', '_')] = value.replace(/\\(.)/gs, '$1')
  }
  return { rest, settings }
}
