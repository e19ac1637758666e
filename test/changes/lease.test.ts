import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { pino } from 'pino'
import { afterEach, expect, test } from 'vitest'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { startProcess, stopProcesses } from '../app/start-process.ts'
import { applying, parseTexts } from '../support/registry.ts'
import { useRegistries } from './use-registries.ts'

const { start, databaseUrl } = useRegistries()

const stores: Store[] = []
afterEach(async () => {
  for (const store of stores.splice(0)) await store.close()
  await stopProcesses()
})

const host = (fields: string) => `{ name: host, key: [name], fields: { name: string, ${fields} } }`
const before = host('size: string')
const after = host('size: int, stage: { type: string, required: true, default: test }')
const count = 700

test.each([
  ['the same templates', after],
  ['older templates', before],
])('when a server dies in the middle of a conversion, one with %s goes on', async (_, templates) => {
  const registry = await start([before])
  await registry.data('mutation ($input: [HostInput!]!) { upsertHosts(input: $input) { created } }', {
    input: Array.from({ length: count }, (_, i) => ({ name: `h${String(i).padStart(3, '0')}`, size: String(i) })),
  })
  const { templatePlan } = await registry.data(
    'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { digest } }',
    { files: [{ name: 'host.yaml', text: after }] },
  )
  // Nobody gets beyond this object until the transaction ends.
  const blocker = new pg.Client(registry.connection)
  await blocker.connect()
  await blocker.query("begin; select from registry_object where template = 'host' and key = '[\"h650\"]' for update")
  const dying = startProcess(
    {
      DATABASE_URL: databaseUrl(),
      TEMPLATES: JSON.stringify([after]),
      ACCEPT_TEMPLATES: templatePlan.digest,
    },
    ['test/changes/apply-templates.ts'],
  )
  const isStuck = 'select from registry_work where done_to is not null and leased_to > now() and finished_at is null'
  while ((await registry.sql(isStuck)).length === 0) {
    if (dying.child.exitCode !== null) throw new Error(`${dying.stdout()}\n${dying.stderr()}`)
    await sleep(20)
  }
  const store = openStore({ connection: { connectionString: databaseUrl() }, pause: 50 }, pino({ level: 'silent' }))
  stores.push(store)
  await store.prepare(applying(parseTexts([templates])))
  dying.child.kill('SIGKILL')
  await dying.ended
  await blocker.query('rollback')
  await blocker.end()
  const applied = 'select from registry_generation where generation = 2 and applied_at is not null'
  const unfinished = 'select from registry_work where finished_at is null'
  while ((await registry.sql(applied)).length === 0 || (await registry.sql(unfinished)).length > 0) await sleep(20)
  expect(
    await registry.sql(
      "select version, document->>'stage' as stage, count(*)::int as objects, sum((document->>'size~2')::int)::int as sizes from registry_object where template = 'host' group by 1, 2",
    ),
  ).toEqual([{ version: 2, stage: 'test', objects: count, sizes: (count * (count - 1)) / 2 }])
  // The lease went from one server to another.
  expect((await registry.sql('select max(fence)::int as fence from registry_work'))[0]).toEqual({ fence: 2 })
})
