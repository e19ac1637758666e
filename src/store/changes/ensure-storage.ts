import type pg from 'pg'
import type { Logger } from 'pino'
import { ConfigError } from '../../errors.ts'
import {
  compileAnalyze,
  compileConfirmsApart,
  compileCreatePartition,
  compileDropIndex,
  compileSkipStatistics,
  formerIndexOf,
  type IndexDefinition,
  indexesOf,
  indexPrefix,
} from '../../sql/compile-storage.ts'
import { partitionName } from '../../sql/partition-name.ts'
import type { Template, TemplateModel } from '../../template/model.ts'
import { listNames } from '../../template/suggest.ts'
import { beginOn } from '../own-connection.ts'
import { announceIndexes } from './announce-indexes.ts'

/** The part of pino's logger that is used here. */
type Log = Pick<Logger, 'info' | 'debug'>

/**
 * Creates the partitions of new templates, with their indexes. One that another partition is copied to gets only those that must hold
 * from the beginning: the others are built more quickly when the copy is complete.
 */
export async function ensurePartitions(client: pg.Client, model: TemplateModel, logger: Log): Promise<void> {
  const { rows } = await client.query(
    "select c.relname as name from pg_inherits p join pg_class c on c.oid = p.inhrelid where p.inhparent = 'registry_object'::regclass",
  )
  const existing = new Set(rows.map((row) => row.name))
  const missing = model.templates.filter((template) => !existing.has(partitionName(template.stored)))
  for (let i = 0; i < missing.length; i += partitionsAtATime)
    await createPartitions(client, missing.slice(i, i + partitionsAtATime))
  if (missing.length === 0) return
  logger.info(
    { templates: listNames(missing.map(({ name }) => name)), count: missing.length },
    'made the storage of new templates',
  )
}

/** Each has a dozen locks until the transaction ends, of some 6,000 that PostgreSQL has room for. */
const partitionsAtATime = 25

/** Creates all of them or none. */
async function createPartitions(client: pg.Client, templates: readonly Template[]): Promise<void> {
  const statements = templates.flatMap((template) =>
    compileCreatePartition(
      template,
      indexesOf(template).filter(({ isUnique }) => isUnique || !template.former),
    ),
  )
  // Whatever is written into them or about them later is on the disk after them: nobody has to wait for them in particular.
  await beginOn(client, { synchronous_commit: 'off' })
  try {
    await client.query([...statements, 'commit'].join(';\n'))
  } catch (error) {
    await client.query('rollback')
    throw error
  }
}

/**
 * Creates the indexes that the templates need and the database lacks, without blocking writers: all of them, or those of unique
 * fields. Throws `ConfigError` if stored objects do not fit an index.
 */
export async function ensureIndexes(
  client: pg.Client,
  model: TemplateModel,
  logger: Log,
  which: 'all' | 'unique',
): Promise<void> {
  const built = new Map((await listIndexes(client)).map((index) => [index.name, index]))
  const lacking = model.templates.map((template) => {
    const wanted = indexesOf(template)
    const missing = wanted.filter(({ name, isUnique }) => (which === 'all' || isUnique) && !built.get(name)?.isValid)
    // Those to be built, and those that earlier versions of this program have built.
    const analyzed = wanted.filter(
      (index) => !index.isAnalyzed && (missing.includes(index) || built.get(index.name)?.isAnalyzed),
    )
    return { template, missing, analyzed }
  })
  announceIndexes(
    logger,
    lacking.flatMap(({ missing }) => missing.map(({ name }) => name)),
    which === 'unique' ? 'building indexes of unique fields' : 'building indexes',
  )
  for (const { template, missing, analyzed } of lacking) {
    for (const index of missing) {
      // One that is not valid was left behind by an interrupted build.
      if (built.has(index.name)) await client.query(compileDropIndex(index.name))
      await createIndex(client, template, index)
    }
    for (const { name } of analyzed) await client.query(compileSkipStatistics(name))
    // An index of an expression has no statistics of its own before that.
    if (missing.length > 0) await client.query(compileAnalyze(template))
  }
}

/**
 * Drops the indexes that no template asks for any more, but not those of removed templates: their files may come back; and not those
 * of older servers, as long as they may share the database.
 */
export async function dropIndexes(client: pg.Client, model: TemplateModel): Promise<void> {
  const { rows } = await client.query(compileConfirmsApart())
  const isShared = rows[0]?.apart !== true
  const wantedOf = (template: Template) => [...indexesOf(template), ...(isShared ? [formerIndexOf(template)] : [])]
  const wanted = new Set(model.templates.flatMap((template) => wantedOf(template).map(({ name }) => name)))
  const partitions = new Set(model.templates.map(({ stored }) => partitionName(stored)))
  for (const { name, partition } of await listIndexes(client))
    if (partitions.has(partition) && !wanted.has(name)) await client.query(compileDropIndex(name))
}

interface BuiltIndex {
  readonly name: string
  readonly partition: string
  readonly isValid: boolean
  readonly isAnalyzed: boolean
}

async function listIndexes(client: pg.Client): Promise<readonly BuiltIndex[]> {
  const { rows } = await client.query<BuiltIndex>(
    `select c.relname as name, t.relname as partition, i.indisvalid as "isValid",
       coalesce(a.attstattarget, -1) <> 0 as "isAnalyzed"
     from pg_index i join pg_class c on c.oid = i.indexrelid join pg_class t on t.oid = i.indrelid
     join pg_attribute a on a.attrelid = i.indexrelid and a.attnum = 1
     join pg_inherits p on p.inhrelid = t.oid and p.inhparent = 'registry_object'::regclass where starts_with(c.relname, $1)`,
    [indexPrefix],
  )
  return rows
}

async function createIndex(client: pg.Client, template: Template, index: IndexDefinition): Promise<void> {
  try {
    await client.query(index.create({ concurrently: true }))
  } catch (error) {
    await client.query(compileDropIndex(index.name)).catch(() => undefined)
    const { code } = error as pg.DatabaseError
    const { field, together } = index
    const name = field?.name ?? together?.map((one) => one.name).join(', ')
    if (name !== undefined && code === '23505') {
      throw new ConfigError(
        `template ${template.name}: ${name} cannot be unique, because stored objects have the same value; make the values differ, or remove unique`,
      )
    }
    // 54000: program_limit_exceeded. Writes check the length of indexed values, but older values were not checked.
    if (name !== undefined && code === '54000') {
      throw new ConfigError(
        `template ${template.name}: ${name} cannot be indexed, because a stored object has a value that is too long for an index; shorten it, or remove ${index.isUnique ? 'unique' : field ? 'indexed' : 'indexes'}`,
      )
    }
    throw error
  }
}
