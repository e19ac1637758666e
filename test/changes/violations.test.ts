import { pino } from 'pino'
import { expect, test } from 'vitest'
import { openStore } from '../../src/store/open-store.ts'
import { directUrlOf } from '../support/postgres.ts'
import { parseTexts } from '../support/registry.ts'
import { useRegistries } from './use-registries.ts'

const registries = useRegistries()
const host = (fields: string) => `{ name: host, key: [name], fields: { name: string, ${fields} } }`
const warning = 'host.size: 1 stored object does not fit the template, such as "a"'

test.each([
  ['another type, which takes a conversion', 'size: int'],
  ['a new rule, which takes none', "size: { type: string, pattern: '^[0-9]+$' }"],
])('the start after %s, and the next one, warn of each violation once', async (_, fields) => {
  const first = await registries.start([host('size: string')])
  await first.data('mutation { upsertHost(input: {name: "a", size: "large"}) { outcome } }')
  const plan = 'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { digest } }'
  const { digest } = (await first.data(plan, { files: [{ name: 'host.yaml', text: host(fields) }] })).templatePlan
  expect(await listWarnings(fields, digest)).toEqual([warning])
  expect(await listWarnings(fields, undefined)).toEqual([warning])
})

test('the keys of violations are the first ones, whatever the reasons are', async () => {
  const first = await registries.start([host('size: string')])
  await first.data('mutation { upsertHosts(input: [{name: "a", size: "large"}, {name: "b"}]) { created } }')
  const next = await registries.start([host("size: { type: string, required: true, pattern: '^[0-9]+$' }")])
  expect(await next.data('{ templates { violations { field count samples } } }')).toEqual({
    templates: [{ violations: [{ field: 'size', count: 2, samples: ['["a"]', '["b"]'] }] }],
  })
})

/** What a server warns of from its start to its end. */
async function listWarnings(fields: string, consent: string | undefined): Promise<readonly string[]> {
  const said: string[] = []
  const logger = pino({ level: 'warn' }, { write: (line: string) => said.push(JSON.parse(line).msg) })
  const url = registries.databaseUrl()
  const store = openStore({ connection: { connectionString: url }, directUrl: directUrlOf(url) }, logger)
  const files = { model: parseTexts([host(fields)]), placeOf: () => undefined }
  let isServed = false
  await store.prepare({ files, consent, serve: () => (isServed = true) })
  expect(isServed).toBe(true)
  await store.close()
  return said
}
