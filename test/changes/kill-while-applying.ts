import { setTimeout as sleep } from 'node:timers/promises'
import { startProcess } from '../app/start-process.ts'
import { type Drafts, printDrafts } from './drafts.ts'
import type { World } from './serve.ts'

/** When a server is killed: some time after it began to apply templates, or when these are recorded and nothing is done with objects. */
export type KillMoment = { readonly kind: 'begun'; readonly milliseconds: number } | { readonly kind: 'recorded' }

/**
 * Starts a server with the next templates as a process of its own, and kills it while it applies them. Whatever it has left, the
 * next start goes on from there.
 */
export async function killWhileApplying(world: World, next: Drafts, moment: KillMoment): Promise<void> {
  const { database, newest, log } = world
  const texts = printDrafts(next)
  const { templatePlan } = await newest.registry.data(
    'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { digest } }',
    { files: texts.map((text, i) => ({ name: `template${i}.yaml`, text })) },
  )
  // A plan that is refused has no digest.
  if (templatePlan.digest === null) return
  const env = { DATABASE_URL: database.url, TEMPLATES: JSON.stringify(texts), ACCEPT_TEMPLATES: templatePlan.digest }
  // Nobody takes a task.
  if (moment.kind === 'recorded')
    await newest.registry.sql("alter table registry_work alter leased_to set default 'infinity'")
  const killed = startProcess(env, ['test/changes/apply-templates.ts'])
  const { sql, generation } = newest.registry
  const isThere = async (query: string) => (await sql(query)).length > 0
  const hasCome = () =>
    moment.kind === 'recorded'
      ? isThere(`select from registry_generation where generation > ${generation}`)
      : isThere(
          "select from pg_stat_activity where application_name = 'registry-store setup' and datname = current_database()",
        )
  while (killed.child.exitCode === null && !(await hasCome())) await sleep(5)
  if (moment.kind === 'begun') await sleep(moment.milliseconds)
  if (killed.child.exitCode !== null)
    throw new Error(`the server that was to be killed ended by itself:\n${killed.stdout()}\n${killed.stderr()}`)
  killed.child.kill('SIGKILL')
  await killed.ended
  const [left] = await sql(
    'select (select max(generation) from registry_generation) as generation, (select count(*)::int from registry_work where finished_at is null) as work',
  )
  log.push(`killed when ${JSON.stringify(moment)}, which left ${JSON.stringify(left)}`)
  await sql("alter table registry_work alter leased_to set default '-infinity'")
  // As if its lease had run out.
  await sql("update registry_work set leased_to = '-infinity' where finished_at is null")
}
