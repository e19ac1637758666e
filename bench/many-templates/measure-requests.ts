import type { Fleet } from './fleet.ts'
import { useOfTree } from './processor-time.ts'
import type { RegistryProcess } from './registry-process.ts'

const warmUps = 4
const repeats = 30

/** Measures what asks all templates, one request at a time, and what the registry keeps then. Times in milliseconds. */
export async function measureRequests(
  registry: RegistryProcess,
  { writes }: Fleet,
  note: (what: string, value: number) => void,
): Promise<void> {
  note('schema, MB', (await registry.read('/schema.graphql')).length / 1e6)
  const uuids = await listUuids(registry, writes)
  const update = `upsert${writes[0]?.type}`
  let updates = 0
  const asked: Readonly<Record<string, (i: number) => Promise<unknown>>> = {
    'count of all': () => registry.ask('{ templates { count } }'),
    'an object by its uuid': (i) =>
      registry.ask('query ($uuid: UUID!) { object(uuid: $uuid) { __typename _meta { version } } }', { uuid: uuids[i] }),
    'a node by its id': (i) => registry.ask('query ($id: ID!) { node(id: $id) { __typename id } }', { id: uuids[i] }),
    'a uuid that no object has': () =>
      registry.ask('{ object(uuid: "00000000-0000-4000-8000-000000000000") { __typename } }'),
    // With its values in the text, as scripts send it: the registry sees each for the first time.
    'an update': () =>
      registry.ask(`mutation { ${update}(input: { name: "bench", tags: ["${updates++}"] }) { outcome } }`),
    'search, a name': (i) => registry.ask(search, { text: `site-000${i % 9}` }),
    'search, a common word': () => registry.ask(search, { text: 'active' }),
    'search, a word that no object has': () => registry.ask(search, { text: 'nowhere' }),
  }
  for (const [what, ask] of Object.entries(asked)) {
    // One that is refused has no figures.
    await measureRequest(registry, ask, uuids.length, (figure, value) => note(`${what}${figure}`, value)).catch(
      (error: Error) => console.error(`${what}: ${error.message}`),
    )
  }
  note('memory of server and PostgreSQL, MB', (await useOfTree(registry.pid)).megabytes)
}

const search =
  'query ($text: String!) { search(text: $text) { nodes { field object { __typename _meta { version } } } } }'

async function measureRequest(
  registry: RegistryProcess,
  ask: (i: number) => Promise<unknown>,
  different: number,
  note: (figure: string, value: number) => void,
): Promise<void> {
  const times: number[] = []
  let before = 0
  for (let i = -warmUps; i < repeats; i++) {
    if (i === 0) before = (await useOfTree(registry.pid)).seconds
    const started = performance.now()
    await ask((i + warmUps) % different)
    if (i === -warmUps) note(', the first time, ms', performance.now() - started)
    if (i >= 0) times.push(performance.now() - started)
  }
  note(', ms', [...times].sort((a, b) => a - b)[repeats / 2] ?? 0)
  note(', ms of processor time', (((await useOfTree(registry.pid)).seconds - before) / repeats) * 1_000)
}

/** Of one object of each of up to 100 templates. */
async function listUuids(registry: RegistryProcess, writes: Fleet['writes']): Promise<readonly string[]> {
  const uuids: string[] = []
  const step = Math.ceil(writes.length / 100)
  for (const { field } of writes.filter((_, i) => i % step === 0)) {
    const list = `${field.charAt(6).toLowerCase()}${field.slice(7)}`
    const data = await registry.ask(`{ ${list}(first: 1) { nodes { _meta { uuid } } } }`)
    const { nodes } = data[list] as { readonly nodes: readonly { readonly _meta: { readonly uuid: string } }[] }
    uuids.push(...nodes.map(({ _meta }) => _meta.uuid))
  }
  return uuids
}
