import pg from 'pg'
import { afterEach, expect, test } from 'vitest'
import type { TestRegistry } from '../support/registry.ts'
import { useRegistries } from './use-registries.ts'

const { start } = useRegistries()
const host = '{ name: host, key: [name], fields: { name: string } }'
const image = '{ name: image, key: [name], fields: { name: string } }'

const clients: pg.Client[] = []
afterEach(async () => {
  for (const client of clients.splice(0)) await client.end()
})

async function connect({ connection }: TestRegistry): Promise<pg.Client> {
  const client = new pg.Client(connection)
  clients.push(client)
  await client.connect()
  return client
}

test('nothing is purged while a server applies templates', async () => {
  const first = await start([host, image])
  await first.data('mutation { upsertImage(input: {name: "u"}) { outcome } }')
  const registry = await start([host])
  const other = await connect(registry)
  // The lock that servers hold while they set templates up.
  await other.query('select pg_advisory_lock(7305124662)')
  const purge = 'mutation { purgeTemplate(name: "image") }'
  expect(await registry.query(purge)).toMatchObject({
    errors: [
      {
        message: 'A server is applying templates; try again shortly.',
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      },
    ],
  })
  expect(await registry.data('{ templates(includeRemoved: true) { name count } }')).toEqual({
    templates: [
      { name: 'host', count: 0 },
      { name: 'image', count: 1 },
    ],
  })
  await other.query('select pg_advisory_unlock(7305124662)')
  expect(await registry.data(purge)).toEqual({ purgeTemplate: 1 })
})

test('of those who ask about templates as a whole, ten wait for their turn and the others are refused', async () => {
  const registry = await start([host])
  const other = await connect(registry)
  await other.query('begin; lock table registry_generation in access exclusive mode')
  let refused = 0
  let tell = () => {}
  const twoRefused = new Promise<void>((resolve) => {
    tell = resolve
  })
  const plan = 'query ($files: [TemplateFile!]!) { templatePlan(files: $files) { entries { path } } }'
  const ask = () => registry.query(plan, { files: [{ name: 'host.yaml', text: host }] })
  const answers = Array.from({ length: 12 }, async () => {
    const answer = await ask()
    if (answer.errors && ++refused === 2) tell()
    return answer
  })
  await twoRefused
  await other.query('commit')
  const all = await Promise.all(answers)
  expect(all.filter(({ errors }) => errors === undefined).map(({ data }) => data)).toEqual(
    Array.from({ length: 10 }, () => ({ templatePlan: { entries: [] } })),
  )
  expect(all.flatMap(({ errors }) => errors ?? [])).toMatchObject(
    Array.from({ length: 2 }, () => ({
      message: 'Too many others ask about templates as well; try again shortly.',
      extensions: { code: 'SERVICE_UNAVAILABLE' },
    })),
  )
  expect((await ask()).errors).toBeUndefined()
})

test('a template is not active again before the next templates are applied', async () => {
  const sized = (type: string) => `{ name: host, key: [name], fields: { name: string, size: ${type} } }`
  const first = await start([sized('string')])
  await first.data('mutation { upsertHost(input: {name: "a", size: "1"}) { outcome } }')
  await start([sized('int')])
  const states = '{ templates { name state } }'
  expect(await first.data(states)).toEqual({ templates: [{ name: 'host', state: 'ACTIVE' }] })
  // As it is while a server builds indexes after it has converted all objects.
  await first.sql('update registry_generation set applied_at = null where generation = 2')
  expect(await first.data(states)).toEqual({ templates: [{ name: 'host', state: 'CONVERTING' }] })
})
