import type pg from 'pg'
import type { Logger } from 'pino'
import { compileDropIndex } from '../../sql/compile-storage.ts'
import {
  analyzePast,
  compileFindIndex,
  compilePastIndexes,
  logIndexes,
  pastIndexesOf,
} from '../../sql/retention/past-index.ts'
import type { TemplateModel } from '../../template/model.ts'

async function ensureLogIndexes(client: pg.Client, logger: Pick<Logger, 'info'>): Promise<void> {
  for (const { name, create } of logIndexes) {
    const { text, values } = compileFindIndex(name)
    const [found] = (await client.query<{ readonly is_valid: boolean }>(text, values)).rows
    if (found?.is_valid) continue
    if (found) await client.query(compileDropIndex(name))
    logger.info({ index: name }, 'building an index of the log of changes')
    await client.query(create)
  }
}

/** Gives the past the indexes that its templates need, and no others, without blocking writers. */
export async function ensurePastIndexes(
  client: pg.Client,
  { templates }: TemplateModel,
  logger: Pick<Logger, 'info'>,
): Promise<void> {
  await ensureLogIndexes(client, logger)
  const { text, values } = compilePastIndexes()
  const { rows } = await client.query<{ readonly name: string; readonly is_valid: boolean }>(text, values)
  const wanted = new Map(
    templates.flatMap((template) =>
      pastIndexesOf(template).map((index) => [index.name, { template, ...index }] as const),
    ),
  )
  // One that is not valid was left behind by an interrupted build.
  for (const { name, is_valid } of rows) if (!wanted.has(name) || !is_valid) await client.query(compileDropIndex(name))
  const built = new Set(rows.filter(({ is_valid }) => is_valid).map(({ name }) => name))
  const missing = [...wanted.values()].filter(({ name }) => !built.has(name))
  for (const { name, template, create } of missing) {
    logger.info({ template: template.name, index: name }, 'building an index of the past')
    await client.query(create)
  }
  if (missing.length > 0) await client.query(analyzePast)
}
