import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Logger } from 'pino'
import { ConfigError } from '../errors.ts'
import {
  compileCreatePartition,
  compileDropIndex,
  compileFirstStatistics,
  type IndexDefinition,
  indexesOf,
  indexPrefix,
} from '../sql/compile-storage.ts'
import { partitionName } from '../sql/partition-name.ts'
import type { Template, TemplateModel } from '../template/model.ts'

/** An arbitrary number, the same in every registry server. */
const lockNumber = 7_305_124_662

/**
 * Creates what the templates need in the database: a partition for each, and their indexes. Drops the indexes that
 * no template asks for any more. Servers that start at the same time take turns. Existing partitions get
 * their indexes without blocking writers. Throws `ConfigError` if stored objects do not fit an index, such as that
 * of a new `unique`, and the signal's reason if it aborts while another server has its turn.
 */
export async function ensureTemplates(options: {
  readonly connection: pg.ClientConfig
  readonly model: TemplateModel
  readonly logger: Log
  readonly signal?: AbortSignal
}): Promise<void> {
  const { connection, model, logger, signal } = options
  // Its own connection, because building an index may take longer than any statement of a request.
  const client = new pg.Client({ ...connection, application_name: 'registry-store setup', query_timeout: 0 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('set statement_timeout = 0; set lock_timeout = 0')
    await takeLock(client, signal)
    await ensurePartitions(client, model, logger)
    await ensureIndexes(client, model, logger)
  } finally {
    await client.end()
  }
}

/** The part of pino's logger that is used here. */
type Log = Pick<Logger, 'info'>

/** Polls for the lock: a server waiting inside a statement would hold a snapshot that `create index concurrently` waits for. */
async function takeLock(client: pg.Client, signal: AbortSignal | undefined): Promise<void> {
  for (;;) {
    signal?.throwIfAborted()
    const { rows } = await client.query('select pg_try_advisory_lock($1) as taken', [lockNumber])
    if (rows[0]?.taken === true) return
    await sleep(100)
  }
}

async function ensurePartitions(client: pg.Client, model: TemplateModel, logger: Log): Promise<void> {
  const { rows } = await client.query(
    "select c.relname as name from pg_inherits p join pg_class c on c.oid = p.inhrelid where p.inhparent = 'registry_object'::regclass",
  )
  const existing = new Set(rows.map((row) => row.name))
  const missing = model.templates.filter((template) => !existing.has(partitionName(template.name)))
  for (const template of missing) {
    const statements = [
      compileCreatePartition(template.name),
      ...indexesOf(template).map((index) => index.create({ concurrently: false })),
      compileFirstStatistics(template),
    ]
    await client.query('begin')
    try {
      await client.query(statements.join(';\n'))
      await client.query('commit')
    } catch (error) {
      await client.query('rollback')
      throw error
    }
    logger.info({ template: template.name }, 'made the storage of a new template')
  }
}

async function ensureIndexes(client: pg.Client, model: TemplateModel, logger: Log): Promise<void> {
  const { rows } = await client.query(
    `select c.relname as name, t.relname as partition, i.indisvalid as valid
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
     join pg_inherits p on p.inhrelid = t.oid and p.inhparent = 'registry_object'::regclass where starts_with(c.relname, $1)`,
    [indexPrefix],
  )
  const wanted = new Map(
    model.templates.flatMap((template) =>
      indexesOf(template).map((index) => [index.name, { template, index }] as const),
    ),
  )
  // The partition of a removed template stays as it is: its file may come back.
  const partitions = new Set(model.templates.map((template) => partitionName(template.name)))
  const present = new Set<string>()
  for (const { name, partition, valid } of rows) {
    // An index that is not valid was left behind by an interrupted build.
    if (wanted.has(name) && valid === true) present.add(name)
    else if (partitions.has(partition)) await client.query(compileDropIndex(name))
  }
  for (const [name, { template, index }] of wanted) {
    if (present.has(name)) continue
    logger.info({ template: template.name, index: name }, 'building an index')
    await createIndex(client, template, index)
  }
}

async function createIndex(client: pg.Client, template: Template, index: IndexDefinition): Promise<void> {
  try {
    await client.query(index.create({ concurrently: true }))
  } catch (error) {
    await client.query(compileDropIndex(index.name)).catch(() => undefined)
    const { code } = error as pg.DatabaseError
    const { field } = index
    if (field && code === '23505') {
      throw new ConfigError(
        `template ${template.name}: ${field.name} cannot be unique, because stored objects have the same value; make the values differ, or remove unique`,
      )
    }
    // 54000: program_limit_exceeded. Writes check the length of indexed values, but older values were not checked.
    if (field && code === '54000') {
      throw new ConfigError(
        `template ${template.name}: ${field.name} cannot be indexed, because a stored object has a value that is too long for an index; shorten it, or remove ${index.isUnique ? 'unique' : 'indexed'}`,
      )
    }
    throw error
  }
}
