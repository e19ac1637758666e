/**
 * What the server's caches take of the heap after traffic that fills them: 400 documents of 7 kB, then 20,000 forms of
 * variables. All of them together are to stay below 64 MB. Compile first: npm run build && npx tsx bench/cache-memory.ts
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { contenders } from './contenders.ts'
import { openDatabaseServer } from './open-database-server.ts'
import { startServer } from './start-server.ts'

const port = 4_313
/** Answers a signal with the size of the heap after a collection, on stderr. */
const report = `data:text/javascript,process.on('SIGWINCH',()=>{globalThis.gc();console.error((process.memoryUsage().heapUsed/1e6).toFixed(0)+' MB')})`
const server = await openDatabaseServer()
try {
  const running = await startServer(contenders.registry, {
    port,
    databaseUrl: await server.create('registry_bench_caches'),
    nodeArguments: ['--expose-gc', '--import', report],
  })
  try {
    await ask('{ images(first: 1) { nodes { name } } }')
    await tell('after the start')
    for (let i = 0; i < 400; i++) await ask(createDocument(i))
    await tell('after 400 documents')
    for (let i = 0; i < 20_000; i++)
      await ask('query ($where: ImageWhere) { images(where: $where) { nodes { name distr } } }', {
        where: { OR: Array.from({ length: i % 200 }, () => ({ name: { startsWith: 'x' }, lts: { equals: true } })) },
      })
    await tell('after 20,000 forms of variables')
    for (let i = 0; i < 200; i++) await ask(`{ images(distr: "${i} ${'x'.repeat(1_000_000)}") { totalCount } }`)
    await tell('after 200 literals of 1 MB')
    for (let i = 0; i < 2_000; i++) await ask(createMutation(i))
    await tell('after 2,000 mutations')
  } finally {
    await running.stop()
  }
  await server.drop('registry_bench_caches')

  async function tell(when: string): Promise<void> {
    process.stdout.write(`heap ${when}: `)
    process.kill(running.pid, 'SIGWINCH')
    await sleep(1_000)
  }
} finally {
  await server.stop()
}

function createDocument(number: number): string {
  const fields = Array.from({ length: 240 }, (_, i) => `a${number}_${i}: name b${i}: distr`)
  return `query Q${number} { images(first: 1) { nodes { ${fields.join(' ')} } } }`
}

function createMutation(number: number): string {
  const fields = Array.from({ length: 200 }, (_, i) => `a${i}: name`)
  return `mutation M${number} { upsertImage(input: {name: "i${number}"}, dryRun: true) { image { ${fields.join(' ')} } } }`
}

async function ask(query: string, variables?: object): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { errors } = (await answer.json()) as { errors?: unknown }
  if (errors) throw new Error(JSON.stringify(errors))
}
