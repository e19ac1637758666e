import { setTimeout as sleep } from 'node:timers/promises'
import type { TestRegistry } from '../support/registry.ts'

/** Nobody takes a task that comes from now on. */
export async function holdTasks({ sql }: TestRegistry): Promise<void> {
  await sql("alter table registry_work alter leased_to set default 'infinity'")
}

/** Lets the tasks be taken, and waits until all are done. */
export async function releaseTasks({ sql }: TestRegistry): Promise<void> {
  await sql("alter table registry_work alter leased_to set default '-infinity'")
  await sql("update registry_work set leased_to = '-infinity' where leased_to = 'infinity'")
  while ((await sql('select from registry_work where finished_at is null')).length > 0) await sleep(20)
}
